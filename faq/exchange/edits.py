"""Changes to the files of a knowledge, kept back until all of them are known to be right; and files beside them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from faq.exchange.yaml_edits import YamlEdits
from faq.files import YAML_SUFFIXES, knowledge_files, write_whole
from faq.formats import jsonl
from faq.formats.document import Origin
from faq.formats.sheets.writer import lexicon_rows
from faq.loading.loader import Reading, builtin, read
from faq.loading.validation import validate
from faq.model import Entry, Expectation, folded
from faq.problems import EditError, Fault, Severity, shown
from faq.wording import Term

if TYPE_CHECKING:
    from faq.exchange.xlsx_edits import WorkbookEdits

EXPECTATIONS = "expectations.jsonl"


class Edits:
    """Changes to the files of a knowledge, kept back until `save`.

    Each raises `EditError`, with what to do, where it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        """Read the knowledge; raises `EditError` for the built-in one, `KnowledgeError` for one with errors."""
        refuse_builtin(path)
        self._path = path
        self.reading: Reading = read(path)
        self.reading.sure()
        self._files = {shown(file): file for file in knowledge_files(path)[0]}
        self._entries = {entry.id: entry for entry in self.reading.sound.entries}
        self._expectations = list(self.reading.sound.expectations)
        self._open: dict[Path, YamlEdits | _LinesEdits | WorkbookEdits] = {}
        self._words: set[tuple[str, tuple[str, ...]]] = set()

    def add_phrasing(self, entry_id: str, text: str) -> None:
        """Add another way to ask an entry."""
        if entry_id not in self._entries:
            raise EditError.of(Fault.of("no-entry", id=entry_id))
        entry = self._entries[entry_id]
        data = {**dict(entry), "also_asked": (*entry.also_asked, text)}
        changed, problems = validate(Entry, data, Origin(entry_id, {}))
        if changed is None:
            raise EditError("\n".join(map(str, problems)))
        self.replace(changed)

    def replace(self, entry: Entry) -> None:
        """Give an entry of the files the values of another with the same id, where they differ."""
        origin = self.reading.origins[entry.id]
        self._file(self._files[origin.file]).replace(origin, self._entries[entry.id], entry)
        self._entries[entry.id] = entry

    def remove(self, entry_id: str) -> None:
        """Take an entry out of its file."""
        origin = self.reading.origins[entry_id]
        self._file(self._files[origin.file]).remove(origin)
        del self._entries[entry_id]

    def add_entry(self, entry: Entry) -> None:
        """Add an entry after others of its category, or after the last one."""
        if entry.id in self._entries:
            raise EditError.of(Fault.of("edit-known-id", id=entry.id))
        entries = self.reading.sound.entries
        beside = [each for each in entries if each.category == entry.category and each.kind is entry.kind]
        home = self.reading.origins[(beside or entries)[-1].id].file
        self._file(self._files[home]).add(entry)
        self._entries[entry.id] = entry

    def add_expectation(self, expectation: Expectation) -> None:
        """Add an expectation after the others."""
        known = self.reading.expected_at
        file = self._files[known[-1].file] if known else self._new(EXPECTATIONS)
        self._file(file).add(expectation)
        self._expectations.append(expectation)

    def replace_expectation(self, number: int, expectation: Expectation) -> None:
        """Put an expectation in the place of one of the reading's, counted from 0."""
        origin, before = self.reading.expected_at[number], self._expectations[number]
        self._file(self._files[origin.file]).replace(origin, before, expectation)
        self._expectations[number] = expectation

    def set_words(self, name: str, words: tuple[str, ...], row: object) -> None:
        """Give the row of the lexicon that begins with the same word these words, or add the row."""
        self._words.add((name, words))
        files = [file for file in self._files.values() if file.suffix.lower() in YAML_SUFFIXES]
        held = [edits for file in files if "lexicon" in (edits := self._yaml(file)).held]
        if not any(edits.replace_words(name, words) for edits in held):
            edits = held[-1] if held else self._yaml(self._new("lexicon.yaml"))
            edits.add_to(("lexicon", name), row)

    def contents(self) -> Mapping[Path, bytes]:
        """Return the files that change, as they are to be."""
        found = {file: edits.content() for file, edits in self._open.items()}
        return {file: data for file, data in found.items() if not file.exists() or data != file.read_bytes()}

    def after(self) -> Reading:
        """Return what the files would be read as; nothing is written."""
        return read(self._path, instead=self.contents())

    def save(self) -> tuple[Path, ...]:
        """Write the files, after reading them back from memory, and return those that changed."""
        contents = self.contents()
        after = read(self._path, instead=contents)
        errors = [problem for problem in after.problems if problem.severity is Severity.ERROR]
        same = {entry.id: entry for entry in after.sound.entries} == self._entries
        same &= sorted(map(repr, after.sound.expectations)) == sorted(map(repr, self._expectations))
        same &= self._words <= set(lexicon_rows(after.sound.lexicon))
        if errors or not same:
            because = "".join(f"\n  {problem}" for problem in errors)
            raise EditError.of(Fault.of("edit-unsafe", files=tuple(map(shown, contents)), because=because))
        return write_files(contents)

    def _new(self, name: str) -> Path:
        """Return the file that takes what no file of the knowledge has yet."""
        if self._path.is_dir():
            return self._path / name
        if self._path.suffix.lower() in YAML_SUFFIXES:
            return self._path
        raise EditError.of(Fault.of("edit-one-file", file=shown(self._path)))

    def _yaml(self, file: Path) -> YamlEdits:
        edits = self._file(file)
        assert isinstance(edits, YamlEdits)
        return edits

    def _file(self, file: Path) -> "YamlEdits | _LinesEdits | WorkbookEdits":
        if file in self._open:
            return self._open[file]
        suffix = file.suffix.lower()
        with writing(file):
            data = file.read_bytes() if file.exists() else b""
        if suffix in YAML_SUFFIXES:
            self._open[file] = YamlEdits(data)
        elif suffix == ".jsonl":
            self._open[file] = _LinesEdits(data)
        elif suffix == ".xlsx":
            from faq.exchange.xlsx_edits import WorkbookEdits  # noqa: PLC0415 -- openpyxl takes long to import

            self._open[file] = WorkbookEdits(data, shown(file))
        else:
            raise EditError.of(Fault.of("edit-format", file=shown(file), suffix=suffix))
        return self._open[file]


