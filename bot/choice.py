"""What tuning chose, and what each labelled question got before and after."""

from dataclasses import dataclass, replace

from faq.model import Expectation
from faq.tuning import Tuning
from index.channel import Weights
from index.decision import Fit
from index.evaluation import Outcome
from index.tuning import Scope


@dataclass(frozen=True)
class Choice:
    """Weights of evidence, and the confidence with its thresholds."""

    weights: Weights
    fit: Fit


@dataclass(frozen=True)
class Tuned:
    """What came of it.

    Attributes:
        questions: In their order.
        before: What each got from the release as it is.
        after: What each got from what was chosen without it, in the same order.
        old: What the release has.
        new: Chosen on all questions.
        scope: What the questions were enough for.
        fitted: Whether the new confidence was chosen, and is not the usual one with the new weights.
        expected: How many of the questions are expectations of the knowledge too.
        earlier: The tuning that the release is served with; it may have been made on the same questions.
        unembedded: What the questions got without their embeddings, before and after; `None` where there are none.
    """

    questions: tuple[Expectation, ...]
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    old: Choice
    new: Choice
    scope: Scope
    fitted: bool
    expected: int
    earlier: Tuning | None
    unembedded: tuple[tuple[Outcome, ...], tuple[Outcome, ...]] | None = None

    @property
    def away(self) -> "Tuned | None":
        """What came of it for questions without their embeddings; `None` where there are none anyway."""
        if self.unembedded is None:
            return None
        before, after = self.unembedded
        return replace(self, before=before, after=after, unembedded=None)
