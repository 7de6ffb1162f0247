"""`faq check` and `faq doctor`: every problem of a knowledge set, and of this installation."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.opening import Office, emit, show_findings, tell, today
from bot.cli.options import FaqOption, JsonOption, KnowledgeArgument
from bot.output.terminal import ExitStatus


def check(
    knowledge: KnowledgeArgument = None,
    *,
    path: FaqOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings too.")] = False,
    json: JsonOption = False,
) -> None:
    """Report every problem of a knowledge file or folder.

    Each comes with its place and what to do. Errors keep the knowledge from being served, and
    warnings do not. Warnings are told of facts that have aged, of wording that asks candidates for
    what fair selection leaves out, of figures in two answers that contradict each other, and of
    phrasings that are closer to another entry than to their own.

    Exits with 1 if there is an error.

    Example:
        faq check my-faq --strict
    """
    from rich.text import Text

    from bot.diagnostics.knowledge import searched
    from bot.output.terminal import rich_console, visible
    from faq.checks.check import check as check_reading
    from faq.loading.loader import read
    from faq.problems import Severity

    office = Office(knowledge or path)
    reading = read(office.path)
    found = (
        *reading.problems,
        *check_reading(reading, today()),
        *searched(reading, office.path, office.home, tell, office.encoders),
    )
    problems = sorted(found, key=lambda each: each.place)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings, rows = len(problems) - errors, reading.rows
    if json:
        cell = ("sheet", "row", "column")
        counts = {"errors": errors, "warnings": warnings, **({"rows": asdict(rows)} if rows.found else {})}
        records = [
            {
                "file": each.place.file,
                "line": each.place.line,
                **(
                    {name: getattr(each.place, name) for name in cell}
                    if each.place.sheet or each.place.row
                    else {}
                ),
                "severity": each.severity,
                "what": each.what,
                "remedy": each.remedy,
            }
            for each in problems
        ]
        emit({"path": str(office.path), **counts, "problems": records})
    else:
        console = rich_console()
        for problem in problems:
            line = Text(visible(str(problem)))
            style = "red" if problem.severity is Severity.ERROR else "yellow"
            line.highlight_words([f": {problem.severity}:"], style)
            console.print(line, soft_wrap=True)
        if rows.found:
            console.print(f"{rows.found} rows = {rows.read} read + {rows.reported} reported")
        style = "bold red" if errors else "bold yellow" if warnings else "bold green"
        counted = (
            f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in ((errors, "error"), (warnings, "warning"))
        )
        summary = f"{office.path}: {', '.join(counted)}"
        console.print(visible(summary), style=style, soft_wrap=True)
    if errors or (strict and problems):
        raise typer.Exit(ExitStatus.FAILURE)


def doctor(*, path: FaqOption = None, json: JsonOption = False) -> None:
    """Check that this installation can serve its FAQ.

    Looked at are the program and its dictionary, the sentence encoders, FAQ_HOME and the disk, the files of
    the knowledge, the release that is served, the journal, and the terminal. Each line says what to do:
    × is to be put right, △ works and could be better. `faq slack doctor` looks at Slack.

    Exits with 0 if nothing is to be put right, with 1 if something is.

    Example:
        faq doctor --faq my-faq
    """
    from bot.diagnostics.installation import examine
    from bot.settings import read_slack_settings

    office = Office(path)
    findings = examine(office.settings, read_slack_settings(), office.path, today())
    if not json:
        show_findings(findings)
        return
    found = [
        {
            "name": each.name,
            "state": "bad" if each.bad else "note" if each.to_do else "ok",
            "text": each.text,
            "to_do": each.to_do,
        }
        for each in findings
    ]
    bad = sum(each["state"] == "bad" for each in found)
    emit({"bad": bad, "findings": found})
    if bad:
        raise typer.Exit(ExitStatus.FAILURE)
