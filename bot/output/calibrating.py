"""How far confidences can be trusted, as a table."""

from rich.console import Group, RenderableType
from rich.table import Column

from bot.output.rendering import NOTE, Prose, table
from index.evaluation.calibration import Reliability

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
    )


def _bar(seen: float, expected: float) -> str:
    cells = ["#" if cell < round(seen * _CELLS) else " " for cell in range(_CELLS + 1)]
    cells[round(expected * _CELLS)] = "|"
    return "".join(cells).rstrip()
