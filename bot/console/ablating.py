"""What each kind of evidence gives, as a table for each set."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.ablation import Ablation
from bot.console.rendering import NOTE, Prose, table
from bot.evaluating import Evaluation
from index.kinds import CHANNELS

MEASURES = ("正答", "候補", "誤答", "誤って回答", "P@1", "nDCG", "R@10", "会話")


def ablation_view(found: Sequence[Ablation], *, titled: bool) -> RenderableType:
    """Return, for each set, every measure with all evidence, and how much each changes without one kind of it."""
    parts: list[RenderableType] = []
    for number, evaluation in enumerate(found[0].sets):
        if titled:
            parts.append(Prose(f"■ {evaluation.asked.name}", style="bold"))
        parts += [_set([(each.kind, each.sets[number]) for each in found]), ""]
    parts += [
        Prose("上の行はすべての根拠での値(%)。下の行は、その根拠を外したときの増減(ポイント)。", style=NOTE),
        Prose("どの行でも、確信度としきい値を合わせ直しています。空欄は変わらないもの。", style=NOTE),
    ]
    return Group(*parts)


def _set(found: Sequence[tuple[str, Evaluation]]) -> RenderableType:
    whole = measures(found[0][1])
    names = [name for name in MEASURES if whole[name] is not None]
    rows = table("外した根拠", *(Column(name, justify="right") for name in names))
    rows.add_row("(すべて使う)", *(f"{100 * (whole[name] or 0):.1f}" for name in names), style="bold")
    for kind, evaluation in found[1:]:
        now = measures(evaluation)
        rows.add_row(CHANNELS[kind], *(_change(name, whole[name] or 0, now[name] or 0) for name in names))
    return rows


_LESS_IS_BETTER = frozenset({"誤答", "誤って回答"})
_LEAST = 0.05


def _change(name: str, before: float, now: float) -> Text:
    points = 100 * (now - before)
    if abs(points) < _LEAST:
        return Text("")
    if name == "候補":
        return Text(f"{points:+.1f}")
    return Text(f"{points:+.1f}", style="red" if (points > 0) == (name in _LESS_IS_BETTER) else "green")


def measures(found: Evaluation) -> dict[str, float | None]:
    """Return every measure of an evaluation as a share, 0 to 1; `None` where there are no such questions."""
    report, turns = found.report, found.turns
    counts = {judgement.value: count for judgement, count in report.counts.items()}
    inside = report.in_scope or None
    shares: dict[str, float | None] = {
        name: counts[key] / inside if inside else None
        for name, key in (("正答", "right"), ("候補", "offered"), ("誤答", "wrong"))
    }
    return {
        **shares,
        "誤って回答": counts["false"] / report.out_of_scope if report.out_of_scope else None,
        "P@1": report.p_at_1 if inside else None,
        "nDCG": report.ndcg_at_10 if inside else None,
        "R@10": report.recall_at_10 if inside else None,
        "会話": turns.right / turns.asked if turns.asked else None,
    }
