"""The report in a terminal: tables and bars, as wide as it is, 80 columns at the least."""

from collections.abc import Iterable, Iterator, Sequence

from rich.bar import Bar
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from bot.conversation.reply import ReplyKind
from bot.output.rendering import NOTE, REPLIES, WARNING, Prose, plain_cell, table
from bot.reporting import phrases
from bot.reporting.examples import examples
from bot.reporting.report import EntryUse, HandoverUse, NearMiss, Part, UsageReport
from index.clustering.groups import Group as QuestionGroup

MOST_ENTRIES = 10
MOST_NEAR_MISSES = 10
MOST_EXAMPLES = 3
LONGEST = 60
"""Characters of somebody's text: two lines of 80 columns. `--json` and the page have it whole."""

COLOURS = {
    ReplyKind.ANSWER: "green",
    ReplyKind.CHOICES: "cyan",
    ReplyKind.REFERRAL: "blue",
    ReplyKind.UNKNOWN: "red",
    ReplyKind.SMALLTALK: "bright_black",
}


def report_view(report: UsageReport, *, groups: int) -> RenderableType:
    """Return the report with at most that many groups of unanswered questions."""
    sections: list[tuple[str, Iterable[RenderableType]]] = [
        (phrases.STEPS[report.step], _parts(report)),
        ("よく出た項目", _entries(report.entries[:MOST_ENTRIES])),
        ("👎 の多い項目", _entries(_worst(report.entries))),
        ("どの質問も届かなかった回答", _unreached(report)),
        ("惜しかった質問と、いちばん近い項目", _near_misses(report.unanswered.near_misses)),
        (
            f"答えられなかった質問({report.unanswered.times}件、{len(report.unanswered.groups)}組)",
            _groups(report.unanswered.groups, groups),
        ),
        ("人事への引き継ぎ", _handovers(report.handovers, report)),
    ]
    shown: list[RenderableType] = [*_head(report)]
    for title, found in sections:
        lines = list(found)
        shown += ["", Text(title, style="bold"), *(lines or [Text("ありません。", style=NOTE)])]
    remarks = phrases.remarks(report)
    shown += [""] * bool(remarks) + [Prose(remark, WARNING) for remark in remarks]
    return Group(*shown)


def _head(report: UsageReport) -> Iterator[RenderableType]:
    yield Text(f"{phrases.TITLE} {phrases.span(report.period)}", style="bold")
    yield Prose(f"公開中の版 {report.release}", NOTE)
    yield ""
    yield Text(f"質問 {report.asked}件  👍 {report.good}件  👎 {report.bad}件")
    if not report.asked:
        return
    rows = table(Column(no_wrap=True), _number(), _number(), Column(ratio=1), heading=False)
    most = max(report.replies.values())
    for kind, count in report.replies.items():
        rows.add_row(
            REPLIES[kind], str(count), phrases.share(count, report.asked), _bar(count, most, COLOURS[kind])
        )
    yield _wide(rows)


def _parts(report: UsageReport) -> Iterator[RenderableType]:
    if not report.parts:
        return
    kinds = (ReplyKind.ANSWER, ReplyKind.CHOICES, ReplyKind.REFERRAL, ReplyKind.UNKNOWN)
    names = (_number(REPLIES[kind]) for kind in kinds)
    rows = table("", _number("質問"), Column(ratio=1), *names, _number("確信度"))
    most = max(part.asked for part in report.parts)
    for part in report.parts:
        counts = (str(part.replies[kind]) for kind in kinds)
        heading = phrases.heading(part.first, report.step)
        rows.add_row(heading, str(part.asked), _bar(part.asked, most), *counts, _middle(part))
    yield _wide(rows)
    yield Prose("確信度は中央値(あいさつを除く)。", NOTE)


def _middle(part: Part) -> str:
    return f"{part.confidence.middle:.2f}" if part.confidence else "—"


