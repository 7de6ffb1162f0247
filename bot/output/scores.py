"""How labelled questions went, as tables: counts by kind and the four means of the ranking."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Column

from bot.output.rendering import plain_cell, table
from index.evaluation.dialogues import Turns
from index.evaluation.judgements import IN_SCOPE, OUT_OF_SCOPE, Judgement, Report

JUDGEMENTS = {
    Judgement.RIGHT: "正答",
    Judgement.OFFERED: "候補",
    Judgement.MISSED: "回答せず",
    Judgement.WRONG: "誤答",
    Judgement.WRONG_CHOICES: "誤った候補",
    Judgement.FALSE: "誤って回答",
    Judgement.OFFERED_UNASKED: "候補",
    Judgement.QUIET: "回答せず",
}
"""What people call them."""

NO_TURNS = Turns()

WORST_FIRST = (
    Judgement.FALSE,
    Judgement.WRONG,
    Judgement.WRONG_CHOICES,
    Judgement.MISSED,
    Judgement.OFFERED_UNASKED,
    Judgement.OFFERED,
)


def scores_view(report: Report, turns: Turns = NO_TURNS) -> RenderableType:
    """Return the tables, of conversations too where there were some."""
    parts: list[RenderableType] = []
    if report.in_scope:
        parts += [_counts("答えられる質問", IN_SCOPE, report), ""]
    if report.out_of_scope:
        parts += [_counts("答えない質問", OUT_OF_SCOPE, report), ""]
    if report.in_scope:
        means = table("P@1", "MRR", "nDCG@10", "Recall@10")
        values = (report.p_at_1, report.mrr, report.ndcg_at_10, report.recall_at_10)
        means.add_row(*(f"{value:.3f}" for value in values))
        parts += [means, ""]
    if turns.asked:
        rows = table("会話", *(Column(name, justify="right") for name in ("発言", "正しい返答")))
        rows.add_row("全体", str(turns.asked), str(turns.right), style="bold")
        rows.add_row("", "", f"{turns.right / turns.asked:.1%}")
        parts += [rows, ""]
    return Group(*parts[:-1])


def _counts(title: str, judgements: Sequence[Judgement], report: Report) -> RenderableType:
    names = (JUDGEMENTS[judgement] for judgement in judgements)
    numbers = (Column(name, justify="right") for name in ("質問", *names))
    rows = table(Column(title, overflow="fold"), *numbers)
    counts = [report.counts[judgement] for judgement in judgements]
    total = sum(counts)
    rows.add_row("全体", str(total), *map(str, counts), style="bold")
    rows.add_row("", "", *(f"{count / total:.1%}" for count in counts))
    for kind, found in _kinds(report.by_kind, judgements):
        rows.add_row(plain_cell(kind), str(sum(found)), *map(str, found))
    return rows


def _kinds(
    by_kind: Mapping[str, Mapping[Judgement, int]], judgements: Sequence[Judgement]
) -> Iterator[tuple[str, list[int]]]:
    for kind, found in by_kind.items():
        counts = [found.get(judgement, 0) for judgement in judgements]
        if any(counts):
            yield kind, counts
