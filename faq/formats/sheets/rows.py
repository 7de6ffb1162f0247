"""A knowledge as the rows of sheets."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from faq.formats.sheets.cells import Value
from faq.formats.sheets.columns import COLUMNS, KINDS, LISTS, NO_DAY, NO_GOLD, NUMBERED, SHEETS, TableKind
from faq.model import Entry, EntryKind, Expectation, Knowledge, Lexicon, folded

_FEWEST_PHRASINGS = 3


def made_id(question: str) -> str:
    """Return an id for a row without one: the same for the same question, however it is typed."""
    return f"q-{hashlib.sha256((folded(question) or question).encode()).hexdigest()[:8]}"


Parts = Mapping[str, Value | tuple[str, ...] | None]
"""A row by key, before its columns are laid out; several values under a repeatable key."""


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: each row is as long as the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]


def sheets_of(knowledge: Knowledge) -> tuple[Sheet, ...]:
    """Return a knowledge as sheets; reading them gives the same knowledge.

    The first has the entries. Expectations and the lexicon have a sheet each, if there are any.
    """
    parts: dict[TableKind, list[Parts]] = {
        TableKind.ENTRIES: [entry_parts(entry) for entry in knowledge.entries],
        TableKind.EXPECTATIONS: [_expectation_parts(each) for each in knowledge.expectations],
        TableKind.LEXICON: [
            {"kind": LISTS[name], "word": words} for name, words in lexicon_rows(knowledge.lexicon)
        ],
    }
    return tuple(_sheet(kind, rows) for kind, rows in parts.items() if rows or kind is TableKind.ENTRIES)


def entry_parts(entry: Entry) -> Parts:
    """Return the cells of an entry's row by key."""
    source = entry.source
    return {
        **{key: getattr(entry, key) for key in COLUMNS[TableKind.ENTRIES] if not key.startswith("source.")},
        "kind": None if entry.kind is EntryKind.ANSWER else KINDS[entry.kind],
        "source.title": source.title if source else None,
        "source.publisher": source.publisher if source else None,
        "source.as_of": source.as_of if source else None,
        "source.url": source.url if source else None,
        # An empty cell would be read as the day of the source.
        "as_of": NO_DAY if source and entry.as_of is None else entry.as_of,
        "related": "、".join(entry.related) or None,
        "handover": entry.handover or None,
    }


def _expectation_parts(expectation: Expectation) -> Parts:
    gold = (f"{each}({grade})" if grade > 1 else each for each, grade in expectation.gold.items())
    return {
        "q": expectation.q,
        "gold": "、".join(gold) or NO_GOLD,
        "kind": None if expectation.kind == Expectation.model_fields["kind"].default else expectation.kind,
        "answer_has": expectation.answer_has,
    }


def lexicon_rows(lexicon: Lexicon) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the rows of a lexicon: which list it belongs to, and its words."""
    yield from (("groups", group) for group in lexicon.groups)
    yield from (("one_way", (rule.word, *rule.means)) for rule in lexicon.one_way)
    yield from (("never", pair) for pair in lexicon.never)
    yield from (("terms", (term,)) for term in lexicon.terms)


def laid_out(parts: Parts, keys: Mapping[int, str]) -> dict[int, Value]:
    """Return the cells of a row by column; `keys` has the key of each column, repeatable ones often enough."""
    cells: dict[int, Value] = {}
    numbered = {key: iter(value) for key, value in parts.items() if isinstance(value, tuple)}
    for column, key in sorted(keys.items()):
        value = next(numbered[key], None) if key in numbered else parts.get(key)
        if value is not None and not isinstance(value, tuple):
            cells[column] = value
    return cells


def _sheet(kind: TableKind, rows: list[Parts]) -> Sheet:
    columns: list[tuple[str, str]] = []
    for key, name in COLUMNS[kind].items():
        if key not in NUMBERED:
            columns.append((key, name))
            continue
        several = [len(value) for row in rows if isinstance(value := row[key], tuple)]
        most = max([_FEWEST_PHRASINGS if key == "also_asked" else 1, *several])
        columns += [(key, f"{name}{number}") for number in range(1, most + 1)]
    keys = {column: key for column, (key, _) in enumerate(columns, start=1)}
    laid = (laid_out(row, keys) for row in rows)
    header = tuple(name for _, name in columns)
    return Sheet(SHEETS[kind], header, tuple(tuple(map(row.get, keys)) for row in laid))
