"""What `faq eval` shows of one set of questions: what went wrong, the counts, the confidences."""

from rich.console import Group, RenderableType

from bot.evaluation.error_analysis import diagnose
from bot.evaluation.runner import Evaluation, reliability_of
from bot.output.calibrating import reliability_view
from bot.output.explaining import utility_line
from bot.output.missing import misses_view, turn_misses_view
from bot.output.rendering import NOTE, Prose
from bot.output.scores import scores_view
from index.decision.policy import Utility


def evaluation_view(
    found: Evaluation,
    utility: Utility,
    *,
    titled: bool = False,
    errors: bool = False,
    reliability: bool = False,
) -> RenderableType:
    """Return one set's tables: its counts, and with its name, errors and reliability where they are wanted."""
    parts: list[RenderableType] = [Prose(f"■ {found.asked.name}", style="bold"), ""] if titled else []
    if errors and found.report.misses:
        told = misses_view(
            found.report.misses, diagnose=lambda miss: diagnose(found.release_of(miss.expectation), miss)
        )
        parts += [told, ""]
    if errors and found.turns.misses:
        parts += [turn_misses_view(found.turns.misses), ""]
    parts += [scores_view(found.report, found.turns), ""]
    if found.asked.questions:
        parts += [
            Prose(f"平均の効用 {found.utility:+.3f}", style="bold"),
            Prose(f"効用: {utility_line(utility)}", NOTE),
            "",
        ]
    if reliability and found.asked.questions:
        parts += [reliability_view(reliability_of(found)), ""]
    return Group(*parts[:-1])
