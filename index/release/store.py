"""Releases below one folder: compiled once, read back in milliseconds, whole or not at all; and what they are made of.

The files of a knowledge path are named by a hash, and given the common small talk.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from mmap import mmap
from pathlib import Path

from faq.files import knowledge_files, read_bytes, sync_folder, write_whole
from faq.loading.loader import Reading, common_smalltalk, read
from faq.model import EntryKind, Knowledge, folded
from faq.problems import FaqError, Fault, KnowledgeError, Place, Problem, Severity, shown
from faq.wording import worded
from index.release.analyses import AnalysisStore
from index.release.building import Release, build, conditions, engine, engine_change, name_of, search_name
from index.release.files import KNOWLEDGE, read_release, write_release
from index.release.gate import GivenReplies
from index.release.history import SCRAPS, TakenError, children, clear, locked, prune, sweep
from index.retrieval.arrays import mapped
from index.retrieval.documents import searched
from index.retrieval.encoder import SentenceEncoder
from index.retrieval.vectors import VectorStore

_MANIFEST = "manifest.json"
"""Of a release: what built it, and the hashes of its files."""

_REPLIES = "report.json"
_SHORTEST_PREFIX = 2
_MOST_READINGS = 3
_GROWN = 0.25
"""Share of its entries by which a knowledge may change before its tuning is called old."""
_DAMAGED = (OSError, ValueError, LookupError, TypeError)
"""What reading files raises that are not there, or not as they were written."""


class ReleaseError(FaqError):
    """A stored release that is not there, or that cannot be served as it is."""


class OtherEngineError(ReleaseError):
    """A release of another version of this program or of the dictionary: it would not reply as it did."""

    def __init__(self, name: str, made_with: str) -> None:
        """Say what can still be done; `made_with` is the engine of the release."""
        self.changed = engine_change(made_with)
        super().__init__(str(Fault.of("release-other-engine", name=name, changed=self.changed)))


def open_release(
    path: Path,
    *,
    home: Path,
    encoders: Sequence[SentenceEncoder] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Return the release of a knowledge file or folder as it is now, from `home` if it was compiled before.

    If `home` cannot be written, it is built every time. Raises `KnowledgeError` if the knowledge cannot be served,
    `EncoderError` if an encoder does not give what was not kept.
    """
    sweep(home)
    store = Store(home, encoders)
    if kept := store.find(files_hash(path)):
        return kept
    reading, files = read_whole(path)
    release = store.made(with_smalltalk(reading.sure()), progress)
    store.analyses(release.knowledge.lexicon).keep()
    try:
        store.keep(release, files)
        with suppress(TakenError), locked(home, patience_seconds=0):
            prune(home, datetime.now(tz=UTC))
    except OSError:
        progress(worded("{home} に書けないため、次回も作り直します", home=str(home)))
    return release


def files_hash(path: Path) -> str:
    """Return a hash of the files that a knowledge is made of, those that cannot be read included."""
    digest = hashlib.sha256()
    for each in (path, common_smalltalk()):
        files, problems = knowledge_files(each)
        digest.update(repr(problems).encode())
        for file in files:
            held = read_bytes(file)
            content = repr(held).encode("utf-8", "replace") if isinstance(held, Problem) else held
            digest.update(f"{file.name} {len(content)} ".encode("utf-8", "replace") + content)
    return digest.hexdigest()


def read_whole(path: Path) -> tuple[Reading, str]:
    """Return a reading of the files of a path, and their hash; raises `KnowledgeError` if they go on changing."""
    for _ in range(_MOST_READINGS):
        files = files_hash(path)
        reading = read(path)
        if files_hash(path) == files:
            return reading, files
    raise KnowledgeError([Problem(Place(shown(path)), Fault.of("changing"))])


def with_smalltalk(knowledge: Knowledge) -> Knowledge:
    """Return a knowledge that can be greeted: with the common small talk, where it has none in the same words."""
    taken = {entry.id for entry in knowledge.entries}
    own = {folded(each) for entry in knowledge.of_kind(EntryKind.SMALLTALK) for each in entry.phrasings}
    added = []
    for entry in read(common_smalltalk()).sound.entries:
        left = [each for each in entry.phrasings if folded(each) not in own]
        if entry.id not in taken and left:
            added.append(entry.model_copy(update={"question": left[0], "also_asked": tuple(left[1:])}))
    return knowledge.model_copy(update={"entries": (*knowledge.entries, *added)})


