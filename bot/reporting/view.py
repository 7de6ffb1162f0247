"""The report in a terminal of 80 columns or more, and as one page that opens offline, also on a phone."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.conversation.reply import ReplyKind
from bot.output.labels import ENTRY_KINDS, REPLIES, day, is_made
from bot.output.tables import NOTE, WARNING, Prose, number_column, plain_cell, table
from bot.output.terminal import one_line
from bot.reporting.report import EntryUse, UsageReport
from bot.settings import JournalMode
from faq.wording import language, worded
from index.clustering.groups import Group as QuestionGroup
from index.clustering.groups import Nearest
from index.decision.policy import VerdictKind

TITLE = "質問の報告"
UNANSWERED = "答えられなかった質問({times}件、{groups}組)"
MOST_DAYS = 31
MOST_ENTRIES = 10
MOST_NEAR_MISSES = 10
MOST_GROUPS = 10
MOST_EXAMPLES = 3
LONGEST_NEAR = 40
LONGEST_NAME = 16  # characters of a question in a table
LONGEST = 60  # characters of a text: two lines of 80 columns. `--json` and the page have the whole text

PAGE = {"first_entries": 20, "most_groups": 100, "most_texts": 40, "most_bars": 10, "most_days": MOST_DAYS}
"""How much of each part the page shows, or shows unfolded."""

_FOLDER = Path(__file__).parent
_COLOURS = {
    ReplyKind.ANSWER: "green",
    ReplyKind.CHOICES: "cyan",
    ReplyKind.REFERRAL: "blue",
    ReplyKind.UNKNOWN: "red",
    ReplyKind.SMALLTALK: "bright_black",
}


def report_view(report: UsageReport) -> RenderableType:
    """Return the report; of each long part, the beginning."""
    disliked = [use for use in report.entries if use.bad]
    sections: list[tuple[str, Iterable[RenderableType]]] = [
        (worded("日ごと"), _days(report)),
        (worded("よく出た項目"), _entries(report.entries[:MOST_ENTRIES])),
        (
            worded("👎 の多い項目"),
            _entries(sorted(disliked, key=lambda use: (-use.bad, use.good, use.id))[:MOST_ENTRIES]),
        ),
        (worded("どの質問も届かなかった回答"), _unreached(report)),
        (worded("惜しかった質問と、いちばん近い項目"), _near_misses(report.near_misses)),
        (
            worded(UNANSWERED, times=report.unanswered, groups=len(report.groups)),
            _groups(report.groups),
        ),
    ]
    shown: list[RenderableType] = [*_head(report)]
    for title, found in sections:
        lines = list(found)
        shown += ["", Text(title, style="bold"), *(lines or [Text(worded("ありません。"), style=NOTE)])]
    for remark in remarks(report):
        shown += ["", Prose(remark, WARNING)]
    return Group(*shown)


def _head(report: UsageReport) -> Iterator[RenderableType]:
    yield Text(f"{worded(TITLE)} {span(report.since, report.until)}", style="bold")
    yield Prose(worded("公開中の版 {release}", release=report.release), NOTE)
    yield ""
    yield Text(
        worded(
            "質問 {asked}件  👍 {good}件  👎 {bad}件", asked=report.asked, good=report.good, bad=report.bad
        )
    )
    if not report.asked:
        return
    rows = table(
        Column(no_wrap=True), number_column(), number_column(), Column(ratio=1), heading=False, wide=True
    )
    most = max(report.replies.values())
    for kind, count in report.replies.items():
        rows.add_row(REPLIES[kind], str(count), share(count, report.asked), _bar(count, most, _COLOURS[kind]))
    yield rows


def _days(report: UsageReport) -> Iterator[RenderableType]:
    if not report.parts:
        return
    kinds = [kind for kind in ReplyKind if kind is not ReplyKind.SMALLTALK]
    names = (number_column(REPLIES[kind]) for kind in kinds)
    rows = table("", number_column(worded("質問")), Column(ratio=1), *names, wide=True)
    shown = report.parts[-MOST_DAYS:]
    most = max(each.asked for each in shown)
    for each in shown:
        counts = (str(each.replies[kind]) for kind in kinds)
        rows.add_row(heading(each.first), str(each.asked), _bar(each.asked, most), *counts)
    yield rows


def _entries(uses: Sequence[EntryUse]) -> Iterator[RenderableType]:
    if not uses:
        return
    numbers = (number_column(name) for name in (worded("回答・案内"), worded("候補"), "👍", "👎"))
    rows = table(Column(no_wrap=True), *numbers, Column(ratio=1), wide=True)
    most = max(use.shown + use.offered for use in uses)
    for use in uses:
        counts = map(str, (use.shown, use.offered, use.good, use.bad))
        name = plain_cell(one_line(use.question, LONGEST_NAME))
        rows.add_row(name, *counts, _bar(use.shown + use.offered, most))
    yield rows


def _unreached(report: UsageReport) -> Iterator[RenderableType]:
    rows = table(Column(overflow="fold", ratio=1), Column(no_wrap=True), heading=False, wide=True)
    for use in report.unreached:
        rows.add_row(plain_cell(use.question), plain_cell("" if is_made(use.id) else use.id, style=NOTE))
    if report.unreached:
        yield rows


def _near_misses(misses: Sequence[QuestionGroup]) -> Iterator[RenderableType]:
    for miss in misses[:MOST_NEAR_MISSES]:
        yield Prose(worded("「{q}」({times}回)", q=one_line(miss.representative, LONGEST), times=miss.times))
        yield Prose(f"→ {near(miss.nearest)}", NOTE, indent=2)


def _groups(groups: Sequence[QuestionGroup]) -> Iterator[RenderableType]:
    for number, group in enumerate(groups[:MOST_GROUPS], start=1):
        told = "{number}. {q}({times}回)"
        q = one_line(group.representative, LONGEST)
        yield Prose(worded(told, number=number, q=q, times=group.times))
        shown = [text for text in group.questions if text != group.representative][:MOST_EXAMPLES]
        for text in shown:
            yield Prose(f"・{one_line(text, LONGEST)}", indent=3)
        if left := len(group.questions) - 1 - len(shown):
            yield Prose(worded("ほか{count}通り", count=left), NOTE, indent=3)
        yield Prose(f"→ {near(group.nearest)}", NOTE, indent=3)
    if rest := groups[MOST_GROUPS:]:
        told = "ほかに{groups}組({times}件)があります(--html FILE で見られます)。"
        yield Prose(worded(told, groups=len(rest), times=sum(group.times for group in rest)), NOTE)


def _bar(value: float, most: float, colour: str = "green") -> Bar:
    return Bar(size=most or 1, begin=0, end=value, color=colour)


def span(since: datetime | None, until: datetime) -> str:
    """Return the period for the heading.

    >>> from datetime import UTC
    >>> span(datetime(2025, 6, 9, tzinfo=UTC), datetime(2025, 6, 15, 9, 30, tzinfo=UTC))
    '2025年6月9日から2025年6月15日 9:30まで(UTC)'
    """
    told = "{since}から{day} {hour}:{minute}まで({zone})"
    return worded(
        told,
        since=day(since) if since else worded("保存している最も古い質問"),
        day=day(until),
        hour=until.hour,
        minute=f"{until:%M}",
        zone=until.tzname(),
    )


def heading(when: date) -> str:
    """Return a short name of a day.

    >>> heading(date(2025, 6, 9))
    '6/9(月)'
    """
    weekdays = worded("月、火、水、木、金、土、日").split("、")
    told = "{month}/{day}({weekday})"
    return worded(told, month=when.month, day=when.day, weekday=weekdays[when.weekday()])


def share(count: int, total: int) -> str:
    """Return a part in per cent of the whole; a dash if the whole is 0.

    >>> share(1, 3), share(0, 0)
    ('33%', '—')
    """
    return f"{count / total:.0%}" if total else "—"


def near(nearest: Nearest | None) -> str:
    """Return the phrasing of the closest entry, its confidence, and the reply of today, unless that is unknown."""
    if nearest is None:
        return worded("近い項目はありません")
    values = {"phrasing": one_line(nearest.phrasing, LONGEST_NEAR), "confidence": nearest.confidence}
    if nearest.now is VerdictKind.UNKNOWN:
        return worded("「{phrasing}」 確信度 {confidence:.2f}", **values)
    told = "「{phrasing}」 確信度 {confidence:.2f} (今の版の返事は「{reply}」)"
    return worded(told, **values, reply=REPLIES[ReplyKind(nearest.now)])


def remarks(report: UsageReport) -> Iterator[str]:
    """Yield remarks on how the report was made; usually none."""
    if report.journal is JournalMode.OFF:
        yield worded("質問を記録していません(FAQ_JOURNAL=off)。前に記録した分だけの報告です。")
    elif report.journal is JournalMode.COUNTS:
        yield worded(
            "質問の文を記録していません(FAQ_JOURNAL=counts)。組にできるのは、前に文を記録した分だけです。"
        )


def page(report: UsageReport) -> str:
    """Return the report as HTML, in which texts of people are escaped, and nothing is fetched or run."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    marked = sorted(report.entries, key=lambda use: (-use.good - use.bad, use.id))
    return environment.get_template("page.html").render(
        report=report,
        marked=[use for use in marked if use.good or use.bad][: PAGE["most_bars"]],
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704 -- the program's own
        words=sys.modules[__name__],
        language=language(),
        w=worded,
        one_line=one_line,
        replies=REPLIES,
        kinds=ENTRY_KINDS,
        zip=zip,
        **PAGE,
    )
