"""`faq init`, `faq export`, `faq import`, `faq schema`: the knowledge as files for people and other programs."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import Office, check_usage, say, today
from bot.cli.options import FaqOption, KnowledgeArgument
from faq.files import Format

_REPORT = "report"
_STANDARD_OUTPUT = Path("-")


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to make; one that exists must be empty.")
    ],
) -> None:
    """Copy the built-in FAQ to a folder that you then edit.

    Prints the files that it wrote. Serve the folder with --faq DIR or FAQ_PATH=DIR.

    Example:
        faq init my-faq
    """
    from faq.exchange.exporting import copy_builtin

    say(map(str, copy_builtin(folder)))
    say([f"Edit the files, then: faq check {folder}"], err=True)


def export(
    knowledge: KnowledgeArgument = None,
    *,
    to: Annotated[Format, typer.Option("--to", help="Format to write.")] = Format.XLSX,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write; faq.xlsx, faq.csv … without it; - is standard output.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    path: FaqOption = None,
) -> None:
    """Write the FAQ for Excel or another program, so that nothing is lost when it is imported.

    Excel and YAML hold everything in one file. With CSV, TSV and JSON Lines, the expectations and the
    lexicon go into files beside it. Texts that begin like a formula are written as texts.

    Prints the files that it wrote. On standard output it writes the file with the entries alone.

    Example:
        faq export --to xlsx --output faq.xlsx
    """
    from tempfile import TemporaryDirectory

    from faq.exchange.exporting import export as write
    from faq.loading.loader import load

    held = load(Office(knowledge or path).path)
    told = f"項目 {len(held.entries)}件、想定質問 {len(held.expectations)}件を書き出しました。"
    if output == _STANDARD_OUTPUT:
        with TemporaryDirectory() as folder:
            first, *others = write(held, to, Path(folder) / f"faq.{to.value}")
            sys.stdout.buffer.write(first.read_bytes())
        told = f"項目 {len(held.entries)}件だけを書き出しました。" if others else told
    else:
        say(map(str, write(held, to, output or Path(f"faq.{to.value}"), overwrite=force)))
    typer.echo(told, err=True)


def import_(  # noqa: PLR0913 -- each is an option
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE | report PAGE", help="File of any format; or 'report' and an event report."
        ),
    ],
    page: Annotated[Path | None, typer.Argument(hidden=True)] = None,
    *,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="Folder of YAML that takes over what changes."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Draft of a report; PAGE-draft.yaml without it."),
    ] = None,
    path: FaqOption = None,
) -> None:
    """Take over a sheet into a folder of YAML files, or make a draft of an event report.

    Shows what would change. With --into it is then changed, all of it or, if there is a problem,
    nothing; comments and order stay, and what the file does not have is kept. Without --into, the file
    is compared with what --faq says.

    "faq import report PAGE" reads a report, text or HTML, into a draft with its questions and each
    answer by its speaker. faq check then says what a person must still write.

    Example:
        faq import faq.xlsx --into my-faq
    """
    if page is None and source != _REPORT:
        check_usage(output is None, "--output", "only for 'report PAGE'")
        _import_file(Path(source), into, path, dry_run=dry_run)
        return
    check_usage(source == _REPORT, "FILE", "give one file, or 'report' and a page")
    check_usage(page is not None, "PAGE", "give the page after 'report'")
    check_usage(into is None and not dry_run, "--into", "not for 'report'; give --output")
    if page is not None:
        from bot.cli.report_draft import draft_report

        say(draft_report(page, output or Path(f"{page.stem}-draft.yaml")))


def _import_file(file: Path, into: Path | None, flag: Path | None, *, dry_run: bool) -> None:
    from bot.output.differences import import_lines, row_line
    from faq.exchange.importing import apply, plan
    from faq.problems import FaqError, folded_lines
    from faq.wording import language

    against = into or Office(flag).path
    try:
        planned = plan(file, against)
    except FaqError as error:
        msg = f"取り込みませんでした。何も変えていません。\n{error}"
        raise FaqError(msg) from error
    say(folded_lines(planned.reading.problems, language()), err=True)
    say((*row_line(planned.reading), *import_lines(planned.comparison)))
    if not planned.comparison:
        typer.echo("変わるところはありません。")
    elif into is None:
        say([f"{against} と比べました。取り込むには --into フォルダー を付けてください。"])
    elif dry_run:
        typer.echo("まだ何も変えていません(--dry-run)。")
    else:
        say(f"書き込み: {written}" for written in apply(planned, into, today()))
        say([f"次に: faq publish {into}"], err=True)


def schema(
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write; standard output without it."),
    ] = None,
) -> None:
    """Print the JSON Schema of the YAML files.

    Put it beside the files as faq.schema.json, and begin each file with the line
    "# yaml-language-server: $schema=faq.schema.json". Editors with a YAML language server, such as
    Visual Studio Code with its YAML extension, then complete keys and mark mistakes.

    Example:
        faq schema --output my-faq/faq.schema.json
    """
    import json

    from faq.exchange.edits import write_file
    from faq.exchange.exporting import schema as made

    text = json.dumps(made(), ensure_ascii=False, indent=2) + "\n"
    if output:
        say([str(write_file(output, text.encode()))])
    else:
        typer.echo(text, nl=False)
