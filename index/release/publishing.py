"""Publishing: read, check, build, gate, swap. All of it, or nothing but a report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

from faq.checks.check import check
from faq.loading.loader import Reading, read
from faq.model import EntryKind, Knowledge
from faq.problems import KnowledgeError, Place, Problem, Severity, shown
from index.release.baseline import ReleaseReport, keep_report, kept_report, report_on
from index.release.building import Release, build, name_of
from index.release.differences import differences
from index.release.gate import GateReport, Given, compare
from index.release.history import History, Publication, PublicationKind
from index.release.lock import PATIENCE_SECONDS, locked
from index.release.pruning import Retention, prune
from index.release.published import Publishing, PublishingError, PublishingOutcome
from index.release.serving import open_publication
from index.release.source import files_hash, source_of, with_smalltalk
from index.release.store import Store
from index.release.tuning import misfits
from index.release.unreadable import ReleaseError
from index.retrieval.encoder import EncoderError, SentenceEncoder, identity_of
from index.retrieval.vectors import VectorStore

_MOST_READINGS = 3
_WITHOUT = "急ぐときは、FAQ_ENCODER=none を付けると、語だけで探す版を公開できます。"

Ask = Callable[[Release, str], Given]
"""What a release gives to a question, asked in a conversation of its own."""


@dataclass(frozen=True)
class Publisher:
    """Publishes the knowledge of one path into one home.

    Attributes:
        ask: Puts a question to a release, on that day.
        now: The moment that is recorded, with its time zone.
        day: The day on which entries are served and dates are looked at.
        by: Who publishes.
        progress: Told, in Japanese, what is being done.
        encoders: What makes vectors; none for words alone.
    """

    path: Path
    home: Path
    ask: Ask
    now: datetime
    day: date
    by: str
    progress: Callable[[str], None] = lambda _: None
    retention: Retention = field(default_factory=Retention)
    patience_seconds: float = PATIENCE_SECONDS
    encoders: Sequence[SentenceEncoder] = ()

    def publish(self, *, reason: str | None = None, tried: Release | None = None) -> Publishing:
        """Serve the files as they are now, if they are sound and no expectation is answered worse.

        Args:
            reason: Why it is to be published even where the gate refuses; recorded if it does.
            tried: What is on somebody's screen of a path that was never published: the gate compares with it.

        Raises:
            KnowledgeError: the files have errors; what was served still is.
            PublishingError: the home cannot be written, or an encoder fails: nothing was published, as a release by
                words alone is another one than was asked for.
            TakenError: something else is being published.
        """
        return self._guarded(lambda: self._publish(reason, tried))

    def rollback(self, prefix: str | None = None) -> Publishing:
        """Serve a release that was published before, ungated; without a name the one before the served one.

        Raises:
            ReleaseError: there is none of that name, or it cannot be read.
            PublishingError: nothing was published before, or the home cannot be written.
            TakenError: something else is being published.
        """
        return self._guarded(lambda: self._rollback(prefix))

    def _guarded(self, act: Callable[[], Publishing]) -> Publishing:
        try:
            with locked(self.home, patience_seconds=self.patience_seconds, progress=self.progress):
                return act()
        except EncoderError as error:
            msg = f"公開しませんでした。公開中の内容は変わっていません。{error}\n  {_WITHOUT}"
            raise PublishingError(msg) from error
        except OSError as error:
            msg = (
                f"{shown(self.home)} に書き込めないため、公開できませんでした({error.strerror})。"
                "公開中の内容は変わっていません。\n"
                "  空き容量と権限を確かめるか、FAQ_HOME で別の場所を指定してください。"
            )
            raise PublishingError(msg) from error

    def _publish(self, reason: str | None, tried: Release | None) -> Publishing:
        history = History(self.home, self.path)
        served = history.served()
        reading, files = self._read()
        warnings = (
            *reading.problems,
            *check(reading, self.day),
            *misfits(reading, identity_of(self.encoders)),
        )
        if reading.knowledge is None or any(each.severity is Severity.ERROR for each in warnings):
            raise KnowledgeError(sorted(warnings, key=lambda each: each.place))
        knowledge = with_smalltalk(reading.knowledge)
        old = self._served_release(served) or tried
        release = self._built(knowledge, files)
        if old and release.name == (served.release if served else old.name):
            if served and served.files != files:
                served = served.model_copy(update={"files": files})
                history.amend(served)
            return Publishing(
                PublishingOutcome.UNCHANGED, old, served, old.name, release.name, warnings=warnings
            )
        self.progress("想定質問で前の版と比べています")
        stored = VectorStore(self.home)
        replies = cache(partial(self.ask, release.asked_from(stored)))
        report = compare(
            old.knowledge if old else None,
            knowledge,
            self._before(served, (old or release).asked_from(stored)),
            replies,
        )
        result = Publishing(
            PublishingOutcome.REFUSED if report.refused and reason is None else PublishingOutcome.PUBLISHED,
            old or release,
            served,
            before=served.release if served else old.name if old else None,
            candidate=release.name,
            report=report,
            differences=differences(old.knowledge, knowledge) if old else None,
            warnings=warnings,
            unpublished=True,
        )
        if result.outcome is PublishingOutcome.REFUSED:
            return result
        kept = report_on(knowledge, replies, self.day)
        keep_report(self._store, release.name, kept)
        forced = reason if report.refused else None
        publication = self._serve(history, release, files=files, kept=kept, gate=report, reason=forced)
        return replace(result, release=release, publication=publication, unpublished=False)

    def _read(self) -> tuple[Reading, str]:
        """Return the files as one reading, and their hash; the two are of the same files."""
        for _ in range(_MOST_READINGS):
            files = files_hash(self.path)
            reading = read(self.path)
            if files_hash(self.path) == files:
                return reading, files
        what, remedy = "the files are changing while they are read", "publish again when they are saved"
        raise KnowledgeError([Problem(Place(shown(self.path)), what, remedy)])

    def _built(self, knowledge: Knowledge, files: str) -> Release:
        try:
            return self._store.read(name_of(knowledge, self.encoders))
        except ReleaseError:
            encode = VectorStore(self.home).encode
            release = build(knowledge, self.encoders, encode=encode, progress=self.progress)
            self._store.keep(release, source_of(files, self.encoders))
            return release

    def _served_release(self, served: Publication | None) -> Release | None:
        """Return what is served; `None` also if it is lost, so that it can be published anew."""
        if served is None:
            return None
        try:
            return open_publication(
                served, self.path, home=self.home, encoders=self.encoders, progress=self.progress
            ).release
        except ReleaseError as error:
            self.progress(str(error))
            return None

    def _before(self, served: Publication | None, old: Release) -> Callable[[str], Given]:
        """Return what the served release gives: what it gave when it was published, as far as that holds today."""
        report = kept_report(self._store, served.release) if served else None
        # What another version built may have replied otherwise to begin with; an entry may have ended since.
        holds = (
            report and served and (served.release != old.name or report.asked_on == self.day or not old.dated)
        )
        replies = report.replies if report and holds else {}
        return lambda question: replies.get(question) or self.ask(old, question)

    def _rollback(self, prefix: str | None) -> Publishing:
        history = History(self.home, self.path)
        past = history.publications()
        if not past:
            msg = f"{shown(self.path)} はまだ公開されていないため、戻す版がありません。`faq publish` で公開します。"
            raise PublishingError(msg)
        served = past[-1]
        name = (
            self._store.full_name(prefix, frozenset(each.release for each in past))
            if prefix
            else _earlier(past)
        )
        if name == served.release:
            msg = f"版 {name} はすでに公開中です。"
            raise PublishingError(msg)
        publication = next(each for each in reversed(past) if each.release == name)
        old = self._served_release(served)
        release = open_publication(
            publication, self.path, home=self.home, encoders=self.encoders, progress=self.progress
        ).release
        return Publishing(
            PublishingOutcome.PUBLISHED,
            release,
            self._serve(history, release, files=publication.files, kept=kept_report(self._store, name)),
            before=served.release,
            candidate=name,
            differences=differences(old.knowledge, release.knowledge) if old else None,
            unpublished=files_hash(self.path) != publication.files,
        )

    def _serve(  # noqa: PLR0913 -- the parts of a publication
        self,
        history: History,
        release: Release,
        *,
        files: str,
        kept: ReleaseReport | None,
        gate: GateReport | None = None,
        reason: str | None = None,
    ) -> Publication:
        served = history.served()
        publication = Publication(
            number=served.number + 1 if served else 1,
            at=self.now,
            kind=PublicationKind.PUBLISH if gate else PublicationKind.ROLLBACK,
            release=release.name,
            before=served.release if served else None,
            path=str(history.path),
            files=files,
            by=self.by,
            reason=reason,
            entries=len(release.knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)),
            counts=kept.counts if kept else {},
            report=gate.abridged() if gate else None,
        )
        history.swap(publication)
        prune(self.home, now=self.now, retention=self.retention)
        return publication

    @property
    def _store(self) -> Store:
        return Store(self.home, self.encoders)


def _earlier(past: Sequence[Publication]) -> str:
    """Return the release that was served before the served one was first published; roll-backs are no steps."""
    published = [each for each in past if each.kind is PublicationKind.PUBLISH]
    first = next((each for each in published if each.release == past[-1].release), None)
    if first is None or first.before is None:
        msg = "これより前に公開した版はありません。"
        raise PublishingError(msg)
    return first.before
