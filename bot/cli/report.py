"""`faq report`: what was asked, how it was answered, and what to write next."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import FaqOption, JsonOption, Office, check_usage, emit, moment, say, show, tell
from faq.wording import worded


def report(
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
) -> None:
    """Report what was asked, how it was answered, and what to write next.

    How many questions and which of the five replies they got, by day; the entries by use and feedback, and
    those nobody reached; near misses; unanswered questions in groups, near in meaning, each with its
    closest entry; the questions passed to HR and how long they took. Texts are masked.

    Example:
        faq report --since 7d --html report.html
    """
    check_usage(not (html and json), "usage-one-of", names=("--html", "--json"))
    from bot.reporting import gathering
    from bot.reporting.report import whole_days

    office = Office(path)
    now = datetime.now().astimezone()
    period = whole_days(moment(since, now) if since else None, now)
    release = office.served()
    with office.journal_of(release) as journal:
        tell(worded("質問をまとめています"))
        found = gathering.report(
            journal.questions.between(period.since, period.until),
            journal.handovers.opened(period.since, period.until),
            release,
            period,
            mode=journal.mode,
            today=now.date(),
            own=gathering.own_releases(office.home, office.path, release),
        )
    if json:
        from bot.reporting.report import record

        emit(record(found))
    elif html:
        from bot.reporting.view import page
        from faq.exchange.edits import write_file

        write_file(html, page(found).encode())
        say([worded("{file} に書きました(質問 {asked}件)。", file=html, asked=found.asked)], err=True)
    else:
        from bot.reporting.view import report_view

        show(report_view(found, groups=groups))
