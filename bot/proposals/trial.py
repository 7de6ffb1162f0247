"""A change to a knowledge tried out in memory: what it would do, before anybody decides on it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from bot.conversation.engine import asker
from bot.proposals.proposal import AskedText, Change, Effect, NewEntry, NewPhrasing, Proposal, Suggestion
from faq.model import EntryKind, Knowledge
from faq.problems import EditError, Fault
from index.release.analyses import AnalysisStore
from index.release.building import build
from index.release.gate import REFUSED, GateFinding, GateReport, Given, ReplyEffect, compare
from index.release.store import open_release
from index.release.touched import untouched
from index.retrieval.encoder import SentenceEncoder, patiently
from index.retrieval.vectors import VectorStore

_WORSE = REFUSED | {ReplyEffect.WORSE, ReplyEffect.LOST}


class Trial:
    """A knowledge as its files are now, on which changes are tried out; nothing is written but what is compiled."""

    def __init__(  # noqa: PLR0913, PLR0917 -- what a proposal keeps, too
        self,
        path: Path,
        home: Path,
        today: date,
        by: str,
        at: datetime,
        progress: Callable[[str], None] = lambda _: None,
        *,
        encoders: Sequence[SentenceEncoder] = (),
    ) -> None:
        """Compile the files as they are, or open what was compiled of them; `by` and `at` are kept with a proposal."""
        self.path, self.today, self.by, self.at = path, today, by, at
        self.encoders = tuple(encoders)
        with patiently():
            self.base = open_release(path, home=home, encoders=encoders, progress=progress)
        self._ask, self._store = asker(self.today), VectorStore(home)
        self._analyses = cache(partial(AnalysisStore, home))
        self.before = cache(partial(self._ask, self.base.asked_from(self._store)))

    @cached_property
    def replies(self) -> Mapping[str, Given]:
        """What the base gives to each of its expectations."""
        return {each.q: self.before(each.q) for each in self.base.knowledge.expectations}

    def effect(
        self, change: Change, questions: Sequence[AskedText], knowledge: Knowledge | None = None
    ) -> tuple[Effect, GateReport]:
        """Return what a change does to the questions that it is for, and what the gate would say of it.

        `knowledge` is the files with the change, where they have been read; else the change is made in memory.
        """
        changed = knowledge or with_change(self.base.knowledge, change)
        analyze = self._analyses(changed.lexicon).analyze
        with patiently():
            release = build(
                changed, self.encoders, encode=self._store.encode, analyze=analyze, before=self.base
            )
        asked = release.asked_from(self._store)
        same = untouched(self.base, asked, self.replies, analyze)
        ask = partial(self._ask, asked)
        target = change.entry if isinstance(change, NewPhrasing) else change.id
        after = cache(lambda text: same.get(text) or ask(text))
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

    def suggestion(self, change: Change, questions: Sequence[AskedText], **told: Any) -> Suggestion:  # noqa: ANN401 -- fields
        """Return a suggestion of a change for questions, with what else is told of it."""
        proposal = Proposal(
            faq=str(self.path.resolve()),
            by=self.by,
            at=self.at,
            base=self.base.name,
            phrasing=change if isinstance(change, NewPhrasing) else None,
            entry=change if isinstance(change, NewEntry) else None,
            questions=tuple(questions),
        )
        return Suggestion(proposal=proposal, **told)

    def tried(self, suggestion: Suggestion) -> Suggestion:
        """Return a suggestion with what it would do."""
        proposal = suggestion.proposal
        effect, _ = self.effect(proposal.change, proposal.questions)
        return suggestion.model_copy(update={"proposal": proposal.model_copy(update={"effect": effect})})


def with_change(knowledge: Knowledge, change: Change) -> Knowledge:
    """Return a knowledge with a change in it; raises `EditError` where the entry of a new phrasing is gone."""
    if isinstance(change, NewEntry):
        return knowledge.with_entry(change.entry())
    for entry in knowledge.entries:
        if entry.id == change.entry:
            asked = (*entry.also_asked, change.text)
            return knowledge.with_entry(entry.model_copy(update={"also_asked": asked}))
    raise EditError.of(Fault.of("no-entry", id=change.entry))


def _reached(target: str, questions: Sequence[AskedText], give: Callable[[str], Given]) -> tuple[int, int]:
    """Return how often the target is shown, and how often it is offered among others."""
    shown = offered = 0
    for each in questions:
        given = give(each.q)
        if target in given.ids:
            shown += each.times * (given.reply in {"answer", "referral"})
            offered += each.times * (given.reply == "choices")
    return shown, offered


def _is_moved(finding: GateFinding) -> bool:
    """Whether a question gets another reply; the same entries with another text are none."""
    if finding.effect is not ReplyEffect.CHANGED:
        return finding.effect is not ReplyEffect.UNMET
    before = finding.before
    return before is not None and (before.reply, before.ids) != (finding.after.reply, finding.after.ids)
