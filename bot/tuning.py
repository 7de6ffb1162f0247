"""Weights and confidence chosen anew, and both, old and new, judged on questions that neither was chosen on.

The questions are dealt to five folds. For each, weights and confidence are chosen on the other four alone (Varma and
Simon, "Bias in error estimation when using cross-validation for model selection", 2006); what is proposed in the end is
chosen the same way on all of them. A question that is an expectation too is asked of an index that was not taught it;
those of the other folds were, so that a trace of it may reach the confidence, which is fitted on what they find.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from bot.evaluating import outcome_of
from bot.parts import Part
from faq.model import Expectation
from faq.tuning import Tuning
from index.bm25 import Floats
from index.channel import Weights
from index.decision import Fit
from index.evaluation import Outcome
from index.fitting import Sample, enough, fit
from index.heldout import FOLDS, Fold
from index.release.building import Release, search_of
from index.release.fits import standard_fit
from index.release.tuned import in_force
from index.text import bare
from index.tuning import FACTORS, ROUNDS, Bench, Scope, chances_of, merits, refit, scope_of, search, tunable

MOST_SEARCHED = 400
"""Questions on which weights are chosen: of more, these many are taken at even distances."""

Rows = npt.NDArray[np.intp]
Bar = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shows, for a title and a number of steps, how far the work is; what it gives is called after each step."""


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


def _no_bar(_title: str, _steps: int) -> AbstractContextManager[Callable[[], None]]:
    return nullcontext(lambda: None)


def tune(  # noqa: PLR0913 -- what a choice depends on
    release: Release,
    questions: Sequence[Expectation],
    folds: Sequence[Fold],
    *,
    today: date,
    only: Part | None = None,
    bar: Bar = _no_bar,
) -> Tuned:
    """Choose weights and confidence on labelled questions, and judge them; the same each time.

    Args:
        release: As it is.
        questions: The operator's.
        folds: Of the release's expectations, from `index.heldout.folds`. None are needed where the expectations are too
            few for a fit and none of the questions is among them.
        today: Entries that are no longer valid on this day are not shown.
        only: What may be chosen anew; both without it.
        bar: Shows how far the work is.
    """
    return _Tuning(release, questions, folds, only).run(today, bar)


def is_expected(release: Release, questions: Iterable[Expectation]) -> bool:
    """Whether one of the questions is an expectation of the release, so that its folds are needed."""
    known = {bare(each.q) for each in release.knowledge.expectations}
    return any(bare(each.q) in known for each in questions)


