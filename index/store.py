"""Compiled releases below one folder: made once, read back in milliseconds, whole or not at all."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

from faq.formats.files import knowledge_files, read_text
from faq.model import EntryKind, Knowledge
from faq.reading import builtin, load
from index.compiled import read_release, write_release
from index.release import Release, basis, build


def open_release(
    path: Path, *, home: Path | None, progress: Callable[[str], None] = lambda _: None
) -> Release:
    """Return the release of a knowledge file or folder, from `home` if it was compiled before.

    Args:
        path: As for `faq.reading.read`.
        home: Folder of compiled releases; without one, or if it cannot be written, the release is built every time.
        progress: Told, in Japanese, what is being done, when it takes long.

    Raises:
        KnowledgeError: the knowledge cannot be served.
    """
    source = source_hash(path)
    store = Store(home) if home else None
    if store and (kept := store.find(source)):
        return kept
    release = build(with_smalltalk(load(path)), progress=progress)
    if store:
        try:
            store.keep(release, source)
        except OSError:
            progress(f"{home} に書けないため、次回も作り直します")
    return release


def source_hash(path: Path) -> str:
    """Return a hash of the files that a knowledge is made of and of all that decides what is made of them."""
    digest = hashlib.sha256(basis().encode())
    for folder in (path, builtin()):
        files, problems = knowledge_files(folder)
        digest.update(repr([str(problem) for problem in problems]).encode())
        for file in files:
            content = str(read_text(file)).encode("utf-8", "replace")
            digest.update(f"{file.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def with_smalltalk(knowledge: Knowledge) -> Knowledge:
    """Return a knowledge that can be greeted: one without small talk of its own gets the built-in one's."""
    if knowledge.of_kind(EntryKind.SMALLTALK):
        return knowledge
    taken = {entry.id for entry in knowledge.entries}
    entries = load(builtin()).of_kind(EntryKind.SMALLTALK)
    added = (entry for entry in entries if entry.id not in taken)
    return knowledge.model_copy(update={"entries": (*knowledge.entries, *added)})


class Store:
    """Releases in a folder; any number of processes may use it at once.

    A release lies in `releases/NAME`, written beside it and then renamed. `sources/HASH` holds the name of the
    release that was made of files with that hash.
    """

    def __init__(self, home: Path) -> None:
        """Use `home`, which is made when something is first kept."""
        self._releases = home / "releases"
        self._sources = home / "sources"

    def find(self, source: str) -> Release | None:
        """Return the release made of files with that hash; `None` if there is none that can be read."""
        try:
            name = (self._sources / source).read_text(encoding="ascii")
            return read_release(self._releases / name)
        except (
            OSError,
            EOFError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            RuntimeError,
            BadZipFile,
        ):
            return None

    def keep(self, release: Release, source: str) -> None:
        """Write a release, and that it was made of files with that hash.

        Raises:
            OSError: the folder cannot be written.
        """
        for folder in (self._releases, self._sources):
            folder.mkdir(parents=True, exist_ok=True)
        target = self._releases / release.name
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self._releases))
        try:
            write_release(release, partial)
            shutil.rmtree(target, ignore_errors=True)  # it was not found, so it is damaged
            _rename(partial, target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        _replace(self._sources / source, release.name)


def _rename(partial: Path, target: Path) -> None:
    try:
        partial.rename(target)
    except OSError:
        if not target.exists():  # else another process was first, with the same content
            raise


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=".partial-", dir=file.parent)
    with os.fdopen(handle, "w", encoding="ascii") as partial:
        partial.write(text)
    Path(name).replace(file)
