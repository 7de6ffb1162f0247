"""What a release is made of: the files of a knowledge path, named by a hash, and the small talk that they lack."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from faq.files import knowledge_files, read_bytes
from faq.loading.loader import builtin, load
from faq.model import EntryKind, Knowledge
from faq.problems import Problem
from index.release.building import basis
from index.retrieval.encoder import SentenceEncoder


def source_hash(path: Path, encoders: Sequence[SentenceEncoder] = ()) -> str:
    """Return a hash of the files that a knowledge is made of and of all that decides what is made of them.

    Args:
        path: As for `faq.loading.loader.read`.
        encoders: What it is to be made with.
    """
    return source_of(files_hash(path), encoders)


def source_of(files: str, encoders: Sequence[SentenceEncoder] = ()) -> str:
    """Return the source hash of files with that hash, or of anything else that is named so."""
    return hashlib.sha256(f"{basis(encoders)} {files}".encode()).hexdigest()


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


def with_smalltalk(knowledge: Knowledge) -> Knowledge:
    """Return a knowledge that can be greeted: one without small talk of its own gets the built-in one's."""
    if knowledge.of_kind(EntryKind.SMALLTALK):
        return knowledge
    taken = {entry.id for entry in knowledge.entries}
    entries = load(builtin()).of_kind(EntryKind.SMALLTALK)
    added = (entry for entry in entries if entry.id not in taken)
    return knowledge.model_copy(update={"entries": (*knowledge.entries, *added)})
