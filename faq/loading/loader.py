"""Knowledge files into one knowledge: all problems of all files at once, and where everything stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from faq.files import YAML_SUFFIXES, decoded, knowledge_files, read_bytes
from faq.formats import csv, jsonl, yaml
from faq.formats.columns import in_words_of_sheets
from faq.formats.document import Document, Origin
from faq.loading.collector import Collection, RowCount
from faq.model import Entry, EntryKind, Knowledge
from faq.problems import KnowledgeError, Place, Problem, Severity, shown


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
    rows: RowCount
    tuned_at: Origin | None = field(repr=False)

    def sure(self) -> Knowledge:
        """Return the knowledge.

        Raises:
            KnowledgeError: something in it, or all of it, cannot be read.
        """
        if self.knowledge is None:
            raise KnowledgeError(self.problems)
        return self.knowledge

    def place_of(self, entry_id: str, phrasing: str) -> Place:
        """Return where one of the phrasings of a sound entry stands.

        Raises:
            KeyError: no sound entry has the id.
            ValueError: the entry has no such phrasing.
        """
        entry = self.sound.entry(entry_id)
        return self.phrasings_at(entry)[entry.phrasings.index(phrasing)]

    def phrasings_at(self, entry: Entry) -> tuple[Place, ...]:
        """Return where each phrasing of an entry stands, in their order."""
        origin = self.origins[entry.id]
        others = (origin.at("also_asked", number) for number in range(len(entry.also_asked)))
        return (origin.at("question"), *others)


def builtin() -> Path:
    """Return the folder of the built-in knowledge, which is read like any other."""
    return Path(__file__).parent.parent / "data"


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
    collection = Collection(problems)
    for file in files:
        collection.add(_document(file, instead.get(file)))
    sound = collection.sound()
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    if not failed and not sound.of_kind(EntryKind.ANSWER):
        remedy = "add entries with 'id', 'question' and 'answer'"
        problems.append(Problem(Place(shown(path)), "no entry that answers a question", remedy))
        failed = True
    return Reading(
        knowledge=None if failed else sound,
        problems=tuple(sorted(map(in_words_of_sheets, problems), key=lambda problem: problem.place)),
        sound=sound,
        origins=collection.origins,
        expected_at=tuple(collection.expected_at),
        ids=frozenset(collection.ids),
        rows=collection.rows,
        tuned_at=collection.tuned_at,
    )


def _document(path: Path, data: bytes | Problem | None) -> Document:
    file = shown(path)
    data = read_bytes(path) if data is None else data
    suffix = path.suffix.lower()
    if isinstance(data, bytes) and suffix == ".xlsx":
        from faq.formats import xlsx  # noqa: PLC0415 -- openpyxl takes long to import, and most folders need none

        return xlsx.parse(data, file)
    if isinstance(data, bytes) and suffix in csv.SEPARATORS:
        return csv.parse(data, file, name=path.stem, separator=csv.SEPARATORS[suffix])
    text = decoded(data, file) if isinstance(data, bytes) else data
    if isinstance(text, Problem):
        return Document(file, problems=[text])
    if suffix in YAML_SUFFIXES:
        return yaml.parse(text, file)
    held: jsonl.Held = "expectations" if path.name.startswith("expectations") else "entries"
    return jsonl.parse(text, file, held=held)
