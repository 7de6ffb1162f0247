"""What `faq eval` shows of one set of questions: what went wrong, the counts, the confidences."""

from dataclasses import dataclass
from functools import partial

from rich.console import Group, RenderableType

from bot.console.calibrating import curve_view, reliability_view
from bot.console.missing import misses_view, turn_misses_view
from bot.console.rendering import Prose
from bot.console.scores import scores_view
from bot.diagnosis import diagnose
from bot.evaluating import Evaluation
from index.release.building import Release


@dataclass(frozen=True)
class Wanted:
    """What is to be shown of an evaluation beside its counts; `titled` with its name, as one of several."""

    titled: bool = False
    errors: bool = False
    reliability: bool = False
    curve: bool = False


def evaluation_view(found: Evaluation, release: Release, wanted: Wanted) -> RenderableType:
    """Return one set's tables."""
    parts: list[RenderableType] = [Prose(f"■ {found.asked.name}", style="bold"), ""] if wanted.titled else []
    if wanted.errors and found.report.misses:
        parts += [misses_view(found.report.misses, diagnose=partial(diagnose, release)), ""]
    if wanted.errors and found.turns.misses:
        parts += [turn_misses_view(found.turns.misses), ""]
    parts += [scores_view(found.report, found.turns), ""]
    if wanted.reliability and found.reliability:
        parts += [reliability_view(found.reliability), ""]
    if wanted.curve:
        parts += [curve_view(found.curve, release.point), ""]
    return Group(*parts[:-1])
