"""Sudachi, used here only: one tokenizer a thread, any input, SudachiPy 0.6 and 0.7."""

import threading
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from sudachipy import Dictionary, SplitMode

# Sudachi refuses inputs above 49,149 bytes of UTF-8; a character takes 4 at most.
_CHUNK = 12_000

_CACHED = 20_000


class Morpheme(NamedTuple):
    """A morpheme of split mode C, in Sudachi's own words.

    Attributes:
        reading_form: In katakana; symbols read as "キゴウ", and what the dictionary lacks as its surface.
        naming: The third and fourth level, for a proper noun: ("人名", "姓") is a family name.
        synonym_groups: Ids of Sudachi's synonym dictionary; often none, sometimes several.
        units: Normalized forms of its mode A units; empty where the morpheme is one unit.
    """

    surface: str
    normalized_form: str
    reading_form: str
    part_of_speech: tuple[str, str]
    synonym_groups: tuple[int, ...]
    units: tuple[str, ...]
    in_dictionary: bool
    naming: tuple[str, str] = ("*", "*")


_THREAD = threading.local()
"""A tokenizer is not thread-safe, its dictionary is."""

_WORDS: dict[tuple[int, str], Morpheme] = {}
"""A cache of dictionary words: reading their parts takes longer than finding them."""


@cache
def _dictionary() -> Any:  # noqa: ANN401 -- the type of 0.6 and that of 0.7 differ
    return Dictionary(dict="core")


def morphemes(text: str) -> Iterator[Morpheme]:
    """Yield the morphemes of `text` in order, blanks and punctuation included; none if it is empty."""
    if not hasattr(_THREAD, "tokenize"):
        dictionary = _dictionary()
        make = getattr(dictionary, "tokenizer", None) or dictionary.create
        _THREAD.tokenize = make().tokenize
    words = _WORDS
    for start in range(0, len(text), _CHUNK):
        for raw in _THREAD.tokenize(text[start : start + _CHUNK], SplitMode.C):
            key = raw.word_id(), raw.surface()
            known = words.get(key)
            if known is None:
                known = _morpheme(raw, key[1])
                # The id of a word that is not in the dictionary means nothing.
                if raw.dictionary_id() >= 0:
                    if len(words) >= _CACHED:
                        words.clear()
                    words[key] = known
            yield known


def _morpheme(raw: Any, surface: str) -> Morpheme:  # noqa: ANN401 -- the type of 0.6 and that of 0.7 differ
    part_of_speech = raw.part_of_speech()
    return Morpheme(
        surface,
        raw.normalized_form().lower(),
        raw.reading_form(),
        (part_of_speech[0], part_of_speech[1]),
        tuple(raw.synonym_group_ids()),
        tuple(unit.normalized_form().lower() for unit in raw.split(SplitMode.A, add_single=False)),
        not raw.is_oov(),
        (part_of_speech[2], part_of_speech[3]),
    )


@cache
def fingerprint() -> str:
    """Return the versions of library and dictionary: others may cut texts into other terms."""
    return f"sudachipy {version('sudachipy')}, core {version('sudachidict-core')}"
