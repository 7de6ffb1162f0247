"""Knowledge files into one knowledge: all problems of all files at once, and where everything stands."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from faq.errors import KnowledgeError, Place, Problem, Severity
from faq.formats import delimited, jsonl, yaml
from faq.formats.columns import in_words_of_sheets
from faq.formats.document import MOST_PROBLEMS, Document, Origin
from faq.formats.files import YAML_SUFFIXES, decoded, knowledge_files, read_bytes
from faq.formats.rows import RowCount, account
from faq.formats.validation import unknown_key, validate, wrong_type
from faq.formats.wording import quoted, shown
from faq.model import Entry, EntryKind, Expectation, Knowledge, Lexicon, Source
from faq.tuning import Tuning

_BLOCKS = ("source", "entries", "lexicon", "expectations")
_KEYS = (*_BLOCKS, "tuning")  # which a command writes, and nobody is told to


@dataclass(frozen=True)
class Reading:
    """What reading a file or folder came to.

    Attributes:
        knowledge: `None` if, and only if, one of the problems is an error.
        problems: In order of place, warnings among them.
        sound: What could be read, whatever is wrong with the rest; for checking, never for serving.
        origins: Where each entry of `sound` stands, by id.
        expected_at: Where each expectation of `sound` stands, in the same order.
        ids: Ids of all entries that the files hold, those with an error included.
        rows: What became of the rows of all sheets and tables; all 0 where there is none.
        tuned_at: Where the tuning stands; `None` without one.
    """

    knowledge: Knowledge | None
    problems: tuple[Problem, ...]
    sound: Knowledge = field(repr=False)
    origins: Mapping[str, Origin] = field(repr=False)
    expected_at: tuple[Origin, ...] = field(repr=False)
    ids: frozenset[str] = field(repr=False)
    rows: RowCount = field(default_factory=RowCount)
    tuned_at: Origin | None = field(default=None, repr=False)

    def sure(self) -> Knowledge:
        """Return the knowledge.

        Raises:
            KnowledgeError: something in it, or all of it, cannot be read.
        """
        if self.knowledge is None:
            raise KnowledgeError(self.problems)
        return self.knowledge

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where each entry stands by its id, and each phrasing by its text (the first, if it is repeated)."""
        places: dict[str, Place] = {}
        for entry in self.sound.entries:
            for number, phrasing in enumerate(entry.phrasings):
                places.setdefault(phrasing, self._phrasing_at(entry.id, number))
        return places | {entry_id: origin.at() for entry_id, origin in self.origins.items()}

    def place_of(self, entry_id: str, phrasing: str | None = None) -> Place:
        """Return where an entry stands, or one of its phrasings.

        Raises:
            KeyError: no sound entry has the id.
            ValueError: the entry has no such phrasing.
        """
        if phrasing is None:
            return self.origins[entry_id].at()
        return self._phrasing_at(entry_id, self._by_id[entry_id].phrasings.index(phrasing))

    def phrasings_at(self, entry: Entry) -> tuple[Place, ...]:
        """Return where each phrasing of an entry stands, in their order."""
        return tuple(self._phrasing_at(entry.id, number) for number in range(len(entry.phrasings)))

    def _phrasing_at(self, entry_id: str, number: int) -> Place:
        origin = self.origins[entry_id]
        return origin.at("also_asked", number - 1) if number else origin.at("question")

    @cached_property
    def _by_id(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.sound.entries}


def builtin() -> Path:
    """Return the folder of the built-in knowledge, which is read like any other."""
    return Path(__file__).parent / "data"


def load(path: Path) -> Knowledge:
    """Return the knowledge of a file or folder.

    Raises:
        KnowledgeError: something in it, or all of it, cannot be read.
    """
    return read(path).sure()


def read(path: Path, instead: Mapping[Path, bytes] = MappingProxyType({})) -> Reading:
    """Read a file, or a folder of files, as one knowledge; whatever is there, nothing is raised.

    Args:
        path: A `.yaml`, `.yml`, `.jsonl`, `.xlsx`, `.csv` or `.tsv` file, or a folder of such. The lines of a
            `.jsonl` file are entries, or expectations if its name begins with `expectations`.
        instead: What to read in place of files, or beside them, as if it had been written already.
    """
    files, problems = knowledge_files(path)
    if instead:
        files = sorted({*files, *instead})
        problems = [problem for problem in problems if problem.place.file != shown(path)]
    collection = _Collection(problems)
    for file in files:
        collection.add(_document(file, instead.get(file)))
    return collection.reading(path)