class _LinesEdits:
    """A JSON Lines file with changes that are not written yet: a line for each entry or expectation."""

    def __init__(self, data: bytes) -> None:
        text = data.decode("utf-8-sig")
        self._lines = [line + "\n" for line in text.removesuffix("\n").split("\n")] if text else []

    def content(self) -> bytes:
        return "".join(self._lines).encode()

    def replace(self, origin: Origin, _: object, after: Entry | Expectation) -> None:
        self._lines[origin.at().line - 1] = jsonl.dump([after])

    def remove(self, origin: Origin) -> None:
        self._lines[origin.at().line - 1] = ""

    def add(self, value: Entry | Expectation) -> None:
        self._lines.append(jsonl.dump([value]))


def write_files(files: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Write each file whole, in a folder that may not exist yet, and return them; raises `EditError`."""
    for file, content in files.items():
        with writing(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, content)
    return tuple(files)


def write_file(file: Path, data: bytes) -> Path:
    """Write a file, whole or not at all, and return it; raises `EditError`."""
    with writing(file):
        write_whole(file, data)
    return file


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Raise `EditError`, with what to do, where the file cannot be written."""
    try:
        yield
    except (OSError, ValueError) as error:
        number = (isinstance(error, OSError) and error.errno) or 0
        raise EditError.of(
            Fault.of("edit-unwritable", file=shown(file), number=number, reason=str(error))
        ) from error


def refuse_builtin(path: Path) -> None:
    """Refuse the built-in knowledge, to which nothing is added."""
    if path.resolve() == builtin().resolve():
        raise EditError.of(Fault.of("edit-builtin"))


def refuse_place(path: Path) -> None:
    """Refuse a knowledge to which no file can be added."""
    refuse_builtin(path)
    if not path.is_dir():
        raise EditError.of(Fault.of("edit-one-file", file=shown(path)))


def save_topic(path: Path, entry_id: str, topic: str) -> None:
    """Write down the topic of an entry; raises `EditError`, and `KnowledgeError` where the FAQ has errors."""
    edits = Edits(path)
    edits.replace(edits.reading.sound.entry(entry_id).model_copy(update={"topic": topic}))
    edits.save()


def save_expectation(path: Path, question: str, gold: Iterable[str]) -> Path:
    """Add a question with the ids of the entries that may answer it, none if nothing may, and return the file.

    Raises `EditError`, also where the question is expected already, and `KnowledgeError` where the FAQ has errors.
    """
    refuse_place(path)
    edits = Edits(path)
    try:
        wanted = Expectation(q=question, gold=dict.fromkeys(gold, 1))
    except ValidationError as error:
        raise EditError.of(Fault.of("edit-half-character")) from error
    for known in edits.reading.sound.expectations:
        if (folded(known.q) or known.q) == (folded(wanted.q) or wanted.q):
            kind = "edit-expected" if known.gold.keys() == wanted.gold.keys() else "edit-expected-otherwise"
            raise EditError.of(Fault.of(kind, gold=tuple(known.gold) or Term("答えない")))
    edits.add_expectation(wanted)
    return edits.save()[0]
