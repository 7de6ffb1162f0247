"""The files of a knowledge path: named by a hash, given the small talk that they lack, and whether a tuning fits."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from faq.files import knowledge_files, read_bytes
from faq.loading.loader import Reading, builtin, load, read
from faq.model import EntryKind, Knowledge
from faq.problems import KnowledgeError, Place, Problem, Severity, shown
from index.release.building import basis, search_name
from index.retrieval.documents import searched
from index.retrieval.encoder import SentenceEncoder

_MOST_READINGS = 3
_GROWN = 0.25
"""Share of its entries by which a knowledge may change before its tuning is called old."""


def files_hash(path: Path) -> str:
    """Return a hash of the files that a knowledge is made of, those that cannot be read included."""
    digest = hashlib.sha256()
    for folder in (path, builtin()):
        files, problems = knowledge_files(folder)
        digest.update(repr([str(problem) for problem in problems]).encode())
        for file in files:
            held = read_bytes(file)
            content = str(held).encode("utf-8", "replace") if isinstance(held, Problem) else held
            digest.update(f"{file.name} {len(content)} ".encode("utf-8", "replace") + content)
    return digest.hexdigest()


def read_whole(path: Path) -> tuple[Reading, str]:
    """Return a reading of the files of a path, and their hash; raises `KnowledgeError` if they go on changing."""
    for _ in range(_MOST_READINGS):
        files = files_hash(path)
        reading = read(path)
        if files_hash(path) == files:
            return reading, files
    what, remedy = "the files are changing while they are read", "publish again when they are saved"
    raise KnowledgeError([Problem(Place(shown(path)), what, remedy)])


def source_hash(files: str, encoders: Sequence[SentenceEncoder]) -> str:
    """Return a hash of what is named by a hash of files, or otherwise, and of all that decides what is made of it."""
    return hashlib.sha256(f"{basis(encoders)} {files}".encode()).hexdigest()


def with_smalltalk(knowledge: Knowledge) -> Knowledge:
    """Return a knowledge that can be greeted: one without small talk of its own gets the built-in one's."""
    if knowledge.of_kind(EntryKind.SMALLTALK):
        return knowledge
    taken = {entry.id for entry in knowledge.entries}
    entries = load(builtin()).of_kind(EntryKind.SMALLTALK)
    added = (entry for entry in entries if entry.id not in taken)
    return knowledge.model_copy(update={"entries": (*knowledge.entries, *added)})


def misfits(reading: Reading, encoders: str) -> Iterator[Problem]:
    """Yield a warning of a tuning that is not used or old, with its place and what to do; nothing without a tuning."""
    tuning, origin = reading.sound.tuning, reading.tuned_at
    if tuning is None or origin is None:
        return
    count = len(searched(reading.sound))
    if tuning.search != search_name(encoders):
        key = "search"
        what = "the tuning was made with another version of the search or other encoders, and is not used"
    elif abs(count - tuning.entries) > _GROWN * tuning.entries:
        key = "entries"
        what = f"the tuning was made when there were {tuning.entries} entries, and now there are {count}"
    else:
        return
    remedy = "run 'faq tune --questions FILE --keep' again, or remove the tuning"
    yield Problem(origin.at(key), what, remedy, Severity.WARNING)
