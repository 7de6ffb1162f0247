"""Vectors of texts, kept by their content, so that each text is encoded once."""

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from faq.files import write_whole
from faq.wording import progress, worded
from index.retrieval.encoder import SentenceEncoder, Vectors, packed, readable, text_key, unpacked
from index.retrieval.space import Space

_BATCH = 256
_KEPT_AFTER = 20 * _BATCH
"""Texts after which what was encoded is kept, and progress told: some seconds."""
_MANY = 5_000_000
"""Numbers in rows from which they are compared in 8 bits: those of 20,000 phrasings."""
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
        subjects: The same as rows of length 1.
        covered: By topic, how much it is what the entry nearest to it is about, 0 to 1.
        told: By topic, how much it is what the passage nearest to it is about, 0 to 1.
    """

    space: Space
    phrasings: Vectors
    passages: Vectors
    plain_passages: Vectors
    unanswerable: Vectors
    about: Vectors
    subjects: Vectors
    covered: Vectors
    told: Vectors

    def near(self, vectors: Vectors) -> Near:
        """Return how close questions are to all texts; `vectors` has a row a question, as the encoder gave it."""
        plain = self.space.plain_questions(vectors)
        asked = self.space.projected(plain)
        return Near(
            self._compared("phrasings", asked),
            self._compared("passages", asked),
            self._compared("plain_passages", plain),
            asked @ self.unanswerable.T,
            self.space.about(asked),
        )

    def _compared(self, part: str, asked: Vectors) -> Vectors:
        """Return how close questions are to all rows of a part.

        One question reads every row once, which takes as long as there is to read: of many, in 8 bits a number.
        """
        rows: Vectors = getattr(self, part)
        if len(asked) > 1 or rows.size < _MANY or find_spec("numkong") is None:
            return asked @ rows.T
        if part not in self._in_codes:
            self._in_codes[part] = _in_codes(rows)
        codes, steps = packed(asked)
        return steps[:, None] * self._in_codes[part](codes)

    @cached_property
    def _in_codes(self) -> "dict[str, Callable[[npt.NDArray[np.int8]], Vectors]]":
        return {}


def _in_codes(rows: Vectors) -> Callable[[npt.NDArray[np.int8]], Vectors]:
    """Return what tells how close a question in 255 steps is to rows of length 1 in as many."""
    numkong = import_module("numkong")
    codes, steps = packed(rows)
    packed_rows = numkong.dots_pack(codes)
    return lambda asked: np.asarray(numkong.dots_packed(asked, packed_rows)).astype(np.float32) * steps


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
        missing, begun, done = list(new), monotonic(), 0
        for rows in _encoded(encoder, list(new.values())):
            part = missing[done : done + len(rows)]
            known.update(zip(part, zip(*packed(rows), strict=True), strict=True))
            done += len(rows)
            if done % _KEPT_AFTER == 0 and done < len(missing):
                # Whoever stops here goes on here.
                if keep:
                    self.keep(encoder)
                seconds = round((monotonic() - begun) / done * (len(missing) - done))
                told = "{count:,}文のうち{done:,}文をベクトルにしました。残り約{seconds}秒"
                progress(worded(told, count=len(missing), done=done, seconds=seconds))
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


def _encoded(encoder: SentenceEncoder, texts: Sequence[str]) -> Iterator[Vectors]:
    """Yield the rows of texts, in order, some at a time; all cores make them."""
    parts = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
    if parts:
        yield encoder.encode(parts[0])  # alone, as it loads the encoder
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        made = [pool.submit(copy_context().run, encoder.encode, part) for part in parts[1:]]
        for each in made:
            yield each.result()
    finally:
        pool.shutdown(cancel_futures=True)


class StoredEncoder:
    """An encoder that looks a text up in a store before it encodes it; the vectors are the same."""

    def __init__(self, encoder: SentenceEncoder, store: VectorStore) -> None:
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
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, keys=keys, codes=codes, scales=scales)
    write_whole(file, stream.getvalue())
