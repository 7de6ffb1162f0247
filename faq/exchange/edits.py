"""Changes to the files of a knowledge, written only when all of them are known to be right."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from faq.exchange.changes import FileChange, write_files, writing
from faq.exchange.yaml_edits import YamlEdits
from faq.files import YAML_SUFFIXES, knowledge_files
from faq.formats import jsonl
from faq.formats.parsed_file import Origin
from faq.formats.sheets.rows import lexicon_rows
from faq.loading.loader import KnowledgeReading, builtin, read
from faq.model import Entry, Expectation, Knowledge, folded
from faq.problems import EditError, Fault, Severity, shown
from faq.wording import Term

if TYPE_CHECKING:
    from faq.exchange.xlsx_edits import WorkbookEdits

EXPECTATIONS = "expectations.jsonl"


class Edits:
    """Changes to the files of a knowledge, in memory until `save`.

    `reading` is what the files say now, and `changes` are the files that change.
    """

    def __init__(
        self,
        path: Path,
        change: Callable[[Knowledge], Knowledge],
        words: Collection[tuple[str, tuple[str, ...]]] = (),
    ) -> None:
        """Work out the changes; `words` are rows of the lexicon, which replace rows that begin with the same word.

        Entries that `change` leaves out are removed; expectations keep their order, and new ones come last. Raises
        `EditError` for a change that cannot be written and for the built-in knowledge, `KnowledgeError` for errors.
        """
        refuse_builtin(path)
        self._path, self._words = path, frozenset(words)
        self.reading: KnowledgeReading = read(path)
        held = self.reading.sure()
        self._wanted = change(held)
        self._files = {shown(file): file for file in knowledge_files(path)[0]}
        self._open: dict[Path, YamlEdits | _LinesEdits | WorkbookEdits] = {}
        self._before: dict[Path, bytes | None] = {}
        self._change_entries(held)
        self._change_expectations(held)
        for name, row in words:
            self._set_words(name, row)
        found = (
            FileChange(file=file, before=self._before[file], after=edits.content())
            for file, edits in self._open.items()
        )
        self.changes = tuple(each for each in found if each.before != each.after)

    @cached_property
    def after(self) -> KnowledgeReading:
        """The changed files, read."""
        return read(self._path, instead={each.file: each.after for each in self.changes})

    def save(self) -> tuple[Path, ...]:
        """Write the files and return those that changed; `EditError` if they would not read back as wanted."""
        sound = self.after.sound
        errors = [problem for problem in self.after.problems if problem.severity is Severity.ERROR]
        same = {each.id: each for each in sound.entries} == {each.id: each for each in self._wanted.entries}
        same &= sorted(map(repr, sound.expectations)) == sorted(map(repr, self._wanted.expectations))
        same &= self._words <= set(lexicon_rows(sound.lexicon))
        if errors or not same:
            because = "".join(f"\n  {problem}" for problem in errors)
            files = tuple(shown(each.file) for each in self.changes)
            raise EditError.of(Fault.of("edit-unsafe", files=files, because=because))
        return write_files(self.changes)

    def _change_entries(self, held: Knowledge) -> None:
        """Change entries where they stand; a new one comes after others of its category, or after the last."""
        wanted = {entry.id: entry for entry in self._wanted.entries}
        for before in held.entries:
            origin, after = self.reading.origins[before.id], wanted.pop(before.id, None)
            if after is None:
                self._file(self._files[origin.file]).remove(origin)
            elif after != before:
                self._file(self._files[origin.file]).replace(origin, before, after)
        for new in wanted.values():
            beside = [each for each in held.entries if (each.category, each.kind) == (new.category, new.kind)]
            home = self.reading.origins[(beside or held.entries)[-1].id].file
            self._file(self._files[home]).add(new)

    def _change_expectations(self, held: Knowledge) -> None:
        places, wanted = self.reading.expected_at, self._wanted.expectations
        for origin, before, after in zip(places, held.expectations, wanted, strict=False):
            if after != before:
                self._file(self._files[origin.file]).replace(origin, before, after)
        for new in wanted[len(places) :]:
            file = self._files[places[-1].file] if places else self._new(EXPECTATIONS)
            self._file(file).add(new)

    def _set_words(self, name: str, words: tuple[str, ...]) -> None:
        """Give the row of the lexicon that begins with the same word these words, or add the row."""
        files = (file for file in self._files.values() if file.suffix.lower() in YAML_SUFFIXES)
        found = (self._file(file) for file in files)
        held = [edits for edits in found if isinstance(edits, YamlEdits) and "lexicon" in edits.held]
        if not any(edits.replace_words(name, words) for edits in held):
            edits = held[-1] if held else self._file(self._new("lexicon.yaml"))
            assert isinstance(edits, YamlEdits)
            edits.add_words(name, words)

    def _new(self, name: str) -> Path:
        """Return the file for a part that no file of the knowledge has yet."""
        if self._path.is_dir():
            return self._path / name
        if self._path.suffix.lower() in YAML_SUFFIXES:
            return self._path
        raise EditError.of(Fault.of("edit-one-file", file=shown(self._path)))

    def _file(self, file: Path) -> "YamlEdits | _LinesEdits | WorkbookEdits":
        if file in self._open:
            return self._open[file]
        suffix = file.suffix.lower()
        with writing(file):
            self._before[file] = file.read_bytes() if file.exists() else None
        data = self._before[file] or b""
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
    """The same for a JSON Lines file: a line for each entry or expectation."""

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


def refuse_builtin(path: Path) -> None:
    """Raise `EditError` for the built-in knowledge."""
    if path.resolve() == builtin().resolve():
        raise EditError.of(Fault.of("edit-builtin"))


def refuse_place(path: Path) -> None:
    """Raise `EditError` for a knowledge to which no file can be added."""
    refuse_builtin(path)
    if not path.is_dir():
        raise EditError.of(Fault.of("edit-one-file", file=shown(path)))


def save_topic(path: Path, entry_id: str, topic: str) -> None:
    """Write the topic of an entry into its file; raises as `Edits` does."""
    Edits(path, lambda held: held.with_entry(held.entry(entry_id).model_copy(update={"topic": topic}))).save()


def save_expectation(path: Path, question: str, gold: Iterable[str]) -> Path:
    """Add a question with the ids of the entries that may answer it, none if nothing may, and return the file.

    Raises `EditError`, also where the question is expected already, and `KnowledgeError` where the FAQ has errors.
    """
    refuse_place(path)
    try:
        wanted = Expectation(q=question, gold=dict.fromkeys(gold, 1))
    except ValidationError as error:
        raise EditError.of(Fault.of("edit-half-character")) from error

    def expected(held: Knowledge) -> Knowledge:
        for known in held.expectations:
            if (folded(known.q) or known.q) == (folded(wanted.q) or wanted.q):
                same = known.gold.keys() == wanted.gold.keys()
                kind = "edit-expected" if same else "edit-expected-otherwise"
                raise EditError.of(Fault.of(kind, gold=tuple(known.gold) or Term("答えない")))
        return held.model_copy(update={"expectations": (*held.expectations, wanted)})

    return Edits(path, expected).save()[0]
