"""The catalogues of what HR and admins are told, and the language in which they read it.

`problems.toml` has each kind of problem in both languages; every other text stands in the code in Japanese, and in
`english.toml` in English. What candidates read is Japanese, and in neither.
"""

import os
import string
import tomllib
from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

_LONGEST_QUOTE = 40


class Language(StrEnum):
    """A language that somebody reads."""

    JAPANESE = "ja"
    ENGLISH = "en"


_READ_IN: ContextVar[Language | None] = ContextVar("read in", default=None)


@contextmanager
def read_in(language: Language) -> Iterator[None]:
    """Use one language inside the block, as for a screen that has no other."""
    before = _READ_IN.set(language)
    try:
        yield
    finally:
        _READ_IN.reset(before)


_HEARD_BY: ContextVar[Callable[[str], object]] = ContextVar("heard by", default=lambda _: None)


@contextmanager
def telling(hear: Callable[[str], object]) -> Iterator[None]:
    """Give the progress of what is done inside the block to `hear`; without a block, and in new threads, it is lost."""
    before = _HEARD_BY.set(hear)
    try:
        yield
    finally:
        _HEARD_BY.reset(before)


def progress(text: str) -> None:
    """Tell what the program is doing to whoever waits for it."""
    _HEARD_BY.get()(text)


def language() -> Language:
    """Return the reader's language: `FAQ_LANG`, else the language of the system, else Japanese."""
    if chosen := _READ_IN.get():
        return chosen
    variables = ("FAQ_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    told = next((value for name in variables if (value := os.environ.get(name))), "")
    return Language.ENGLISH if told.lower().startswith(Language.ENGLISH) else Language.JAPANESE


@dataclass(frozen=True)
class Part:
    """A field, or one of its items (numbers from 0), as a message names it.

    >>> print(Part("also_asked", (1,)))
    「also_asked」の2番目
    """

    key: str
    items: tuple[int, ...] = ()

    def __str__(self) -> str:
        name = quoted(self.key)
        for item in self.items:
            name = worded("{name}の{number}番目", name=name, number=item + 1)
        return name


@dataclass(frozen=True)
class Term:
    """A word inside a message, such as 「一覧」."""

    japanese: str

    def __str__(self) -> str:
        return worded(self.japanese)


Value = str | int | Part | Term | tuple[str, ...]
"""What the text of a problem may name."""

Key = TypeVar("Key")


class Labels(UserDict[Key, str]):
    """Names of things: given in Japanese, returned in the reader's language."""

    def __getitem__(self, key: Key) -> str:
        return worded(super().__getitem__(key))


def worded(japanese: str, /, **values: object) -> str:
    """Return a text with its values filled in, in the reader's language; `english.toml` has the English texts.

    >>> worded("ほか{count}件", count=3)
    'ほか3件'
    """
    told = japanese if language() is Language.JAPANESE else _catalogue("english.toml").get(japanese, japanese)
    return _Words().vformat(told, (), values)


def listed(words: Iterable[str]) -> str:
    """Return words separated by commas."""
    return ("、" if language() is Language.JAPANESE else ", ").join(words)


def quoted(text: str) -> str:
    r"""Return the text in quotes, on one line, cut where it is long; what cannot be seen is escaped.

    >>> quoted("在宅\n勤務")
    '「在宅\\n勤務」'
    """
    short = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
    return f"「{escaped(short)}」" if language() is Language.JAPANESE else repr(short)


def escaped(text: str) -> str:
    """Return the text with invisible characters written as escapes."""
    return "".join(
        letter if letter.isprintable() or letter == "\u3000" else letter.encode("unicode_escape").decode()
        for letter in text
    )


def of_problem(kind: str, side: int, values: Mapping[str, Value]) -> str:
    """Return what is wrong (`side` 0) or what to do (`side` 1) for one kind of problem."""
    return _Words().vformat(problem_kinds()[kind][language()][side], (), values)


def marked(kind: str, mark: str) -> bool:
    """Whether the catalogue marks a kind as `noticed`, `loses` or `follows`."""
    return bool(problem_kinds()[kind].get(mark))


def problem_kinds() -> Mapping[str, Any]:
    """Return the texts of all kinds of problems, by kind."""
    return _catalogue("problems.toml")


@cache
def _catalogue(name: str) -> Mapping[str, Any]:
    with (Path(__file__).parent / name).open("rb") as file:
        return tomllib.load(file)


class _Words(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 -- as in the base class
        if isinstance(value, tuple):
            return listed(self.format_field(each, format_spec) for each in value)
        return quoted(str(value)) if format_spec == "q" else format(value, format_spec)
