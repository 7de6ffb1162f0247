"""Arrays in one file that is mapped: processes share its memory, and it is read as far as it is used. No pickle."""

import hashlib
import json
from collections.abc import Callable, Mapping
from math import prod
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from platformdirs import user_cache_path

from faq.files import write_whole

Arrays = Mapping[str, npt.NDArray[Any]]

_ALIGNMENT = 64
"""Bytes at a multiple of which each array begins, as numpy's own do."""
_MAKING_SECONDS = 30  # that another process may take
_DAMAGED = (OSError, ValueError)


def write_arrays(file: Path, arrays: Arrays) -> None:
    """Write arrays into a file: a line of JSON with the dtype, shape and place of each, and what they hold."""
    places, size = {}, 0
    for name, values in arrays.items():
        size += -size % _ALIGNMENT
        places[name] = (values.dtype.str, values.shape, size)
        size += values.nbytes
    head = json.dumps(places).encode()
    head += b" " * (-(len(head) + 1) % _ALIGNMENT) + b"\n"
    with file.open("wb") as stream:
        stream.write(head)
        for name, values in arrays.items():
            stream.write(bytes(len(head) + places[name][2] - stream.tell()))
            stream.write(values.tobytes())


def mapped(file: Path) -> mmap:
    """Return what a file holds, in memory that all processes share; raises `ValueError` if it is empty."""
    with file.open("rb") as stream:
        return mmap(stream.fileno(), 0, access=ACCESS_READ)


def arrays_of(held: mmap) -> Arrays:
    """Return the arrays of a mapped file, by name, which cannot be written to; raises `ValueError` if it is none."""
    head = held.readline()
    return {
        name: np.frombuffer(held, dtype, prod(shape), len(head) + place).reshape(shape)
        for name, (dtype, shape, place) in json.loads(head).items()
    }


def kept_arrays(name: str, make: Callable[[], Arrays]) -> Arrays:
    """Return the arrays that `make` gives, mapped from the user's cache folder, where they are kept under a name.

    The name is to change with them. Where nothing can be kept, or what was kept is damaged, they are made.
    """
    folder = user_cache_path("recruiting-faq", appauthor=False)
    file, seal = folder / f"{name}.arrays", folder / f"{name}.sha256"
    try:
        if kept := _sealed(file, seal):
            return kept
        from filelock import FileLock  # noqa: PLC0415 -- asyncio; needed once a machine

        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{name}.lock", timeout=_MAKING_SECONDS):
            if kept := _sealed(file, seal):
                return kept
            partial = file.with_suffix(".partial")  # what a process left that was killed is written over
            write_arrays(partial, make())
            digest = hashlib.sha256(mapped(partial)).hexdigest()
            partial.replace(file)
            write_whole(seal, digest.encode())
            return arrays_of(mapped(file))
    except OSError:
        return make()


def _sealed(file: Path, seal: Path) -> Arrays | None:
    try:
        held = mapped(file)
        return arrays_of(held) if hashlib.sha256(held).hexdigest() == seal.read_text("ascii") else None
    except _DAMAGED:
        return None
