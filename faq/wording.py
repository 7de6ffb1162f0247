"""The catalogue of what people are told of their files, and the language in which they read it."""

import os
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

_LONGEST_QUOTE = 40


class Language(StrEnum):
    """A language of the catalogue."""

    JAPANESE = "ja"
    ENGLISH = "en"


def language() -> Language:
    """Return the language of whoever reads: `FAQ_LANG`, else what the system says, else Japanese."""
    variables = ("FAQ_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((value for name in variables if (value := os.environ.get(name))), "")
    return Language.ENGLISH if chosen.lower().startswith(Language.ENGLISH) else Language.JAPANESE


@dataclass(frozen=True)
class Part:
    """A field, or an item in it by its numbers from 0, as a text names it.

    >>> print(Part("also_asked", (1,)).named(Language.ENGLISH), Part("also_asked", (1,)).named(Language.JAPANESE))
    item 2 of 'also_asked' 「also_asked」の2番目
    """

    key: str
    items: tuple[int, ...] = ()

    def named(self, language: Language) -> str:
        """Return its name in a language."""
        name = quoted(self.key, language)
        for item in self.items:
            name = (
                f"{name}の{item + 1}番目" if language is Language.JAPANESE else f"item {item + 1} of {name}"
            )
        return name


@dataclass(frozen=True)
class Term:
    """A word of the catalogue, such as "a list"."""

    name: str


Value = str | int | Part | Term | tuple[str, ...]
"""What stands in a text."""


def quoted(text: str, language: Language) -> str:
    r"""Return the text in quotes, on one line, cut where it is long; what cannot be seen is escaped.

    >>> quoted("在宅\n勤務", Language.JAPANESE), quoted("在宅", Language.ENGLISH)
    ('「在宅\\n勤務」', "'在宅'")
    """
    short = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    if language is Language.ENGLISH:
        return repr(short)
    return f"「{escaped(short)}」"


def escaped(text: str) -> str:
    """Return the text with what cannot be seen written out."""
    return "".join(
        letter if letter.isprintable() or letter == "\u3000" else letter.encode("unicode_escape").decode()
        for letter in text
    )


def wording(kind: str, side: int, language: Language, values: Mapping[str, Value]) -> str:
    """Return what is wrong (side 0) or what to do (side 1) for one kind of problem."""
    return _Words(language).vformat(catalogue()[kind][language][side], (), values)


def around(name: str, language: Language, **values: Value) -> str:
    """Return a text that is no problem but stands around them: a heading, a count, a step of the work."""
    return _Words(language).vformat(catalogue()["around"][name][language], (), values)


def term(name: str, language: Language) -> str:
    """Return a word of the catalogue."""
    return str(catalogue()["terms"][name][language])


def marked(kind: str, mark: str) -> bool:
    """Whether the catalogue marks a kind as `noticed`, `loses` or `follows`."""
    return bool(catalogue()[kind].get(mark))


@cache
def catalogue() -> Mapping[str, Any]:
    """Return all of it, by kind."""
    with (Path(__file__).parent / "wordings.toml").open("rb") as file:
        return tomllib.load(file)


class _Words(string.Formatter):
    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 -- as in the base class
        between = "、" if self._language is Language.JAPANESE else ", "
        if isinstance(value, tuple):
            return between.join(self.format_field(each, format_spec) for each in value)
        if isinstance(value, Part):
            return value.named(self._language)
        if isinstance(value, Term):
            return term(value.name, self._language)
        if format_spec == "q":
            return quoted(str(value), self._language)
        return format(value, format_spec)
