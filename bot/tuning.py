"""Weights and confidence chosen anew, and both, old and new, judged on questions that neither was chosen on.

The questions are dealt to five folds. For each, weights and confidence are chosen on the other four alone (Varma and
Simon, "Bias in error estimation when using cross-validation for model selection", 2006); what is proposed in the end is
chosen the same way on all of them. A question that is an expectation too is asked of an index that was not taught it;
those of the other folds were, so that a trace of it may reach the confidence, which is fitted on what they find.

With an embeddings server the weights are chosen for questions whose embedding is known. With the same weights there are
two confidences then, one for these and one for when the server does not answer, and both are judged.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np

from bot.choice import Choice, Tuned
from bot.evaluating import outcome_of
from bot.parts import Part
from faq.model import Expectation
from index.bench import Bench, Rows
from index.bm25 import Floats
from index.channel import Weights
from index.compiling import standard_weights
from index.decision import Fit
from index.evaluation import Outcome
from index.fitting import EmbeddingOf
from index.heldout import FOLDS, Fold, dealt, fold_of_each
from index.release.building import Release, search_of
from index.release.fits import embedded_fit, standard_fit
from index.release.refitting import Refitting
from index.release.tuned import in_force
from index.text import bare
from index.tuning import FACTORS, ROUNDS, chances_of, merits, scope_of, search, tunable

MOST_SEARCHED = 400
"""Questions on which weights are chosen: of more, these many are taken at even distances."""

Bar = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shows, for a title and a number of steps, how far the work is; what it gives is called after each step."""


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
        release: As it is. Where it embeds questions, it does so for all of them, and the folds have embeddings.
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
        taught = fold_of_each(release.knowledge.expectations)
        numbers = [taught.get(bare(each.q), -1) + 1 for each in questions]
        own = Bench(questions, (release.index, *(fold.index for fold in folds)), numbers)
        self._fold_of = np.array(dealt(questions), dtype=np.intp)
        asked = {bare(each.q) for each in questions}
        besides = [
            (each, fold)
            for fold, held in enumerate(folds)
            for each in held.expectations
            if bare(each.q) not in asked
        ]
        texts, places = [each for each, _ in besides], [fold for _, fold in besides]
        expected = Bench(texts, [fold.index for fold in folds], places) if besides else None
        knowledge = release.knowledge
        self._earlier = in_force(knowledge, search_of(knowledge, release.index.compiled.vectors))
        self._fits_itself = scope_of([knowledge.expectations]).confidence and not (
            self._earlier and self._earlier.confidence
        )
        training = ([questions[row] for row in self._training(fold)] for fold in range(FOLDS))
        self._scope = scope_of(training, texts)
        self._fitted = only is not Part.WEIGHTS and (self._scope.confidence or self._scope.thresholds)
        self._plain = self._refitting(own, expected, release.fit, standard_fit())
        self._embedded = self._with_embeddings(own, expected) if release.embeds else None

    def _refitting(
        self, own: Bench, expected: Bench | None, current: Fit | None, standard: Fit | None
    ) -> Refitting:
        return Refitting(
            own,
            own.numbers > 0,
            expected,
            self._release.index.weights,
            current,
            standard,
            self._fits_itself,
            self._scope if self._fitted else None,
        )

    def _with_embeddings(self, own: Bench, expected: Bench | None) -> Refitting:
        release, embeddings = self._release, self._release.index.compiled.embeddings
        usual = standard_weights(release.knowledge)
        standard = embedded_fit(embeddings.model, usual) if embeddings else None
        of = _embedding_of(release)
        return self._refitting(own.put(of), expected and expected.put(of), release.fit.embedded, standard)

    @property
    def _own(self) -> Bench:
        """The questions as they are mostly put: with their embeddings, if there are any."""
        return (self._embedded or self._plain).own

    def run(self, today: date, bar: Bar) -> Tuned:
        old = self._release.index.weights
        self._ask([old], bar)
        weights = self._searched(bar)
        self._ask([each for each in dict.fromkeys(weights) if each != old], bar)
        served = [self._release, replace(self._release, embed_questions=None)][: 2 if self._embedded else 1]
        before: list[list[Outcome]] = [[] for _ in served]
        after: list[list[Outcome]] = [[] for _ in served]
        order: list[int] = []
        with bar("質問しています", 2 * len(served) * len(self._own)) as step:
            for fold in range(FOLDS):
                rows = np.flatnonzero(self._fold_of == fold)
                order += rows.tolist()
                was = Choice(old, self._fit(Refitting.usual, old, rows))
                now = Choice(weights[fold], self._fit(Refitting.chosen, weights[fold], rows))
                for number, release in enumerate(served):
                    before[number] += self._judged(release, was, rows, today, step)
                    after[number] += self._judged(release, now, rows, today, step)
        back = np.argsort(order)
        sides = [
            tuple(tuple(side[place] for place in back) for side in pair)
            for pair in zip(before, after, strict=True)
        ]
        nobody = np.array([], dtype=np.intp)
        return Tuned(
            questions=self._own.questions,
            before=sides[0][0],
            after=sides[0][1],
            old=Choice(old, self._release.fit),
            new=Choice(weights[FOLDS], self._fit(Refitting.chosen, weights[FOLDS], nobody)),
            scope=self._scope,
            fitted=self._fitted,
            expected=int(self._plain.is_expected.sum()),
            earlier=self._earlier,
            unembedded=(sides[1][0], sides[1][1]) if self._embedded else None,
        )

    def _training(self, fold: int) -> Rows:
        """Return the rows on which is chosen what judges a fold; all of them for the number after the last fold."""
        return np.flatnonzero(self._fold_of != fold)

    def _ask(self, weights: Sequence[Weights], bar: Bar) -> None:
        """Ask all that a confidence is fitted on."""
        kinds = [kind for kind in (self._plain, self._embedded) if kind]
        if not weights or not (self._fitted or self._fits_itself):
            return
        count = sum(len(bench) for kind in kinds for bench in kind.benches)
        with bar("確信度を合わせています", len(weights) * count) as step:
            for each in weights:
                for kind in kinds:
                    kind.ask(each, step)

    def _searched(self, bar: Bar) -> list[Weights]:
        """Return the weights chosen for each fold, and at the end those chosen on all questions."""
        start = self._release.index.weights
        names = () if self._only is Part.THRESHOLDS else tunable(self._release.index, self._own.questions)
        every = np.arange(len(self._own))[:: -(-len(self._own) // MOST_SEARCHED)]
        bench, plain, fold_of = self._own.part(every), self._plain.own.part(every), self._fold_of[every]

        def worth(outside: int) -> Callable[[Weights], Floats]:
            rows = np.flatnonzero(fold_of != outside)
            usual = self._fit(Refitting.usual, start, np.flatnonzero(self._fold_of == outside))
            # Where no fit knows embeddings, it is decided without them.
            deciding = plain if self._embedded and not usual.embedded else bench

            def of(weights: Weights) -> Floats:
                known = deciding.ask(weights).at(rows)
                chances = chances_of(known, usual.of(embedded=deciding.embedding_of is not None))
                return merits(known, bench.places(weights)[rows], chances)

            return cache(of)

        with bar("重みを選んでいます", (FOLDS + 1) * ROUNDS * len(names) * len(FACTORS)) as step:
            return [search(start, names, worth(fold), step=step) for fold in range(FOLDS + 1)]

    def _fit(
        self, made: Callable[[Refitting, Weights, Rows], Fit | None], weights: Weights, unseen: Rows
    ) -> Fit:
        """Return the fit for questions without an embedding, with that for the others if there is one."""
        fitted = made(self._plain, weights, unseen) or self._release.fit
        embedded = made(self._embedded, weights, unseen) if self._embedded else None
        return fitted.model_copy(update={"embedded": embedded})

    def _judged(
        self, release: Release, choice: Choice, rows: Rows, today: date, step: Callable[[], None]
    ) -> list[Outcome]:
        fitted, own = choice.fit.at(release.point), self._own

        @cache
        def served(number: int) -> Release:
            return replace(release, index=own.indexes[number].reweighed(choice.weights), fit=fitted)

        found = []
        for row in rows:
            found.append(outcome_of(served(int(own.numbers[row])), own.questions[row].q, today=today))
            step()
        return found


def _embedding_of(release: Release) -> EmbeddingOf:
    return lambda text: release.embedded([text]).vectors.get(text)
