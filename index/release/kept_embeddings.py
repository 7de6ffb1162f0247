"""Embeddings of texts, kept below a home by model and content, so that what did not change is not asked for again."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from faq.model import Knowledge
from index.embeddings import Embedder, EmbeddingError, Model, TextVectors, texts_of
from index.likeness import unit
from index.release.durable import replace
from index.vectors import Vectors

FOLDER = "embeddings"
"""Below a home: a file for each model."""

KEPT_DAYS = 30
"""Vectors that no release was made with for so long are forgotten."""

_SAVED_EVERY = 2_000
_DAMAGED = (OSError, EOFError, ValueError, LookupError, BadZipFile)

Days = npt.NDArray[np.int32]


@dataclass
class _Kept:
    """What is kept of one model: by the hash of a text its vector, and the day on which it was last wanted."""

    vectors: dict[bytes, Vectors]
    days: dict[bytes, int]

    @property
    def size(self) -> int | None:
        return next((len(vector) for vector in self.vectors.values()), None)

    def put(self, key: bytes, vector: Vectors, day: int) -> None:
        self.vectors[key], self.days[key] = vector, day


def embedded_knowledge(
    knowledge: Knowledge,
    embedder: Embedder,
    home: Path | None,
    *,
    progress: Callable[[str], None] = lambda _: None,
    now: datetime | None = None,
) -> TextVectors | None:
    """Return the embeddings of all texts of a knowledge set; the server is asked for those that are not kept.

    What it gave is kept also if it fails on the way, so that the next attempt goes on from there.

    Args:
        knowledge: What a release is to be made of.
        embedder: Asked for what is not kept.
        home: Where vectors are kept; without one nothing is.
        progress: Told, in Japanese, that it takes a while.
        now: The moment; the clock's without it.

    Returns:
        `None` for a set without texts.

    Raises:
        EmbeddingError: the server does not give them, or gives such as do not belong together.
    """
    texts = texts_of(knowledge, embedder.model)
    if not texts:
        return None
    found = _vectors(texts, embedder, home, (now or datetime.now(tz=UTC)).toordinal(), progress)
    return TextVectors(embedder.model, {text: row for row, text in enumerate(texts)}, found)


def embedded_questions(
    questions: Sequence[str],
    embedder: Embedder,
    home: Path | None,
    *,
    size: int,
    now: datetime | None = None,
) -> TextVectors:
    """Return the embeddings of labelled questions, which are kept as those of a knowledge set are.

    Args:
        questions: One or more.
        embedder: Asked for what is not kept.
        home: Where vectors are kept; without one nothing is.
        size: Of the vectors that they are to be compared with. For others nothing that is kept is given up.
        now: The moment; the clock's without it.

    Raises:
        EmbeddingError: the server does not give them, or vectors of another size.
    """
    texts = tuple(dict.fromkeys(map(embedder.model.asked, questions)))
    day = (now or datetime.now(tz=UTC)).toordinal()
    kept = _read(_file(home, embedder.model)).size if home else None
    if kept not in {None, size}:
        raise EmbeddingError(OTHER_SIZE.format(found=kept, size=size))
    found = _vectors(texts, _Sized(embedder, size), home, day, lambda _: None)
    return TextVectors(embedder.model, {text: row for row, text in enumerate(texts)}, found)


def kept_questions(model: Model, home: Path) -> Callable[[str], Vectors | None]:
    """Return what gives the embedding of a question that is kept, and `None` for another."""
    kept = _read(_file(home, model))
    return lambda text: kept.vectors.get(_key(model.asked(text)))


@dataclass(frozen=True)
class _Sized:
    """An embedder whose vectors must have a size."""

    embedder: Embedder
    size: int

    @property
    def model(self) -> Model:
        return self.embedder.model

    def embed(self, texts: Sequence[str]) -> Iterator[Vectors]:
        for batch in self.embedder.embed(texts):
            if batch.shape[1] != self.size:
                raise EmbeddingError(OTHER_SIZE.format(found=batch.shape[1], size=self.size))
            yield batch


def _vectors(
    texts: Sequence[str],
    embedder: Embedder,
    home: Path | None,
    day: int,
    progress: Callable[[str], None],
) -> Vectors:
    file = _file(home, embedder.model) if home else None
    kept = _read(file) if file else _Kept({}, {})
    by_key = {_key(text): text for text in texts}
    wanted = [key for key in by_key if key in kept.vectors]
    unnoted = any(kept.days[key] < day for key in wanted)
    kept.days |= dict.fromkeys(wanted, day)
    missing = [key for key in by_key if key not in kept.vectors]
    if not missing:
        if file and unnoted:
            _write(file, kept, day)
        return np.array([kept.vectors[_key(text)] for text in texts])
    progress(f"埋め込みサーバーに、文章{len(missing)}件のベクトルを求めています")
    saved = done = 0
    try:
        for batch in embedder.embed([by_key[key] for key in missing]):
            if kept.size not in {None, batch.shape[1]}:
                if done:
                    raise EmbeddingError(UNEVEN)
                # Under the same name another model is served now.
                return _anew(texts, embedder, file, day, progress)
            for key, vector in zip(missing[done:], unit(batch), strict=False):
                kept.put(key, vector.astype(np.float16).astype(np.float32), day)
            done += len(batch)
            if file and done - saved >= _SAVED_EVERY:
                _write(file, kept, day)
                saved = done
    finally:
        if file and done > saved:
            _write(file, kept, day)
    return np.array([kept.vectors[_key(text)] for text in texts])


def _anew(
    texts: Sequence[str],
    embedder: Embedder,
    file: Path | None,
    day: int,
    progress: Callable[[str], None],
) -> Vectors:
    if file:
        file.unlink(missing_ok=True)
    return _vectors(texts, embedder, file.parent.parent if file else None, day, progress)


UNEVEN = (
    "埋め込みサーバーの返すベクトルの長さが一定でないため、使えません。\n"
    "  1つのモデルだけを動かしているか確かめてください。"
)

OTHER_SIZE = (
    "埋め込みサーバーのベクトルの長さ({found})が、FAQの索引のもの({size})と違うため、比べられません。\n"
    "  サーバーを元のモデルに戻すか、FAQ_EMBEDDINGS_MODEL をいまのモデルの名前にしてください。"
)


def _file(home: Path, model: Model) -> Path:
    return home / FOLDER / f"{hashlib.sha256(model.identity.encode()).hexdigest()[:16]}.npz"


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _read(file: Path) -> _Kept:
    """Return what is kept in a file; nothing if it is not there or damaged."""
    with suppress(*_DAMAGED), file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        keys: Sequence[bytes] = [row.tobytes() for row in arrays["keys"]]
        vectors = arrays["vectors"].astype(np.float32)
        days: Mapping[bytes, int] = dict(zip(keys, arrays["days"].tolist(), strict=True))
        return _Kept(dict(zip(keys, vectors, strict=True)), dict(days))
    return _Kept({}, {})


def _write(file: Path, kept: _Kept, day: int) -> None:
    """Write what was wanted lately; that it cannot be written costs only time, the next time."""
    keys = [key for key, wanted in kept.days.items() if wanted > day - KEPT_DAYS]
    buffer = io.BytesIO()
    np.savez(
        buffer,
        allow_pickle=False,
        keys=np.array([np.frombuffer(key, dtype=np.uint8) for key in keys]),
        vectors=np.array([kept.vectors[key] for key in keys], dtype=np.float16),
        days=np.array([kept.days[key] for key in keys], dtype=np.int32),
    )
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        replace(file, buffer.getvalue())