def _document(path: Path, data: bytes | Problem | None) -> Document:
    file = shown(path)
    data = read_bytes(path) if data is None else data
    if isinstance(data, Problem):
        return Document(Origin(file, {}), {}, (data,))
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        from faq.formats import xlsx  # noqa: PLC0415 -- openpyxl takes long to import, and most folders need none

        return xlsx.parse(data, file)
    if suffix in delimited.SEPARATORS:
        return delimited.parse(data, file, name=path.stem, separator=delimited.SEPARATORS[suffix])
    text = decoded(data, file)
    if isinstance(text, Problem):
        return Document(Origin(file, {}), {}, (text,))
    if suffix in YAML_SUFFIXES:
        return yaml.parse(text, file)
    held: jsonl.Held = "expectations" if path.name.startswith("expectations") else "entries"
    return jsonl.parse(text, file, held=held)


class _Collection:
    """What has been read so far."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._entries: list[Entry] = []
        self._origins: dict[str, Origin] = {}
        self._lexicons: list[Lexicon] = []
        self._expectations: list[Expectation] = []
        self._expected_at: list[Origin] = []
        self._tuning: Tuning | None = None
        self._tuned_at: Origin | None = None
        self._ids: set[str] = set()
        self._rows = RowCount()

    def reading(self, path: Path) -> Reading:
        """Return what it all comes to."""
        sound = Knowledge(
            entries=tuple(self._entries),
            lexicon=_joined(self._lexicons),
            expectations=tuple(self._expectations),
            tuning=self._tuning,
        )
        failed = any(problem.severity is Severity.ERROR for problem in self._problems)
        if not failed and not sound.of_kind(EntryKind.ANSWER):
            remedy = "add entries with 'id', 'question' and 'answer'"
            self._problems.append(Problem(Place(shown(path)), "no entry that answers a question", remedy))
            failed = True
        return Reading(
            knowledge=None if failed else sound,
            problems=tuple(
                sorted(map(in_words_of_sheets, self._problems), key=lambda problem: problem.place)
            ),
            sound=sound,
            origins=self._origins,
            expected_at=tuple(self._expected_at),
            ids=frozenset(self._ids),
            rows=self._rows,
            tuned_at=self._tuned_at,
        )

    def add(self, document: Document) -> None:
        """Take over what one file holds."""
        problems = list(document.problems)
        self._ids |= document.lost_ids
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
        count, lost = account(document, self._origins.values(), self._expected_at, problems)
        self._rows += count
        problems += lost
        if len(problems) >= MOST_PROBLEMS:
            del problems[MOST_PROBLEMS:]
            remedy = "put these right first: the file may have more"
            problems.append(Problem(origin.at(), f"{MOST_PROBLEMS} problems or more", remedy))
        self._problems += problems

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
        if self._tuned_at:
            what = f"a tuning is already at {self._tuned_at.at()}"
            return [Problem(origin.at(), what, "keep one of the two")]
        self._tuning, problems = validate(Tuning, data, origin)
        self._tuned_at = origin
        return problems

    def _add_entry(self, item: object, origin: Origin, source: Source | None) -> list[Problem]:
        given = {"source": source, **item} if isinstance(item, dict) and source else item
        entry, problems = validate(Entry, given, origin)
        entry_id = item.get("id") if isinstance(item, dict) else None
        if isinstance(entry_id, str) and entry_id in self._origins:
            what = f"the id {quoted(entry_id)} is already used at {self._origins[entry_id].at('id')}"
            remedy = "rename one of the two: labelled questions refer to entries by id"
            return [*problems, Problem(origin.at("id"), what, remedy)]
        if isinstance(entry_id, str):
            self._ids.add(entry_id)
            self._origins[entry_id] = origin
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
            self._expected_at.append(origin)
        return problems


def _joined(lexicons: list[Lexicon]) -> Lexicon:
    """Return one lexicon with the words of all, in order."""
    return Lexicon(
        groups=tuple(group for lexicon in lexicons for group in lexicon.groups),
        one_way=tuple(rule for lexicon in lexicons for rule in lexicon.one_way),
        never=tuple(pair for lexicon in lexicons for pair in lexicon.never),
        terms=tuple(term for lexicon in lexicons for term in lexicon.terms),
    )
