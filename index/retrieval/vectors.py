"""Vectors of texts, kept by their content, so that each text is encoded once."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from index.retrieval.encoder import SentenceEncoder, Vectors, packed, readable, text_key, unpacked
from index.retrieval.space import Space

_BATCH = 256
_SHIPPED = Path(__file__).with_name("data")
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, BadZipFile, RuntimeError)  # the last of a strange zip


class Near(NamedTuple):
    """Closeness of questions, a row each, to each text, -1 to 1; `about` has how likely each topic is theirs."""

    phrasings: Vectors
    passages: Vectors
    plain_passages: Vectors
    unanswerable: Vectors
    about: Vectors


@dataclass(frozen=True)
class EncodedTexts:
    """The vectors of a knowledge set by one encoder, as they are compared in its space.

    Attributes:
        about: By entry, how likely each topic of the library is what it is about, a mean over its phrasings.
        covered: By topic, how much it is what the entry nearest to it is about, 0 to 1.
    """

    space: Space
    phrasings: Vectors
    passages: Vectors
    plain_passages: Vectors
    unanswerable: Vectors
    about: Vectors
    covered: Vectors

    def near(self, vectors: Vectors) -> Near:
        """Return how close questions are to all texts; `vectors` has a row a question, as the encoder gave it."""
        asked = self.space.questions(vectors)
        return Near(
            asked @ self.phrasings.T,
            asked @ self.passages.T,
            self.space.plain_questions(vectors) @ self.plain_passages.T,
            asked @ self.unanswerable.T,
            self.space.about(asked),
        )


class VectorStore:
    """The vectors that an encoder gave, by the content of the texts.

    Those of the built-in FAQ ship with the program; those of other texts are kept in a folder, a file an encoder.
    """

    def __init__(self, home: Path | None = None) -> None:
        """Use the folder `vectors` of `home`; without one nothing is kept."""
        self._folder = home / "vectors" if home else None
        self._known: dict[str, dict[bytes, tuple[npt.NDArray[np.int8], np.float32]]] = {}

    def encode(self, encoder: SentenceEncoder, texts: Sequence[str], *, keep: bool = True) -> Vectors:
        """Return one row for each text; what is not known is encoded, and then known and, if wanted, kept."""
        known = self._open(encoder)
        keys = [text_key(text) for text in texts]
        new = {key: readable(text) for key, text in zip(keys, texts, strict=True) if key not in known}
        missing = list(new)
        for start in range(0, len(missing), _BATCH):
            part = missing[start : start + _BATCH]
            codes, scales = packed(encoder.encode([new[key] for key in part]))
            known.update(zip(part, zip(codes, scales, strict=True), strict=True))
        if missing and keep:
            self.keep(encoder)
        if not keys:
            return np.zeros((0, 1), dtype=np.float32)
        found = [known[key] for key in keys]
        return unpacked(np.array([row for row, _ in found]), np.array([scale for _, scale in found]))

    def _open(self, encoder: SentenceEncoder) -> dict[bytes, tuple[npt.NDArray[np.int8], np.float32]]:
        if encoder.identity not in self._known:
            found = self._known[encoder.identity] = {}
            for folder in filter(None, (_SHIPPED, self._folder)):
                found.update(_read(folder / vector_file(encoder)))
        return self._known[encoder.identity]

    def keep(self, encoder: SentenceEncoder) -> None:
        """Write all that is known of an encoder, but for what ships, to the folder."""
        if self._folder is None:
            return
        with suppress(OSError):  # a home that cannot be written costs time, nothing else
            self._folder.mkdir(parents=True, exist_ok=True)
            shipped = dict(_read(_SHIPPED / vector_file(encoder)))
            own = {key: row for key, row in self._open(encoder).items() if key not in shipped}
            if own:
                write(self._folder / vector_file(encoder), own)


class StoredEncoder:
    """An encoder that looks a text up in a store before it encodes it; the vectors are the same."""

    def __init__(self, encoder: SentenceEncoder, store: VectorStore) -> None:
        """Ask `store` for what `encoder` gave it."""
        self.name, self.identity = encoder.name, encoder.identity
        self._encoder, self._store = encoder, store

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text, in order; raises `EncoderError`."""
        return self._store.encode(self._encoder, texts, keep=False)


def vector_file(encoder: SentenceEncoder) -> str:
    """Return the name of the file that keeps the vectors of an encoder."""
    return f"{encoder.name}-{sha256(encoder.identity.encode()).hexdigest()[:8]}.npz"


def _read(file: Path) -> Iterator[tuple[bytes, tuple[npt.NDArray[np.int8], np.float32]]]:
    """Yield what is kept in a file; nothing if it is not there or is damaged, as all of it can be made again."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            keys, codes, scales = arrays["keys"], arrays["codes"], arrays["scales"]
    except _UNREADABLE:
        return
    data = keys.tobytes()
    width = keys.shape[1] if keys.ndim > 1 else 1
    for number in range(len(keys)):
        yield data[number * width : (number + 1) * width], (codes[number], scales[number])


def write(file: Path, known: Mapping[bytes, tuple[npt.NDArray[np.int8], np.float32]]) -> None:
    """Write vectors into a file, whole or not at all."""
    keys = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)
    codes, scales = np.array([row for row, _ in known.values()]), np.array([s for _, s in known.values()])
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".vectors-")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, allow_pickle=False, keys=keys, codes=codes, scales=scales)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
