"""From what people asked and chose to what could be written, the likelier first."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.conversation.engine import converse, reader_on
from bot.conversation.reply import ReplyKind
from bot.conversation.smalltalk import Smalltalk
from bot.conversation.state import ConversationState
from bot.journal.question_record import Channel
from bot.journal.questions import StoredQuestion
from bot.proposals.choices import Votes, chosen, stands_alone
from bot.proposals.proposal import (
    AskedText,
    Change,
    NewPhrasing,
    Proposal,
    Suggestion,
    draft,
)
from bot.proposals.trial import Trial
from faq.model import LONGEST_PHRASING, EntryKind, folded
from index.analysis.questions import question
from index.clustering.groups import Group, nearest
from index.clustering.groups import group as group_texts
from index.release.building import Release


@dataclass(frozen=True)
class Candidate:
    """A change that is worth trying; `closeness` is the mean probability that its entry is what the questions want."""

    change: Change
    closeness: float
    votes: Votes | None = None  # of people who chose the entry


@dataclass(frozen=True)
class Wanted:
    """Questions that say the same, and what could be done for them, the likelier first."""

    group: Group
    questions: tuple[AskedText, ...]
    candidates: tuple[Candidate, ...]


CLOSE = 0.1
"""Mean confidence from which on a new phrasing of the closest entry is proposed before a new entry."""
MAYBE = 0.05  # mean confidence below which it is not proposed at all
_MOST_ALSO_ASKED = 4
_LOOKED_AT = 20
_CLOSEST_OF = 3
_ANSWERS = frozenset({ReplyKind.ANSWER, ReplyKind.REFERRAL})


def unanswered(recorded: Iterable[StoredQuestion]) -> Mapping[str, int]:
    """Return how often each text got no reply that helped; not of evaluations, nor what goes on with a conversation."""
    return Counter(
        each.text
        for each in recorded
        if each.text and each.channel != Channel.BATCH.value and is_unanswered(each) and stands_alone(each)
    )


def is_unanswered(each: StoredQuestion) -> bool:
    """Tell whether the bot had nothing to say to a question, or said what helped fewer people than it did not.

    A pressed choice is none: what it says of the question that was asked is told by `chosen`.
    """
    return not each.choice_of and (each.reply == ReplyKind.UNKNOWN.value or each.bad > each.good)


def grouped(release: Release, texts: Mapping[str, int], today: date) -> tuple[Group, ...]:
    """Return texts, each with how often it was asked, in groups near in meaning; greetings do not count."""
    return group_texts(reader_on(release, today), texts, without=Smalltalk(release.knowledge).without)


Shown = tuple[ReplyKind, frozenset[str]]
"""The kind of a reply, and the ids of the entries that it shows."""


def replies_today(
    served: Release, texts: Iterable[str], today: date, step: Callable[[], None] = lambda: None
) -> Mapping[str, Shown]:
    """Ask each text of what is served, in a conversation of its own."""
    found = {}
    for text in texts:
        reply, _ = converse(served, text, ConversationState(), today=today)
        found[text] = (reply.kind, frozenset(reply.ids))
        step()
    return found


def wanted(
    trial: Trial, recorded: Sequence[StoredQuestion], replies: Mapping[str, Shown], *, limit: int
) -> list[Wanted]:
    """Return what could be written for questions that are not answered today, `limit` groups of each kind at most.

    First those whose entry people chose, then those that got nothing or what did not help; the largest groups first.
    `replies` has what every text of `chosen` and `unanswered` gets today.
    """
    votes, missed = chosen(recorded), unanswered(recorded)
    times = Counter(each.text for each in recorded if each.text and stands_alone(each))
    labels: dict[str, dict[str, int]] = {}
    for text, by_entry in votes.items():
        entry_id = max(by_entry, key=lambda each: (by_entry[each].lead, each))
        kind, ids = replies[text]
        answered = kind in _ANSWERS and entry_id in ids
        if by_entry[entry_id].lead > 0 and not answered and entry_id in trial.base.index.numbers:
            labels.setdefault(entry_id, {})[text] = times[text]
    found = [
        made
        for entry_id, texts in labels.items()
        for group in grouped(trial.base, texts, trial.today)
        if (made := _chosen(trial, entry_id, group, votes))
    ]
    found.sort(key=_lead, reverse=True)
    labelled = {text for texts in labels.values() for text in texts}
    refused = {
        text: {each for each, of in by_entry.items() if of.lead < 0} for text, by_entry in votes.items()
    }
    left = {
        text: count
        for text, count in missed.items()
        if text not in labelled
        and (replies[text][0] is ReplyKind.UNKNOWN or replies[text][1] & refused.get(text, set()))
    }
    groups = [each for each in grouped(trial.base, left, trial.today) if _asks_something(trial, each)]
    return found[:limit] + [_unanswered(trial, group, replies) for group in groups[:limit]]


def _lead(labelled: Wanted) -> int:
    votes = labelled.candidates[0].votes
    return votes.lead if votes else 0


def _asks_something(trial: Trial, group: Group) -> bool:
    """Tell whether a group has a word that can be searched for: nothing can be written for 「えっ」 and 「???」."""
    analyze = trial.base.index.analyzer.analyze
    return any(analyze(text, asked=True).words for text in group.questions)


def suggest(
    trial: Trial,
    found: Sequence[Wanted],
    by: str,
    at: datetime,
    step: Callable[[], None] = lambda: None,
) -> Iterator[Suggestion]:
    """Yield what could be done for each group: two things at most, never an answer.

    What people chose needs no trial before somebody confirms it; anything else is tried out, and then `step` is called.
    """
    for number, each in enumerate(found, start=1):
        for candidate in each.candidates:
            change, votes = candidate.change, candidate.votes
            effect = None
            if votes is None:
                effect, _ = trial.effect(change, each.questions)
                step()
            proposal = Proposal(
                faq=str(trial.path.resolve()),
                by=by,
                at=at,
                base=trial.base.name,
                phrasing=change if isinstance(change, NewPhrasing) else None,
                entry=None if isinstance(change, NewPhrasing) else change,
                questions=each.questions,
                effect=effect,
            )
            yield Suggestion(
                group=number,
                representative=each.group.representative,
                closeness=candidate.closeness,
                people=len(votes.people) if votes else 0,
                against=votes.against if votes else 0,
                proposal=proposal,
            )


def _chosen(
    trial: Trial, entry_id: str, group: Group, votes: Mapping[str, Mapping[str, Votes]]
) -> Wanted | None:
    """Return a group as another way to ask the entry that people chose for it; `None` if it has that already."""
    total = Votes()
    for text in group.questions:
        total.add(votes[text][entry_id])
    phrasing = _new_phrasing(trial, entry_id, group)
    if phrasing is None:
        return None
    share = len(total.people) / (len(total.people) + total.against)
    return Wanted(group, _asked(group), (Candidate(phrasing, share, total),))


def _asked(group: Group) -> tuple[AskedText, ...]:
    return tuple(AskedText(q=q, times=times) for q, times in zip(group.questions, group.counts, strict=True))


def _new_phrasing(trial: Trial, entry_id: str, group: Group) -> NewPhrasing | None:
    """Return the question in the middle of the group that the entry does not have yet."""
    entry = trial.base.knowledge.entry(entry_id)
    known = {folded(phrasing) for phrasing in entry.phrasings}
    text = next((text for text in _phrasings(group) if folded(text) not in known), None)
    return NewPhrasing(entry=entry_id, question=entry.question, text=text) if text else None


def _unanswered(trial: Trial, group: Group, replies: Mapping[str, Shown]) -> Wanted:
    """Return a group with a new phrasing of the closest entry, unless that answers it by now, and a draft."""
    questions = _asked(group)
    found: list[Candidate] = []
    entry_id, confidence = closest(trial, questions) or ("", 0.0)
    answers = any(entry_id in replies[text][1] and replies[text][0] in _ANSWERS for text in group.questions)
    if confidence >= MAYBE and not answers and (phrasing := _new_phrasing(trial, entry_id, group)):
        found.append(Candidate(phrasing, confidence))
    if new := _draft(trial, group):
        found.insert(len(found) if confidence >= CLOSE else 0, Candidate(new, confidence))
    return Wanted(group, questions, tuple(found))


def closest(trial: Trial, questions: Iterable[AskedText]) -> tuple[str, float] | None:
    """Return the entry that most of the questions are closest to, with the mean probability that they want it."""
    sure: dict[str, float] = {}
    asked = list(questions)[:_LOOKED_AT]
    for each in asked:
        found = nearest(trial.reader, each.q)
        if found:
            sure[found.entry_id] = sure.get(found.entry_id, 0.0) + found.confidence * each.times
    if not sure:
        return None
    best = max(sure, key=lambda entry_id: (sure[entry_id], entry_id))
    return best, sure[best] / sum(each.times for each in asked)


def _draft(trial: Trial, group: Group) -> Change | None:
    texts = list(_phrasings(group))
    if not texts:
        return None
    near = group.nearest and trial.base.knowledge.entry(group.nearest.entry_id)
    # A referral where most of what stands around the group is one.
    order = trial.reader.judge(question(group.representative)).ranking.order[:_CLOSEST_OF]
    referrals = sum(bool(trial.base.index.is_referral[number]) for number in order)
    return draft(
        texts[0],
        texts[1 : 1 + _MOST_ALSO_ASKED],
        category=near.category if near else None,
        kind=EntryKind.REFERRAL if referrals * 2 > len(order) else EntryKind.ANSWER,
    )


def _phrasings(group: Group) -> Iterator[str]:
    """Yield what of the questions can stand in a file, each once, the one in the middle first; nothing masked."""
    seen = {""}
    for text in (group.representative, *group.questions):
        plain = " ".join(question(text).text.split())
        if "〔" not in plain and len(plain) <= LONGEST_PHRASING and folded(plain) not in seen:
            seen.add(folded(plain))
            yield plain
