"""Labelled questions held against the knowledge that they are to be put to."""

from collections.abc import Iterator, Sequence

from bot.evaluating import QuestionsError, QuestionSet
from faq.formats.wording import nearest, quoted
from faq.model import Expectation, Knowledge
from index.tuning import FEWEST_OF_A_SORT


def labelled(sets: Sequence[QuestionSet], knowledge: Knowledge) -> tuple[Expectation, ...]:
    """Return the questions of all sets, in order; those that the knowledge expects where there are no sets.

    Raises:
        QuestionsError: ids are no entries of the knowledge, or too few of the questions may be answered; the message
            has every line to put right.
    """
    if problems := [problem for each in sets for problem in _unknown(each, knowledge)]:
        raise QuestionsError("\n".join(problems))
    questions = tuple(question for each in sets for question in each.questions)
    questions = questions if sets else knowledge.expectations
    inside = sum(bool(each.gold) for each in questions)
    if inside < FEWEST_OF_A_SORT:
        where = (
            "the files have"
            if sets
            else "without --questions, the knowledge's expectations are used; they have"
        )
        msg = (
            f"{where} {inside} questions that an entry may answer, too few to choose anything on; give"
            f" {FEWEST_OF_A_SORT} or more, best some hundreds, with --questions"
        )
        raise QuestionsError(msg)
    return questions


def _unknown(given: QuestionSet, knowledge: Knowledge) -> Iterator[str]:
    known = {entry.id for entry in knowledge.entries}
    for line, question in zip(given.lines, given.questions, strict=True):
        for entry_id in question.gold:
            if entry_id not in known:
                near = nearest(entry_id, sorted(known))
                remedy = (
                    f"did you mean {near!r}?" if near else "write the id of an entry (`/list` shows them)"
                )
                yield f"{given.name}:{line}: there is no entry {quoted(entry_id)}; {remedy}"