def _entries(uses: Sequence[EntryUse]) -> Iterator[RenderableType]:
    if not uses:
        return
    numbers = (_number(name) for name in ("回答・案内", "候補", "👍", "👎"))
    rows = table(Column(no_wrap=True), *numbers, Column(ratio=1))
    most = max(use.shown + use.offered for use in uses)
    for use in uses:
        counts = map(str, (use.shown, use.offered, use.good, use.bad))
        rows.add_row(plain_cell(use.entry_id), *counts, _bar(use.shown + use.offered, most))
    yield _wide(rows)
    gone = [use.entry_id for use in uses if use.kind is None]
    if gone:
        yield Prose(f"{phrases.GONE}: {'、'.join(gone)}", NOTE)


def _worst(uses: Iterable[EntryUse]) -> list[EntryUse]:
    disliked = (use for use in uses if use.bad)
    return sorted(disliked, key=lambda use: (-use.bad, use.good, use.entry_id))[:MOST_ENTRIES]


def _unreached(report: UsageReport) -> Iterator[RenderableType]:
    rows = table(Column(no_wrap=True), Column(overflow="fold", ratio=1), heading=False)
    for use in report.unreached:
        rows.add_row(plain_cell(use.entry_id), plain_cell(use.question))
    if report.unreached:
        yield _wide(rows)
    if report.unreached_referrals:
        yield Prose(f"ほかに、案内だけの項目 {len(report.unreached_referrals)}件にも届いていません。", NOTE)


def _near_misses(misses: Sequence[NearMiss]) -> Iterator[RenderableType]:
    for miss in misses[:MOST_NEAR_MISSES]:
        yield Prose(f"「{_clipped(miss.text)}」({miss.times}回)")
        near = " ".join(filter(None, (phrases.closeness(miss.nearest), phrases.now(miss.nearest))))
        yield Prose(f"→ {near} 「{miss.nearest.phrasing}」", NOTE, indent=2)


def _groups(groups: Sequence[QuestionGroup], most: int) -> Iterator[RenderableType]:
    for number, group in enumerate(groups[:most], start=1):
        yield Prose(f"{number}. {_clipped(group.representative)}({group.times}回)")
        shown = examples(group, MOST_EXAMPLES)
        for text in shown:
            yield Prose(f"・{_clipped(text)}", indent=3)
        if left := len(group.questions) - 1 - len(shown):
            yield Prose(f"ほか{left}通り", NOTE, indent=3)
        near = " ".join(filter(None, (phrases.closeness(group.nearest), phrases.now(group.nearest))))
        yield Prose(f"→ {near}", NOTE, indent=3)
    if len(groups) > most:
        left = sum(group.times for group in groups[most:])
        yield Prose(f"ほかに{len(groups) - most}組({left}件)があります(--groups N で増やせます)。", NOTE)


def _clipped(text: str) -> str:
    text = phrases.one_line(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _handovers(use: HandoverUse, report: UsageReport) -> Iterator[RenderableType]:
    if not use.opened:
        return
    states = "、".join(f"{phrases.STATES[state]} {count}件" for state, count in use.states.items())
    yield Prose(f"{use.opened}件(いまは{states})")
    for name, took in (("引き受けまで", use.taken), ("最初の回答まで", use.answered)):
        if took:
            middle, high = phrases.took(took.middle), phrases.took(took.high)
            yield Prose(f"{name} 中央値 {middle}、4件に3件は {high} 以内")
    if use.oldest_waiting:
        waiting = phrases.waiting(use.oldest_waiting, report.period.until)
        yield Prose(f"回答を待っている最も古いもの: {waiting}前から", WARNING)


def _number(name: str = "") -> Column:
    return Column(name, justify="right", no_wrap=True)


def _bar(value: float, most: float, colour: str = "green") -> Bar:
    return Bar(size=most or 1, begin=0, end=value, color=colour)


def _wide(rows: Table) -> Table:
    rows.expand = True
    return rows
