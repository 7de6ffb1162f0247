"""A release as a folder of files: JSON for texts, and one file of arrays, which is mapped. No pickle."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy.typing as npt

from faq.model import Knowledge
from index.release.building import Release
from index.retrieval.arrays import arrays_of, write_arrays
from index.retrieval.bm25 import Postings
from index.retrieval.documents import Document
from index.retrieval.encoder import SentenceEncoder, identity_of
from index.retrieval.evidence import Norms
from index.retrieval.search import Compiled, Index
from index.retrieval.space import Space
from index.retrieval.vectors import EncodedTexts

KNOWLEDGE, LAYOUT, ARRAYS = "knowledge.json", "index.json", "arrays.bin"
_POSTINGS = ("starts", "documents", "impacts", "idf")
_SPACE = tuple(each.name for each in fields(Space))
_ROWS = tuple(each.name for each in fields(EncodedTexts))[1:]


def write_release(release: Release, folder: Path) -> None:
    """Write the files of a release into an empty folder."""
    index, compiled = release.index, release.index.compiled
    norms = compiled.norms
    arrays: dict[str, npt.NDArray[Any]] = {f"mean.{kind}": mean for kind, mean in norms.mean.items()}
    arrays |= {f"deviation.{kind}": deviation for kind, deviation in norms.deviation.items()}
    for name, postings in compiled.fields.items():
        arrays |= {f"field.{name}.{part}": getattr(postings, part) for part in _POSTINGS}
    for name, encoded in compiled.vectors.items():
        arrays |= {f"space.{name}.{part}": getattr(encoded.space, part) for part in _SPACE}
        arrays |= {f"vectors.{name}.{part}": getattr(encoded, part) for part in _ROWS}
    write_arrays(folder / ARRAYS, arrays)
    layout = {
        "fields": {
            name: {
                "vocabulary": list(postings.rows),
                "document_count": postings.document_count,
                "unknown_idf": postings.unknown_idf,
            }
            for name, postings in compiled.fields.items()
        },
        "encoders": list(compiled.vectors),
        "identity": identity_of(index.encoders),
        "kinds": list(norms.mean),
        "entries": [entry.id for entry in index.entries],
        "phrasings": [document.phrasings for document in index.documents],
        "passages": [document.passages for document in index.documents],
        "unanswerable": index.unanswerable,
        "verbatim": index.verbatim,
    }
    (folder / LAYOUT).write_text(json.dumps(layout, ensure_ascii=False), encoding="utf-8")
    (folder / KNOWLEDGE).write_text(release.knowledge.model_dump_json(), encoding="utf-8")


def read_release(name: str, files: Mapping[str, mmap], encoders: Sequence[SentenceEncoder]) -> Release | None:
    """Read a release from its mapped files; `None` if it was made with other encoders."""
    layout = json.loads(files[LAYOUT][:])
    if layout["identity"] != identity_of(encoders):
        return None
    knowledge = Knowledge.model_validate_json(files[KNOWLEDGE][:])
    arrays = arrays_of(files[ARRAYS])
    postings = {
        field: Postings(
            rows={term: row for row, term in enumerate(held["vocabulary"])},
            document_count=held["document_count"],
            unknown_idf=held["unknown_idf"],
            **{part: arrays[f"field.{field}.{part}"] for part in _POSTINGS},
        )
        for field, held in layout["fields"].items()
    }
    vectors = {
        encoder: EncodedTexts(
            Space(*(arrays[f"space.{encoder}.{part}"] for part in _SPACE)),
            *(arrays[f"vectors.{encoder}.{part}"] for part in _ROWS),
        )
        for encoder in layout["encoders"]
    }
    norms = Norms(
        {kind: arrays[f"mean.{kind}"] for kind in layout["kinds"]},
        {kind: arrays[f"deviation.{kind}"] for kind in layout["kinds"]},
    )
    entries = {entry.id: entry for entry in knowledge.entries}
    parts = zip(layout["entries"], layout["phrasings"], layout["passages"], strict=True)
    documents = [Document(entries[entry_id], tuple(asked), tuple(told)) for entry_id, asked, told in parts]
    index = Index(
        knowledge.lexicon,
        documents,
        layout["unanswerable"],
        Compiled(postings, vectors, norms),
        encoders,
    )
    index.verbatim = layout["verbatim"]
    return Release(name, knowledge, index)
