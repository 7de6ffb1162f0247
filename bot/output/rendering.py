"""What the console shows, as rich renderables. Other people's text is `Prose` or `Text`, never markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text

from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.texts import unanswered_text, with_source
from bot.output.terminal import visible
from bot.output.wrapping import wrap
from faq.model import Entry, EntryKind, Knowledge

KINDS = {EntryKind.ANSWER: "回答", EntryKind.REFERRAL: "案内", EntryKind.SMALLTALK: "あいさつ"}
"""What people call the kinds of entries."""

REPLIES = {
    ReplyKind.ANSWER: "回答",
    ReplyKind.CHOICES: "候補",
    ReplyKind.REFERRAL: "案内",
    ReplyKind.UNKNOWN: "わからない",
    ReplyKind.SMALLTALK: "あいさつ",
}
"""What people call the kinds of replies."""

NOTE = "dim"
WARNING = "yellow"


@dataclass(frozen=True)
class Prose:
    """Text broken as Japanese is on a terminal; in a pipe its lines stay as they are.

    Attributes:
        text: As somebody wrote it.
        style: Of the whole.
        indent: Cells left free before every line.
    """

    text: str
    style: str = ""
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield each line; what a terminal would act upon is written out."""
        style = Style.parse(self.style) if self.style else None
        for line in visible(self.text).expandtabs(4).rstrip("\n").split("\n"):
            for piece in wrap(line, options.max_width - self.indent) if console.is_terminal else (line,):
                yield Segment(" " * self.indent + piece, style)
                yield Segment.line()


def plain_cell(text: str, style: str = "") -> Text:
    """Return other people's text for one cell of a table."""
    return Text(visible(text), style=style)


class TrimmedTable(Table):
    """A table without blanks at the end of its lines, which would be copied along with them."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield each line, cut after its last character."""
        cells = (part for part in super().__rich_console__(console, options) if isinstance(part, Segment))
        for line in Segment.split_lines(cells):
            kept = list(line)
            while kept and not kept[-1].text.strip():
                kept.pop()
            if kept:
                kept[-1] = Segment(kept[-1].text.rstrip(), kept[-1].style)
            yield from kept
            yield Segment.line()


def table(*columns: Column | str, heading: bool = True) -> Table:
    """Return an empty table without lines, whose width would differ between terminals for Japanese."""
    return TrimmedTable(
        *columns,
        show_header=heading,
        header_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )


def reply_view(reply: Reply, knowledge: Knowledge, today: date) -> RenderableType:
    """Return a reply as the candidate will see it, then, dimmed, which entries it was made of."""
    parts: list[RenderableType] = [Prose(reply.text)]
    if reply.kind in {ReplyKind.ANSWER, ReplyKind.REFERRAL}:
        titled = len(reply.entries) > 1
        shown = [answer_view(entry, knowledge, today, titled=titled) for entry in reply.entries]
        parts = [part for view in shown for part in (view, "")][:-1]
        if reply.unanswered:
            parts += ["", Prose(unanswered_text(reply.unanswered))]
    if reply.kind is not ReplyKind.SMALLTALK:
        ids = "、".join(reply.ids)
        note = f"[{REPLIES[reply.kind]}] {ids} 確信度 {reply.confidence:.2f}"
        parts.append(Prose(note.replace("  ", " "), NOTE))
    if reply.unembedded:
        parts.append(Prose(reply.unembedded, WARNING))
    return Group(*parts, *stale_lines(reply.entries, today))


def answer_view(entry: Entry, knowledge: Knowledge, today: date, *, titled: bool = False) -> RenderableType:
    """Return an answer, its source and the questions that a reader may want next."""
    parts = [Prose(f"■ {entry.question}", style="bold")] if titled else []
    parts.append(Prose(entry.answer))
    if source := with_source(entry).removeprefix(entry.answer).strip("\n"):
        parts.append(Prose(source, style=NOTE))
    served = {other.id: other.question for other in knowledge.entries if other.served_on(today)}
    questions = [served[related] for related in entry.related if related in served]
    if questions:
        parts.append(Prose("関連する質問:", NOTE))
        parts += [Prose(f"・{question}", NOTE, indent=2) for question in questions]
    return Group(*parts)


def entry_view(entry: Entry, knowledge: Knowledge, today: date) -> RenderableType:
    """Return everything about an entry: the answer as candidates see it, then how it is asked."""
    facts = table(Column(style=NOTE, no_wrap=True), Column(overflow="fold"), heading=False)
    facts.add_row("ID", plain_cell(entry.id))
    facts.add_row("種類", plain_cell(" / ".join(filter(None, (KINDS[entry.kind], entry.category)))))
    if entry.related:
        facts.add_row("関連", plain_cell("、".join(entry.related)))
    if entry.review_by:
        facts.add_row("見直し期限", japanese_date(entry.review_by))
    if entry.valid_until:
        facts.add_row("掲載期限", japanese_date(entry.valid_until))
    asked: list[RenderableType] = [Prose(f"・{phrasing}", indent=2) for phrasing in entry.also_asked]
    if asked:
        asked = ["", Text(f"ほかの言い回し({len(asked)})", style="bold"), *asked]
    return Group(
        Prose(entry.question, style="bold"),
        "",
        answer_view(entry, knowledge, today),
        "",
        facts,
        *asked,
        *stale_lines([entry], today),
    )


def stale_lines(entries: Iterable[Entry], today: date) -> Iterable[RenderableType]:
    """Yield a warning for each entry past its `review_by`; candidates do not see it."""
    for entry in entries:
        if entry.review_by and entry.review_by < today:
            text = f"注意: {entry.id} は見直し期限({japanese_date(entry.review_by)})を過ぎています。"
            yield Prose(text, style=WARNING)


def japanese_date(day: date) -> str:
    """Return the day as it is written in Japanese.

    >>> japanese_date(date(2025, 2, 18))
    '2025年2月18日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def entry_list(entries: Sequence[Entry]) -> RenderableType:
    """Return ids, kinds and questions, a table for each category in order of the files."""
    by_category: dict[str, list[Entry]] = {}
    for entry in entries:
        by_category.setdefault(entry.category or "(分類なし)", []).append(entry)
    ids = max(cell_len(entry.id) for entry in entries)
    kinds = max(cell_len(_marked(entry)) for entry in entries)
    parts: list[RenderableType] = []
    for category, group in by_category.items():
        columns = [Column(width=width, no_wrap=True) for width in (ids, kinds) if width]
        rows = table(*columns, Column(overflow="fold"), heading=False)
        for entry in group:
            kind = [Text(_marked(entry), style=NOTE)] if kinds else []
            rows.add_row(plain_cell(entry.id), *kind, plain_cell(entry.question))
        parts += [plain_cell(f"{category}({len(group)})", style="bold"), rows, ""]
    return Group(*parts[:-1])


def _marked(entry: Entry) -> str:
    return "" if entry.kind is EntryKind.ANSWER else KINDS[entry.kind]
