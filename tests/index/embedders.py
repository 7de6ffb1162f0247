"""Embeddings without a model: texts that share runs of characters are near to each other."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np

from faq.model import Knowledge
from index.embeddings import EmbeddingError, Model, TextVectors, texts_of
from index.text import ngrams, plain
from index.vectors import Vectors

MODEL = Model("hashed", "query: ", "passage: ")
SIZE = 48


def vector(text: str, size: int = SIZE) -> list[float]:
    """Return the sum of a random direction for each run of two characters, and one that all texts share."""
    found = np.full(size, 2.0)
    for part in ngrams(plain(text), 2):
        seed = int.from_bytes(hashlib.sha256(part.encode()).digest()[:8], "big")
        found += np.random.default_rng(seed).normal(size=size)
    return [float(value) for value in found]


class Hashed:
    """An embedder that remembers what it was asked for, two texts at a time, and may fail."""

    def __init__(self, *, size: int = SIZE, most: int | None = None, model: Model = MODEL) -> None:
        """Give vectors of that size, and fail when more than `most` texts were asked for."""
        self.model, self.size, self.most = model, size, most
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Iterator[Vectors]:
        """Yield two rows at a time."""
        for start in range(0, len(texts), 2):
            batch = texts[start : start + 2]
            if self.most is not None and len(self.asked) + len(batch) > self.most:
                msg = "壊れています。\n  直してください。"
                raise EmbeddingError(msg)
            self.asked += batch
            yield np.array([vector(text, self.size) for text in batch], dtype=np.float32)


def known(knowledge: Knowledge, *questions: str, size: int = SIZE) -> TextVectors:
    """Return the embeddings of a knowledge set and of some more questions."""
    texts = tuple(dict.fromkeys((*texts_of(knowledge, MODEL), *map(MODEL.asked, questions))))
    rows = np.array([vector(text, size) for text in texts], dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return TextVectors(MODEL, {text: row for row, text in enumerate(texts)}, rows)
