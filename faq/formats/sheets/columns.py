"""The Japanese names of columns and sheets, and the meaning of a name in a file."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from faq.model import EntryKind
from faq.problems import EditError, Fault, Problem, letters, nearest
from faq.wording import Part


class TableKind(StrEnum):
    """What the rows of a table are."""

    ENTRIES = "entries"
    EXPECTATIONS = "expectations"
    LEXICON = "lexicon"


SHEETS = {TableKind.ENTRIES: "FAQ", TableKind.EXPECTATIONS: "想定質問", TableKind.LEXICON: "用語"}
"""The names of the sheets that are written."""

_CATALOGUE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
COLUMNS: Mapping[TableKind, Mapping[str, str]] = {kind: _CATALOGUE["columns"][kind] for kind in TableKind}
"""The name of each column by its key, in the order of writing."""

GUIDE_SHEET = "書き方"
GUIDE: Mapping[str, str] = _CATALOGUE["guide"]
"""The explanation of each column on the sheet 書き方, which is never read."""

NUMBERED = frozenset({"also_asked", "answer_has", "word"})
"""Columns that may be repeated, with a number after the name."""

REQUIRED = {
    TableKind.ENTRIES: ("question", "answer"),
    TableKind.EXPECTATIONS: ("q", "gold"),
    TableKind.LEXICON: ("kind", "word"),
}
KINDS = {EntryKind.ANSWER: "回答", EntryKind.REFERRAL: "案内", EntryKind.SMALLTALK: "あいさつ"}
LISTS = {"groups": "同じ意味", "one_way": "片方向", "never": "別の意味", "terms": "ひとまとまり"}
NO_GOLD = "答えない"
NO_DAY = "なし"

_NAMES = {key: name for names in COLUMNS.values() for key, name in names.items()}
_NAMES |= {"title": "出典", "publisher": "発行元"}
_ALIASES = {name: key for key, names in _CATALOGUE["usual"].items() for name in names.split()}
_SPECIAL_SHEETS = {
    TableKind.EXPECTATIONS: ("想定質問", "expectations"),
    TableKind.LEXICON: ("用語", "lexicon", "辞書"),
}
_NUMBER = re.compile(r"[-_(]?([0-9]+)\)?$")
_LETTERS = re.compile("[A-Z]{1,3}", re.IGNORECASE)
_MARKS = re.compile(r"[*※:]+|\((?:必須|任意)\)")


def key_of(name: str, kind: TableKind) -> tuple[str | None, bool]:
    """Return the key of a column by its name, `None` for an unknown one, and whether the name has a number.

    >>> [key_of(name, TableKind.ENTRIES) for name in ("質　問", "別の聞き方１", "回答（必須）", "備考")]
    [('question', False), ('also_asked', True), ('answer', False), (None, False)]
    """
    plain, known = plain_name(name), _known(kind)
    if plain in known:
        return known[plain], False
    key = known.get(_NUMBER.sub("", plain))
    return (key, True) if key in NUMBERED else (None, False)


@cache
def _known(kind: TableKind) -> Mapping[str, str]:
    return {
        **{plain_name(name): key for key, name in COLUMNS[kind].items()},
        **{key: key for key in COLUMNS[kind]},
        **{alias: key for alias, key in _ALIASES.items() if key in COLUMNS[kind]},
    }


def is_usual(name: str, kind: TableKind) -> bool:
    """Whether a name is one that offices use, other than the one that an export writes."""
    return plain_name(name) in _ALIASES and _NUMBER.sub("", plain_name(name)) not in COLUMNS[kind].values()


def chosen_columns(text: str) -> Mapping[int, str]:
    """Return the keys of columns by number, as a person chose them by their letters; raises `EditError`.

    >>> chosen_columns("質問=C,回答=AD")
    {3: 'question', 30: 'answer'}
    """
    found = {}
    for part in re.split("[,、]", text):
        name, _, column = unicodedata.normalize("NFKC", part).partition("=")
        key, _ = key_of(name, TableKind.ENTRIES)
        if key is None or not _LETTERS.fullmatch(column.strip()):
            known = tuple(COLUMNS[TableKind.ENTRIES].values())
            raise EditError.of(Fault.of("columns-form", given=part, names=known))
        number = 0
        for letter in column.strip().upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        found[number] = key
    return found


def proposed_columns(columns: Mapping[int, str]) -> str:
    """Return columns as `chosen_columns` takes them.

    >>> proposed_columns({3: "question", 30: "answer"})
    '質問=C,回答=AD'
    """
    names = COLUMNS[TableKind.ENTRIES]
    return ",".join(f"{names[key]}={letters(number)}" for number, key in columns.items())


def kind_of_sheet(name: str) -> TableKind:
    """Return what the rows of a sheet or file are by its name: entries, unless it says otherwise."""
    special = (kind for kind, names in _SPECIAL_SHEETS.items() if plain_name(name).startswith(names))
    return next(special, TableKind.ENTRIES)


def meant_column(name: str, kind: TableKind) -> str | None:
    """Return the column that a mistyped name probably means; `None` for a column of its own."""
    return nearest(_NUMBER.sub("", plain_name(name)), COLUMNS[kind].values())


def plain_name(name: str) -> str:
    """Return a name for comparing: width, case, blanks and marks such as ※ do not count."""
    return _MARKS.sub("", "".join(unicodedata.normalize("NFKC", name).casefold().split()))


def in_words_of_sheets(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in order of place; those of sheets name columns instead of YAML keys."""
    found = (replace(each, fault=_of_sheet(each.fault)) if each.place.row else each for each in problems)
    return tuple(sorted(found, key=lambda problem: problem.place))


def _of_sheet(fault: Fault) -> Fault:
    values = tuple(
        (name, replace(value, key=_NAMES.get(value.key, value.key)) if isinstance(value, Part) else value)
        for name, value in fault.values
    )
    return replace(fault, kind="missing-cell" if fault.kind == "missing" else fault.kind, values=values)
