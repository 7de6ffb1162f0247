"""The report as it is shown: in a terminal, 80 columns or wider, and as one page.

The page is a file by itself that opens offline, on a phone too, and is safe to pass around.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.conversation.reply import ReplyKind
from bot.output.labels import ENTRY_KINDS, REPLIES, is_made
from bot.output.tables import NOTE, WARNING, Prose, number_column, plain_cell, table
from bot.output.terminal import one_line
from bot.reporting import report as phrases
from bot.reporting.report import EntryUse, NearMiss, UsageReport
from faq.wording import language, listed, worded
from index.clustering.groups import Group as QuestionGroup

MOST_ENTRIES = 10
MOST_NEAR_MISSES = 10
MOST_EXAMPLES = 3
LONGEST_NAME = 16  # characters of a question in a table
LONGEST = 60  # characters of somebody's text: two lines of 80 columns. `--json` and the page have it whole

PAGE = {"first_entries": 20, "most_groups": 100, "most_texts": 40, "most_bars": 10}
"""How much of each the page shows, or shows unfolded."""

_FOLDER = Path(__file__).parent
_COLOURS = {
    ReplyKind.ANSWER: "green",
    ReplyKind.CHOICES: "cyan",
    ReplyKind.REFERRAL: "blue",
    ReplyKind.UNKNOWN: "red",
    ReplyKind.SMALLTALK: "bright_black",
}


def report_view(report: UsageReport, *, groups: int) -> RenderableType:
    """Return the report with at most that many groups of unanswered questions."""
    disliked = [use for use in report.entries if use.bad]
    sections: list[tuple[str, Iterable[RenderableType]]] = [
        (phrases.STEPS[report.step], _parts(report)),
        (worded("よく出た項目"), _entries(report.entries[:MOST_ENTRIES])),
        (
            worded("👎 の多い項目"),
            _entries(sorted(disliked, key=lambda use: (-use.bad, use.good, use.id))[:MOST_ENTRIES]),
        ),
        (worded("どの質問も届かなかった回答"), _unreached(report)),
        (worded("惜しかった質問と、いちばん近い項目"), _near_misses(report.near_misses)),
        (
            worded(phrases.UNANSWERED, times=report.unanswered, groups=len(report.groups)),
            _groups(report.groups, groups),
        ),
        (worded("人事への引き継ぎ"), _handovers(report)),
    ]
    shown: list[RenderableType] = [*_head(report)]
    for title, found in sections:
        lines = list(found)
        shown += ["", Text(title, style="bold"), *(lines or [Text(worded("ありません。"), style=NOTE)])]
    remarks = [Prose(remark, WARNING) for remark in phrases.remarks(report)]
    shown += ["", *remarks] if remarks else []
    return Group(*shown)


def _head(report: UsageReport) -> Iterator[RenderableType]:
    yield Text(f"{worded(phrases.TITLE)} {phrases.span(report.period)}", style="bold")
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
        share = phrases.share(count, report.asked)
        rows.add_row(REPLIES[kind], str(count), share, _bar(count, most, _COLOURS[kind]))
    yield rows


def _parts(report: UsageReport) -> Iterator[RenderableType]:
    if not report.parts:
        return
    kinds = [kind for kind in ReplyKind if kind is not ReplyKind.SMALLTALK]
    names = (number_column(REPLIES[kind]) for kind in kinds)
    rows = table("", number_column(worded("質問")), Column(ratio=1), *names, wide=True)
    most = max(part.asked for part in report.parts)
    for part in report.parts:
        heading = phrases.heading(part.first, report.step)
        counts = (str(part.replies[kind]) for kind in kinds)
        rows.add_row(heading, str(part.asked), _bar(part.asked, most), *counts)
    yield rows


def _entries(uses: Sequence[EntryUse]) -> Iterator[RenderableType]:
    if not uses:
        return
    numbers = (number_column(name) for name in (worded("回答・案内"), worded("候補"), "👍", "👎"))
    rows = table(Column(no_wrap=True), *numbers, Column(ratio=1), wide=True)
    most = max(use.shown + use.offered for use in uses)
    for use in uses:
        counts = map(str, (use.shown, use.offered, use.good, use.bad))
        rows.add_row(
            plain_cell(one_line(use.question or use.id, LONGEST_NAME)),
            *counts,
            _bar(use.shown + use.offered, most),
        )
    yield rows
    gone = [use.id for use in uses if use.kind is None]
    if gone:
        yield Prose(f"{worded(phrases.GONE)}: {listed(gone)}", NOTE)


def _unreached(report: UsageReport) -> Iterator[RenderableType]:
    rows = table(Column(overflow="fold", ratio=1), Column(no_wrap=True), heading=False, wide=True)
    for use in report.unreached:
        rows.add_row(plain_cell(use.question), plain_cell("" if is_made(use.id) else use.id, style=NOTE))
    if report.unreached:
        yield rows


def _near_misses(misses: Sequence[NearMiss]) -> Iterator[RenderableType]:
    for miss in misses[:MOST_NEAR_MISSES]:
        yield Prose(worded("「{q}」({times}回)", q=one_line(miss.text, LONGEST), times=miss.times))
        yield Prose(f"→ {phrases.near(miss.nearest)}", NOTE, indent=2)


def _groups(groups: Sequence[QuestionGroup], most: int) -> Iterator[RenderableType]:
    for number, group in enumerate(groups[:most], start=1):
        told = "{number}. {q}({times}回)"
        q = one_line(group.representative, LONGEST)
        yield Prose(worded(told, number=number, q=q, times=group.times))
        shown = [text for text in group.questions if text != group.representative][:MOST_EXAMPLES]
        for text in shown:
            yield Prose(f"・{one_line(text, LONGEST)}", indent=3)
        if left := len(group.questions) - 1 - len(shown):
            yield Prose(worded("ほか{count}通り", count=left), NOTE, indent=3)
        yield Prose(f"→ {phrases.near(group.nearest)}", NOTE, indent=3)
    if len(groups) > most:
        left = sum(group.times for group in groups[most:])
        told = "ほかに{groups}組({times}件)があります(--groups N で増やせます)。"
        yield Prose(worded(told, groups=len(groups) - most, times=left), NOTE)


def _handovers(report: UsageReport) -> Iterator[RenderableType]:
    use = report.handovers
    if not use.opened:
        return
    yield from (Prose(line) for line in phrases.handover_lines(use))
    if use.oldest_waiting:
        yield Prose(phrases.waiting_line(use.oldest_waiting, report.period.until), WARNING)


def _bar(value: float, most: float, colour: str = "green") -> Bar:
    return Bar(size=most or 1, begin=0, end=value, color=colour)


def page(report: UsageReport) -> str:
    """Return the report as HTML; what people wrote stays text, and nothing is fetched or run."""
    marked = sorted(report.entries, key=lambda use: (-use.good - use.bad, use.id))
    return _template().render(
        report=report,
        marked=[use for use in marked if use.good or use.bad][: PAGE["most_bars"]],
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704 -- the program's own
        words=phrases,
        language=language(),
        w=worded,
        one_line=one_line,
        replies=REPLIES,
        kinds=ENTRY_KINDS,
        zip=zip,
        **PAGE,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html")
