"""What a change would do, found out by doing it in memory: the knowledge is compiled with it and asked."""

import datetime
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, cached_property, partial
from pathlib import Path

from bot.gating import asker
from bot.proposals.proposal import AskedText, Change, Effect, NewPhrasing, target_of
from faq.formats.edits import Edits
from faq.model import EntryKind, Knowledge
from faq.reading import builtin
from index.analyzer import Analysis, Analyzer
from index.compiling import compile_index
from index.reading import Reader
from index.release.building import Release, build, name_of, weights_of
from index.release.gate import REFUSED, Finding, GateReport, Given, compare
from index.release.gate import Effect as Treatment
from index.release.source import with_smalltalk
from index.release.store import Store, open_release
from index.release.unreadable import ReleaseError
from index.vectors import WordVectors, fingerprint, open_vectors

_WORSE = REFUSED | {Treatment.WORSE, Treatment.LOST}
_SHOWN = frozenset({"answer", "referral"})


class Trial:
    """A knowledge as its files are now, on which changes are tried out; nothing is written but compiled releases.

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
    ) -> None:
        """Compile the files as they are, or open what was compiled of them.

        Raises:
            KnowledgeError: the files have errors.
        """
        self.path, self.home, self.today = path, home, today
        self.base = open_release(path, home=home, progress=progress)
        self._ask, self._progress = asker(today), progress

    @cached_property
    def reader(self) -> Reader:
        """What reads questions on the base."""
        withheld = [entry.id for entry in self.base.dated if not entry.served_on(self.today)]
        return Reader(self.base.index, self.base.fit, withheld)

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
        self,
        change: Change,
        questions: Sequence[AskedText],
        *,
        exact: bool = False,
        step: Callable[[], None] = lambda: None,
    ) -> tuple[Effect, GateReport]:
        """Return what a change does to questions, and what the gate would say of it.

        Args:
            change: Tried out in memory.
            questions: That it is for.
            exact: Fit the thresholds anew, as publishing does, which takes some ten times as long; and keep what was
                compiled, so that publishing need not compile it again. Without it they are those of the base, and a
                question that is near one of them may be foreseen otherwise than it is seen.
            step: Called after each expectation that was put to both.

        Raises:
            EditError: as for `changed`.
        """
        knowledge = self.changed(change)
        release = self._exact(knowledge) if exact else self._quick(knowledge)
        return self.compared(release, change, questions, step)

    def _exact(self, knowledge: Knowledge) -> Release:
        store = Store(self.home)
        with suppress(ReleaseError):
            return store.read(name_of(knowledge, vectors=fingerprint()))
        release = build(knowledge, vectors=self._vectors, progress=self._progress)
        with suppress(OSError):
            store.keep(release, None)
        return release

    def _quick(self, knowledge: Knowledge) -> Release:
        name = name_of(knowledge, vectors=fingerprint())
        weights = weights_of(knowledge, fingerprint())
        index = compile_index(knowledge, weights, self._vectors, analyze=self._analyze)
        return Release(name, knowledge, index, self.base.fit)

    @cached_property
    def _analyze(self) -> Callable[[str], Analysis]:
        """What analyzes texts and remembers them: a change adds a few to thousands, and leaves the lexicon alone."""
        return cache(Analyzer(self.base.knowledge.lexicon).analyze)

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

    @cached_property
    def _vectors(self) -> WordVectors | None:
        return open_vectors(self.home)


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
