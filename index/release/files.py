"""A release as a folder of files: JSON for what is text, numpy arrays for the postings. No pickle."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from faq.model import Knowledge
from index.bm25 import Postings
from index.channel import Channel, Weights
from index.compiled import Compiled
from index.decision import Fit
from index.embeddings import Embeddings, Model
from index.likeness import Likeness
from index.release.building import Release
from index.search import Index
from index.vectors import WordVectors

_ARRAYS = ("starts", "documents", "impacts", "idf")
_LIKENESS = ("common", "asked", "whole", "answered", "projection")
_EMBEDDINGS, _ROWS = ("common", "projection"), ("phrasings", "answers", "linked")


def write_release(release: Release, folder: Path) -> None:
    """Write the files of a release into an empty folder.

    Raises:
        OSError: the folder cannot be written.
    """
    compiled = release.index.compiled
    arrays = {
        f"{number}.{name}": getattr(channel.postings, name)
        for number, channel in enumerate(release.index.channels)
        for name in _ARRAYS
    }
    if compiled.likeness:
        arrays |= {f"likeness.{name}": getattr(compiled.likeness, name) for name in _LIKENESS}
    embeddings = compiled.embeddings
    if embeddings:
        with (folder / "embeddings.npz").open("wb") as file:
            # Every row was rounded to what is written.
            rows = {name: getattr(embeddings, name).astype(np.float16) for name in _ROWS}
            whole = {name: getattr(embeddings, name) for name in _EMBEDDINGS}
            np.savez(file, allow_pickle=False, **whole, **rows)
    with (folder / "postings.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    layout = {
        "weights": {name: getattr(compiled.weights, name) for name in Weights.__dataclass_fields__},
        "channels": [_channel_layout(channel) for channel in release.index.channels],
        "by_phrasing": len(compiled.by_phrasing),
        "meanings": [{word: sorted(found) for word, found in words.items()} for words in compiled.meanings],
        "facets": [sorted(found) for found in compiled.facets],
        "vectors": compiled.vectors,
        **({"embeddings": asdict(embeddings.model)} if embeddings else {}),
    }
    (folder / "index.json").write_text(json.dumps(layout, ensure_ascii=False), encoding="utf-8")
    (folder / "knowledge.json").write_text(release.knowledge.model_dump_json(), encoding="utf-8")
    (folder / "fit.json").write_text(release.fit.model_dump_json(), encoding="utf-8")


def _channel_layout(channel: Channel) -> dict[str, Any]:
    postings = channel.postings
    return {
        "name": channel.name,
        "lists": channel.lists,
        "weight": channel.weight,
        "vocabulary": list(postings.rows),
        "document_count": postings.document_count,
        "unknown_idf": postings.unknown_idf,
    }


def read_release(folder: Path, vectors: Callable[[str], WordVectors | None] = lambda _: None) -> Release:
    """Read the release in a folder; its name is the folder's.

    Args:
        folder: Where `write_release` wrote it.
        vectors: Opens the word vectors of the name that the release was compiled with; without them it finds less.

    Raises:
        OSError: a file is not there or cannot be read.
        ValueError: a file is damaged (KeyError is raised for one from another version).
    """
    knowledge = Knowledge.model_validate_json((folder / "knowledge.json").read_bytes())
    fit = Fit.model_validate_json((folder / "fit.json").read_bytes())
    layout = json.loads((folder / "index.json").read_bytes())
    # numpy leaves the file open where it finds no arrays in it.
    with (folder / "postings.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        channels = [_channel(number, each, arrays) for number, each in enumerate(layout["channels"])]
        likeness = (
            Likeness(*(arrays[f"likeness.{name}"] for name in _LIKENESS)) if layout["vectors"] else None
        )
    split = layout["by_phrasing"]
    compiled = Compiled(
        by_phrasing=tuple(channels[:split]),
        by_entry=tuple(channels[split:]),
        meanings=tuple(
            {word: frozenset(found) for word, found in words.items()} for words in layout["meanings"]
        ),
        facets=tuple(frozenset(found) for found in layout["facets"]),
        weights=Weights(**layout["weights"]),
        vectors=layout["vectors"],
        likeness=likeness,
        embeddings=_embeddings(folder, layout["embeddings"]) if "embeddings" in layout else None,
    )
    opened = vectors(compiled.vectors) if compiled.vectors else None
    return Release(folder.name, knowledge, Index(knowledge, compiled, opened), fit)


def _embeddings(folder: Path, model: dict[str, str]) -> Embeddings:
    with (folder / "embeddings.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Embeddings(
            Model(**model), **{name: arrays[name].astype(np.float32) for name in (*_EMBEDDINGS, *_ROWS)}
        )


def _channel(number: int, layout: dict[str, Any], arrays: Mapping[str, Any]) -> Channel:
    postings = Postings(
        rows={term: row for row, term in enumerate(layout["vocabulary"])},
        document_count=layout["document_count"],
        unknown_idf=layout["unknown_idf"],
        **{name: arrays[f"{number}.{name}"] for name in _ARRAYS},
    )
    return Channel(layout["name"], tuple(layout["lists"]), layout["weight"], postings)
