"""`faq report`: what was asked, how it was answered, and what to write next."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption
from faq.errors import FaqError

if TYPE_CHECKING:
    from bot.reporting.period import Period
    from bot.reporting.report import UsageReport


def report(  # noqa: PLR0913 -- its options
    *,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="7d, 4w, or a day as 2025-06-01, in whole days; without it all that is kept."
        ),
    ] = None,
    groups: Annotated[
        int, typer.Option(min=0, metavar="N", help="Groups of unanswered questions to list.")
    ] = 10,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one page that opens offline in a browser.")
    ] = None,
    path: FaqOption = None,
    json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Report what was asked, how it was answered, and what to write next.

    How many questions and which of the five replies they got, by day; the entries by use and feedback, and
    those nobody reached; near misses; unanswered questions in groups, near in meaning, each with its
    closest entry; the questions passed to HR and how long they took. Texts are masked.

    Example:
        faq report --since 7d --html report.html
    """
    if html and json:
        msg = "give one of the two"
        raise typer.BadParameter(msg, param_hint="--html --json")
    period = _period(since)
    from bot.cli.opening import open_journal, open_knowledge, tell  # noqa: PLC0415 -- the index
    from bot.reporting.gathering import gather  # noqa: PLC0415 -- SQLAlchemy

    release = open_knowledge(path)
    with open_journal(release) as journal:
        tell("質問をまとめています")
        found = gather(journal, release, period, today=period.until.date())
    if json:
        from bot.conversation.record import json_line  # noqa: PLC0415 -- the index
        from bot.reporting.record import record  # noqa: PLC0415 -- the same

        typer.echo(json_line(record(found)))
        return
    if html:
        _write(html, found)
        return
    from bot.output.terminal import rich_console  # noqa: PLC0415 -- the same
    from bot.reporting.view import report_view  # noqa: PLC0415 -- rich; JSON needs none

    rich_console(no_color=no_color).print(report_view(found, groups=groups), crop=False)


def _write(file: Path, found: "UsageReport") -> None:
    from bot.output.terminal import visible  # noqa: PLC0415 -- with the others
    from bot.reporting.page import page  # noqa: PLC0415 -- charts, a tenth of a second

    try:
        file.write_text(page(found), encoding="utf-8")
    except OSError as error:
        msg = f"{file}: 書けません({error.strerror})。別の場所を指定してください。"
        raise FaqError(msg) from error
    typer.echo(visible(f"{file} に書きました(質問 {found.asked}件)。"), err=True)


def _period(since: str | None) -> "Period":
    from bot.cli.since import since as moment  # noqa: PLC0415 -- quick, and the help needs none
    from bot.reporting.period import whole_days  # noqa: PLC0415 -- the same

    now = datetime.now().astimezone()
    return whole_days(moment(since, now) if since else None, now)
