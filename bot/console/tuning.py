"""What `faq tune` shows: before and after with intervals, whether that is beyond chance, and what would change."""

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.choice import Tuned
from bot.console.rendering import NOTE, WARNING, Prose, table
from bot.parts import Part
from bot.tuned import FEW, MEASURES, Figure, Verdict, changed_weights, figures, verdict
from index.bootstrap import Interval
from index.heldout import FOLDS
from index.kinds import CHANNELS, KINDS
from index.points import Point
from index.tuning import FEWEST_OF_A_SORT

TITLES = {
    "net": "差し引き",
    "right": "正答",
    "offered": "候補",
    "missed": "回答せず",
    "wrong": "誤答",
    "wrong_choices": "誤った候補",
    "false": "誤って回答",
    "p_at_1": "P@1",
    "mrr": "MRR",
    "ndcg_at_10": "nDCG@10",
    "recall_at_10": "Recall@10",
}

_VERDICTS = {
    Verdict.BETTER: ("偶然の範囲を超えて良くなります", "bold green"),
    Verdict.WORSE: ("偶然の範囲を超えて悪くなります", "bold red"),
    Verdict.CHANCE: ("差は偶然の範囲内です。良くなるとは言えません", "bold"),
}
_POINTS = {Point.CAUTIOUS: "慎重", Point.BALANCED: "標準", Point.EAGER: "積極的"}


def tuning_view(
    found: Tuned, told: Mapping[str, Figure], *, only: Part | None, skipped: int
) -> RenderableType:
    """Return the tables.

    Args:
        found: What came of it.
        told: Its figures.
        only: What was to be chosen; both without it.
        skipped: Conversations that were not used.
    """
    parts: list[RenderableType] = [_figures(told), "", _verdict(told), ""]
    if only is not Part.THRESHOLDS:
        parts += [_weights(found), ""]
    if found.fitted:
        parts += [_thresholds(found), ""]
    notes = _notes(found, only=only, skipped=skipped)
    parts += [Prose(note, style=style) for note, style in notes]
    return Group(*parts)


def _figures(told: Mapping[str, Figure]) -> RenderableType:
    rows = table("", *(Column(name, justify="right") for name in ("質問", "調整前", "調整後", "差")))
    for name, each in told.items():
        better = each.difference.estimate * MEASURES[name].good
        style = ("green" if better > 0 else "red") if better and each.difference.excludes_zero else ""
        rows.add_row(
            TITLES[name],
            str(each.questions),
            _percent(each.before),
            _percent(each.after),
            Text(_percent(each.difference, sign="+"), style=style),
            style="bold" if name == "net" else "",
        )
    return rows


def _percent(value: Interval, sign: str = "") -> str:
    """Return a share and its interval in percent, or a difference in points.

    >>> _percent(Interval(0.5, 0.25, 0.7512), sign="+")
    '+50.0 [+25.0, +75.1]'
    """
    # Adding 0 makes the 0 of a rounded negative number one without a sign.
    estimate, low, high = (
        f"{round(100 * part, 1) + 0:{sign}.1f}" for part in (value.estimate, value.low, value.high)
    )
    return f"{estimate} [{low}, {high}]"


def _verdict(told: Mapping[str, Figure]) -> RenderableType:
    text, style = _VERDICTS[verdict(told)]
    return Prose(f"{text}(差し引き {_percent(told['net'].difference, sign='+')})。", style=style)


def _weights(found: Tuned) -> RenderableType:
    changed = changed_weights(found)
    if not changed:
        return Prose("根拠の重みは、いまのままが選ばれました。")
    kinds = {name: kind for kind, names in KINDS.items() for name in names}
    rows = table("根拠", "名前", *(Column(name, justify="right") for name in ("いまの重み", "調整後")))
    for name, (before, after) in changed.items():
        rows.add_row(CHANNELS.get(kinds.get(name, ""), ""), name, f"{before:g}", f"{after:g}")
    return rows


def _thresholds(found: Tuned) -> RenderableType:
    columns = ("回答: いま", "調整後", "候補: いま", "調整後")
    rows = table("しきい値", *(Column(name, justify="right") for name in columns))
    for point, title in _POINTS.items():
        fits = (choice.fit.of(embedded=found.away is not None) for choice in (found.old, found.new))
        old, new = (fit.points.get(point, fit) for fit in fits)
        values = (old.answer, new.answer, old.offer, new.offer)
        rows.add_row(f"{title}({point})", *(f"{value:.3f}" for value in values))
    return rows


def _notes(found: Tuned, *, only: Part | None, skipped: int) -> Iterator[tuple[str, str]]:
    """Yield lines of 80 cells at most."""
    count, out = len(found.questions), sum(not each.gold for each in found.questions)
    if count < FEW:
        yield f"質問が{count}件しかないため、区間が広く、確かなことは言えません。", WARNING
        yield f"{FEW}件より多く集めてから決めてください。", WARNING
    if only is not Part.WEIGHTS and not found.scope.thresholds:
        yield "しきい値は、この質問では選んでいません。選ぶには、答えられる質問と答えない質問が", WARNING
        yield f"どちらも{FEWEST_OF_A_SORT}件より多く要ります(いま{count - out}件と{out}件)。", WARNING
    if found.earlier:
        yield "いまの重みとしきい値は、前に調整したものです。同じ質問で調整していれば、", WARNING
        yield "調整前の値はその分だけ良く出ています。", WARNING
    if found.away:
        yield from _unembedded(found, figures(found.away))
    if skipped:
        yield f"会話 {skipped}件は使っていません。", NOTE
    if found.expected:
        yield (
            f"質問のうち{found.expected}件は想定質問でもあるため、それを教えていない索引に尋ねました。",
            NOTE,
        )
    yield "値は%、差はポイント、[ ]は95%の区間。差し引きは、正答−誤答−誤って回答。", NOTE
    yield f"質問を{FOLDS}つに分け、どの質問も、それを除いて選んだ重みとしきい値で判定しています。", NOTE


def _unembedded(found: Tuned, told: Mapping[str, Figure]) -> Iterator[tuple[str, str]]:
    """Yield what becomes of the replies that go out without the embeddings server."""
    if found.old.fit.embedded is None:
        yield "調整前の確信度は、埋め込みを使わずに決めています。", NOTE
    if found.new.fit.embedded is None:
        yield (
            "このモデルの確信度を合わせるには質問が足りないため、調整後も埋め込みは順位だけに使います。",
            NOTE,
        )
    yield "値としきい値は、埋め込みを使ったもの。サーバーが応えないときの差し引きは、", NOTE
    net = told["net"]
    sides = (_percent(net.before), _percent(net.after), _percent(net.difference, sign="+"))
    worse = verdict(told) is Verdict.WORSE
    yield f"{sides[0]} から {sides[1]}(差 {sides[2]})。", WARNING if worse else NOTE
