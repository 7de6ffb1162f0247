"""Whether this installation can serve its FAQ: program, encoders, home, knowledge, release, journal, time."""

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic

from bot.embeddings import open_encoders
from bot.journal.database import JournalError, found_schema
from bot.journal.schema import HEAD
from bot.output.terminal import visible
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

_INDENT = "  "
_MARKS = {"bad": "×", "note": "△", "ok": "○"}


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
        fault = Fault(kind, tuple(values.items()))
        return cls(fault.what, fault.remedy, works=True)

    @property
    def state(self) -> str:
        return "ok" if not self.to_do else "note" if self.works else "bad"

    def lines(self, width: int) -> Iterator[str]:
        from bot.output.tables import wrap  # noqa: PLC0415 -- rich

        first, *more = wrap(visible(self.text), width - len(_INDENT))
        yield f"{_MARKS[self.state]} {first}"
        to_do = wrap(visible(f"→ {self.to_do}"), width - len(_INDENT)) if self.to_do else []
        yield from (f"{_INDENT}{line}" for line in (*more, *to_do))


_TRIED = "在宅勤務は週に何日できます"


def examine(settings: Settings, path: Path, today: date) -> Iterator[Finding]:
    """Yield the findings, in order. Nothing is changed or made."""
    encoders, now = open_encoders(settings), f"{datetime.now().astimezone():%Y-%m-%d %H:%M}"
    yield Finding.of("doctor-program", version=version("recruiting-faq"), python=platform.python_version())
    yield from _dictionary()
    yield from _encoders(settings)
    home = settings.home
    try:
        with TemporaryFile(dir=next(each for each in (home, *home.absolute().parents) if each.exists())):
            pass
    except OSError as error:
        yield Finding.of("place-unusable", file=shown(home), reason=str(error.strerror))
    yield from _knowledge(path, today, encoders)
    yield from _release(path, settings.home, encoders)
    yield from _journal(settings)
    yield Finding.of("doctor-zone", zone=settings.timezone, now=now)


def _dictionary() -> Iterator[Finding]:
    try:
        found = "・".join(morpheme.surface for morpheme in morphemes("採用試験"))
        yield Finding.of("doctor-dictionary", found=found)
    except Exception as error:  # noqa: BLE001 -- whatever a broken dictionary raises is reported
        yield Finding.of("doctor-no-dictionary", error=str(error))


def _encoders(settings: Settings) -> Iterator[Finding]:
    missing: list[str] = []
    encoders = open_encoders(settings, missing.append)
    for problem in missing:
        what, to_do, cost = (line.strip() for line in problem.splitlines())
        yield Finding(f"{what} {cost}", to_do, works=True)
    if not settings.encoders:
        yield Finding.of("doctor-no-encoder")
    for encoder in encoders:
        try:
            yield _encoder(encoder, settings.embeddings_wait)
        except EncoderError as error:
            what, to_do = (line.strip() for line in str(error).splitlines())
            yield Finding(what, to_do)


def _encoder(encoder: SentenceEncoder, wait: int) -> Finding:
    with patiently():
        encoder.encode([_TRIED])  # loads a packaged one
        begun = monotonic()
        (row,) = encoder.encode([f"{_TRIED}か"])
    took = round((monotonic() - begun) * 1000)
    where = getattr(encoder, "where", "")  # of a server
    if not where:
        return Finding.of("doctor-encoder", name=encoder.identity, size=len(row), took=took)
    if took <= wait:
        return Finding.of("doctor-endpoint", name=encoder.identity, size=len(row), took=took, where=where)
    return Finding.note(
        "doctor-endpoint-slow", name=encoder.identity, size=len(row), took=took, where=where, wait=wait
    )


def _knowledge(path: Path, today: date, encoders: Sequence[SentenceEncoder]) -> Iterator[Finding]:
    reading = read(path)
    problems = [*reading.problems, *check(reading, today), *tuning_warnings(reading, identity_of(encoders))]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    first = problems[0] if len(problems) == 1 else None
    if first and first.fault.kind in {"no-file", "no-files", "no-permission"}:
        yield Finding.of("doctor-files", path=shown(path), what=first.fault.what, remedy=first.fault.remedy)
    elif reading.knowledge is None or errors:
        yield Finding.of("doctor-knowledge-wrong", path=shown(path), errors=errors, warnings=warnings)
    else:
        held = reading.knowledge
        yield Finding.note(
            "doctor-knowledge-doubts" if warnings else "doctor-knowledge",
            path=shown(path),
            answers=len(held.of_kind(EntryKind.ANSWER)),
            referrals=len(held.of_kind(EntryKind.REFERRAL)),
            expectations=len(held.expectations),
            warnings=warnings,
        )


def _release(path: Path, home: Path, encoders: Sequence[SentenceEncoder]) -> Iterator[Finding]:
    served = History(home, path).served()
    if served is None:
        own = path.exists() and path.resolve() != builtin().resolve()
        yield Finding.note("doctor-unpublished" if own else "doctor-nothing-to-publish", path=shown(path))
        return
    at = f"{served.at.astimezone():%Y-%m-%d %H:%M}"
    values = {"path": shown(path), "name": served.release, "at": at, "by": served.by}
    try:
        Store(home, encoders).read(served.release)
    except OtherEngineError as error:
        yield Finding.note("doctor-release-rebuilt", **values, changed=error.changed)
        return
    except ReleaseError as error:
        yield Finding.of("doctor-release-lost", path=shown(path), error=str(error).splitlines()[0])
        return
    old = files_differ(path, served)
    yield Finding.note("doctor-release-old" if old else "doctor-release", **values)


def _journal(settings: Settings) -> Iterator[Finding]:
    if settings.journal is JournalMode.OFF:
        yield Finding.of("doctor-no-journal")
        return
    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        where, found = found_schema(url, settings.home)
    except JournalError as error:
        yield Finding.of("doctor-journal-unread", error=str(error).splitlines()[0])
        return
    if found is None:
        yield Finding.of("doctor-journal-new", where=where)
    elif found > HEAD:
        yield Finding.of("doctor-journal-newer", where=where, found=found)
    else:
        yield Finding.of("doctor-journal", where=where, found=found)
