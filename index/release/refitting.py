"""Fits made anew on labelled questions, for those whose embedding is known or for those whose is not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index.bench import Bench, Rows
from index.channel import Weights
from index.decision import Fit, cautious
from index.fitting import Sample, enough, fit
from index.logistic import Flags
from index.tuning import Scope, refit


@dataclass(frozen=True, eq=False)
class Refitting:
    """What fits are made of. With embeddings of the questions or without, `own` and `expected` alike.

    Attributes:
        own: The operator's questions.
        is_expected: Which of them are expectations of the knowledge too.
        expected: The other expectations; `None` if there are none.
        weights: Those of the release.
        current: The fit of this kind that the release has; `None` if it has none.
        standard: The one for sets that are too small for their own; `None` if there is none.
        fits_itself: Whether the release was fitted on its own expectations.
        scope: What the operator's questions are enough for; nothing is chosen on them without it.
    """

    own: Bench
    is_expected: Flags
    expected: Bench | None
    weights: Weights
    current: Fit | None
    standard: Fit | None
    fits_itself: bool
    scope: Scope | None

    @property
    def benches(self) -> tuple[Bench, ...]:
        """All questions."""
        return (self.own, self.expected) if self.expected else (self.own,)

    def ask(self, weights: Weights, step: Callable[[], None]) -> None:
        """Ask all questions with these weights; `step` is called after each."""
        for bench in self.benches:
            bench.ask(weights, step=step)

    def usual(self, weights: Weights, unseen: Rows) -> Fit | None:
        """Return the fit that the release has with these weights, if it had been built without those questions.

        `None` if it has none.
        """
        if not self.fits_itself or (weights == self.weights and not self.is_expected[unseen].any()):
            return self.current
        rows = np.setdiff1d(np.flatnonzero(self.is_expected), unseen)
        parts = [self.own.ask(weights).at(rows)]
        if self.expected:
            parts.append(self.expected.ask(weights))
        known = Sample.joined(parts)
        return fit(known) if enough(known) else self.standard

    def chosen(self, weights: Weights, unseen: Rows) -> Fit | None:
        """Return the fit that is chosen with these weights without those questions; `None` if there can be none."""
        usual, scope = self.usual(weights, unseen), self.scope
        if scope is None or not (usual or scope.confidence):
            return usual
        rows = np.setdiff1d(np.arange(len(self.own)), unseen)
        expected = self.expected.ask(weights) if self.expected and scope.confidence else None
        return refit(self.own.ask(weights).at(rows), expected, usual or cautious({}), scope)
