"""What `faq tune` shows: before and after with intervals, and whether that is beyond chance."""

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.evaluation.tuner import FEW, UTILITY, Figure, Tuned, Verdict, verdict
from bot.output.rendering import NOTE, WARNING, Prose, table
from bot.output.scores import JUDGEMENTS
from index.evaluation.bootstrap import Interval
from index.evaluation.judgements import Judgement
from index.release.cross_validation import FOLDS

_VERDICTS = {
    Verdict.BETTER: ("偶然の範囲を超えて良くなります", "bold green"),
    Verdict.WORSE: ("偶然の範囲を超えて悪くなります", "bold red"),
    Verdict.CHANCE: ("差は偶然の範囲内です。良くなるとは言えません", "bold"),
}
_UNASKED = "不要な候補"
_GOOD = frozenset({UTILITY, Judgement.RIGHT, Judgement.OFFERED})


def tuning_view(found: Tuned, told: Mapping[str, Figure], *, skipped: int) -> RenderableType:
    """Return the table and what is to be known of it; `skipped` conversations were not used."""
    rows = table("", *(Column(name, justify="right") for name in ("質問", "調整前", "調整後", "差")))
    for name, each in told.items():
        better = each.difference.estimate * (1 if name in _GOOD else -1)
        style = ("green" if better > 0 else "red") if better and each.difference.excludes_zero else ""
        rows.add_row(
            "効用" if name == UTILITY else _title(Judgement(name)),
            str(each.questions),
            _percent(each.before),
            _percent(each.after),
            Text(_percent(each.difference, sign="+"), style=style),
            style="bold" if name == UTILITY else "",
        )
    text, style = _VERDICTS[verdict(told)]
    difference = _percent(told[UTILITY].difference, sign="+")
    notes = (Prose(note, style=tone) for note, tone in _notes(found, skipped))
    return Group(rows, "", Prose(f"{text}(効用の差 {difference})。", style=style), "", *notes)


def _title(judgement: Judgement) -> str:
    return _UNASKED if judgement is Judgement.OFFERED_UNASKED else JUDGEMENTS[judgement]


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


def _notes(found: Tuned, skipped: int) -> Iterator[tuple[str, str]]:
    """Yield lines of 80 cells at most."""
    old, new = found.old, found.new
    yield f"確信度: ロジット×{old.scale:.2f}{old.shift:+.2f} から ×{new.scale:.2f}{new.shift:+.2f} へ", NOTE
    yield (
        (
            f"候補の確率: ロジット×{old.offered_scale:.2f}{old.offered_shift:+.2f} から"
            f" ×{new.offered_scale:.2f}{new.offered_shift:+.2f} へ"
        ),
        NOTE,
    )
    if len(found.questions) < FEW:
        yield f"質問が{len(found.questions)}件しかないため、区間が広く、確かなことは言えません。", WARNING
        yield f"{FEW}件より多く集めてから決めてください。", WARNING
    if skipped:
        yield f"会話 {skipped}件は使っていません。", NOTE
    yield "値は%、差はポイント、[ ]は95%の区間。効用は、返答1つの値打ちの平均(正答が100)。", NOTE
    yield f"質問を{FOLDS}つに分け、どの質問も、それを除いて合わせた確率で判定しています。", NOTE
