"""A release as a folder of files: JSON for what is text, numpy arrays for what is numbers. No pickle."""

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from faq.model import Knowledge
from index.release.building import Release
from index.retrieval.bm25 import Postings
from index.retrieval.encoder import SentenceEncoder, identity_of
from index.retrieval.evidence import Norms
from index.retrieval.search import Compiled, Index
from index.retrieval.space import Space
from index.retrieval.vectors import EncodedTexts

KNOWLEDGE, LAYOUT, ARRAYS = "knowledge.json", "index.json", "arrays.npz"
_POSTINGS = ("starts", "documents", "impacts", "idf")
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
        arrays |= {f"space.{name}.{part}": values for part, values in encoded.space.arrays().items()}
        # Every row was rounded before it was centred, so half the digits keep all that it says.
        arrays |= {f"vectors.{name}.{part}": getattr(encoded, part).astype(np.float16) for part in _ROWS}
    with (folder / ARRAYS).open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
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
        "phrasings": [index.phrasings[index.span(number)] for number in range(len(index.entries))],
        "passages": [index.passages[index.passage_span(number)] for number in range(len(index.entries))],
        "unanswerable": index.unanswerable,
        "verbatim": index.verbatim,
    }
    (folder / LAYOUT).write_text(json.dumps(layout, ensure_ascii=False), encoding="utf-8")
    (folder / KNOWLEDGE).write_text(release.knowledge.model_dump_json(), encoding="utf-8")


def read_release(folder: Path, encoders: Sequence[SentenceEncoder]) -> Release | None:
    """Read what `write_release` wrote into a folder; `None` where it was made with other encoders."""
    layout = json.loads((folder / LAYOUT).read_bytes())
    if layout["identity"] != identity_of(encoders):
        return None
    knowledge = Knowledge.model_validate_json((folder / KNOWLEDGE).read_bytes())
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        postings = {
            name: Postings(
                rows={term: row for row, term in enumerate(field["vocabulary"])},
                document_count=field["document_count"],
                unknown_idf=field["unknown_idf"],
                **{part: arrays[f"field.{name}.{part}"] for part in _POSTINGS},
            )
            for name, field in layout["fields"].items()
        }
        vectors = {
            name: EncodedTexts(
                Space.of({each.name: arrays[f"space.{name}.{each.name}"] for each in fields(Space)}),
                *(arrays[f"vectors.{name}.{part}"].astype(np.float32) for part in _ROWS),
            )
            for name in layout["encoders"]
        }
        norms = Norms(
            {kind: arrays[f"mean.{kind}"] for kind in layout["kinds"]},
            {kind: arrays[f"deviation.{kind}"] for kind in layout["kinds"]},
        )
    entries = {entry.id: entry for entry in knowledge.entries}
    index = Index(
        knowledge.lexicon,
        [entries[entry_id] for entry_id in layout["entries"]],
        layout["phrasings"],
        layout["passages"],
        layout["unanswerable"],
        Compiled(postings, vectors, norms),
        encoders,
    )
    index.verbatim = layout["verbatim"]
    return Release(folder.name, knowledge, index)
