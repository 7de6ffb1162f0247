"""A knowledge as sheets: a row for each entry, expectation, and group or rule of the lexicon."""

import datetime
from collections.abc import Iterable, Mapping

from faq.formats.columns import COLUMNS, KINDS, LISTS, NO_DAY, NO_GOLD, NUMBERED, SHEETS, Kind
from faq.formats.table import Sheet, Value
from faq.model import Entry, EntryKind, Expectation, Knowledge, Lexicon

_FEWEST_PHRASINGS = 3

Parts = Mapping[str, Value | tuple[str, ...] | None]
"""A row before its columns are laid out: value by key, several under a numbered one."""


def sheets_of(knowledge: Knowledge) -> tuple[Sheet, ...]:
    """Return the sheets that hold a knowledge; reading them gives the same knowledge.

    The first has the entries. Expectations and the lexicon have one each where there are any.
    """
    parts: dict[Kind, list[Parts]] = {
        Kind.ENTRIES: [entry_parts(entry) for entry in knowledge.entries],
        Kind.EXPECTATIONS: [expectation_parts(each) for each in knowledge.expectations],
        Kind.LEXICON: [
            {"kind": LISTS[name], "word": words} for name, words in lexicon_rows(knowledge.lexicon)
        ],
    }
    return tuple(_sheet(kind, rows) for kind, rows in parts.items() if rows or kind is Kind.ENTRIES)


def entry_parts(entry: Entry) -> Parts:
    """Return the cells of an entry's row by key.

    >>> parts = entry_parts(Entry(id="salary", kind="referral", question="給料は", answer="人事にお尋ねください。"))
    >>> {key: value for key, value in parts.items() if value}
    {'id': 'salary', 'kind': '案内', 'question': '給料は', 'answer': '人事にお尋ねください。'}
    """
    source = entry.source
    return {
        "id": entry.id,
        "kind": None if entry.kind is EntryKind.ANSWER else KINDS[entry.kind],
        "category": entry.category,
        "question": entry.question,
        "answer": entry.answer,
        "speaker": entry.speaker,
        "source.title": source.title if source else None,
        "source.publisher": source.publisher if source else None,
        "source.as_of": source.as_of if source else None,
        # An empty cell would be read as the day of the source.
        "as_of": NO_DAY if source and entry.as_of is None else entry.as_of,
        "review_by": entry.review_by,
        "valid_until": entry.valid_until,
        "owner": entry.owner,
        "related": "、".join(entry.related) or None,
        "handover": True if entry.handover else None,
        "also_asked": entry.also_asked,
    }


def expectation_parts(expectation: Expectation) -> Parts:
    """Return the cells of an expectation's row by key."""
    gold = (f"{each}({grade})" if grade > 1 else each for each, grade in expectation.gold.items())
    return {
        "q": expectation.q,
        "gold": "、".join(gold) or NO_GOLD,
        "kind": None if expectation.kind == Expectation.model_fields["kind"].default else expectation.kind,
        "answer_has": expectation.answer_has,
    }


def lexicon_rows(lexicon: Lexicon) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield the rows of a lexicon: which list it belongs to, and its words."""
    yield from (("groups", group) for group in lexicon.groups)
    yield from (("one_way", (rule.word, *rule.means)) for rule in lexicon.one_way)
    yield from (("never", pair) for pair in lexicon.never)
    yield from (("terms", (term,)) for term in lexicon.terms)


def laid_out(parts: Parts, keys: Mapping[int, str]) -> dict[int, Value]:
    """Return the cells of a row by column; `keys` has the key of each column, enough of each numbered one."""
    cells: dict[int, Value] = {}
    used: dict[str, int] = {}
    for column, key in sorted(keys.items()):
        value = parts.get(key)
        if isinstance(value, tuple):
            number = used.get(key, 0)
            used[key] = number + 1
            value = value[number] if number < len(value) else None
        if value is not None:
            cells[column] = value
    return cells


def _sheet(kind: Kind, rows: list[Parts]) -> Sheet:
    keys: list[str] = []
    names: list[str] = []
    for key, name in COLUMNS[kind].items():
        if key not in NUMBERED:
            keys.append(key)
            names.append(name)
            continue
        several = [len(value) for row in rows if isinstance(value := row[key], tuple)]
        fewest = _FEWEST_PHRASINGS if key == "also_asked" else 1
        for number in range(1, max([fewest, *several]) + 1):
            keys.append(key)
            names.append(f"{name}{number}")
    columns = dict(enumerate(keys, start=1))
    laid = (laid_out(row, columns) for row in rows)
    return Sheet(
        SHEETS[kind], tuple(names), tuple(tuple(row.get(column) for column in columns) for row in laid)
    )


def day_text(value: Value | None) -> str:
    """Return a value as text, days written out.

    >>> day_text(datetime.date(2025, 2, 18)), day_text(True), day_text(None)
    ('2025-02-18', '○', '')
    """
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "○" if value is True else value or ""
