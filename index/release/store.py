"""Releases below one folder: compiled once, read back in milliseconds, whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

from faq.loading.loader import read
from faq.model import Knowledge
from index.release.building import Release, build, engine
from index.release.durable import replace, sync_files, sync_folder
from index.release.files import KNOWLEDGE, identity_in, read_release, write_release
from index.release.pruning import prune_tried
from index.release.source import source_hash, source_of, with_smalltalk
from index.release.unreadable import OtherEngineError, ReleaseError
from index.retrieval.encoder import SentenceEncoder, identity_of
from index.retrieval.vectors import VectorStore

MANIFEST = "manifest.json"
"""Of a release: what built it, and the hashes of its files."""

SHORTEST_PREFIX = 2

_DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    BadZipFile,
)


def open_release(
    path: Path,
    *,
    home: Path | None,
    encoders: Sequence[SentenceEncoder] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Return the release of a knowledge file or folder as it is now, from `home` if it was compiled before.

    Args:
        path: As for `faq.loading.loader.read`.
        home: Folder of compiled releases; without one, or if it cannot be written, the release is built every time.
        encoders: What makes vectors; none for words alone.
        progress: Told, in Japanese, what is being done, when it takes long.

    Raises:
        KnowledgeError: the knowledge cannot be served.
        EncoderError: an encoder does not give what was not kept.
    """
    source = source_hash(path, encoders)
    store = Store(home, encoders) if home else None
    if store and (kept := store.find(source)):
        return kept
    knowledge = with_smalltalk(read(path).sure())
    release = build(knowledge, encoders, encode=VectorStore(home).encode, progress=progress)
    if store and home:
        try:
            # What was read may be newer than what was looked up.
            store.keep(release, source if source_hash(path, encoders) == source else None)
            prune_tried(home)
        except OSError:
            progress(f"{home} に書けないため、次回も作り直します")
    return release


class Store:
    """Releases in a folder; any number of processes may use it at once.

    A release lies in `releases/NAME`, written beside it and then renamed. `sources/HASH` holds the name of the
    release that was made of files with that hash, and was touched when it was last used.
    """

    def __init__(self, home: Path, encoders: Sequence[SentenceEncoder] = ()) -> None:
        """Use `home`, which is made when something is first kept; releases are those made with these encoders."""
        self._home = home
        self._encoders = tuple(encoders)
        self._releases = home / "releases"
        self._sources = home / "sources"

    def find(self, source: str) -> Release | None:
        """Return the release made of files with that hash; `None` if there is none that can be read."""
        file = self._sources / source
        with suppress(ReleaseError, *_DAMAGED):
            release = self.read(file.read_text(encoding="ascii"))
            with suppress(OSError):
                os.utime(file)
            return release
        return None

    def read(self, name: str) -> Release:
        """Return the release of that name, which replies as it did on the day when it was built.

        Raises:
            OtherEngineError: it was built by another version or with other encoders; `knowledge` may still be read.
            ReleaseError: it is not there or is damaged.
        """
        folder = self._releases / name
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            if manifest["engine"] != engine():
                raise OtherEngineError(name)
            if manifest["files"] == _digests(folder, manifest["files"]):
                if identity_in(folder) != identity_of(self._encoders):
                    raise OtherEngineError(name)
                return read_release(folder, self._encoders)
        except _DAMAGED as error:
            raise ReleaseError(name, _unreadable(name, there=folder.is_dir())) from error
        raise ReleaseError(name, _unreadable(name, there=True))

    def knowledge(self, name: str) -> Knowledge:
        """Return the knowledge of a release, whichever version built it.

        Raises:
            ReleaseError: it is not there or is damaged.
        """
        folder = self._releases / name
        try:
            return Knowledge.model_validate_json((folder / KNOWLEDGE).read_bytes())
        except _DAMAGED as error:
            raise ReleaseError(name, _unreadable(name, there=folder.is_dir())) from error

    def rebuilt(self, name: str, progress: Callable[[str], None] = lambda _: None) -> Release:
        """Return what this version makes of the knowledge of a release that another one built.

        Raises:
            ReleaseError: it is not there or is damaged.
            EncoderError: an encoder does not give what was not kept.
        """
        source = source_of(f"release {name}", self._encoders)
        if kept := self.find(source):
            return kept
        knowledge = self.knowledge(name)
        release = build(knowledge, self._encoders, encode=VectorStore(self._home).encode, progress=progress)
        with suppress(OSError):
            self.keep(release, source)
        return release

    def keep(self, release: Release, source: str | None) -> None:
        """Write a release, if it is not there, and that it was made of files with that hash.

        Raises:
            OSError: the folder cannot be written.
        """
        for folder in (self._releases, self._sources):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            self.read(release.name)
        except ReleaseError:
            self._write(release)
        if source:
            replace(self._sources / source, release.name.encode())

    def _write(self, release: Release) -> None:
        target = self._releases / release.name
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self._releases))
        damaged = partial.with_name(f"{partial.name}-damaged")
        try:
            write_release(release, partial)
            manifest = {
                "engine": engine(),
                "files": _digests(partial, [file.name for file in partial.iterdir()]),
            }
            (partial / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
            sync_files(partial)
            with suppress(FileNotFoundError):
                target.rename(damaged)
            _rename(partial, target)
            sync_folder(self._releases)
        finally:
            for folder in (partial, damaged):
                shutil.rmtree(folder, ignore_errors=True)

    def attach(self, name: str, file: str, content: bytes) -> None:
        """Write a file beside a release that is there, unless it has one of that name.

        Raises:
            OSError: it cannot be written.
        """
        if not (self._releases / name / file).exists():
            replace(self._releases / name / file, content)

    def attached(self, name: str, file: str) -> bytes | None:
        """Return a file beside a release; `None` if there is none."""
        try:
            return (self._releases / name / file).read_bytes()
        except OSError:
            return None

    def names(self) -> list[str]:
        """Return the names of all releases that are there, in order."""
        try:
            return sorted(each.name for each in self._releases.iterdir() if not each.name.startswith("."))
        except OSError:
            return []

    def full_name(self, prefix: str, among: frozenset[str] | None = None) -> str:
        """Return the one name that begins so.

        Args:
            prefix: Two digits or more.
            among: The names that count; all that are there without it.

        Raises:
            ReleaseError: there is none, or there are several.
        """
        known = sorted(among) if among is not None else self.names()
        found = [name for name in known if name.startswith(prefix)]
        if len(prefix) < SHORTEST_PREFIX:
            raise ReleaseError(prefix, f"版の名前は、はじめの{SHORTEST_PREFIX}文字以上で指定してください。")
        if not found:
            msg = f"{prefix} で始まる版はありません。`faq releases` で一覧を表示します。"
            raise ReleaseError(prefix, msg)
        if len(found) > 1:
            msg = f"{prefix} で始まる版は{len(found)}つあります({'、'.join(found)})。続きも指定してください。"
            raise ReleaseError(prefix, msg)
        return found[0]


def _digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in sorted(names)}


def _unreadable(name: str, *, there: bool) -> str:
    if there:
        return (
            f"版 {name} が壊れていて読めません。`faq rollback 名前` で別の版に戻すか、公開し直してください。"
        )
    return f"版 {name} は残っていません。`faq releases` で一覧を表示します。"


def _rename(partial: Path, target: Path) -> None:
    try:
        partial.rename(target)
    except OSError:
        if not target.exists():  # else another process was first, with the same content
            raise
