"""How labelled questions went, as tables: counts by kind and the four means of the ranking."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Column

from bot.console.rendering import NOTE, Prose, plain, table
from index.evaluation import IN_SCOPE, OUT_OF_SCOPE, Judgement, Miss, Report

WORST_FIRST = (
    Judgement.FALSE,
    Judgement.WRONG,
    Judgement.WRONG_CHOICES,
    Judgement.MISSED,
    Judgement.OFFERED_UNASKED,
    Judgement.OFFERED,
)


def scores_view(report: Report, *, misses: int) -> RenderableType:
    """Return at most that many questions that went wrong, the worst first, and then the tables."""
    parts: list[RenderableType] = []
    worst = sorted(report.misses, key=lambda miss: WORST_FIRST.index(miss.judgement))
    parts += [*_misses(worst[:misses]), ""] if misses and worst else []
    if report.in_scope:
        parts += [_counts("in scope", IN_SCOPE, report), ""]
    if report.out_of_scope:
        parts += [_counts("out of scope", OUT_OF_SCOPE, report), ""]
    if report.in_scope:
        means = table("P@1", "MRR", "nDCG@10", "Recall@10")
        values = (report.p_at_1, report.mrr, report.ndcg_at_10, report.recall_at_10)
        means.add_row(*(f"{value:.3f}" for value in values))
        parts += [means, ""]
    return Group(*parts[:-1])


def _counts(title: str, judgements: Sequence[Judgement], report: Report) -> RenderableType:
    names = (judgement.replace("_unasked", "").replace("_", " ") for judgement in judgements)
    numbers = (Column(name, justify="right") for name in ("asked", *names))
    rows = table(Column(title, overflow="fold"), *numbers)
    counts = [report.counts[judgement] for judgement in judgements]
    total = sum(counts)
    rows.add_row("all", str(total), *map(str, counts), style="bold")
    rows.add_row("", "", *(f"{count / total:.1%}" for count in counts))
    for kind, found in _kinds(report.by_kind, judgements):
        rows.add_row(plain(kind), str(sum(found)), *map(str, found))
    return rows


def _kinds(
    by_kind: Mapping[str, Mapping[Judgement, int]], judgements: Sequence[Judgement]
) -> Iterator[tuple[str, list[int]]]:
    for kind, found in by_kind.items():
        counts = [found.get(judgement, 0) for judgement in judgements]
        if any(counts):
            yield kind, counts


def _misses(misses: Iterable[Miss]) -> Iterator[RenderableType]:
    for miss in misses:
        gold = ", ".join(miss.expectation.gold) or "none"
        got = " ".join((miss.outcome.reply, ", ".join(miss.outcome.ids))).rstrip()
        yield Prose(f"{miss.judgement.replace('_', ' ')}: {miss.expectation.q}")
        yield Prose(f"expected {gold}; got {got}", style=NOTE, indent=2)
