"""Publishing: read, check, build, gate, swap. All of it, or nothing but a report."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from pathlib import Path

from faq.checks import check
from faq.model import EntryKind, Knowledge
from faq.problems import FaqError, Fault, KnowledgeError, Problem, Severity, shown
from faq.wording import progress, worded
from index.release.building import Release
from index.release.findability import Findability, findability, meant_otherwise
from index.release.gate import Differences, GateReport, Given, GivenReplies, compare, differences, judged
from index.release.history import History, Publication, PublicationKind, locked, prune
from index.release.serving import files_differ, open_serving
from index.release.store import ReleaseError, Store, read_whole, tuning_warnings, with_smalltalk
from index.release.touched import untouched
from index.retrieval.encoder import EncoderError, SentenceEncoder, identity_of, patiently

Ask = Callable[[Release, str], Given]
"""Asks a release a question in a conversation of its own."""

Counting = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shows progress: takes a title and a number of steps, and gives what to call at each step."""


@contextmanager
def uncounted(_title: str, _steps: int) -> Iterator[Callable[[], None]]:
    """Show no progress."""
    yield lambda: None


class PublishingError(FaqError):
    """A release that cannot be stored or served."""


class PublishingOutcome(StrEnum):
    """What publishing came to."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class Publishing:
    """The result of publishing, with names: `release` is served from now on, `candidate` was to be served.

    `knowledge` is that of the served release; `unpublished` if the files differ from it; `found` says how each new or
    changed entry is found.
    """

    outcome: PublishingOutcome
    release: str
    knowledge: Knowledge
    publication: Publication | None
    before: str | None
    candidate: str
    report: GateReport | None = None
    differences: Differences | None = None
    warnings: tuple[Problem, ...] = ()
    unpublished: bool = False
    found: tuple[Findability, ...] = ()


@dataclass(frozen=True)
class Publisher:
    """Publishes the knowledge of one path into one home; `day` decides on dates."""

    path: Path
    home: Path
    ask: Ask
    now: datetime
    day: date
    by: str
    encoders: Sequence[SentenceEncoder] = ()
    counting: Counting = uncounted

    def publish(self, *, reason: str | None = None, tried: str | None = None) -> Publishing:
        """Serve the files as they are now, if no error and no worse answer forbids it, or for a `reason`.

        A path that was never published is compared with the release `tried`. If it raises, nothing has changed.

        Raises:
            KnowledgeError: the files have errors.
            PublishingError: the home cannot be written, or an encoder fails.
            TakenError: something else is being published.
        """
        return self._guarded(lambda: self._publish(reason, tried))

    def rollback(self, prefix: str | None = None) -> Publishing:
        """Serve a release that was published before, without the gate; without a name, the one before the served one.

        Raises as `publish` does, and `ReleaseError` if none has that name, or it cannot be read.
        """
        return self._guarded(lambda: self._rollback(prefix))

    def _guarded(self, act: Callable[[], Publishing]) -> Publishing:
        try:
            with locked(self.home), patiently():
                return act()
        except EncoderError as error:
            raise PublishingError.of(Fault.of("publish-encoder-fails", error=str(error))) from error
        except OSError as error:
            fault = Fault.of("publish-unwritable", home=shown(self.home), reason=str(error.strerror))
            raise PublishingError.of(fault) from error

    def _publish(self, reason: str | None, tried: str | None) -> Publishing:
        store, history = Store(self.home, self.encoders), History(self.home, self.path)
        served = next(reversed(history.publications()), None)  # a damaged history can be published over
        reading, files = read_whole(self.path)
        identity = identity_of(self.encoders)
        warnings = (*reading.problems, *check(reading, self.day), *tuning_warnings(reading, identity))
        if reading.knowledge is None or any(each.severity is Severity.ERROR for each in warnings):
            raise KnowledgeError(sorted(warnings, key=lambda each: each.place))
        knowledge = with_smalltalk(reading.knowledge)
        old = self._old(served, tried)
        before = served.release if served else old.name if old else None
        release = store.made(knowledge, old)
        store.keep(release, files)
        if old and release.name == before:
            if served and served.files != files:
                served = served.model_copy(update={"files": files})
                history.record(served)
            return Publishing(
                PublishingOutcome.UNCHANGED,
                old.name,
                old.knowledge,
                served,
                before,
                release.name,
                warnings=warnings,
            )
        vectors = store.vectors
        known = self._kept(served, old) if old else {}
        # A release of another version replies differently, also where the knowledge is the same.
        of_this_engine = served is not None and old is not None and served.release == old.name
        analyses = store.analyses(knowledge.lexicon)
        asked = release.asked_from(vectors)
        same = untouched(old, asked, known, analyses.analyze) if old and of_this_engine else {}
        analyses.keep()
        asked_before = partial(self.ask, old.asked_from(vectors) if old else asked)
        asked_now = partial(self.ask, asked)
        ask = cache(lambda question: same.get(question) or asked_now(question))
        title = worded("想定質問で前の版と比べています")
        with self.counting(title, len(knowledge.expectations)) as step:

            def counted(question: str) -> Given:
                step()
                return ask(question)

            report = compare(
                old.knowledge if old else None,
                knowledge,
                lambda question: known.get(question) or asked_before(question),
                counted,
            )
        for encoder in self.encoders:
            vectors.keep(encoder)  # the parts of long expectations are asked again at the next publication
        refused = report.refused and reason is None
        changes = differences(old.knowledge, knowledge) if old else None
        said = meant_otherwise(changes) if changes and not refused else ()
        # Before anything is recorded: an encoder may fail.
        found = tuple(findability(asked, said, self.day))
        publication = served
        if not refused:
            replies = {expectation.q: ask(expectation.q) for expectation in knowledge.expectations}
            store.keep_replies(release.name, GivenReplies(asked_on=self.day, replies=replies))
            publication = Publication(
                number=served.number + 1 if served else 1,
                at=self.now,
                release=release.name,
                before=served.release if served else None,
                path=str(history.path),
                files=files,
                by=self.by,
                reason=reason if report.refused else None,
                entries=len(knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)),
                counts=Counter(judged(each, replies[each.q]) for each in knowledge.expectations),
            )
            history.record(publication)
            prune(self.home, self.now)
        served_now = old if old and refused else release
        return Publishing(
            PublishingOutcome.REFUSED if refused else PublishingOutcome.PUBLISHED,
            served_now.name,
            served_now.knowledge,
            publication,
            before,
            release.name,
            report,
            changes,
            warnings,
            unpublished=refused,
            found=found,
        )

    def _opened(self, publication: Publication) -> Release:
        opened = open_serving(self.path, home=self.home, encoders=self.encoders, publication=publication)
        return opened.release

    def _old(self, served: Publication | None, tried: str | None = None) -> Release | None:
        """Return the served release, else the one `tried`; `None` also if it is lost: it can be published anew."""
        try:
            if served:
                return self._opened(served)
            return Store(self.home, self.encoders).read(tried) if tried else None
        except ReleaseError as error:
            if served:  # one that was tried may have been read from a home that cannot be written
                progress(str(error))
            return None

    def _kept(self, served: Publication | None, old: Release) -> Mapping[str, Given]:
        """Return the replies of the served release when it was published, as far as they hold today."""
        known = Store(self.home).replies(served.release) if served else None
        # The replies of another version may differ from the start; an entry may have expired since.
        rebuilt = served and served.release != old.name
        if known is None or (known.asked_on != self.day and old.dated and not rebuilt):
            return {}
        return known.replies

    def _rollback(self, prefix: str | None) -> Publishing:
        history = History(self.home, self.path)
        past = history.publications()
        if not past:
            raise PublishingError.of(Fault.of("rollback-never-published", path=shown(self.path)))
        served, names = past[-1], {each.release for each in past}
        if prefix:
            name = Store(self.home).full_name(prefix, names)
        else:  # the release before the served one was first published: rollbacks do not count
            published = [each for each in past if each.kind is PublicationKind.PUBLISH]
            name = next((each.before or "" for each in published if each.release == served.release), "")
            if not name:
                raise PublishingError.of(Fault.of("rollback-none-before"))
        if name == served.release:
            raise PublishingError.of(Fault.of("rollback-served", name=name))
        wanted = next(each for each in reversed(past) if each.release == name)
        old, release = self._old(served), self._opened(wanted)
        publication = wanted.model_copy(
            update={
                "number": served.number + 1,
                "at": self.now,
                "kind": PublicationKind.ROLLBACK,
                "release": release.name,
                "before": served.release,
                "by": self.by,
                "reason": None,
            }
        )
        history.record(publication)
        prune(self.home, self.now)
        return Publishing(
            PublishingOutcome.PUBLISHED,
            release.name,
            release.knowledge,
            publication,
            before=served.release,
            candidate=name,
            differences=differences(old.knowledge, release.knowledge) if old else None,
            unpublished=files_differ(self.path, publication),
        )
