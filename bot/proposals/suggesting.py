"""From a group of unanswered questions to what could be written, and what it would do: that is tried out in memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, cached_property, partial
from pathlib import Path

from bot.conversation.engine import reader_on
from bot.conversation.gate import asker
from bot.conversation.reply import ReplyKind
from bot.conversation.smalltalk import Smalltalk
from bot.journal.question_record import Channel
from bot.journal.questions import StoredQuestion
from bot.proposals.proposal import (
    AskedText,
    Change,
    Effect,
    NewPhrasing,
    Proposal,
    Suggestion,
    draft,
    target_of,
)
from faq.exchange.edits import Edits
from faq.loading.loader import builtin
from faq.model import LONGEST_PHRASING, EntryKind, Knowledge, folded
from index.analysis.questions import question
from index.clustering.groups import Group, nearest
from index.clustering.groups import group as group_texts
from index.decision.reader import Reader
from index.release.building import Release, build
from index.release.gate import REFUSED, Finding, GateReport, Given, compare
from index.release.gate import Effect as Treatment
from index.release.store import open_release, with_smalltalk
from index.retrieval.encoder import SentenceEncoder, patiently
from index.retrieval.vectors import VectorStore

_WORSE = REFUSED | {Treatment.WORSE, Treatment.LOST}


class Trial:
    """A knowledge as its files are now, on which changes are tried out; nothing is written but what is compiled."""

    def __init__(
        self,
        path: Path,
        home: Path,
        today: date,
        progress: Callable[[str], None] = lambda _: None,
        *,
        encoders: Sequence[SentenceEncoder] = (),
    ) -> None:
        """Compile the files as they are, or open what was compiled of them."""
        self.path, self.today, self.encoders = path, today, tuple(encoders)
        with patiently():
            self.base = open_release(path, home=home, encoders=encoders, progress=progress)
        self._ask, self._store = asker(today), VectorStore(home)
        self.before = cache(partial(self._ask, self.base))

    @cached_property
    def reader(self) -> Reader:
        """What reads questions on the base."""
        return reader_on(self.base, self.today)

    def effect(self, change: Change, questions: Sequence[AskedText]) -> tuple[Effect, GateReport]:
        """Return what a change does to the questions that it is for, and what the gate would say of it."""
        if self.path.resolve() == builtin().resolve():  # which nobody edits
            changed = _added(self.base.knowledge, change)
        else:
            changed = with_smalltalk(edited(self.path, change).after().sure())
        with patiently():
            release = build(changed, self.encoders, encode=self._store.encode)
        after, target = cache(partial(self._ask, release)), target_of(change)
        report = compare(self.base.knowledge, release.knowledge, self.before, after)
        moved = [finding for finding in report.findings if _is_moved(finding)]
        answered_before, _ = _reached(target, questions, self.before)
        answered, offered = _reached(target, questions, after)
        return Effect(
            asked=sum(each.times for each in questions),
            answered=answered,
            answered_before=answered_before,
            offered=offered,
            expectations=report.asked,
            changed=len(moved),
            worse=sum(finding.effect in _WORSE for finding in moved),
            refused=sum(finding.effect in REFUSED for finding in moved),
            refers=release.knowledge.entry(target).kind is EntryKind.REFERRAL,
            release=release.name,
        ), report


def edited(path: Path, change: Change) -> Edits:
    """Return the files with a change that is not written yet."""
    edits = Edits(path)
    if isinstance(change, NewPhrasing):
        edits.add_phrasing(change.entry, change.text)
    else:
        edits.add_entry(change.entry())
    return edits


def _added(knowledge: Knowledge, change: Change) -> Knowledge:
    entries = {entry.id: entry for entry in knowledge.entries}
    if isinstance(change, NewPhrasing):
        entry = entries[change.entry]
        entries[entry.id] = entry.model_copy(update={"also_asked": (*entry.also_asked, change.text)})
    else:
        entries[change.id] = change.entry()
    return knowledge.model_copy(update={"entries": tuple(entries.values())})


def _reached(target: str, questions: Sequence[AskedText], give: Callable[[str], Given]) -> tuple[int, int]:
    """Return how often the target is shown, and how often it is offered among others."""
    shown = offered = 0
    for each in questions:
        given = give(each.q)
        if target in given.ids:
            shown += each.times * (given.reply in {"answer", "referral"})
            offered += each.times * (given.reply == "choices")
    return shown, offered


def _is_moved(finding: Finding) -> bool:
    if finding.effect is not Treatment.CHANGED:
        return finding.effect is not Treatment.UNMET
    before = finding.before
    return before is not None and (before.reply, before.ids) != (finding.after.reply, finding.after.ids)


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
    if confidence >= MAYBE:
        # The one in the middle of the group that the entry does not have yet.
        known = {folded(phrasing) for phrasing in trial.base.knowledge.entry(entry_id).phrasings}
        if text := next((text for text in _phrasings(group) if folded(text) not in known), None):
            found.append((NewPhrasing(entry=entry_id, text=text), confidence))
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
