"""From a group of unanswered questions to what could be written: a new phrasing, or a draft of an entry."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from bot.proposals.effect import Trial
from bot.proposals.proposal import AskedText, Change, Effect, NewPhrasing, draft
from faq.model import LONGEST_PHRASING, EntryKind, folded
from index.analysis.questions import question
from index.clustering.groups import Group, nearest

CLOSE = 0.1
"""Mean confidence from which on a new phrasing of the closest entry is proposed before a new entry."""
MAYBE = 0.05
"""Mean confidence below which it is not proposed at all."""

_MOST_ALSO_ASKED = 4
_LOOKED_AT = 20
_CLOSEST_OF = 3


@dataclass(frozen=True)
class Suggestion:
    """One thing that could be done for a group of questions.

    Attributes:
        group: Of the groups, counted from 1.
        representative: The question in the middle of the group.
        questions: All of the group, those asked most often first.
        closeness: Mean probability, 0 to 1, that the entry of a new phrasing is what the questions want.
    """

    group: int
    representative: str
    questions: tuple[AskedText, ...]
    change: Change
    effect: Effect
    closeness: float


@dataclass(frozen=True)
class Target:
    """The entry that a group is closest to, with the mean probability that it is what the questions want."""

    entry_id: str
    confidence: float


def asks_something(trial: Trial, group: Group) -> bool:
    """Tell whether a group has a word that can be searched for: nothing can be written for 「えっ」 and 「???」."""
    analyze = trial.base.index.analyzer.analyze
    return any(analyze(text, asked=True).words for text in group.questions)


def suggest(
    trial: Trial, groups: Sequence[Group], done: Callable[[float], None] = lambda _: None
) -> Iterator[Suggestion]:
    """Yield what could be done for each group, in their order, for each the likelier first: two things at most.

    An answer is never proposed: a draft's answer is empty until a person writes it. Which of the two comes first is a
    guess from how close the questions are to the entry; whether the entry answers them, a person has to see.

    Args:
        trial: The knowledge, on which each change is tried out; a change takes some seconds.
        groups: Of unanswered questions.
        done: Told again and again how many of the groups are through, with the part of the one that is at work.
    """
    expected = len(trial.base.knowledge.expectations) or 1
    for number, group in enumerate(groups, start=1):
        questions = tuple(
            AskedText(q=q, times=times) for q, times in zip(group.questions, group.counts, strict=True)
        )
        target = closest(trial, questions)
        options: list[tuple[Change, float]] = []
        if target and target.confidence >= MAYBE:
            phrasing = _phrasing(trial, target.entry_id, group)
            options += [(phrasing, target.confidence)] if phrasing else []
        if new := _draft(trial, group):
            place = 1 if options and options[0][1] >= CLOSE else 0
            options.insert(place, (new, target.confidence if target else 0.0))
        for place, (change, closeness) in enumerate(options):
            step = _counting(done, number - 1 + place / len(options), 1 / len(options) / expected)
            effect, _ = trial.effect(change, questions, step=step)
            yield Suggestion(number, group.representative, questions, change, effect, closeness)
        done(number)


def _counting(done: Callable[[float], None], begin: float, part: float) -> Callable[[], None]:
    """Return what tells that one more part of the work is done, each time that it is called."""
    parts = count(1)
    return lambda: done(begin + part * next(parts))


def closest(trial: Trial, questions: Iterable[AskedText]) -> Target | None:
    """Return the entry that most of the questions are closest to; `None` if none of them finds any."""
    sure: dict[str, float] = {}
    asked = list(questions)[:_LOOKED_AT]
    for each in asked:
        found = nearest(trial.reader, each.q)
        if found:
            sure[found.entry_id] = sure.get(found.entry_id, 0.0) + found.confidence * each.times
    if not sure:
        return None
    best = max(sure, key=lambda entry_id: (sure[entry_id], entry_id))
    return Target(best, sure[best] / sum(each.times for each in asked))


def _phrasing(trial: Trial, entry_id: str, group: Group) -> NewPhrasing | None:
    """Return the phrasing in the middle of the group that the entry does not have yet; `None` if it has them all."""
    known = {folded(phrasing) for phrasing in trial.base.knowledge.entry(entry_id).phrasings}
    texts = (text for text in _phrasings(group) if folded(text) not in known)
    text = next(texts, None)
    return NewPhrasing(entry=entry_id, text=text) if text else None


def _draft(trial: Trial, group: Group) -> Change | None:
    texts = list(_phrasings(group))
    if not texts:
        return None
    near = group.nearest and trial.base.knowledge.entry(group.nearest.entry_id)
    return draft(
        texts[0],
        texts[1 : 1 + _MOST_ALSO_ASKED],
        category=near.category if near else None,
        kind=_kind(trial, group),
    )


def _kind(trial: Trial, group: Group) -> EntryKind:
    """Return what a draft should be: a referral where most of what stands around the group is one."""
    order = trial.reader.judge(question(group.representative)).ranking.order[:_CLOSEST_OF]
    referrals = sum(bool(trial.base.index.is_referral[number]) for number in order)
    return EntryKind.REFERRAL if referrals * 2 > len(order) else EntryKind.ANSWER


def _phrasings(group: Group) -> Iterator[str]:
    """Yield what of the questions can stand in a file, each once: the one in the middle first, nothing that was masked.

    Of a story with a question, the question.
    """
    seen = set()
    for text in (group.representative, *group.questions):
        plain = " ".join(question(text).text.split())
        if (
            "〔" not in plain
            and len(plain) <= LONGEST_PHRASING
            and folded(plain)
            and folded(plain) not in seen
        ):
            seen.add(folded(plain))
            yield plain
