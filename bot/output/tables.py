"""Prose and tables on a terminal, as rich renderables. Text of other people is `Prose` or `Text`, never markup."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text

from bot.output.terminal import visible
from faq.problems import FIRST_PLACES, Problem, Severity, by_kind, causes, follow_line, places
from faq.wording import Labels, marked, worded

_OPENING = "([{「『〔【〈《“‘（［｛"
_CLOSING = ")]}、。」』〕】〉》”’・…‥,.!?:;）］｝，．！？：；"
_NOT_FIRST = "ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ\u3099\u309a"  # as little as a closing mark
_WORD = "[\x21-\x7e\xa1-\u10ff]+"
_UNIT = re.compile(rf"[{re.escape(_OPENING)}]*(?:{_WORD}|\S)[{re.escape(_CLOSING + _NOT_FIRST)}]*|\s+")


def wrap(line: str, width: int) -> list[str]:
    """Return `line` in pieces of at most `width` cells, one or more; a full-width character has two.

    No piece begins with a closing mark or small kana, and none ends in an opening bracket.

    >>> wrap("平均すると週2日です。", 18)
    ['平均すると週2日で', 'す。']
    >>> wrap("How often can I", 10)
    ['How often', 'can I']
    """
    pieces = [""]
    for found in _UNIT.finditer(line):
        for unit in chop_cells(found[0], width) if cell_len(found[0]) > width else (found[0],):
            if pieces[-1] and cell_len(pieces[-1] + unit.rstrip()) > width:
                pieces.append("")
            pieces[-1] += unit if pieces[-1] or len(pieces) == 1 else unit.lstrip()
    return [piece.rstrip() for piece in pieces]


NOTE = "dim"
WARNING = "yellow"


@dataclass(frozen=True)
class Prose:
    """Text that is wrapped on a terminal as Japanese is, and not in a pipe. `indent` is in cells."""

    text: str
    style: str = ""
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        style = Style.parse(self.style) if self.style else None
        for line in visible(self.text).expandtabs(4).rstrip("\n").split("\n"):
            for piece in wrap(line, options.max_width - self.indent) if console.is_terminal else (line,):
                yield Segment(" " * self.indent + piece, style)
                yield Segment.line()


class _TrimmedTable(Table):
    """A table without blanks at the ends of its lines."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        cells = (part for part in super().__rich_console__(console, options) if isinstance(part, Segment))
        for line in Segment.split_lines(cells):
            kept = list(line)
            while kept and not kept[-1].text.strip():
                kept.pop()
            if kept:
                kept[-1] = Segment(kept[-1].text.rstrip(), kept[-1].style)
            yield from kept
            yield Segment.line()


def table(*columns: Column | str, heading: bool = True, wide: bool = False) -> Table:
    """Return an empty table without borders: their width differs between terminals for Japanese."""
    return _TrimmedTable(
        *columns,
        show_header=heading,
        header_style="bold",
        box=None,
        expand=wide,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )


def plain_cell(text: str, style: str = "") -> Text:
    """Return text of other people for one cell of a table."""
    return Text(visible(text), style=style)


def number_column(name: str = "") -> Column:
    return Column(name, justify="right", no_wrap=True)


_TITLES = Labels({"serving": "公開を止めるもの", "noticed": "応募者が気づくもの", "rest": "そのほか"})
_STYLES = {"serving": "bold red", "noticed": "bold yellow", "rest": "bold"}


def problem_view(problems: Sequence[Problem], *, everything: bool) -> RenderableType:
    """Return the problems in groups with counts; a kind with many places is one line, unless `everything` is wanted."""
    errors, follow = causes(each for each in problems if each.severity is Severity.ERROR)
    if everything:
        errors, follow = [*errors, *follow], []
    doubts = [each for each in problems if each.severity is Severity.WARNING]
    groups = {
        "serving": errors,
        "noticed": [each for each in doubts if marked(each.fault.kind, "noticed")],
        "rest": [each for each in doubts if not marked(each.fault.kind, "noticed")],
    }
    shown: list[RenderableType] = []
    for name, found in groups.items():
        if found:
            title = worded("{title} {count}件", title=_TITLES[name], count=len(found))
            shown += [Text(title, style=_STYLES[name]), *_group(found, everything=everything)]
        if name == "serving" and follow:
            shown.append(Prose(follow_line(follow), NOTE, 2))
    folded = follow or any(len(same) > FIRST_PLACES for same in by_kind(problems))
    if folded and not everything:
        shown.append(Prose(worded("全部を1件ずつ見るには --all を付けてください。"), NOTE))
    return Group(*shown)


def _group(found: Sequence[Problem], *, everything: bool) -> Iterator[RenderableType]:
    for same in by_kind(found):
        # Of a kind with many places, the first is told with all of them.
        told = same if everything or len(same) <= FIRST_PLACES else same[:1]
        for each, after in zip(told, [*told[1:], None], strict=True):
            where = places([each] if len(told) == len(same) else same)
            yield Prose(f"{where}: {each.fault.what}", indent=2)
            if each.fault.remedy and (after is None or after.fault.remedy != each.fault.remedy):
                yield Prose(f"→ {each.fault.remedy}", NOTE, 4)
