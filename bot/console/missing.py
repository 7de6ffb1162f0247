"""Labelled questions that went wrong, the worst first."""

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType

from bot.console.rendering import NOTE, REPLIES, Prose
from bot.console.scores import JUDGEMENTS, WORST_FIRST
from bot.reply import ReplyKind
from index.evaluation import Miss


def misses_view(misses: Sequence[Miss], most: int | None = None) -> RenderableType:
    """Return the questions that went wrong, at most so many, the worst first."""
    worst = sorted(misses, key=lambda miss: WORST_FIRST.index(miss.judgement))
    return Group(*(line for miss in worst[:most] for line in _miss(miss)))


def _miss(miss: Miss) -> Iterator[RenderableType]:
    gold = "、".join(miss.expectation.gold) or "答えない"
    got = " ".join((REPLIES[ReplyKind(miss.outcome.reply)], "、".join(miss.outcome.ids))).rstrip()
    yield Prose(f"{JUDGEMENTS[miss.judgement]}: {miss.expectation.q}")
    yield Prose(f"期待 {gold}; 返答 {got}", style=NOTE, indent=2)
