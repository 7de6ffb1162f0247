"""`faq import`: a sheet or another file into YAML, and an event report into a draft."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import FaqOption
from bot.output.terminal import visible

if TYPE_CHECKING:
    from faq.errors import Problem

_REPORT = "report"


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
        _check_usage(output is None, "--output", "only for 'report PAGE'")
        _import_file(Path(source), into, path, dry_run=dry_run)
        return
    _check_usage(source == _REPORT, "FILE", "give one file, or 'report' and a page")
    _check_usage(page is not None, "PAGE", "give the page after 'report'")
    _check_usage(into is None and not dry_run, "--into", "not for 'report'; give --output")
    if page is not None:
        from bot.authoring.report_draft import draft_report  # noqa: PLC0415 -- `faq --help` needs none

        for line in draft_report(page, output or Path(f"{page.stem}-draft.yaml")):
            typer.echo(visible(line))


def _check_usage(right: bool, where: str, what: str) -> None:  # noqa: FBT001 -- a condition
    if not right:
        raise typer.BadParameter(what, param_hint=where)


def _import_file(file: Path, into: Path | None, flag: Path | None, *, dry_run: bool) -> None:
    from bot.authoring.import_diff import difference_lines, row_line  # noqa: PLC0415 -- the same
    from bot.cli.opening import knowledge_path, today  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from faq.importing import apply, plan  # noqa: PLC0415 -- the same

    against = into or knowledge_path(flag, read_settings())
    planned = plan(file, against)
    _tell(planned.reading.problems)
    for line in (*row_line(planned.reading), *difference_lines(planned.comparison)):
        typer.echo(visible(line))
    if not planned.comparison:
        typer.echo("変わるところはありません。")
    elif into is None:
        typer.echo(visible(f"{against} と比べました。取り込むには --into フォルダー を付けてください。"))
    elif dry_run:
        typer.echo("まだ何も変えていません(--dry-run)。")
    else:
        for written in apply(planned, into, today()):
            typer.echo(visible(f"書き込み: {written}"))
        typer.echo(visible(f"次に: faq publish {into}"), err=True)


def _tell(problems: Iterable["Problem"]) -> None:
    for problem in problems:
        typer.echo(visible(str(problem)), err=True)
