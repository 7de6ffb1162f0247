"""What the files of a folder hold, taken together: blocks validated, ids told apart, rows and problems counted."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from faq.formats.document import MOST_PROBLEMS, Document, Origin
from faq.loading.validation import unknown_key, validate, wrong_type
from faq.model import Entry, Expectation, Knowledge, Lexicon, Source, Tuning
from faq.problems import Problem, Severity, quoted

_BLOCKS = ("source", "entries", "lexicon", "expectations")
_KEYS = (*_BLOCKS, "tuning")  # which a command writes, and nobody is told to


@dataclass(frozen=True)
class RowCount:
    """Rows of sheets with something in them, the names of the columns left out: each is read or reported.

    >>> RowCount(3, read=2, reported=1) + RowCount(1, read=1)
    RowCount(found=4, read=3, reported=1)
    """

    found: int = 0
    read: int = 0
    reported: int = 0

    def __add__(self, other: "RowCount") -> "RowCount":
        return RowCount(self.found + other.found, self.read + other.read, self.reported + other.reported)


class Collection:
    """What the files read so far hold; its attributes are those of `Reading`."""

    def __init__(self, problems: list[Problem]) -> None:
        """Begin with the problems of finding the files."""
        self.problems = problems
        self.origins: dict[str, Origin] = {}
        self.expected_at: list[Origin] = []
        self.ids: set[str] = set()
        self.rows = RowCount()
        self.tuned_at: Origin | None = None
        self._entries: list[Entry] = []
        self._lexicons: list[Lexicon] = []
        self._expectations: list[Expectation] = []
        self._tuning: Tuning | None = None

    def sound(self) -> Knowledge:
        """Return what could be read, whatever is wrong with the rest."""
        words = {
            name: tuple(itertools.chain.from_iterable(getattr(each, name) for each in self._lexicons))
            for name in Lexicon.model_fields
        }
        return Knowledge(
            entries=tuple(self._entries),
            lexicon=Lexicon(**words),
            expectations=tuple(self._expectations),
            tuning=self._tuning,
        )

    def add(self, document: Document) -> None:
        """Take over what one file holds."""
        problems = list(document.problems)
        self.ids |= document.lost_ids
        place, data = document.origin.at(), document.data
        if isinstance(data, dict):
            self._add_blocks(data, document, problems)
        elif data is None and not problems:
            problems.append(Problem(place, "the file is empty", "write 'entries:' into it, or remove it"))
        elif data is not None:
            remedy = f"begin it with one of the keys {', '.join(_BLOCKS)}, as in 'entries:'"
            problems.append(wrong_type("the file", "keys with values", data, place, remedy))
        problems += self._count_rows(document, problems)
        if len(problems) >= MOST_PROBLEMS:
            del problems[MOST_PROBLEMS:]
            remedy = "put these right first: the file may have more"
            problems.append(Problem(place, f"{MOST_PROBLEMS} problems or more", remedy))
        self.problems += problems

    def _add_blocks(self, data: dict[str, object], document: Document, problems: list[Problem]) -> None:
        origin = document.origin

        def note(found: list[Problem]) -> None:
            # A gap has been reported by the reader.
            problems.extend(problem for problem in found if problem.place not in document.gaps)

        unknown = itertools.islice((key for key in data if key not in _KEYS), MOST_PROBLEMS + 1)
        note([unknown_key(key, _KEYS, origin.at(key)) for key in unknown])
        source = None
        if "source" in data:
            source, found = validate(Source, data["source"], origin.within("source"))
            note(found)
        if "lexicon" in data:
            lexicon, found = validate(Lexicon, data["lexicon"], origin.within("lexicon"))
            note(found)
            self._lexicons += [lexicon] if lexicon else []
        if "tuning" in data:
            note(self._add_tuning(data["tuning"], origin.within("tuning")))
        for block, add in (("entries", self._add_entry), ("expectations", self._add_expectation)):
            items = data.get(block, [])
            if not isinstance(items, list):
                remedy = "write one '- ' item for each under it"
                note([wrong_type(quoted(block), "a list", items, origin.at(block), remedy)])
                continue
            for number, item in enumerate(items):
                if len(problems) >= MOST_PROBLEMS:
                    return
                note(add(item, origin.within(block, number), source))

    def _add_tuning(self, data: object, origin: Origin) -> list[Problem]:
        if self.tuned_at:
            what = f"a tuning is already at {self.tuned_at.at()}"
            return [Problem(origin.at(), what, "keep one of the two")]
        self._tuning, problems = validate(Tuning, data, origin)
        self.tuned_at = origin
        return problems

    def _add_entry(self, item: object, origin: Origin, source: Source | None) -> list[Problem]:
        given = {"source": source, **item} if isinstance(item, dict) and source else item
        entry, problems = validate(Entry, given, origin)
        entry_id = item.get("id") if isinstance(item, dict) else None
        if isinstance(entry_id, str):
            if entry_id in self.origins:
                what = f"the id {quoted(entry_id)} is already used at {self.origins[entry_id].at('id')}"
                remedy = "rename one of the two: labelled questions refer to entries by id"
                return [*problems, Problem(origin.at("id"), what, remedy)]
            self.ids.add(entry_id)
            self.origins[entry_id] = origin
        if entry is not None:
            if entry.source and "as_of" not in entry.model_fields_set:
                entry = entry.model_copy(update={"as_of": entry.source.as_of})
            self._entries.append(entry)
        return problems

    def _add_expectation(self, item: object, origin: Origin, _: Source | None) -> list[Problem]:
        gold = item.get("gold") if isinstance(item, dict) else None
        no_ids = [
            wrong_type(
                f"item {number} of 'gold'", "text", given, origin.at("gold", number - 1), "write an id"
            )
            for number, given in enumerate(gold if isinstance(gold, list) else [], start=1)
            if not isinstance(given, str)
        ]
        if no_ids:
            return no_ids
        expectation, problems = validate(Expectation, item, origin)
        if expectation is not None:
            self._expectations.append(expectation)
            self.expected_at.append(origin)
        return problems

    def _count_rows(self, document: Document, problems: Sequence[Problem]) -> list[Problem]:
        """Count the rows of a table, and return a problem for each that would be dropped without a word."""
        if not document.rows:
            return []
        kept = {origin.at().whole_row for origin in (*self.origins.values(), *self.expected_at)}
        kept |= {place.whole_row for steps, place in document.places.items() if steps[:1] == ("lexicon",)}
        wrong = {problem.place.whole_row for problem in problems if problem.severity is Severity.ERROR}
        reported = document.unread | wrong
        # Of a file with too many problems the rest is not looked at; then these are cut off with the others.
        dropped = [row for row in document.rows if row not in kept and row not in reported]
        told = sum(row in reported for row in document.rows) + len(dropped)
        self.rows += RowCount(len(document.rows), read=len(document.rows) - told, reported=told)
        return [Problem(row, "the row could not be read", "see the rows around it") for row in dropped]
