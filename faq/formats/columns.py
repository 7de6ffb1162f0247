"""The names that columns and sheets have in Japanese, and which of them a header row means."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from faq.formats.wording import nearest
from faq.model import EntryKind
from faq.problems import Problem


class Kind(StrEnum):
    """What the rows of a table are."""

    ENTRIES = "entries"
    EXPECTATIONS = "expectations"
    LEXICON = "lexicon"


SHEETS = {Kind.ENTRIES: "FAQ", Kind.EXPECTATIONS: "想定質問", Kind.LEXICON: "用語"}
"""The names of the sheets that are written."""

COLUMNS: Mapping[Kind, Mapping[str, str]] = {
    Kind.ENTRIES: {
        "id": "id",
        "kind": "種類",
        "category": "分類",
        "question": "質問",
        "answer": "回答",
        "speaker": "話者",
        "source.title": "出典",
        "source.publisher": "発行元",
        "source.as_of": "出典の時点",
        "as_of": "時点",
        "review_by": "確認期限",
        "valid_until": "有効期限",
        "owner": "担当",
        "related": "関連",
        "handover": "引き継ぎ",
        "also_asked": "別の聞き方",
    },
    Kind.EXPECTATIONS: {"q": "質問", "gold": "正解", "kind": "種類", "answer_has": "答えに含む言葉"},
    Kind.LEXICON: {"kind": "種類", "word": "言葉"},
}
"""The name of each column by its key, in the order in which they are written."""

NUMBERED = frozenset({"also_asked", "answer_has", "word"})
"""Columns of which there may be any number, written with a number after the name."""

REQUIRED = {
    Kind.ENTRIES: ("question", "answer"),
    Kind.EXPECTATIONS: ("q", "gold"),
    Kind.LEXICON: ("kind", "word"),
}
KINDS = {EntryKind.ANSWER: "回答", EntryKind.REFERRAL: "案内", EntryKind.SMALLTALK: "あいさつ"}
LISTS = {"groups": "同じ意味", "one_way": "片方向", "never": "別の意味", "terms": "ひとまとまり"}
NO_GOLD = "答えない"
NO_DAY = "なし"

_NAMES = {
    **{key: name for names in COLUMNS.values() for key, name in names.items()},
    "title": "出典",
    "publisher": "発行元",
}
_ALIASES = {
    "カテゴリ": "category",
    "カテゴリー": "category",
    "引継ぎ": "handover",
    "引継": "handover",
    "別の質問": "also_asked",
    "q": "question",
    "a": "answer",
}
_SHEET_ALIASES = {"expectations": Kind.EXPECTATIONS, "lexicon": Kind.LEXICON, "辞書": Kind.LEXICON}
_NUMBER = re.compile(r"[-_(]?([0-9]+)\)?$")
_MARKS = re.compile(r"[*※:]+|\((?:必須|任意)\)")


@dataclass(frozen=True)
class Header:
    """What a header row means as one kind of table.

    Attributes:
        keys: Key by column.
        several: Columns of a numbered name that have no number: their cells hold one text a line.
        unknown: Name by column, of those that mean nothing.
        repeated: Columns whose key an earlier one has, and only one may.
    """

    keys: Mapping[int, str]
    several: frozenset[int]
    unknown: Mapping[int, str]
    repeated: tuple[int, ...]

    def missing(self, kind: Kind) -> tuple[str, ...]:
        """Return the names of the columns that are needed and are not there."""
        held = set(self.keys.values())
        return tuple(COLUMNS[kind][key] for key in REQUIRED[kind] if key not in held)


def read_header(names: Mapping[int, str], kind: Kind) -> Header:
    """Return what the names of columns, by column, mean in a table of that kind.

    >>> header = read_header({1: "質　問", 2: "別の聞き方１", 3: "回答（必須）", 4: "備考"}, Kind.ENTRIES)
    >>> header.keys, header.unknown
    ({1: 'question', 2: 'also_asked', 3: 'answer'}, {4: '備考'})
    """
    keys: dict[int, str] = {}
    several: set[int] = set()
    unknown: dict[int, str] = {}
    repeated: list[int] = []
    for column, name in names.items():
        key, numbered = _key(name, kind)
        if key is None:
            unknown[column] = name
        elif key in keys.values() and key not in NUMBERED:
            repeated.append(column)
        else:
            keys[column] = key
            if key in NUMBERED and not numbered:
                several.add(column)
    if sum(key in NUMBERED for key in keys.values()) > 1:
        several.clear()
    return Header(keys, frozenset(several), unknown, tuple(repeated))


def kind_of_sheet(name: str) -> Kind | None:
    """Return what the name of a sheet or file says that its rows are; `None` if it says nothing.

    >>> kind_of_sheet("想定質問"), kind_of_sheet("expectations-2025"), kind_of_sheet("採用")
    (<Kind.EXPECTATIONS: 'expectations'>, <Kind.EXPECTATIONS: 'expectations'>, None)
    """
    plain = plain_name(name)
    special = {SHEETS[kind]: kind for kind in (Kind.EXPECTATIONS, Kind.LEXICON)} | _SHEET_ALIASES
    return next((kind for known, kind in special.items() if plain.startswith(known)), None)


def meant_column(name: str, kind: Kind) -> str | None:
    """Return the column that a mistyped name probably means; `None` if it is simply another column.

    >>> meant_column("別の聞きかた1", Kind.ENTRIES), meant_column("備考", Kind.ENTRIES)
    ('別の聞き方', None)
    """
    return nearest(_NUMBER.sub("", plain_name(name)), COLUMNS[kind].values())


def plain_name(name: str) -> str:
    """Return what is compared of a name: neither width nor case, blanks nor marks such as ※.

    >>> plain_name("ＩＤ ※"), plain_name("別の　聞き方①")
    ('id', '別の聞き方1')
    """
    return _MARKS.sub("", "".join(unicodedata.normalize("NFKC", name).casefold().split()))


def in_words_of_sheets(problem: Problem) -> Problem:
    """Return a problem of a sheet with the names of its columns in the place of the keys of YAML.

    >>> from faq.problems import Place
    >>> place = Place("faq.xlsx", sheet="採用", row=3)
    >>> in_words_of_sheets(Problem(place, "'answer' is empty", "add the key 'answer'")).what
    "'回答' is empty"
    """
    if not problem.place.row:
        return problem
    what, remedy = problem.what, problem.remedy
    for key, name in _NAMES.items():
        what, remedy = (text.replace(f"'{key}'", f"'{name}'") for text in (what, remedy))
    return replace(problem, what=what, remedy=remedy.replace("add the key", "fill in the column"))


def _key(name: str, kind: Kind) -> tuple[str | None, bool]:
    plain = plain_name(name)
    by_name = {plain_name(known): key for key, known in COLUMNS[kind].items()}
    by_name |= {key: key for key in COLUMNS[kind]}
    by_name |= {alias: key for alias, key in _ALIASES.items() if key in COLUMNS[kind]}
    if plain in by_name:
        return by_name[plain], False
    stem = _NUMBER.sub("", plain)
    key = by_name.get(stem)
    return (key, True) if key in NUMBERED and stem != plain else (None, False)
