"""`faq check`: every problem of a knowledge set, at once."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption
from bot.output.exit_status import ExitStatus

if TYPE_CHECKING:
    from faq.errors import Problem
    from faq.formats.rows import RowCount


def check(
    knowledge: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="Knowledge file or folder, as with --faq.")
    ] = None,
    *,
    path: FaqOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings too.")] = False,
    json: JsonOption = False,
    no_color: NoColorOption = False,
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
    from bot.authoring.search_checks import searched  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.cli.opening import knowledge_path, tell, today, warn  # noqa: PLC0415 -- the same
    from bot.embeddings.encoders import open_encoders  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from faq.check import check as check_reading  # noqa: PLC0415 -- the same
    from faq.errors import Severity  # noqa: PLC0415 -- the same
    from faq.reading import read  # noqa: PLC0415 -- the same

    settings = read_settings()
    checked = knowledge_path(knowledge or path, settings)
    reading = read(checked)
    found = (
        *reading.problems,
        *check_reading(reading, today()),
        *searched(reading, checked, settings.home, tell, open_encoders(settings, warn)),
    )
    problems = sorted(found, key=lambda each: each.place)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    _print(checked, problems, errors, reading.rows, json=json, no_color=no_color)
    if errors or (strict and problems):
        raise typer.Exit(ExitStatus.FAILURE)


def _print(  # noqa: PLR0913 -- what is printed, and how
    path: Path, problems: list["Problem"], errors: int, rows: "RowCount", *, json: bool, no_color: bool
) -> None:
    from bot.conversation.record import json_line  # noqa: PLC0415 -- with the index

    warnings = len(problems) - errors
    if json:
        found = [
            {
                "file": problem.place.file,
                "line": problem.place.line,
                **_cell_of(problem),
                "severity": problem.severity,
                "what": problem.what,
                "remedy": problem.remedy,
            }
            for problem in problems
        ]
        counts = {"errors": errors, "warnings": warnings}
        told = {"rows": asdict(rows)} if rows.found else {}
        typer.echo(json_line({"path": str(path), **counts, **told, "problems": found}))
        return
    from bot.output.terminal import rich_console, visible  # noqa: PLC0415 -- JSON needs no rich

    console = rich_console(no_color=no_color)
    for line in _lines(problems):
        console.print(line, soft_wrap=True)
    if rows.found:
        console.print(f"{rows.found} rows = {rows.read} read + {rows.reported} reported")
    style = "bold red" if errors else "bold yellow" if warnings else "bold green"
    summary = visible(f"{path}: {_count(errors, 'error')}, {_count(warnings, 'warning')}")
    console.print(summary, style=style, soft_wrap=True)


def _cell_of(problem: "Problem") -> dict[str, object]:
    """Return where in a sheet a problem is; nothing for other files."""
    place = problem.place
    if not (place.sheet or place.row):
        return {}
    return {"sheet": place.sheet, "row": place.row, "column": place.column}


def _lines(problems: Iterable["Problem"]) -> Iterator[object]:
    from rich.text import Text  # noqa: PLC0415 -- JSON needs no rich

    from bot.output.terminal import visible  # noqa: PLC0415 -- the same
    from faq.errors import Severity  # noqa: PLC0415 -- with the index

    for problem in problems:
        style = "red" if problem.severity is Severity.ERROR else "yellow"
        line = Text(visible(str(problem)))
        line.highlight_words([f": {problem.severity}:"], style)
        yield line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
