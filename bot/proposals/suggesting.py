"""From a group of unanswered questions to what could be written: a new phrasing, or a draft of an entry."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from bot.conversation.engine import reader_on
from bot.conversation.reply import ReplyKind
from bot.conversation.smalltalk import Smalltalk
from bot.journal.question_record import Channel
from bot.journal.questions import StoredQuestion
from bot.proposals.effect import Trial
from bot.proposals.proposal import AskedText, Change, NewPhrasing, Proposal, Suggestion, draft
from faq.model import LONGEST_PHRASING, EntryKind, folded
from index.analysis.questions import question
from index.clustering.groups import Group, nearest
from index.clustering.groups import group as group_texts
from index.release.building import Release

CLOSE = 0.1
"""Mean confidence from which on a new phrasing of the closest entry is proposed before a new entry."""
MAYBE = 0.05  # mean confidence below which it is not proposed at all
MOST_CHANGES = 2  # changes that are tried for a group
_MOST_ALSO_ASKED = 4
_LOOKED_AT = 20
_CLOSEST_OF = 3


def unanswered(recorded: Iterable[StoredQuestion]) -> Mapping[str, int]:
    """Return how often each text got no reply that helped; not of evaluations, nor what goes on with a conversation."""
    return Counter(
        each.text
        for each in recorded
        if each.text and each.channel != Channel.BATCH.value and is_unanswered(each) and stands_alone(each)
    )


def is_unanswered(each: StoredQuestion) -> bool:
    """Tell whether the bot had nothing to say to a question, or said what helped fewer people than it did not."""
    return each.reply == ReplyKind.UNKNOWN.value or each.bad > each.good


def stands_alone(each: StoredQuestion) -> bool:
    """Tell whether a question's text was kept and says by itself what was meant."""
    return bool(each.text and each.text.strip()) and not each.follows


def grouped(release: Release, texts: Mapping[str, int], today: date) -> tuple[Group, ...]:
    """Return texts, each with how often it was asked, in groups near in meaning; greetings do not count."""
    return group_texts(reader_on(release, today), texts, without=Smalltalk(release.knowledge).without)


def asks_something(trial: Trial, group: Group) -> bool:
    """Tell whether a group has a word that can be searched for: nothing can be written for 「えっ」 and 「???」."""
    analyze = trial.base.index.analyzer.analyze
    return any(analyze(text, asked=True).words for text in group.questions)


def suggest(
    trial: Trial, groups: Sequence[Group], by: str, at: datetime, step: Callable[[], None] = lambda: None
) -> Iterator[Suggestion]:
    """Yield what could be done for each group, the likelier first: two things at most, never an answer."""
    for number, group in enumerate(groups, start=1):
        questions = tuple(
            AskedText(q=q, times=times) for q, times in zip(group.questions, group.counts, strict=True)
        )
        changes = _changes(trial, group, questions)
        for change, closeness in changes:
            effect, _ = trial.effect(change, questions)
            step()
            proposal = Proposal(
                faq=str(trial.path.resolve()),
                by=by,
                at=at,
                base=trial.base.name,
                phrasing=change if isinstance(change, NewPhrasing) else None,
                entry=None if isinstance(change, NewPhrasing) else change,
                questions=questions,
                effect=effect,
            )
            yield Suggestion(
                group=number, representative=group.representative, closeness=closeness, proposal=proposal
            )
        for _ in range(MOST_CHANGES - len(changes)):
            step()


def _changes(trial: Trial, group: Group, questions: Sequence[AskedText]) -> list[tuple[Change, float]]:
    found: list[tuple[Change, float]] = []
    target = closest(trial, questions)
    entry_id, confidence = target or ("", 0.0)
    if confidence >= MAYBE and (phrasing := _phrasing(trial, entry_id, group)):
        found.append((phrasing, confidence))
    if new := _draft(trial, group):
        found.insert(len(found) if confidence >= CLOSE else 0, (new, confidence))
    return found


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


def _phrasing(trial: Trial, entry_id: str, group: Group) -> NewPhrasing | None:
    """Return the phrasing in the middle of the group that the entry does not have yet; `None` if it has them all."""
    known = {folded(phrasing) for phrasing in trial.base.knowledge.entry(entry_id).phrasings}
    text = next((text for text in _phrasings(group) if folded(text) not in known), None)
    return NewPhrasing(entry=entry_id, text=text) if text else None


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
