"""What each kind of evidence gives: the same questions asked with it and without it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.evaluating import Evaluation, QuestionSet, embedding_of, evaluate_set
from index.fitting import fit
from index.heldout import Fold, ask_folds
from index.kinds import present, without
from index.release.building import Release


@dataclass(frozen=True)
class Ablation:
    """How every set went without one kind of evidence.

    Attributes:
        kind: One of `index.kinds.KINDS`; empty for all of them together.
        sets: In the order in which they were given.
    """

    kind: str
    sets: tuple[Evaluation, ...]


def steps(release: Release, sets: Sequence[QuestionSet], folds: Sequence[Fold]) -> int:
    """Return how often `ablate` calls `step`."""
    kinds, expected = len(present(release.index)), sum(len(fold.expectations) for fold in folds)
    return (1 + kinds) * (expected + sum(map(len, sets)))


def ablate(
    release: Release,
    sets: Sequence[QuestionSet],
    folds: Sequence[Fold],
    *,
    today: date,
    step: Callable[[], None] = lambda: None,
) -> tuple[Ablation, ...]:
    """Ask every set of the release as it is, and then without each kind of evidence.

    Every time, the first included, the confidence is fitted anew on the expectations, as it is when a release is
    built: a threshold for scores with a kind of evidence says nothing of scores without it. Without folds the release
    keeps its fit. Without embeddings, none are asked for.
    """
    found = []
    for kind in ("", *present(release.index)):
        weights = without(release.index.weights, kind) if kind else release.index.weights
        index = release.index.reweighed(weights)
        asks = None if kind == "embedding" else release.embed_questions
        tried = replace(release, index=index, embed_questions=asks)
        fitted = release.fit
        if folds:
            fitted = fit(ask_folds(folds, weights, embedding_of=embedding_of(tried), step=step))
            if tried.embeds:
                fitted = release.fit.model_copy(update={"embedded": fitted})
        tried = replace(tried, fit=fitted.at(release.point))
        found.append(
            Ablation(kind, tuple(evaluate_set(tried, each, today=today, step=step) for each in sets))
        )
    return tuple(found)
