"""What `faq eval` shows of one set of questions: what went wrong, the counts, the confidences."""

from rich.console import Group, RenderableType

from bot.console.calibrating import curve_view, reliability_view
from bot.console.missing import misses_view
from bot.console.rendering import Prose
from bot.console.scores import scores_view
from bot.evaluating import Evaluation
from index.points import Point


def evaluation_view(  # noqa: PLR0913 -- what is wanted of it
    found: Evaluation, used: Point, *, titled: bool, errors: bool, reliability: bool, curve: bool
) -> RenderableType:
    """Return one set's tables, under its name where it is one of several."""
    parts: list[RenderableType] = [Prose(f"■ {found.name}", style="bold"), ""] if titled else []
    if errors and found.report.misses:
        parts += [misses_view(found.report.misses), ""]
    parts += [scores_view(found.report), ""]
    if reliability and found.reliability:
        parts += [reliability_view(found.reliability), ""]
    if curve:
        parts += [curve_view(found.curve, used), ""]
    return Group(*parts[:-1])