class _Tuning:
    def __init__(
        self, release: Release, questions: Sequence[Expectation], folds: Sequence[Fold], only: Part | None
    ) -> None:
        self._release, self._only = release, only
        taught = _places(release.knowledge.expectations)
        numbers = [taught.get(bare(each.q), -1) + 1 for each in questions]
        self._own = Bench(questions, (release.index, *(fold.index for fold in folds)), numbers)
        self._is_expected = self._own.numbers > 0
        self._fold_of = np.array(_dealt(questions), dtype=np.intp)
        asked = {bare(each.q) for each in questions}
        besides = [
            (each, fold)
            for fold, held in enumerate(folds)
            for each in held.expectations
            if bare(each.q) not in asked
        ]
        self._expected = (
            Bench(
                [each for each, _ in besides], [fold.index for fold in folds], [fold for _, fold in besides]
            )
            if besides
            else None
        )
        knowledge = release.knowledge
        self._earlier = in_force(knowledge, search_of(knowledge, release.index.compiled.vectors))
        self._fits_itself = scope_of([knowledge.expectations]).confidence and not (
            self._earlier and self._earlier.confidence
        )
        training = ([questions[row] for row in self._training(fold)] for fold in range(FOLDS))
        self._scope = scope_of(training, [each for each, _ in besides])
        self._fitted = only is not Part.WEIGHTS and (self._scope.confidence or self._scope.thresholds)

    def run(self, today: date, bar: Bar) -> Tuned:
        old = self._release.index.weights
        self._ask([old], bar)
        weights = self._searched(bar)
        self._ask([each for each in dict.fromkeys(weights) if each != old], bar)
        count = len(self._own)
        before: list[Outcome] = []
        after: list[Outcome] = []
        order: list[int] = []
        with bar("質問しています", 2 * count) as step:
            for fold in range(FOLDS):
                rows = np.flatnonzero(self._fold_of == fold)
                order += rows.tolist()
                was = Choice(old, self._usual_fit(old, rows))
                now = Choice(weights[fold], self._chosen_fit(weights[fold], rows))
                before += self._judged(was, rows, today, step)
                after += self._judged(now, rows, today, step)
        back = np.argsort(order)
        nobody = np.array([], dtype=np.intp)
        return Tuned(
            questions=self._own.questions,
            before=tuple(before[place] for place in back),
            after=tuple(after[place] for place in back),
            old=Choice(old, self._release.fit),
            new=Choice(weights[FOLDS], self._chosen_fit(weights[FOLDS], nobody)),
            scope=self._scope,
            fitted=self._fitted,
            expected=int(self._is_expected.sum()),
            earlier=self._earlier,
        )

    def _training(self, fold: int) -> Rows:
        """Return the rows on which is chosen what judges a fold; all of them for the number after the last fold."""
        return np.flatnonzero(self._fold_of != fold)

    def _ask(self, weights: Sequence[Weights], bar: Bar) -> None:
        """Ask all that a confidence is fitted on."""
        benches = [bench for bench in (self._own, self._expected) if bench]
        if not weights or not (self._fitted or self._fits_itself):
            return
        with bar("確信度を合わせています", len(weights) * sum(map(len, benches))) as step:
            for each in weights:
                for bench in benches:
                    bench.ask(each, step=step)

    def _searched(self, bar: Bar) -> list[Weights]:
        """Return the weights chosen for each fold, and at the end those chosen on all questions."""
        start = self._release.index.weights
        names = () if self._only is Part.THRESHOLDS else tunable(self._release.index, self._own.questions)
        every = np.arange(len(self._own))[:: -(-len(self._own) // MOST_SEARCHED)]
        bench, fold_of = self._own.part(every), self._fold_of[every]

        def worth(outside: int) -> Callable[[Weights], Floats]:
            rows = np.flatnonzero(fold_of != outside)
            usual = self._usual_fit(start, np.flatnonzero(self._fold_of == outside))

            def of(weights: Weights) -> Floats:
                known = bench.ask(weights).at(rows)
                return merits(known, bench.places(weights)[rows], chances_of(known, usual))

            return cache(of)

        with bar("重みを選んでいます", (FOLDS + 1) * ROUNDS * len(names) * len(FACTORS)) as step:
            return [search(start, names, worth(fold), step=step) for fold in range(FOLDS + 1)]

    def _usual_fit(self, weights: Weights, unseen: Rows) -> Fit:
        """Return the fit that the release has with these weights, if it had been built without those questions."""
        old = self._release.index.weights
        if not self._fits_itself or (weights == old and not self._is_expected[unseen].any()):
            return self._release.fit
        rows = np.setdiff1d(np.flatnonzero(self._is_expected), unseen)
        parts = [self._own.ask(weights).at(rows)]
        if self._expected:
            parts.append(self._expected.ask(weights))
        known = Sample.joined(parts)
        return fit(known) if enough(known) else standard_fit()

    def _chosen_fit(self, weights: Weights, unseen: Rows) -> Fit:
        """Return the fit that is chosen with these weights without those questions."""
        usual = self._usual_fit(weights, unseen)
        if not self._fitted:
            return usual
        rows = np.setdiff1d(np.arange(len(self._own)), unseen)
        expected = self._expected.ask(weights) if self._expected and self._scope.confidence else None
        return refit(self._own.ask(weights).at(rows), expected, usual, self._scope)

    def _judged(self, choice: Choice, rows: Rows, today: date, step: Callable[[], None]) -> list[Outcome]:
        fitted = choice.fit.at(self._release.point)

        @cache
        def served(number: int) -> Release:
            index = self._own.indexes[number].reweighed(choice.weights)
            return replace(self._release, index=index, fit=fitted)

        found = []
        for row in rows:
            found.append(
                outcome_of(served(int(self._own.numbers[row])), self._own.questions[row].q, today=today)
            )
            step()
        return found


def _places(expectations: Sequence[Expectation]) -> dict[str, int]:
    """Return the number of the fold whose index was not taught an expectation, by its bare text."""
    found: dict[str, int] = {}
    for number, each in enumerate(expectations):
        found.setdefault(bare(each.q), number % FOLDS)
    return found


def _dealt(questions: Sequence[Expectation]) -> list[int]:
    """Return the fold that judges each question; those in the same words are in the same one."""
    seen: dict[str, int] = {}
    return [seen.setdefault(bare(each.q), len(seen)) % FOLDS for each in questions]
