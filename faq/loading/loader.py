"""Knowledge files into one knowledge, with the problems of all files and the place of every part."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from faq.files import TABLES, WORKBOOKS, YAML_SUFFIXES, decoded, knowledge_files, read_bytes
from faq.formats import jsonl
from faq.formats.parsed_file import MOST_PROBLEMS, Origin, ParsedFile
from faq.formats.sheets.columns import in_words_of_sheets
from faq.loading.validation import unknown_key, validate, wrong_type
from faq.model import About, Entry, EntryKind, Expectation, Knowledge, Lexicon, Source, Tuning
from faq.problems import Fault, KnowledgeError, Place, Problem, Severity, shown
from faq.wording import Part, Term

_BLOCKS = ("about", "source", "entries", "lexicon", "expectations")
_KEYS = (*_BLOCKS, "tuning")  # a command writes this one, so no message proposes it
_ONCE: Mapping[str, type[BaseModel]] = {"about": About, "tuning": Tuning}
"""Blocks of which a knowledge has one."""


@dataclass(frozen=True)
class RowCount:
    """Rows of sheets that are not empty, without the headers: each is read or reported."""

    found: int = 0
    read: int = 0
    reported: int = 0


@dataclass(frozen=True)
class KnowledgeReading:
    """What reading a file or folder gave.

    Problems are in order of place. `sound` is what could be read, for checking, never for serving; `ids` also has
    entries with errors. `columns` are the keys of the columns by file and sheet.
    """

    problems: tuple[Problem, ...]
    sound: Knowledge = field(repr=False)
    origins: Mapping[str, Origin] = field(repr=False)
    expected_at: tuple[Origin, ...] = field(repr=False)
    ids: frozenset[str] = field(repr=False)
    rows: RowCount
    tuned_at: Origin | None = field(repr=False)
    columns: Mapping[tuple[str, str], frozenset[str]] = field(repr=False)

    @property
    def knowledge(self) -> Knowledge | None:
        """The knowledge; `None` if one of the problems is an error."""
        return None if any(each.severity is Severity.ERROR for each in self.problems) else self.sound

    def sure(self) -> Knowledge:
        """Return the knowledge; raises `KnowledgeError` if it has errors."""
        if self.knowledge is None:
            raise KnowledgeError(self.problems)
        return self.knowledge

    def place_of(self, entry_id: str, phrasing: str) -> Place:
        """Return the place of a phrasing of a sound entry."""
        entry = self.sound.entry(entry_id)
        return self.phrasings_at(entry)[entry.phrasings.index(phrasing)]

    def phrasings_at(self, entry: Entry) -> tuple[Place, ...]:
        """Return the places of the phrasings of an entry, in their order."""
        origin = self.origins[entry.id]
        others = (origin.at("also_asked", number) for number in range(len(entry.also_asked)))
        return (origin.at("question"), *others)


def builtin() -> Path:
    """Return the folder of the built-in knowledge."""
    return Path(__file__).parent.parent / "data"


def common_smalltalk() -> Path:
    """Return the file of the small talk that is added to every knowledge."""
    return Path(__file__).parent.parent / "smalltalk.yaml"


def load(path: Path) -> Knowledge:
    """Return the knowledge of a file or folder; raises `KnowledgeError` as `KnowledgeReading.sure` does."""
    return read(path).sure()


def read(
    path: Path,
    instead: Mapping[Path, bytes] = MappingProxyType({}),
    chosen: Mapping[int, str] = MappingProxyType({}),
) -> KnowledgeReading:
    """Read a file, or a folder of files, as one knowledge; never raises.

    Lines of a `.jsonl` file are entries, or expectations if its name begins so. `instead` has new contents of files,
    which may not exist yet. `chosen` has keys of columns by number, as `chosen_columns` returns them.
    """
    files, problems = knowledge_files(path)
    if instead:
        files = sorted({*files, *instead})
        problems = [problem for problem in problems if problem.place.file != shown(path)]
    collector = _Collector(problems)
    for file in files:
        collector.add(_parsed(file, instead.get(file), chosen))
    return collector.reading(path)


def _parsed(path: Path, data: bytes | Problem | None, chosen: Mapping[int, str]) -> ParsedFile:
    file = shown(path)
    data = read_bytes(path) if data is None else data
    suffix = path.suffix.lower()
    if isinstance(data, bytes) and suffix in WORKBOOKS:
        from faq.formats import xlsx  # noqa: PLC0415 -- openpyxl takes long to import, and most folders need none

        return xlsx.parse(data, file, chosen)
    if isinstance(data, bytes) and suffix in TABLES:
        from faq.formats import csv  # noqa: PLC0415 -- as above

        return csv.parse(data, file, chosen)
    text = decoded(data, file) if isinstance(data, bytes) else data
    if isinstance(text, Problem):
        return ParsedFile(file, problems=[text])
    if suffix in YAML_SUFFIXES:
        from faq.formats import yaml  # noqa: PLC0415 -- what is served needs no file

        return yaml.parse(text, file)
    held: jsonl.Held = "expectations" if path.name.startswith("expectations") else "entries"
    return jsonl.parse(text, file, held=held)


class _Collector:
    """Joins files: validates their blocks, finds ids used twice, counts rows and problems."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._origins: dict[str, Origin] = {}
        self._expected_at: list[Origin] = []
        self._lost_ids: set[str] = set()
        self._rows = self._reported = 0
        self._once_at: dict[str, Origin] = {}
        self._once: dict[str, Any] = {}
        self._entries: list[Entry] = []
        self._lexicons: list[Lexicon] = []
        self._expectations: list[Expectation] = []
        self._columns: dict[tuple[str, str], frozenset[str]] = {}

    def reading(self, path: Path) -> KnowledgeReading:
        words = {
            name: tuple(itertools.chain.from_iterable(getattr(each, name) for each in self._lexicons))
            for name in Lexicon.model_fields
        }
        sound = Knowledge(
            entries=tuple(self._entries),
            lexicon=Lexicon(**words),
            expectations=tuple(self._expectations),
            **self._once,
        )
        failed = any(problem.severity is Severity.ERROR for problem in self._problems)
        if not failed and not sound.of_kind(EntryKind.ANSWER):
            self._problems.append(Problem(Place(shown(path)), Fault.of("no-answers")))
        return KnowledgeReading(
            problems=in_words_of_sheets(self._problems),
            sound=sound,
            origins=self._origins,
            expected_at=tuple(self._expected_at),
            ids=frozenset({*self._origins, *self._lost_ids}),
            rows=RowCount(self._rows, self._rows - self._reported, self._reported),
            tuned_at=self._once_at.get("tuning"),
            columns=self._columns,
        )

    def add(self, parsed: ParsedFile) -> None:
        problems = parsed.problems
        self._lost_ids |= parsed.lost_ids
        self._columns |= {(parsed.file, sheet): keys for sheet, keys in parsed.columns.items()}
        place, data = parsed.origin.at(), parsed.data
        if isinstance(data, dict):
            errors = (each for each in problems if each.severity is Severity.ERROR)
            # What the reader could not read is empty, and has its problem; of a key that comes twice, one is read.
            places = (each.place for each in errors if each.fault.kind not in {"json-key-twice", "key-twice"})
            told = {replace(at, column=0) if at.line else at for at in places}
            found = (each for each in self._add_blocks(data, parsed.origin) if each.place not in told)
            problems += itertools.islice(found, max(0, MOST_PROBLEMS - len(problems)))
        elif data is None and not problems:
            parsed.report(place, Fault.of("empty-file"))
        elif data is not None:
            whole, wanted = Term("ファイル"), Term("「キー: 値」の行")
            problems.append(wrong_type(whole, wanted, data, place, "write-blocks", known=_BLOCKS))
        self._count_rows(parsed)
        if len(problems) >= MOST_PROBLEMS:
            del problems[MOST_PROBLEMS:]
            parsed.report(place, Fault.of("too-many-problems", most=MOST_PROBLEMS))
        self._problems += problems

    def _add_blocks(self, data: dict[str, object], origin: Origin) -> Iterator[Problem]:
        """Add what a file has, and yield its problems; who takes no more of them stops the adding."""
        yield from (unknown_key(key, _KEYS, origin.at(key)) for key in data if key not in _KEYS)
        source = None
        if "source" in data:
            source, found = validate(Source, data["source"], origin.within("source"))
            yield from found
        if "lexicon" in data:
            lexicon, found = validate(Lexicon, data["lexicon"], origin.within("lexicon"))
            yield from found
            self._lexicons += [lexicon] if lexicon else []
        for name in data.keys() & _ONCE.keys():
            yield from self._add_once(name, data[name], origin)
        for block in ("entries", "expectations"):
            items = data.get(block, [])
            if not isinstance(items, list):
                yield wrong_type(Part(block), Term("一覧"), items, origin.at(block), "write-items")
                continue
            for number, item in enumerate(items):
                at = origin.within(block, number)
                if item is not None:  # nothing, or an entry that the reader could not read
                    is_entry = block == "entries"
                    yield from (
                        self._add_entry(item, at, source) if is_entry else self._add_expectation(item, at)
                    )

    def _add_once(self, name: str, data: object, origin: Origin) -> list[Problem]:
        if name in self._once_at:
            fault = Fault.of("block-twice", name=Part(name), place=str(self._once_at[name].at()))
            return [Problem(origin.at(name), fault)]
        self._once_at[name] = origin.within(name)
        self._once[name], problems = validate(_ONCE[name], data, self._once_at[name])
        return problems

    def _add_entry(self, item: object, origin: Origin, source: Source | None) -> list[Problem]:
        given = {"source": source, **item} if isinstance(item, dict) and source else item
        entry, problems = validate(Entry, given, origin)
        entry_id = item.get("id") if isinstance(item, dict) else None
        if isinstance(entry_id, str):
            if entry_id in self._origins:
                first = self._origins[entry_id]
                # An id that stands in no file is made of the question.
                kind = "duplicate-id" if first.has("id") or origin.has("id") else "same-question-row"
                fault = Fault.of(kind, id=entry_id, place=str(first.at("id")))
                return [*problems, Problem(origin.at("id"), fault)]
            self._origins[entry_id] = origin
        if entry is not None:
            if entry.source and "as_of" not in entry.model_fields_set:
                entry = entry.model_copy(update={"as_of": entry.source.as_of})
            self._entries.append(entry)
        return problems

    def _add_expectation(self, item: object, origin: Origin) -> list[Problem]:
        expectation, problems = validate(Expectation, item, origin)
        if expectation is not None:
            self._expectations.append(expectation)
            self._expected_at.append(origin)
        return problems

    def _count_rows(self, parsed: ParsedFile) -> None:
        """Count the rows of a table, and report each that is neither read nor reported."""
        if not parsed.rows:
            return
        kept = {origin.at().whole_row for origin in (*self._origins.values(), *self._expected_at)}
        kept |= {place.whole_row for steps, place in parsed.places.items() if steps[:1] == ("lexicon",)}
        errors = (problem for problem in parsed.problems if problem.severity is Severity.ERROR)
        reported = parsed.unread | {problem.place.whole_row for problem in errors}
        for row in parsed.rows:
            # The rest of a file with too many problems is not read; these are then cut off with the others.
            if row not in kept and row not in reported:
                parsed.report(row, Fault.of("row-lost"))
            self._reported += row in reported or row not in kept
        self._rows += len(parsed.rows)
