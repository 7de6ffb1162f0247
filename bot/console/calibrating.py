"""How far confidences can be trusted and what each operating point costs, as tables."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Column

from bot.console.rendering import NOTE, Prose, table
from index.calibration import CurvePoint, Reliability
from index.points import SHARES, Point

POINTS = {Point.CAUTIOUS: "慎重", Point.BALANCED: "標準", Point.EAGER: "積極"}
"""What people call the operating points."""

_CELLS = 20


def reliability_view(found: Reliability) -> RenderableType:
    """Return expected against seen, a row for each tenth of confidence that has questions."""
    rows = table(
        "確信度",
        Column("質問", justify="right"),
        Column("予想", justify="right"),
        Column("実際", justify="right"),
        "実際 # と予想 |",
    )
    for each in found.bins:
        rows.add_row(
            f"{each.low:.1f}〜{each.high:.1f}",
            str(each.questions),
            f"{each.expected:.1%}",
            f"{each.seen:.1%}",
            _bar(each.seen, each.expected),
        )
    return Group(
        Prose("確信度の信頼性(最も近い回答が正しい割合)", style="bold"),
        rows,
        Prose(f"予想と実際のずれ(ECE) {found.error:.3f}  Brier {found.brier:.3f}", style=NOTE),
        Prose("どの質問の確信度も、その質問を使わずに合わせたものです。", style=NOTE),
    )


def _bar(seen: float, expected: float) -> str:
    cells = ["#" if cell < round(seen * _CELLS) else " " for cell in range(_CELLS + 1)]
    cells[round(expected * _CELLS)] = "|"
    return "".join(cells).rstrip()


def curve_view(points: Sequence[CurvePoint], used: Point) -> RenderableType:
    """Return right against false answers, most careful first, with the operating points by name."""
    rows = table(
        "動作点",
        *(Column(name, justify="right") for name in ("確信度", "正答", "誤答", "誤って回答")),
    )
    for each in points:
        name = f"{each.name} {POINTS[each.name]}{' *' if each.name is used else ''}" if each.name else ""
        rows.add_row(
            name,
            f"{each.answer:.3f}",
            *(f"{share:.1%}" for share in (each.right, each.wrong, each.false)),
            style="bold" if each.name else "",
        )
    told = "、".join(f"{name} {share.false:.0%}・{share.wrong:.0%}" for name, share in SHARES.items())
    return Group(
        Prose("正答と誤って答える割合(確信度がこれ以上なら回答するとき)", style="bold"),
        rows,
        Prose("正答・誤答は答えられる質問のうち、「誤って回答」は答えない質問のうちの割合。", style=NOTE),
        Prose("動作点は、誤って回答・誤答の割合が次を超えないように決まります。", style=NOTE),
        Prose(told, style=NOTE, indent=2),
        Prose("* が使用中。FAQ_POINT か --point で選びます。", style=NOTE),
    )
