"""From the questions and choices in the journal to what could be written, the likelier first."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.conversation.engine import converse, reader_on
from bot.conversation.reply import OPEN, SHOWN, Reply, ReplyKind
from bot.conversation.smalltalk import Smalltalk
from bot.conversation.state import ConversationState
from bot.journal.questions import StoredQuestion
from bot.output.terminal import progress_bar
from bot.proposals.approving import Trial
from bot.proposals.proposal import AskedText, Change, NewEntry, NewPhrasing, Proposal
from faq.fields import LONGEST_PHRASING
from faq.formats.sheets.rows import made_id
from faq.model import EntryKind, folded
from faq.wording import worded
from index.analysis.questions import question
from index.clustering.groups import Group
from index.clustering.groups import group as group_texts
from index.release.building import Release

_LIKELY = 0.1
"""Confidence from which a new phrasing of the closest entry is proposed, too."""
_MOST_ALSO_ASKED = 4


@dataclass
class Votes:
    """The people whose last choice was an entry, and how many refused it."""

    people: set[str] = field(default_factory=set)
    against: int = 0

    @property
    def margin(self) -> int:
        """How many more people chose than refused it."""
        return len(self.people) - self.against


def chosen(recorded: Sequence[StoredQuestion]) -> Mapping[str, Mapping[str, Votes]]:
    """Return the votes by text and entry id; `recorded` comes oldest first.

    People choose by pressing a choice, or by 👍 for a single answer; what somebody chose last for a text counts. They
    refuse by 👎, and with 「どれも違う」 all that was offered. Follow-ups do not count.
    """
    asked = {each.id: each for each in recorded if stands_alone(each)}
    found: defaultdict[str, defaultdict[str, Votes]] = defaultdict(lambda: defaultdict(Votes))
    last: dict[tuple[str, str], str] = {}
    for each in recorded:
        original = asked.get(each.choice_of or each.id)
        if original is None or (each.choice_of and original.reply != ReplyKind.CHOICES.value):
            continue
        text, entries = original.text or "", each.entries[:1] if each.choice_of else each.entries
        for entry_id in entries:
            found[text][entry_id].against += each.bad
        helped = each.reply == ReplyKind.ANSWER.value and each.good > each.bad
        if len(entries) == 1 and (not each.bad if each.choice_of else helped):
            last[text, each.person or each.id] = entries[0]
    for (text, person), entry_id in last.items():
        found[text][entry_id].people.add(person)
    return {
        text: votes
        for text, votes in found.items()
        if any(each.people or each.against for each in votes.values())
    }


def unanswered(recorded: Iterable[StoredQuestion]) -> Mapping[str, int]:
    """Return how often each text got no helpful reply; follow-ups are left out."""
    return Counter(each.text for each in recorded if each.text and is_unanswered(each) and stands_alone(each))


def is_unanswered(each: StoredQuestion) -> bool:
    """Whether a question got no answer, or one with more 👎 than 👍; a pressed choice is no question."""
    return not each.choice_of and (each.reply in OPEN or each.bad > each.good)


def stands_alone(each: StoredQuestion) -> bool:
    """Whether the text of a question was kept and can be understood alone: no follow-up, no pressed button."""
    return bool(each.text and each.text.strip()) and not each.follows and not each.choice_of


def grouped(release: Release, texts: Mapping[str, int], today: date) -> tuple[Group, ...]:
    """Return texts, with how often each was asked, in groups near in meaning; greetings in them are left out."""
    return group_texts(reader_on(release, today), texts, without=Smalltalk(release.knowledge).without)


def _replies_today(served: Release, texts: Collection[str], today: date) -> Mapping[str, Reply]:
    found = {}
    with progress_bar(worded("いまの版に質問しています"), len(texts)) as step:
        for text in texts:
            found[text], _ = converse(served, text, ConversationState(), today=today)
            step()
    return found


def suggest(
    trial: Trial, served: Release, recorded: Sequence[StoredQuestion], *, limit: int
) -> list[Proposal]:
    """Return what could be written for questions that are not answered today, at most `limit` groups of each kind.

    First come groups whose entry people chose, then groups without a helpful reply; the largest first. One of the
    latter has at most two suggestions, without an answer. The effects are not tried yet.
    """
    votes, missed = chosen(recorded), unanswered(recorded)
    replies = _replies_today(served, {**votes, **missed}, trial.today)
    times = Counter(each.text for each in recorded if each.text and stands_alone(each))
    labels: dict[str, dict[str, int]] = {}
    for text, by_entry in votes.items():
        entry_id = max(by_entry, key=lambda each: (by_entry[each].margin, each))
        answered = _shows(replies[text], entry_id)
        if by_entry[entry_id].margin > 0 and not answered and entry_id in trial.base.index.numbers:
            labels.setdefault(entry_id, {})[text] = times[text]
    wanted = []
    for entry_id, texts in labels.items():
        for group in grouped(trial.base, texts, trial.today):
            if phrasing := _new_phrasing(trial, entry_id, group):
                given = [votes[text][entry_id] for text in group.questions]
                people = set().union(*(each.people for each in given))  # who wrote two of them is one person
                total = Votes(people, sum(each.against for each in given))
                wanted.append((total.margin, _proposal(trial, group, phrasing, total)))
    wanted.sort(key=lambda each: each[0], reverse=True)
    labelled = {text for texts in labels.values() for text in texts}

    def unhelpful(text: str) -> bool:
        refused = (each for each, of in votes.get(text, {}).items() if of.margin < 0)
        return replies[text].kind in OPEN or not set(replies[text].ids).isdisjoint(refused)

    left = {text: count for text, count in missed.items() if text not in labelled and unhelpful(text)}
    analyze = trial.base.index.analyzer.analyze
    groups = [
        each
        for each in grouped(trial.base, left, trial.today)
        # Nothing can be written for 「えっ」 and 「???」, which have no word that can be searched for.
        if any(analyze(text, asked=True).words for text in each.questions)
    ]
    found = [each for _, each in wanted[:limit]]
    for group in groups[:limit]:
        found += (_proposal(trial, group, change) for change in _changes(trial, group, replies))
    return found


def _proposal(trial: Trial, group: Group, change: Change, votes: Votes | None = None) -> Proposal:
    asked = [AskedText(q=q, times=times) for q, times in zip(group.questions, group.counts, strict=True)]
    asked.sort(key=lambda each: each.q != group.representative)
    return trial.proposal(change, asked, *((len(votes.people), votes.against) if votes else ()))


def _changes(trial: Trial, group: Group, replies: Mapping[str, Reply]) -> Iterator[Change]:
    """Yield a new phrasing of the closest entry, if it is likely and does not answer by now, and a draft."""
    nearest = group.nearest
    if nearest and nearest.confidence >= _LIKELY:
        answers = any(_shows(replies[text], nearest.id) for text in group.questions)
        if not answers and (phrasing := _new_phrasing(trial, nearest.id, group)):
            yield phrasing
    texts = list(_phrasings(group))
    if texts:
        near = trial.base.knowledge.entry(nearest.id) if nearest else None
        yield NewEntry(
            id=made_id(texts[0]),
            kind=near.kind if near else EntryKind.ANSWER,
            category=near.category if near else None,
            question=texts[0],
            also_asked=tuple(texts[1 : 1 + _MOST_ALSO_ASKED]),
        )


def _shows(reply: Reply, entry_id: str) -> bool:
    return reply.kind in SHOWN and entry_id in reply.ids


def _new_phrasing(trial: Trial, entry_id: str, group: Group) -> NewPhrasing | None:
    """Return the most typical question of a group that the entry does not have yet."""
    entry = trial.base.knowledge.entry(entry_id)
    known = {folded(phrasing) for phrasing in entry.phrasings}
    text = next((text for text in _phrasings(group) if folded(text) not in known), None)
    return NewPhrasing(entry=entry_id, question=entry.question, text=text) if text else None


def _phrasings(group: Group) -> Iterator[str]:
    """Yield the questions that can be phrasings, each once, the most typical first; none with a mask."""
    seen = {""}
    for text in (group.representative, *group.questions):
        plain = " ".join(question(text).text.split())
        if "〔" not in plain and len(plain) <= LONGEST_PHRASING and folded(plain) not in seen:
            seen.add(folded(plain))
            yield plain
