"""A release as a folder of files: JSON for what is text, numpy arrays for what is numbers. No pickle."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from faq.model import Knowledge
from index.release.building import Release
from index.retrieval.bm25 import Postings
from index.retrieval.cohort import Norms
from index.retrieval.encoder import SentenceEncoder, identity_of
from index.retrieval.search import Compiled, Index
from index.retrieval.vectors import EncodedTexts

KNOWLEDGE, LAYOUT, ARRAYS = "knowledge.json", "index.json", "arrays.npz"
_POSTINGS = ("starts", "documents", "impacts", "idf")
_ROWS = ("mean", "phrasings", "passages", "unanswerable")


def write_release(release: Release, folder: Path) -> None:
    """Write the files of a release into an empty folder.

    Raises:
        OSError: the folder cannot be written.
    """
    index, compiled = release.index, release.index.compiled
    arrays = {
        f"field.{name}.{part}": getattr(postings, part)
        for name, postings in compiled.fields.items()
        for part in _POSTINGS
    }
    # Every row was rounded before it was centred, so half the digits keep all that it says.
    arrays |= {
        f"vectors.{name}.{part}": getattr(encoded, part).astype(np.float32 if part == "mean" else np.float16)
        for name, encoded in compiled.vectors.items()
        for part in _ROWS
    }
    for kind, mean in compiled.norms.mean.items():
        arrays |= {f"mean.{kind}": mean, f"deviation.{kind}": compiled.norms.deviation[kind]}
    with (folder / ARRAYS).open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    layout = {
        "fields": {name: _field_layout(postings) for name, postings in compiled.fields.items()},
        "encoders": list(compiled.vectors),
        "identity": identity_of(index.encoders),
        "kinds": list(compiled.norms.mean),
        "entries": [entry.id for entry in index.entries],
        "phrasings": [index.phrasings[index.span(number)] for number in range(len(index.entries))],
        "passages": [index.passages[index.passage_span(number)] for number in range(len(index.entries))],
        "unanswerable": index.unanswerable,
    }
    (folder / LAYOUT).write_text(json.dumps(layout, ensure_ascii=False), encoding="utf-8")
    (folder / KNOWLEDGE).write_text(release.knowledge.model_dump_json(), encoding="utf-8")


def _field_layout(postings: Postings) -> dict[str, Any]:
    return {
        "vocabulary": list(postings.rows),
        "document_count": postings.document_count,
        "unknown_idf": postings.unknown_idf,
    }


def read_release(folder: Path, encoders: Sequence[SentenceEncoder]) -> Release:
    """Read the release in a folder; its name is the folder's.

    Args:
        folder: Where `write_release` wrote it.
        encoders: What makes vectors of questions.

    Raises:
        OSError: a file is not there or cannot be read.
        ValueError: a file is damaged (KeyError is raised for one from another version), or the release was made with
            other encoders.
    """
    knowledge = Knowledge.model_validate_json((folder / KNOWLEDGE).read_bytes())
    layout = json.loads((folder / LAYOUT).read_bytes())
    # numpy leaves the file open where it finds no arrays in it.
    with (folder / ARRAYS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        compiled = Compiled(
            {name: _field(name, each, arrays) for name, each in layout["fields"].items()},
            {name: _encoded(name, arrays) for name in layout["encoders"]},
            Norms(
                {kind: arrays[f"mean.{kind}"] for kind in layout["kinds"]},
                {kind: arrays[f"deviation.{kind}"] for kind in layout["kinds"]},
            ),
        )
    entries = {entry.id: entry for entry in knowledge.entries}
    index = Index(
        knowledge.lexicon,
        [entries[entry_id] for entry_id in layout["entries"]],
        layout["phrasings"],
        layout["passages"],
        layout["unanswerable"],
        compiled,
        encoders,
    )
    return Release(folder.name, knowledge, index)


def identity_in(folder: Path) -> str:
    """Return the name of the encoders that the release in a folder was made with.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged (KeyError for one from another version).
    """
    identity: str = json.loads((folder / LAYOUT).read_bytes())["identity"]
    return identity


def _encoded(name: str, arrays: Mapping[str, Any]) -> EncodedTexts:
    return EncodedTexts(*(arrays[f"vectors.{name}.{part}"].astype(np.float32) for part in _ROWS))


def _field(name: str, layout: dict[str, Any], arrays: Mapping[str, Any]) -> Postings:
    return Postings(
        rows={term: row for row, term in enumerate(layout["vocabulary"])},
        document_count=layout["document_count"],
        unknown_idf=layout["unknown_idf"],
        **{part: arrays[f"field.{name}.{part}"] for part in _POSTINGS},
    )
