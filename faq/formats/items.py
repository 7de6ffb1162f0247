"""The rows of a sheet as items of a document: an entry, an expectation, a row of the lexicon."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from faq.formats.asking import CELL_ANSWER, CELL_QUESTION, after, questions_in
from faq.formats.columns import LISTS, NUMBERED, Kind
from faq.formats.document import Document, Steps
from faq.formats.header import Header
from faq.formats.remarks import Remarks
from faq.model import LONGEST_PHRASING, folded
from faq.problems import Fault

_NO_ID = Fault.of("made-id")
_SEVERAL = Fault.of("cell-several")
_MARKS = Fault.of("cell-marks")
_WORDS = Fault.of("many-words")
_LONGEST_CATEGORY = 60


def made_id(question: str) -> str:
    """Return the id of an entry whose row has none: the same for the same question, however it is typed.

    >>> made_id("服装は？") == made_id("服装は")
    True
    """
    return f"q-{hashlib.sha256((folded(question) or question).encode()).hexdigest()[:8]}"


class Items:
    """What a document gets of a sheet."""

    def __init__(self, document: Document, data: dict[Any, Any], remarks: Remarks) -> None:
        """Add to the data of a document."""
        self._document, self._data, self._remarks = document, data, remarks

    def keep(self, number: int, values: Iterable[tuple[str, int, Any]], header: Header, section: str) -> None:
        """Add a row, with the key and column of each value; a `section` is the category where no column is."""
        if header.kind is Kind.LEXICON:
            self._keep_words(number, values)
        else:
            self._keep_item(number, values, header, section)

    def _keep_item(
        self, number: int, values: Iterable[tuple[str, int, Any]], header: Header, section: str
    ) -> None:
        item: dict[str, Any] = {}
        columns: dict[Steps, int] = {}
        for key, column, value in values:
            steps: Steps = tuple(key.split("."))
            if key in NUMBERED:
                parts = item.setdefault(key, [])
                steps = (key, len(parts))
                parts.append(value)
            elif key.startswith("source."):
                item.setdefault("source", {})[steps[1]] = value
            else:
                item[key] = value
            columns.setdefault(steps[:1], column)
            columns[steps] = column
        if "source" in item and "as_of" not in item["source"] and item.get("as_of"):
            item["source"]["as_of"] = item["as_of"]
            columns["source", "as_of"] = columns["as_of",]
        if header.kind is Kind.ENTRIES and section and "category" not in header.keys.values():
            item["category"] = section[:_LONGEST_CATEGORY]
        if header.kind is Kind.ENTRIES and not item.get("id"):
            if "id" not in item and isinstance(item.get("question"), str):
                self._tidy(item, number, columns)
                item["id"] = made_id(item["question"])
                if "id" in header.keys.values():
                    self._remarks.note(_NO_ID, number)
            else:
                item.setdefault("id", None)
                self._document.gaps.add(self._remarks.at(number))
        self._keep(number, (header.kind.value,), item, columns)

    def _tidy(self, item: dict[str, Any], number: int, columns: Mapping[Steps, int]) -> None:
        """Take the marks off the texts of a row that a person numbered, and its several questions apart."""
        column, marked = columns["question",], after(CELL_QUESTION, item["question"])
        if marked:
            item["question"] = marked
            item["answer"] = after(CELL_ANSWER, item.get("answer") or "") or item.get("answer")
            self._remarks.note(_MARKS, number, column)
        first, *others = questions_in(item["question"])
        if others and all(len(each) <= LONGEST_PHRASING for each in (first, *others)):
            item["question"] = first
            item["also_asked"] = [*others, *item.get("also_asked", [])]
            self._remarks.note(_SEVERAL, number, column)

    def _keep_words(self, number: int, values: Iterable[tuple[str, int, Any]]) -> None:
        """Keep a row of the lexicon: a group, a one-way rule, a pair, or a word that is one."""
        name, words, columns = None, [], []
        for key, column, value in values:
            if key == "kind":
                name = value
            else:
                words.append(value)
                columns.append(column)
        item: object = words
        places: dict[Steps, int] = {(place,): column for place, column in enumerate(columns)}
        if name == "one_way":
            item = {"word": words[0], "means": words[1:]}
            places = {("means", place): column for place, column in enumerate(columns[1:])}
            places["word",] = columns[0]
        elif name == "terms":
            item, places = words[0], {}
            if len(words) > 1:
                self._remarks.gap(_WORDS, number, columns[1])
        if name in LISTS:
            self._keep(number, ("lexicon", name), item, places)

    def _keep(self, number: int, block: Steps, item: object, columns: Mapping[Steps, int]) -> None:
        items = self.block(block)
        way = (*block, len(items))
        items.append(item)
        self._document.places[way] = self._remarks.at(number)
        for steps, column in columns.items():
            self._document.places[*way, *steps] = self._remarks.at(number, column)

    def block(self, block: Steps) -> list[object]:
        """Return the list that items of a sort are added to."""
        held = self._data
        for step in block[:-1]:
            held = held.setdefault(step, {})
        items: list[object] = held.setdefault(block[-1], [])
        return items