def misfits(reading: Reading, encoders: str) -> Iterator[Problem]:
    """Yield a warning of a tuning that is not used or old, with its place and what to do; nothing without a tuning."""
    tuning, origin = reading.sound.tuning, reading.tuned_at
    if tuning is None or origin is None:
        return
    count = len(searched(reading.sound))
    if tuning.search != search_name(encoders):
        key = "search"
        fault = Fault.of("tuning-unused")
    elif abs(count - tuning.entries) > _GROWN * tuning.entries:
        key = "entries"
        fault = Fault.of("tuning-old", was=tuning.entries, now=count)
    else:
        return
    yield Problem(origin.at(key), fault, Severity.WARNING)


class Store:
    """Releases in a folder; any number of processes may use it at once.

    A release lies in `releases/NAME`, written elsewhere and then renamed. `sources/HASH` holds the name of the
    release that was made of files with that hash.
    """

    def __init__(self, home: Path, encoders: Sequence[SentenceEncoder] = ()) -> None:
        """Use `home`, which is made when something is first kept; releases are those made with these encoders."""
        self._home = home
        self._encoders = tuple(encoders)
        self._releases, self._sources = home / "releases", home / "sources"
        self.analyses = cache(partial(AnalysisStore, home))
        """What is kept of texts, by the lexicon that they were analyzed with."""
        self.vectors = VectorStore(home)

    def find(self, files: str) -> Release | None:
        """Return the release made of files with that hash; `None` if there is none that can be read."""
        with suppress(ReleaseError, *_DAMAGED):
            return self.read(self._source(files).read_text(encoding="ascii"))
        return None

    def _source(self, files: str) -> Path:
        """Return the file of a hash of files and of all that decides what is made of them."""
        return self._sources / hashlib.sha256(f"{conditions(self._encoders)} {files}".encode()).hexdigest()

    def read(self, name: str) -> Release:
        """Return the release of that name, which replies as it did on the day when it was built.

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

    def made(
        self, knowledge: Knowledge, progress: Callable[[str], None], before: Release | None = None
    ) -> Release:
        """Return the release of a knowledge set as it is stored, or compile it with what is kept of its texts.

        What is as it was in the release `before` is not compiled again.
        """
        try:
            return self.read(name_of(knowledge, self._encoders))
        except ReleaseError:
            return build(
                knowledge,
                self._encoders,
                encode=partial(self.vectors.encode, progress=progress),
                analyze=self.analyses(knowledge.lexicon).analyze,
                before=before,
                progress=progress,
            )

    def rebuilt(self, name: str, progress: Callable[[str], None]) -> Release:
        """Return what this version makes of the knowledge of a release of another one; raises as `knowledge` does."""
        release = self.made(self.knowledge(name), progress)
        self.analyses(release.knowledge.lexicon).keep()
        with suppress(OSError):
            self.keep(release)
        return release

    def keep(self, release: Release, files: str = "") -> None:
        """Write a release, if it is not there, and that it was made of files with that hash; may raise `OSError`."""
        self._releases.mkdir(parents=True, exist_ok=True)
        try:
            self.read(release.name)
        except ReleaseError:
            self._write(release)
        if files:
            self._sources.mkdir(exist_ok=True)
            write_whole(self._source(files), release.name.encode())

    def _write(self, release: Release) -> None:
        target, scraps = self._releases / release.name, self._home / SCRAPS
        with locked(scraps):
            with suppress(ReleaseError):
                self.read(release.name)
                return  # another process was first
            partial = Path(tempfile.mkdtemp(dir=scraps))
            try:
                write_release(release, partial)
                digests = _digests({file.name: mapped(file) for file in partial.iterdir()})
                manifest = json.dumps({"engine": engine(), "files": digests})
                (partial / _MANIFEST).write_text(manifest, encoding="utf-8")
                for file in partial.iterdir():
                    file.chmod(0o444)  # who writes into a file that is mapped ends whoever maps it
                sync_folder(partial, with_files=True)
                with suppress(FileNotFoundError):  # one that is damaged
                    target.rename(scraps / f"{partial.name}-damaged")
                partial.rename(target)
                sync_folder(self._releases)
            finally:
                clear(scraps)

    def keep_replies(self, name: str, given: GivenReplies) -> None:
        """Keep what a release replied beside it, unless that is known: it is published again as it is."""
        file = self._releases / name / _REPLIES
        if not file.exists():
            write_whole(file, given.model_dump_json().encode())

    def replies(self, name: str) -> GivenReplies | None:
        """Return what a release replied when it was first published; `None` if that is not known."""
        try:
            return GivenReplies.model_validate_json((self._releases / name / _REPLIES).read_bytes())
        except _DAMAGED:
            return None

    def names(self) -> list[str]:
        """Return the names of all releases that are there, in order."""
        return sorted(each.name for each in children(self._releases) if not each.name.startswith("."))

    def full_name(self, prefix: str, among: Collection[str] | None = None) -> str:
        """Return the one name that begins so, of those given or else of all that are there.

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
