"""Whether this installation can serve its FAQ: program, encoders, home, knowledge, release, journal, time."""

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from bot.embeddings import open_encoders
from bot.journal.database import JournalError, found_schema
from bot.journal.schema import HEAD
from bot.settings import JournalMode, Settings
from faq.checks import check
from faq.loading.loader import builtin, read
from faq.model import EntryKind
from faq.problems import Fault, Severity, shown
from faq.wording import Value
from index.analysis.tokenizer import morphemes
from index.release.history import History
from index.release.serving import files_differ
from index.release.store import OtherEngineError, ReleaseError, Store, tuning_warnings
from index.retrieval.encoder import EncoderError, SentenceEncoder, identity_of, patiently


@dataclass(frozen=True)
class Finding:
    text: str
    to_do: str = ""  # empty where all is well
    works: bool = False  # it works all the same, and could be better

    @classmethod
    def of(cls, kind: str, /, *, advice: str = "", **values: Value) -> "Finding":
        """Return the text of a kind in the catalogue, in the reader's language."""
        fault = Fault.of(kind, advice=advice, **values)
        return cls(fault.what, fault.remedy)

    @classmethod
    def note(cls, kind: str, /, **values: Value) -> "Finding":
        return replace(cls.of(kind, advice="", **values), works=True)

    @property
    def state(self) -> str:
        return "ok" if not self.to_do else "note" if self.works else "bad"


_TRIED = "在宅勤務は週に何日できます"


def examine(settings: Settings, path: Path, today: date) -> Iterator[Finding]:
    """Yield the findings, in order. Nothing is changed or made."""
    missing: list[str] = []
    encoders, now = open_encoders(settings, missing.append), f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
    yield Finding.of("doctor-program", version=version("recruiting-faq"), python=platform.python_version())
    yield _dictionary()
    for problem in missing:
        what, to_do, cost = (line.strip() for line in problem.splitlines())
        yield Finding(f"{what} {cost}", to_do, works=True)
    if not settings.encoders:
        yield Finding.of("doctor-no-encoder")
    yield from (_encoder(each, settings.embeddings_wait) for each in encoders)
    home = settings.home
    try:
        with TemporaryFile(dir=next(each for each in (home, *home.absolute().parents) if each.exists())):
            pass
    except OSError as error:
        yield Finding.of("place-unusable", file=shown(home), reason=str(error.strerror))
    yield _knowledge(path, today, encoders)
    yield _release(path, home, encoders)
    yield _journal(settings)
    yield Finding.of("doctor-zone", zone=settings.timezone, now=now)


def _dictionary() -> Finding:
    try:
        found = "・".join(morpheme.surface for morpheme in morphemes("採用試験"))
    except Exception as error:  # noqa: BLE001 -- whatever a broken dictionary raises is reported
        return Finding.of("doctor-no-dictionary", error=str(error))
    return Finding.of("doctor-dictionary", found=found)


def _encoder(encoder: SentenceEncoder, wait: int) -> Finding:
    try:
        with patiently():
            encoder.encode([_TRIED])  # loads a packaged one
            begun = monotonic()
            (row,) = encoder.encode([f"{_TRIED}か"])
    except EncoderError as error:
        what, to_do = (line.strip() for line in str(error).splitlines())
        return Finding(what, to_do)
    took = round((monotonic() - begun) * 1000)
    measured: dict[str, Value] = {"name": encoder.identity, "size": len(row), "took": took}
    where = getattr(encoder, "where", "")  # of a server
    if not where:
        return Finding.note("doctor-encoder", **measured)
    if took <= wait:
        return Finding.note("doctor-endpoint", **measured, where=where)
    return Finding.note("doctor-endpoint-slow", **measured, where=where, wait=wait)


def _knowledge(path: Path, today: date, encoders: Sequence[SentenceEncoder]) -> Finding:
    reading = read(path)
    problems = [*reading.problems, *check(reading, today), *tuning_warnings(reading, identity_of(encoders))]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    first = problems[0] if len(problems) == 1 else None
    if first and first.fault.kind in {"no-file", "no-files", "no-permission"}:
        return Finding.of("doctor-files", path=shown(path), what=first.fault.what, remedy=first.fault.remedy)
    if reading.knowledge is None or errors:
        return Finding.of("doctor-knowledge-wrong", path=shown(path), errors=errors, warnings=warnings)
    held = reading.knowledge
    return Finding.note(
        "doctor-knowledge-doubts" if warnings else "doctor-knowledge",
        path=shown(path),
        answers=len(held.of_kind(EntryKind.ANSWER)),
        referrals=len(held.of_kind(EntryKind.REFERRAL)),
        expectations=len(held.expectations),
        warnings=warnings,
    )


def _release(path: Path, home: Path, encoders: Sequence[SentenceEncoder]) -> Finding:
    served = History(home, path).served()
    if served is None:
        own = path.exists() and path.resolve() != builtin().resolve()
        kind = "doctor-unpublished" if own else "doctor-nothing-to-publish"
        return Finding.note(kind, path=shown(path))
    at = f"{served.at.astimezone():%Y-%m-%d %H:%M}"
    values = {"path": shown(path), "name": served.release, "at": at, "by": served.by}
    try:
        Store(home, encoders).read(served.release)
    except OtherEngineError as error:
        return Finding.note("doctor-release-rebuilt", **values, changed=error.changed)
    except ReleaseError as error:
        return Finding.of("doctor-release-lost", path=shown(path), error=str(error).splitlines()[0])
    kind = "doctor-release-old" if files_differ(path, served) else "doctor-release"
    return Finding.note(kind, **values)


def _journal(settings: Settings) -> Finding:
    if settings.journal is JournalMode.OFF:
        return Finding.of("doctor-no-journal")
    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        where, found = found_schema(url, settings.home)
    except JournalError as error:
        return Finding.of("doctor-journal-unread", error=str(error).splitlines()[0])
    if found is None:
        return Finding.of("doctor-journal-new", where=where)
    kind = "doctor-journal-newer" if found > HEAD else "doctor-journal"
    return Finding.of(kind, where=where, found=found)
