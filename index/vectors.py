"""Word vectors of chiVe, as the package ja-ginza carries them, in a table of our own that is memory-mapped.

spaCy reads the package once and the table is kept: 480,443 words on 20,000 vectors of 300, about 18 MB on disk, of
which a running bot touches the pages of the words that it is asked for.
"""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.bm25 import Ints

PACKAGE = "ja_ginza"

_CACHED = 20_000
_HASHES, _ROWS, _VECTORS = "hashes.npy", "rows.npy", "vectors.npy"

Vectors = npt.NDArray[np.float32]


class WordVectors:
    """A table of word vectors, opened. Safe to share among threads."""

    def __init__(self, folder: Path) -> None:
        """Map the table in `folder` into memory.

        Raises:
            OSError: it is not there.
            ValueError: it is damaged (EOFError is raised for an empty file).
        """
        # As plain arrays, still mapped: a view of a `memmap` costs ten times as much.
        self._hashes, self._rows, self._vectors = (
            np.asarray(np.load(folder / name, mmap_mode="r", allow_pickle=False))
            for name in (_HASHES, _ROWS, _VECTORS)
        )
        self._known: dict[str, int] = {}
        if len(self._hashes) != len(self._rows) or self._vectors.ndim != 2:  # noqa: PLR2004 -- rows and numbers
            msg = f"{folder}: the files of the table do not belong together"
            raise ValueError(msg)

    @property
    def size(self) -> int:
        """How many numbers a vector has."""
        return int(self._vectors.shape[1])

    def row(self, word: str) -> int:
        """Return the row of a normalized form; -1 where the word has none."""
        row = self._known.get(word)
        if row is None:
            wanted = np.uint64(_hash(word))
            at = int(np.searchsorted(self._hashes, wanted))
            row = int(self._rows[at]) if at < len(self._hashes) and self._hashes[at] == wanted else -1
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[word] = row
        return row

    def rows(self, words: Iterable[str]) -> Ints:
        """Return the row of each word, in order; -1 for those without."""
        return np.array([self.row(word) for word in words], dtype=np.int32)

    def vectors(self, rows: Ints) -> Vectors:
        """Return the vectors of rows, one each, of length 1; zeros for row -1."""
        found = np.asarray(self._vectors[np.maximum(rows, 0)], dtype=np.float32)
        found[rows < 0] = 0
        return found


def dots(rows: Vectors, vector: Vectors) -> Vectors:
    """Return the inner product of each row with a vector.

    The matrix product of numpy waits for a thread on each core, which takes milliseconds where others work too, and
    rounds by how many there are.
    """
    return np.asarray(np.einsum("ij,j->i", rows, vector), dtype=np.float32)


def _hash(word: str) -> int:
    """Return 64 bits of a word; that two of half a million words share them has a chance of one in 10^8."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def write_table(words: Iterable[tuple[str, int]], vectors: Vectors, folder: Path) -> None:
    """Write a table: `words` with the row of each, and the vectors by row. Of a word given twice the first counts."""
    rows: dict[int, int] = {}
    for word, row in words:
        rows.setdefault(_hash(word), row)
    order = sorted(rows)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    np.save(folder / _HASHES, np.array(order, dtype=np.uint64), allow_pickle=False)
    np.save(folder / _ROWS, np.array([rows[key] for key in order], dtype=np.int32), allow_pickle=False)
    np.save(folder / _VECTORS, (vectors / lengths).astype(np.float16), allow_pickle=False)


def fingerprint() -> str:
    """Name the vectors that this installation has; empty where the extra `semantic` is not installed."""
    if find_spec(PACKAGE) is None or find_spec("spacy") is None:
        return ""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        return ""


def open_vectors(
    home: Path | None, name: str | None = None, *, progress: Callable[[str], None] = lambda _: None
) -> WordVectors | None:
    """Return word vectors from their table below `home`, which is made the first time.

    Args:
        home: Without one, or if it cannot be written, the table lies in a folder of this process's own.
        name: Which vectors; by default those of this installation.
        progress: Told, in Japanese, that the table is being made.

    Returns:
        `None` where there is no such table and the installation has other vectors or none.
    """
    own = fingerprint()
    name = own if name is None else name
    if not name:
        return None
    folder = (home / "vectors" if home else _own_folder()) / name.replace(" ", "-")
    try:
        return WordVectors(folder)
    except (OSError, EOFError, ValueError):  # numpy raises EOFError for an empty file
        if name != own:
            return None
    progress("単語ベクトルの表を作っています(最初の一度だけ)")
    try:
        _make(folder)
    except OSError:
        folder = _own_folder() / folder.name
        _make(folder)
    return WordVectors(folder)


def _make(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder.parent))
    try:
        write_table(*_package_vectors(), partial)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            partial.rename(folder)
        except OSError:
            if not folder.exists():  # else another process was first, with the same content
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _package_vectors() -> tuple[list[tuple[str, int]], Vectors]:
    """Read the package with spaCy: its words in lower case, as terms are, with their rows, and the vectors."""
    import spacy  # noqa: PLC0415 -- takes seconds, and is wanted once in the life of an installation
    from spacy.vocab import Vocab  # noqa: PLC0415 -- the same

    package = spacy.util.get_package_path(PACKAGE)
    data = next(package.glob("*/vocab"), package / "vocab")
    vocab = Vocab().from_disk(data)
    words = [(vocab.strings[key].lower(), int(row)) for key, row in vocab.vectors.key2row.items()]
    return words, np.asarray(vocab.vectors.data, dtype=np.float32)


@cache
def _own_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="faq-vectors-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
