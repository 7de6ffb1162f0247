"""A change to a knowledge: tried out in memory, approved by a person, then published through the gate or undone."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from bot.conversation.engine import asker
from bot.conversation.reply import SHOWN, ReplyKind
from bot.output.labels import called
from bot.output.publish_report import report_lines, shows_others
from bot.proposals.folder import Intent, ProposalError, Proposals
from bot.proposals.proposal import (
    AskedText,
    Change,
    Decision,
    Effect,
    NewEntry,
    NewPhrasing,
    Proposal,
    ProposalState,
)
from faq.exchange.changes import write_file
from faq.exchange.edits import Edits
from faq.exchange.importing import refuse_new_errors
from faq.loading.loader import load
from faq.model import EntryKind, Knowledge
from faq.problems import EditError, Fault, shown
from index.release.analyses import AnalysisStore
from index.release.building import build
from index.release.gate import REFUSED, Given, ReplyEffect, compare
from index.release.history import History
from index.release.publishing import Publishing, PublishingOutcome
from index.release.store import files_hash, open_release, with_smalltalk
from index.release.touched import untouched
from index.retrieval.encoder import SentenceEncoder
from index.retrieval.vectors import VectorStore

_WORSE = REFUSED | {ReplyEffect.WORSE, ReplyEffect.LOST}


@dataclass
class Trial:
    """Tries out changes to a knowledge as its files are now; only what is compiled is written."""

    path: Path
    home: Path
    today: datetime.date
    by: str
    at: datetime.datetime
    encoders: Sequence[SentenceEncoder]

    def __post_init__(self) -> None:
        self.base = open_release(self.path, home=self.home, encoders=self.encoders)
        self._ask, self._store = asker(self.today), VectorStore(self.home)
        self._analyses = cache(partial(AnalysisStore, self.home))
        self._before = cache(partial(self._ask, self.base.asked_from(self._store)))

    def effect(
        self, change: Change, questions: Sequence[AskedText], knowledge: Knowledge | None = None
    ) -> Effect:
        """Return the effect of a change; `knowledge` is the changed one, if known."""
        changed = knowledge or _with_change(self.base.knowledge, change)
        analyze = self._analyses(changed.lexicon).analyze
        release = build(changed, self.encoders, encode=self._store.encode, analyze=analyze, before=self.base)
        asked = release.asked_from(self._store)
        replies = {each.q: self._before(each.q) for each in self.base.knowledge.expectations}
        same = untouched(self.base, asked, replies, analyze)
        ask = partial(self._ask, asked)
        target = change.entry if isinstance(change, NewPhrasing) else change.id
        after = cache(lambda text: same.get(text) or ask(text))
        report = compare(self.base.knowledge, release.knowledge, self._before, after)
        moved = report.of(*_WORSE)
        changed_only = [each for each in report.of(ReplyEffect.CHANGED) if shows_others(each)]
        answered_before, _ = _reached(target, questions, self._before)
        answered, offered = _reached(target, questions, after)
        return Effect(
            asked=sum(each.times for each in questions),
            answered=answered,
            answered_before=answered_before,
            offered=offered,
            expectations=report.asked,
            changed=len(moved) + len(changed_only),
            worse=len(moved),
            refused=len(report.of(*REFUSED)),
            refers=release.knowledge.entry(target).kind is EntryKind.REFERRAL,
            release=release.name,
        )

    def proposal(
        self,
        change: Change,
        questions: Iterable[AskedText],
        people: int | None = None,
        against: int | None = None,
    ) -> Proposal:
        """Return a proposal of a change for questions, with how many people chose and refused it."""
        return Proposal(
            faq=str(self.path.resolve()),
            by=self.by,
            at=self.at,
            base=self.base.name,
            phrasing=change if isinstance(change, NewPhrasing) else None,
            entry=change if isinstance(change, NewEntry) else None,
            questions=tuple(questions),
            people=people,
            against=against,
        )


def _with_change(knowledge: Knowledge, change: Change) -> Knowledge:
    if isinstance(change, NewEntry):
        return knowledge.with_entry(change.entry())
    for entry in knowledge.entries:
        if entry.id == change.entry:
            asked = (*entry.also_asked, change.text)
            return knowledge.with_entry(entry.model_copy(update={"also_asked": asked}))
    raise EditError.of(Fault.of("no-entry", id=change.entry))


def _reached(target: str, questions: Sequence[AskedText], give: Callable[[str], Given]) -> tuple[int, int]:
    """Return how often the target is shown, and how often it is among choices."""
    shown = offered = 0
    for each in questions:
        given = give(each.q)
        if target in given.ids:
            shown += each.times * (given.reply in SHOWN)
            offered += each.times * (given.reply == ReplyKind.CHOICES)
    return shown, offered


@dataclass
class Approving:
    """Approves and rejects proposals of one home, for one person."""

    home: Path
    by: str
    today: datetime.date
    now: datetime.datetime

    def __post_init__(self) -> None:
        self.proposals = Proposals(self.home)

    def look(self, name: str, encoders: Sequence[SentenceEncoder]) -> Proposal:
        """Return a proposal with its present effect, and the release that it holds for; nothing changes."""
        proposal = self._open(name)
        path = Path(proposal.faq)
        if proposal.entry and not proposal.entry.answer:
            file = shown(self.proposals.file(name))
            raise ProposalError.of(Fault.of("proposal-no-answer", name=name, file=file))
        served = History(self.home, path).served()
        if served and served.files != files_hash(path):
            raise ProposalError.of(Fault.of("proposal-not-alone", faq=shown(path)))
        edits = _edits(proposal)
        refuse_new_errors(edits.reading, edits.after, self.today)
        trial = Trial(path, self.home, self.today, self.by, self.now, encoders)
        knowledge = with_smalltalk(edits.after.sure())
        effect = trial.effect(proposal.change, proposal.questions, knowledge)
        return proposal.model_copy(update={"effect": effect, "base": trial.base.name})

    def approve(self, proposal: Proposal, publish: Callable[[Path, str], Publishing]) -> Publishing:
        """Edit the files and publish them, given what `look` returned; if that fails, the files are as before.

        `publish` is given the path and, for a path that was never published, the release to compare with.
        """
        path, result = Path(proposal.faq), None
        with self.proposals.locked():
            seen = {"effect": proposal.effect, "base": proposal.base}
            proposal = self._open(proposal.name).model_copy(update=seen)
            edits = _edits(proposal)
            decision = Decision(by=self.by, at=self.now)
            intent = Intent(name=proposal.name, faq=path, decision=decision, files=edits.changes)
            self.proposals.save(proposal)  # with the effect that was shown
            write_file(self.proposals.intent, intent.model_dump_json().encode())
            try:
                edits.save()
                result = publish(path, proposal.base)
            finally:
                # A process that died may have published before.
                release = result.release if result else intent.release(self.home)
                refused = result is not None and result.outcome is PublishingOutcome.REFUSED
                intent.end(self.proposals, "" if refused else release)
        if refused and result.report:
            new = [proposal.entry.entry()] if proposal.entry else []
            details = report_lines(result.report, names=called((*new, *load(path).entries)))
            fault = Fault.of("proposal-refused", name=proposal.name)
            raise ProposalError("\n".join((str(fault), *details)))
        return result

    def reject(self, name: str, reason: str) -> None:
        decision = Decision(by=self.by, at=self.now, reason=reason)
        with self.proposals.locked():
            proposal = self._open(name)
            self.proposals.save(
                proposal.model_copy(update={"state": ProposalState.REJECTED, "decision": decision})
            )

    def _open(self, name: str) -> Proposal:
        proposal = self.proposals.find(name)
        if proposal.state is not ProposalState.OPEN:
            raise ProposalError.of(Fault.of("proposal-decided", name=name, state=proposal.state.label))
        return proposal


def _edits(proposal: Proposal) -> Edits:
    def changed(held: Knowledge) -> Knowledge:
        if proposal.entry and proposal.entry.id in {entry.id for entry in held.entries}:
            raise EditError.of(Fault.of("edit-known-id", id=proposal.entry.id))
        return _with_change(held, proposal.change)

    return Edits(Path(proposal.faq), changed)
