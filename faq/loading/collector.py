"""What the files of a folder hold, taken together: blocks validated, ids told apart, problems counted."""

import itertools

from faq.formats.document import MOST_PROBLEMS, Document, Origin
from faq.formats.rows import RowCount, account
from faq.formats.wording import quoted
from faq.loading.validation import unknown_key, validate, wrong_type
from faq.model import Entry, Expectation, Knowledge, Lexicon, Source
from faq.problems import Problem
from faq.tuning import Tuning

_BLOCKS = ("source", "entries", "lexicon", "expectations")
_KEYS = (*_BLOCKS, "tuning")  # which a command writes, and nobody is told to


class Collection:
    """What the files read so far hold.

    Attributes:
        problems: Of all files; every problem that a file adds stands at its place.
        origins: Where each sound entry stands, and each with an error that has an id of its own.
        expected_at: Where each expectation stands, in their order.
        ids: Ids of all entries that the files hold, those with an error included.
        rows: What became of the rows of sheets and tables.
        tuned_at: Where the tuning stands; `None` without one.
    """

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
        return Knowledge(
            entries=tuple(self._entries),
            lexicon=_joined(self._lexicons),
            expectations=tuple(self._expectations),
            tuning=self._tuning,
        )

    def add(self, document: Document) -> None:
        """Take over what one file holds."""
        problems = list(document.problems)
        self.ids |= document.lost_ids
        origin, data = document.origin, document.data
        if isinstance(data, dict):
            self._add_blocks(data, document, problems)
        elif data is None and not problems:
            problems.append(
                Problem(origin.at(), "the file is empty", "write 'entries:' into it, or remove it")
            )
        elif data is not None:
            remedy = f"begin it with one of the keys {', '.join(_BLOCKS)}, as in 'entries:'"
            problems.append(wrong_type("the file", "keys with values", data, origin.at(), remedy))
        count, lost = account(document, self.origins.values(), self.expected_at, problems)
        self.rows += count
        problems += lost
        if len(problems) >= MOST_PROBLEMS:
            del problems[MOST_PROBLEMS:]
            remedy = "put these right first: the file may have more"
            problems.append(Problem(origin.at(), f"{MOST_PROBLEMS} problems or more", remedy))
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
        if isinstance(entry_id, str) and entry_id in self.origins:
            what = f"the id {quoted(entry_id)} is already used at {self.origins[entry_id].at('id')}"
            remedy = "rename one of the two: labelled questions refer to entries by id"
            return [*problems, Problem(origin.at("id"), what, remedy)]
        if isinstance(entry_id, str):
            self.ids.add(entry_id)
            self.origins[entry_id] = origin
        if entry is not None:
            if entry.source and "as_of" not in entry.model_fields_set:
                entry = entry.model_copy(update={"as_of": entry.source.as_of})
            self._entries.append(entry)
        return problems

    def _add_expectation(self, item: object, origin: Origin, _: Source | None) -> list[Problem]:
        gold = item.get("gold") if isinstance(item, dict) else None
        if isinstance(gold, list):
            problems = [
                wrong_type(
                    f"item {number} of 'gold'", "text", given, origin.at("gold", number - 1), "write an id"
                )
                for number, given in enumerate(gold, start=1)
                if not isinstance(given, str)
            ]
            if problems:
                return problems
        expectation, problems = validate(Expectation, item, origin)
        if expectation is not None:
            self._expectations.append(expectation)
            self.expected_at.append(origin)
        return problems


def _joined(lexicons: list[Lexicon]) -> Lexicon:
    """Return one lexicon with the words of all, in order."""
    return Lexicon(
        groups=tuple(group for lexicon in lexicons for group in lexicon.groups),
        one_way=tuple(rule for lexicon in lexicons for rule in lexicon.one_way),
        never=tuple(pair for lexicon in lexicons for pair in lexicon.never),
        terms=tuple(term for lexicon in lexicons for term in lexicon.terms),
    )
