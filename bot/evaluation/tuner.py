"""The probabilities of a release moved to fit an office's own questions, and what that changes: before and after."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any

from bot.evaluation.results import rounded
from bot.evaluation.runner import Probabilities, QuestionsError, QuestionSet, outcome_of, probabilities, worth
from faq.formats.wording import nearest, quoted
from faq.model import Expectation, Knowledge
from faq.tuning import Tuning
from index.decision.policy import Calibration
from index.evaluation.bootstrap import Interval, interval
from index.evaluation.calibration import FEWEST, fit_calibration
from index.evaluation.judgements import IN_SCOPE, OUT_OF_SCOPE, Judgement, judge
from index.release.building import Release
from index.release.cross_validation import FOLDS
from index.release.tuning import search_name
from index.retrieval.encoder import identity_of

FEW = 100
"""Questions below which a reader is told that they are few."""

UTILITY = "utility"
"""The measure that decides."""

MEASURES = (*IN_SCOPE, Judgement.FALSE, Judgement.OFFERED_UNASKED)
"""The others: how often there was each."""


@dataclass(frozen=True)
class Tuned:
    """What came of it.

    Attributes:
        questions: In their order.
        before: What the reply of the release as it is was worth to each, in the same order.
        after: The same by a calibration that was made without the question.
        old: Of the release.
        new: Made on all questions.
    """

    questions: tuple[Expectation, ...]
    before: tuple[Judgement, ...]
    after: tuple[Judgement, ...]
    old: Calibration
    new: Calibration


@dataclass(frozen=True)
class Figure:
    """A mean over so many questions, with intervals."""

    questions: int
    before: Interval
    after: Interval
    difference: Interval


class Verdict(StrEnum):
    """Whether the change of the utility is beyond chance."""

    BETTER = "better"
    WORSE = "worse"
    CHANCE = "chance"


def labelled(sets: Sequence[QuestionSet], knowledge: Knowledge) -> tuple[Expectation, ...]:
    """Return the questions of all sets, in order; those that the knowledge expects where there are no sets.

    Raises:
        QuestionsError: ids are no entries of the knowledge, or the questions are too few; the message has every line
            to put right.
    """
    if problems := [problem for each in sets for problem in _unknown(each, knowledge)]:
        raise QuestionsError("\n".join(problems))
    questions = tuple(each for asked in sets for each in asked.questions) if sets else knowledge.expectations
    if len(questions) < FEWEST:
        where = "the files have" if sets else "the knowledge's expectations are used without --questions:"
        msg = f"{where} {len(questions)} questions, too few; give {FEWEST} or more, best some hundreds"
        raise QuestionsError(msg)
    return questions


def _unknown(given: QuestionSet, knowledge: Knowledge) -> Iterator[str]:
    known = {entry.id for entry in knowledge.entries}
    for line, asked in zip(given.lines, given.questions, strict=True):
        for entry_id in asked.gold:
            if entry_id not in known:
                near = nearest(entry_id, sorted(known))
                remedy = (
                    f"did you mean {near!r}?" if near else "write the id of an entry (`/list` shows them)"
                )
                yield f"{given.name}:{line}: there is no entry {quoted(entry_id)}; {remedy}"


def tuning_of(release: Release, calibration: Calibration, questions: int, day: datetime.date) -> Tuning:
    """Return a calibration as it is kept with the knowledge of a release."""
    return Tuning(
        made_on=day,
        questions=questions,
        entries=max(1, len(release.index.entries)),
        search=search_name(identity_of(release.index.encoders)),
        **calibration.model_dump(),
    )


def tune(
    release: Release,
    questions: Sequence[Expectation],
    releases: Sequence[Release],
    *,
    today: datetime.date,
    step: Callable[[], None] = lambda: None,
) -> Tuned:
    """Make a calibration on all questions, and judge what becomes of each by one that was made without its fold.

    Args:
        release: What is to be tuned.
        questions: 20 or more.
        releases: What each is asked of.
        today: The day.
        step: Called after each question.

    Raises:
        EncoderError: an encoder cannot be asked.
    """
    known: list[Probabilities] = []
    before: list[Judgement] = []
    for each, of in zip(questions, releases, strict=True):
        known.append(probabilities(of, each))
        before.append(judge(each.gold, outcome_of(of, each.q, today=today)))
        step()
    folds = [
        _fitted([each for row, each in enumerate(known) if row % FOLDS != fold]) for fold in range(FOLDS)
    ]

    @cache
    def moved(of: Release, fold: int) -> Release:
        tuning = tuning_of(of, folds[fold], len(questions), today)
        return replace(of, knowledge=of.knowledge.model_copy(update={"tuning": tuning}))

    after: list[Judgement] = []
    for row, (each, of) in enumerate(zip(questions, releases, strict=True)):
        after.append(judge(each.gold, outcome_of(moved(of, row % FOLDS), each.q, today=today)))
        step()
    return Tuned(tuple(questions), tuple(before), tuple(after), release.policy.calibration, _fitted(known))


def _fitted(known: Sequence[Probabilities]) -> Calibration:
    return fit_calibration(
        [each.right for each in known],
        [each.is_right for each in known],
        [each.offered for each in known],
        [each.is_offered for each in known],
    )


def figures(found: Tuned, release: Release) -> dict[str, Figure]:
    """Return the utility and how often there was each judgement; those of no question are left out."""
    utility = release.policy.utility
    told = {UTILITY: _figure(found, tuple(Judgement), lambda each: worth(each, utility))}
    for judgement in MEASURES:
        among = IN_SCOPE if judgement in IN_SCOPE else OUT_OF_SCOPE
        if any(each in among for each in found.before):
            told[judgement.value] = _figure(found, among, partial(_is, judgement))
    return told


def _is(one: Judgement, other: Judgement) -> float:
    return float(one is other)


def _figure(found: Tuned, among: Sequence[Judgement], value: Callable[[Judgement], float]) -> Figure:
    pairs = zip(found.before, found.after, strict=True)
    values = [(value(was), value(now)) for was, now in pairs if was in among]
    return Figure(
        len(values),
        interval([was for was, _ in values]),
        interval([now for _, now in values]),
        interval([now - was for was, now in values]),
    )


def verdict(told: Mapping[str, Figure]) -> Verdict:
    """Return whether the change of the utility is beyond chance, and which way."""
    difference = told[UTILITY].difference
    if not difference.excludes_zero:
        return Verdict.CHANCE
    return Verdict.BETTER if difference.estimate > 0 else Verdict.WORSE


def tuned_record(
    found: Tuned, told: Mapping[str, Figure], *, skipped: int, kept: Path | None
) -> dict[str, Any]:
    """Return everything under keys that stay.

    Args:
        found: What came of it.
        told: Its figures.
        skipped: Conversations that were not used.
        kept: The file that was written.
    """
    inside = sum(bool(each.gold) for each in found.questions)
    return {
        "questions": {
            "asked": len(found.questions),
            "in_scope": inside,
            "out_of_scope": len(found.questions) - inside,
            "conversations_skipped": skipped,
            "few": len(found.questions) < FEW,
        },
        "measures": {name: rounded(each) for name, each in told.items()},
        "verdict": verdict(told).value,
        "calibration": {"before": rounded(found.old.model_dump()), "after": rounded(found.new.model_dump())},
        "kept": str(kept) if kept else None,
    }
