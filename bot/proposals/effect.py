"""What a change would do, found out by doing it in memory: the knowledge is compiled with it and asked."""

import datetime
from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial
from pathlib import Path

from bot.embeddings.endpoint import patiently
from bot.proposals.proposal import AskedText, Change, Effect, NewPhrasing, target_of
from bot.serving.gate_adapter import asker
from faq.formats.edits import Edits
from faq.model import EntryKind, Knowledge
from faq.reading import builtin
from index.decision.reader import Reader
from index.release.building import Release, build
from index.release.gate import REFUSED, Finding, GateReport, Given, compare
from index.release.gate import Effect as Treatment
from index.release.source import with_smalltalk
from index.release.store import open_release
from index.retrieval.encoder import SentenceEncoder
from index.retrieval.vectors import VectorStore

_WORSE = REFUSED | {Treatment.WORSE, Treatment.LOST}
_SHOWN = frozenset({"answer", "referral"})


class Trial:
    """A knowledge as its files are now, on which changes are tried out; nothing is written but what is compiled.

    Attributes:
        path: Where the files are.
        base: The release that the files make, without a change.
    """

    def __init__(
        self,
        path: Path,
        home: Path,
        today: datetime.date,
        progress: Callable[[str], None] = lambda _: None,
        *,
        encoders: Sequence[SentenceEncoder] = (),
    ) -> None:
        """Compile the files as they are, or open what was compiled of them.

        Raises:
            KnowledgeError: the files have errors.
            EncoderError: an encoder cannot be asked.
        """
        self.path, self.home, self.today = path, home, today
        self.encoders = tuple(encoders)
        with patiently():
            self.base = open_release(path, home=home, encoders=encoders, progress=progress)
        self._ask, self._store = asker(today), VectorStore(home)

    @cached_property
    def reader(self) -> Reader:
        """What reads questions on the base."""
        hidden_ids = [entry.id for entry in self.base.dated if not entry.served_on(self.today)]
        return self.base.reader(hidden_ids=hidden_ids)

    @property
    def is_builtin(self) -> bool:
        """Whether it is the built-in knowledge, which nobody edits."""
        return self.path.resolve() == builtin().resolve()

    def changed(self, change: Change) -> Knowledge:
        """Return the knowledge that the files would make with a change.

        Raises:
            EditError: the change does not fit the files, such as a new phrasing of an entry that is gone.
            KnowledgeError: the files have errors.
        """
        if self.is_builtin:
            return _added(self.base.knowledge, change)
        after = edited(self.path, change).after()
        return with_smalltalk(after.sure())

    def before(self, question: str) -> Given:
        """Return what the base gives to a question."""
        return self._before(question)

    @cached_property
    def _before(self) -> Callable[[str], Given]:
        return cache(partial(self._ask, self.base))

    def effect(
        self, change: Change, questions: Sequence[AskedText], *, step: Callable[[], None] = lambda: None
    ) -> tuple[Effect, GateReport]:
        """Return what a change does to questions, and what the gate would say of it.

        Args:
            change: Tried out in memory.
            questions: That it is for.
            step: Called after each expectation that was put to both.

        Raises:
            EditError: as for `changed`.
            EncoderError: an encoder cannot be asked.
        """
        with patiently():
            release = build(self.changed(change), self.encoders, encode=self._store.encode)
        return self.compared(release, change, questions, step)

    def compared(
        self,
        release: Release,
        change: Change,
        questions: Sequence[AskedText],
        step: Callable[[], None] = lambda: None,
    ) -> tuple[Effect, GateReport]:
        """Return what becomes of questions in a release that has a change, against the base."""
        after = cache(partial(self._ask, release))

        def stepping(question: str) -> Given:
            given = after(question)
            step()
            return given

        report = compare(self.base.knowledge, release.knowledge, self.before, stepping)
        target = target_of(change)
        then, now = (
            [(each.times, _outcome(give(each.q), target)) for each in questions]
            for give in (self.before, after)
        )
        moved = [finding for finding in report.findings if _is_moved(finding)]
        return Effect(
            asked=sum(each.times for each in questions),
            answered=sum(times for times, outcome in now if outcome == "shown"),
            answered_before=sum(times for times, outcome in then if outcome == "shown"),
            offered=sum(times for times, outcome in now if outcome == "offered"),
            expectations=report.asked,
            changed=len(moved),
            worse=sum(finding.effect in _WORSE for finding in moved),
            refused=sum(finding.effect in REFUSED for finding in moved),
            refers=release.knowledge.entry(target).kind is EntryKind.REFERRAL,
            release=release.name,
        ), report


def edited(path: Path, change: Change) -> Edits:
    """Return the files with a change that is not written yet.

    Raises:
        EditError: the change does not fit the files.
        KnowledgeError: the files have errors.
    """
    edits = Edits(path)
    if isinstance(change, NewPhrasing):
        edits.add_phrasing(change.entry, change.text)
    else:
        edits.add_entry(change.entry())
    return edits


def _added(knowledge: Knowledge, change: Change) -> Knowledge:
    if not isinstance(change, NewPhrasing):
        return knowledge.model_copy(update={"entries": (*knowledge.entries, change.entry())})
    entries = (
        entry.model_copy(update={"also_asked": (*entry.also_asked, change.text)})
        if entry.id == change.entry
        else entry
        for entry in knowledge.entries
    )
    return knowledge.model_copy(update={"entries": tuple(entries)})


def _outcome(given: Given, target: str) -> str:
    if target not in given.ids:
        return ""
    return "shown" if given.reply in _SHOWN else "offered"


def _is_moved(finding: Finding) -> bool:
    if finding.effect is not Treatment.CHANGED:
        return finding.effect is not Treatment.UNMET
    before = finding.before
    return before is not None and (before.reply, before.ids) != (finding.after.reply, finding.after.ids)
