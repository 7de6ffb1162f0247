"""Releases in a folder: compiled once, read in milliseconds, whole or not at all; and the knowledge of a release.

The files of a knowledge path have a hash; to the knowledge in them the common small talk is added.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from mmap import mmap
from pathlib import Path

from faq.files import knowledge_files, read_bytes, sync_folder, write_whole
from faq.loading.loader import KnowledgeReading, common_smalltalk, read
from faq.model import EntryKind, Knowledge, folded
from faq.problems import FaqError, Fault, KnowledgeError, Place, Problem, Severity, shown
from faq.wording import progress, worded
from index.release.analyses import AnalysisStore
from index.release.building import Release, build, conditions, engine, engine_change, name_of, search_name
from index.release.files import KNOWLEDGE, read_release, write_release
from index.release.gate import GivenReplies
from index.release.history import SCRAPS, TakenError, children, clear, locked, prune, sweep
from index.retrieval.arrays import mapped
from index.retrieval.encoder import SentenceEncoder
from index.retrieval.vectors import VectorStore

_MANIFEST = "manifest.json"
"""The file of a release that says what built it, with the hashes of the other files."""

_REPLIES = "report.json"
_SHORTEST_PREFIX = 2
_MOST_READINGS = 3
_DAMAGED = (OSError, ValueError, LookupError, TypeError)
"""What reading a missing or damaged file raises."""


class ReleaseError(FaqError):
    """A stored release that is missing, or cannot be served as it is."""


class OtherEngineError(ReleaseError):
    """A release of another version of the program or the dictionary: its replies would differ."""

    def __init__(self, name: str, made_with: str) -> None:
        """Name the difference; `made_with` is the engine of the release."""
        self.changed = engine_change(made_with)
        super().__init__(str(Fault.of("release-other-engine", name=name, changed=self.changed)))


def open_release(path: Path, *, home: Path, encoders: Sequence[SentenceEncoder] = ()) -> Release:
    """Return the release of a knowledge file or folder as it is now, from `home` if it was compiled before.

    If `home` cannot be written, it is built each time. Raises `KnowledgeError` if the knowledge has errors,
    `EncoderError` if an encoder fails.
    """
    sweep(home)
    store = Store(home, encoders)
    if kept := store.find(files_hash(path)):
        return kept
    reading, files = read_whole(path)
    release = store.made(with_smalltalk(reading.sure()))
    store.analyses(release.knowledge.lexicon).keep()
    try:
        store.keep(release, files)
        with suppress(TakenError), locked(home, patience_seconds=0):
            prune(home, datetime.now(tz=UTC))
    except OSError:
        progress(worded("{home} に書けないため、次回も作り直します", home=str(home)))
    return release


def files_hash(path: Path) -> str:
    """Return a hash of the files of a knowledge, with those that cannot be read."""
    digest = hashlib.sha256()
    for each in (path, common_smalltalk()):
        files, problems = knowledge_files(each)
        digest.update(repr(problems).encode())
        for file in files:
            held = read_bytes(file)
            content = repr(held).encode("utf-8", "replace") if isinstance(held, Problem) else held
            digest.update(f"{file.name} {len(content)} ".encode("utf-8", "replace") + content)
    return digest.hexdigest()


def read_whole(path: Path) -> tuple[KnowledgeReading, str]:
    """Return a reading of the files of a path, and their hash; raises `KnowledgeError` if they keep changing."""
    for _ in range(_MOST_READINGS):
        files = files_hash(path)
        reading = read(path)
        if files_hash(path) == files:
            return reading, files
    raise KnowledgeError([Problem(Place(shown(path)), Fault.of("changing"))])


def with_smalltalk(knowledge: Knowledge) -> Knowledge:
    """Return a knowledge with the common small talk added, but for phrasings that it has itself."""
    taken = {entry.id for entry in knowledge.entries}
    own = {folded(each) for entry in knowledge.of_kind(EntryKind.SMALLTALK) for each in entry.phrasings}
    added = []
    for entry in read(common_smalltalk()).sound.entries:
        left = [each for each in entry.phrasings if folded(each) not in own]
        if entry.id not in taken and left:
            added.append(entry.model_copy(update={"question": left[0], "also_asked": tuple(left[1:])}))
    return knowledge.model_copy(update={"entries": (*knowledge.entries, *added)})


def tuning_warnings(reading: KnowledgeReading, encoders: str) -> Iterator[Problem]:
    """Yield a warning if the tuning of a knowledge is not used with these encoders, given by `identity_of`."""
    tuning, origin = reading.sound.tuning, reading.tuned_at
    if tuning and origin and tuning.search != search_name(encoders):
        yield Problem(origin.at("search"), Fault.of("tuning-unused"), Severity.WARNING)


class Store:
    """Releases in a folder; any number of processes may use it at once.

    A release is the folder `releases/NAME`, written elsewhere and then renamed. `sources/HASH` has the name of the
    release that was made of the files with that hash.
    """

    def __init__(self, home: Path, encoders: Sequence[SentenceEncoder] = ()) -> None:
        """Use `home`, which is made when needed; only releases made with these encoders can be read."""
        self._home = home
        self._encoders = tuple(encoders)
        self._releases, self._sources = home / "releases", home / "sources"
        self.analyses = cache(partial(AnalysisStore, home))
        """The kept analyses of texts, by lexicon."""
        self.vectors = VectorStore(home)

    def find(self, files: str) -> Release | None:
        """Return the release made of the files with that hash; `None` if there is none, or it cannot be read."""
        with suppress(ReleaseError, *_DAMAGED):
            return self.read(self._source(files).read_text(encoding="ascii"))
        return None

    def _source(self, files: str) -> Path:
        """Return the file that names the release of the files with that hash."""
        return self._sources / hashlib.sha256(f"{conditions(self._encoders)} {files}".encode()).hexdigest()

    def read(self, name: str) -> Release:
        """Return the release of that name; it replies as on the day when it was built.

        Raises `OtherEngineError` if another version or other encoders made it, `ReleaseError` if it is gone or damaged.
        """
        folder = self._releases / name
        try:
            manifest = json.loads((folder / _MANIFEST).read_bytes())
            same_engine = manifest["engine"] == engine()
            files = {each: mapped(folder / each) for each in manifest["files"]} if same_engine else {}
            whole = not same_engine or manifest["files"] == _digests(files)
            release = read_release(name, files, self._encoders) if same_engine and whole else None
        except _DAMAGED as error:
            raise _unreadable(folder, error) from error
        if not whole:
            raise _unreadable(folder)
        if release is None:
            raise OtherEngineError(name, manifest["engine"])
        with suppress(OSError):
            os.utime(folder)  # when it was last used
        return release

    def knowledge(self, name: str) -> Knowledge:
        """Return the knowledge of a release, whichever version built it; raises `ReleaseError` if it cannot be read."""
        folder = self._releases / name
        try:
            return Knowledge.model_validate_json((folder / KNOWLEDGE).read_bytes())
        except _DAMAGED as error:
            raise _unreadable(folder, error) from error

    def made(self, knowledge: Knowledge, before: Release | None = None) -> Release:
        """Return the stored release of a knowledge, or compile it, with kept vectors and analyses.

        Parts that have not changed since the release `before` are taken from it.
        """
        try:
            return self.read(name_of(knowledge, self._encoders))
        except ReleaseError:
            progress(worded("索引を作っています"))
            encode, analyze = self.vectors.encode, self.analyses(knowledge.lexicon).analyze
            return build(knowledge, self._encoders, encode=encode, analyze=analyze, before=before)

    def rebuilt(self, name: str) -> Release:
        """Return a release made anew from the knowledge of a stored one; raises as `knowledge` does."""
        release = self.made(self.knowledge(name))
        self.analyses(release.knowledge.lexicon).keep()
        with suppress(OSError):
            self.keep(release)
        return release

    def keep(self, release: Release, files: str = "") -> None:
        """Write a release, if it is not there yet, and note the hash of its files; may raise `OSError`."""
        self._releases.mkdir(parents=True, exist_ok=True)
        with locked(self._home / SCRAPS):
            try:
                self.read(release.name)
            except ReleaseError:
                self._write(release)
        if files:
            self._sources.mkdir(exist_ok=True)
            write_whole(self._source(files), release.name.encode())

    def _write(self, release: Release) -> None:
        target, scraps = self._releases / release.name, self._home / SCRAPS
        partial = Path(tempfile.mkdtemp(dir=scraps))
        try:
            write_release(release, partial)
            digests = _digests({file.name: mapped(file) for file in partial.iterdir()})
            manifest = json.dumps({"engine": engine(), "files": digests})
            (partial / _MANIFEST).write_text(manifest, encoding="utf-8")
            for file in partial.iterdir():
                file.chmod(0o444)  # writing into a mapped file ends the processes that map it
            sync_folder(partial, with_files=True)
            with suppress(FileNotFoundError):  # one that is damaged
                target.rename(scraps / f"{partial.name}-damaged")
            partial.rename(target)
            sync_folder(self._releases)
        finally:
            clear(scraps)

    def keep_replies(self, name: str, given: GivenReplies) -> None:
        """Keep the replies of a release beside it, unless they are there: it was published before."""
        file = self._releases / name / _REPLIES
        if not file.exists():
            write_whole(file, given.model_dump_json().encode())

    def replies(self, name: str) -> GivenReplies | None:
        """Return the replies of a release when it was first published; `None` if they are not there."""
        try:
            return GivenReplies.model_validate_json((self._releases / name / _REPLIES).read_bytes())
        except _DAMAGED:
            return None

    def names(self) -> list[str]:
        """Return the names of all releases that are there, in order."""
        return sorted(each.name for each in children(self._releases))

    def full_name(self, prefix: str, among: Collection[str] | None = None) -> str:
        """Return the one name that begins with a prefix, `among` the given ones or all.

        Raises `ReleaseError` if there is none, if there are several, and for a prefix of less than two digits.
        """
        known = self.names() if among is None else among
        found = sorted(name for name in known if name.startswith(prefix))
        if len(prefix) < _SHORTEST_PREFIX:
            fault = Fault.of("release-short-name", least=_SHORTEST_PREFIX)
        elif not found:
            fault = Fault.of("release-no-such", prefix=prefix)
        elif len(found) > 1:
            fault = Fault.of("release-several", prefix=prefix, count=len(found), names=tuple(found))
        else:
            return found[0]
        raise ReleaseError.of(fault)


def _digests(files: Mapping[str, mmap]) -> dict[str, str]:
    return {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}


def _unreadable(folder: Path, error: Exception | None = None) -> ReleaseError:
    if isinstance(error, PermissionError):
        return ReleaseError.of(Fault.of("release-unread", folder=shown(folder)))
    kind = "release-broken" if os.path.lexists(folder) else "release-gone"
    return ReleaseError.of(Fault.of(kind, name=folder.name))
