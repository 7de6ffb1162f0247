"""Labelled questions that went wrong, the worst first, with the reasons."""

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.table import Column

from bot.conversation.reply import ReplyKind
from bot.evaluation.error_analysis import Diagnosis, Side
from bot.output.evidence_names import kind_name
from bot.output.rendering import NOTE, REPLIES, Prose, plain_cell, table
from bot.output.scores import JUDGEMENTS, WORST_FIRST
from index.evaluation.dialogues import TurnMiss
from index.evaluation.judgements import Miss

_TITLE = 44
"""Cells of an entry's question that are shown."""


def misses_view(
    misses: Sequence[Miss], most: int | None = None, *, diagnose: Callable[[Miss], Diagnosis] | None = None
) -> RenderableType:
    """Return the questions that went wrong, at most so many, the worst first; with reasons if they are to be found."""
    worst = sorted(misses, key=lambda miss: WORST_FIRST.index(miss.judgement))
    parts: list[RenderableType] = []
    for miss in worst[:most]:
        parts += _miss(miss)
        if diagnose:
            parts += [*_diagnosis(diagnose(miss)), ""]
    return Group(*(parts[:-1] if diagnose else parts))


def turn_misses_view(misses: Sequence[TurnMiss]) -> RenderableType:
    """Return the turns of conversations that went wrong."""
    parts: list[RenderableType] = []
    for miss in misses:
        parts.append(Prose(f"会話: {' → '.join(miss.said)}"))
        parts.append(_expected(miss.gold, miss.outcome.reply, miss.outcome.ids))
    return Group(*parts)


def _miss(miss: Miss) -> Iterator[RenderableType]:
    yield Prose(f"{JUDGEMENTS[miss.judgement]}: {miss.expectation.q}", style="bold")
    yield _expected(tuple(miss.expectation.gold), miss.outcome.reply, miss.outcome.ids)


def _expected(gold: Sequence[str], reply: str, ids: Sequence[str]) -> RenderableType:
    got = " ".join((REPLIES[ReplyKind(reply)], "、".join(ids))).rstrip()
    return Prose(f"期待 {'、'.join(gold) or '答えない'}; 返答 {got}", style=NOTE, indent=2)


def _diagnosis(found: Diagnosis) -> Iterator[RenderableType]:
    numbers = (Column(name, justify="right") for name in ("順位", "点", "確率"))
    sides = table("", "項目", *numbers)
    for name, side in (("期待", found.wanted), ("相手", found.shown)):
        if side:
            rank = str(side.rank) if side.rank else "なし"
            sides.add_row(
                name, plain_cell(_title(side)), rank, f"{side.score:.2f}", f"{side.probability:.2f}"
            )
    yield sides
    if found.differences:
        rows = table("根拠", *(Column(each, justify="right") for each in ("期待", "相手", "差")))
        for each in found.differences:
            rows.add_row(
                plain_cell(kind_name(each.kind)),
                f"{each.wanted:.2f}",
                f"{each.shown:.2f}",
                f"{each.gap:+.2f}",
            )
        yield rows
    told = f"確信度 {found.confidence:.2f}、候補の中に正解がある確率 {found.offered:.2f}"
    yield Prose(told, style=NOTE)
    for remedy in found.remedies:
        yield Prose(f"→ {remedy}")


def _title(side: Side) -> str:
    text = f"{side.entry_id}「{' '.join(side.phrasing.split())}」"
    return text if cell_len(text) <= _TITLE else f"{set_cell_size(text, _TITLE - 2).rstrip()}…」"
