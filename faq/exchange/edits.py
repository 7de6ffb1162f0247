"""Changes to the files of a knowledge, kept back until all of them are known to be right."""

from collections.abc import Mapping
from pathlib import Path

from faq.exchange.jsonl_edits import LinesEdits
from faq.exchange.xlsx_edits import EditError, SheetEdits
from faq.exchange.yaml_edits import YamlEdits
from faq.files import TABLE_SUFFIXES, YAML_SUFFIXES, knowledge_files, read_bytes, write_whole
from faq.formats.document import Origin
from faq.formats.tabulation import lexicon_rows
from faq.formats.wording import quoted, shown
from faq.loading.loader import Reading, builtin, read
from faq.loading.validation import validate
from faq.model import Entry, Expectation
from faq.problems import KnowledgeError, Problem, Severity

FileEdits = YamlEdits | SheetEdits | LinesEdits
"""A file with changes that are not written yet."""

_NEW_ENTRIES, _NEW_EXPECTATIONS, _NEW_LEXICON = "entries.yaml", "expectations.jsonl", "lexicon.yaml"


class Edits:
    """Changes to the files of a knowledge, kept back until `save`.

    Attributes:
        reading: The knowledge before them.
    """

    def __init__(self, path: Path) -> None:
        """Read the knowledge; a folder may be empty or not exist yet.

        Raises:
            EditError: it is the built-in knowledge, which nobody edits.
            KnowledgeError: it has errors.
        """
        if path.resolve() == builtin().resolve():
            msg = "組み込みのFAQには書き込めません。\n  `faq init フォルダー` で写しを作り、そちらを直してください。"
            raise EditError(msg)
        self._path, self._folder = path, path.is_dir() or not path.suffix
        self._is_new = not path.exists() or (self._folder and not any(path.iterdir()))
        self.reading: Reading = read(path)
        if self.reading.knowledge is None and not self._is_new:
            raise KnowledgeError(self.reading.problems)
        self._entries = {entry.id: entry for entry in self.reading.sound.entries}
        self._expectations = list(self.reading.sound.expectations)
        self._open: dict[Path, FileEdits] = {}
        self._changed: dict[Path, None] = {}
        self._words: set[tuple[str, tuple[str, ...]]] = set()

    def add_phrasing(self, entry_id: str, text: str) -> None:
        """Add another way to ask an entry.

        Raises:
            EditError: the knowledge has no such entry, or the text cannot be a phrasing.
        """
        self.set_field(entry_id, "also_asked", (*self._entry(entry_id).also_asked, text))

    def set_field(self, entry_id: str, field: str, value: object) -> None:
        """Give a field of an entry another value; `None` or an empty one takes it out.

        Raises:
            EditError: as for `add_phrasing`; an id is never changed.
        """
        entry = self._entry(entry_id)
        if field == "id" or field not in Entry.model_fields:
            msg = f"項目「{field}」は書き換えられません。"
            raise EditError(msg)
        empty = value is None or value in ("", (), [])
        value = Entry.model_fields[field].get_default() if empty else value
        changed, problems = validate(Entry, {**dict(entry), field: value}, Origin(entry_id, {}))
        if changed is None:
            raise EditError("\n".join(map(str, problems)))
        self.replace(changed)

    def replace(self, entry: Entry) -> None:
        """Give an entry of the files the values of another with the same id, where they differ.

        Raises:
            EditError: no file has the id yet.
        """
        before, origin = self._entry(entry.id), self.reading.origins.get(entry.id)
        if origin is None:
            msg = f"{quoted(entry.id)}はこれから書き加える項目です。書き加えてから直してください。"
            raise EditError(msg)
        edits = self._file_of(origin)
        self._entries[entry.id] = entry
        if isinstance(edits, LinesEdits):
            edits.set_entry(origin, entry)
            return
        for field in Entry.model_fields:
            if getattr(before, field) != getattr(entry, field):
                edits.set_field(origin, entry, field)

    def add_entry(self, entry: Entry) -> None:
        """Add an entry beside others of its category, or after the last one.

        Raises:
            EditError: the id is used already.
        """
        if entry.id in self.reading.ids or entry.id in self._entries:
            msg = f"ID「{entry.id}」はすでに使われています。別のIDにしてください。"
            raise EditError(msg)
        edits = self._file_for(self._home_of(entry))
        self._entries[entry.id] = entry
        if isinstance(edits, LinesEdits):
            edits.add(entry)
        else:
            edits.add_entry(entry)

    def add_expectation(self, expectation: Expectation) -> None:
        """Add an expectation after the others."""
        edits = self._file_for(self._home_of_expectations())
        self._expectations.append(expectation)
        if isinstance(edits, LinesEdits):
            edits.add(expectation)
        else:
            edits.add_expectation(expectation)

    def set_expectation(self, number: int, expectation: Expectation) -> None:
        """Put an expectation in the place of one of the reading's, counted from 0."""
        origin = self.reading.expected_at[number]
        self._expectations[number] = expectation
        self._file_of(origin).set_expectation(origin, expectation)

    def set_words(self, name: str, words: tuple[str, ...], row: object) -> None:
        """Give the row of the lexicon that begins with the same word these words, or add the row."""
        self._words.add((name, words))
        files = [file for file in self._files() if file.suffix.lower() in YAML_SUFFIXES]
        held = [file for file in files if self._yaml(file).has_lexicon] or [self._new(_NEW_LEXICON)]
        for file in held:
            if self._yaml(file).set_words(name, words):
                self._changed[file] = None
                return
        self._yaml(held[-1]).add_words(name, row)
        self._changed[held[-1]] = None

    def contents(self) -> Mapping[Path, bytes]:
        """Return the files that change, as they are to be."""
        return {file: self._open[file].content() for file in self._changed}

    def after(self) -> Reading:
        """Return what the files would be read as; nothing is written."""
        return read(self._path, instead=self.contents())

    def save(self) -> tuple[Path, ...]:
        """Write the files, after reading them back from memory, and return those that changed.

        Raises:
            EditError: what would be read is not what was asked for, or a file cannot be written.
        """
        contents = self.contents()
        after = read(self._path, instead=contents)
        errors = [problem for problem in after.problems if problem.severity is Severity.ERROR]
        same = {entry.id: entry for entry in after.sound.entries} == self._entries
        same &= sorted(map(repr, after.sound.expectations)) == sorted(map(repr, self._expectations))
        same &= self._words <= set(lexicon_rows(after.sound.lexicon))
        if errors or not same:
            names = "、".join(map(shown, contents))
            because = "".join(f"\n  {problem}" for problem in errors)
            msg = f"{names}: 安全に書き換えられないため、何も変えていません。ファイルを手で直してください。{because}"
            raise EditError(msg)
        for file, content in contents.items():
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(file, content)
            except OSError as error:
                msg = (
                    f"{shown(file)} に書き込めません({error.strerror})。フォルダーの権限を確かめてください。"
                )
                raise EditError(msg) from error
        return tuple(contents)

    def _entry(self, entry_id: str) -> Entry:
        if entry_id not in self._entries:
            msg = f"ID「{entry_id}」の項目がありません。"
            raise EditError(msg)
        return self._entries[entry_id]

    def _files(self) -> list[Path]:
        return knowledge_files(self._path)[0]

    def _file_of(self, origin: Origin) -> FileEdits:
        return self._file_for(next(file for file in self._files() if shown(file) == origin.file))

    def _home_of(self, entry: Entry) -> Path:
        """Return the file where a person would look for an entry of its category."""
        beside = [
            each
            for each in self.reading.sound.entries
            if each.category == entry.category and each.kind is entry.kind
        ]
        near = beside or self.reading.sound.entries
        if not near:
            return self._new(_NEW_ENTRIES)
        file = self.reading.origins[near[-1].id].file
        return next(each for each in self._files() if shown(each) == file)

    def _home_of_expectations(self) -> Path:
        if not self.reading.expected_at:
            return self._new(_NEW_EXPECTATIONS)
        file = self.reading.expected_at[-1].file
        return next(each for each in self._files() if shown(each) == file)

    def _new(self, name: str) -> Path:
        return self._path / name if self._folder else self._path

    def _yaml(self, file: Path) -> YamlEdits:
        edits = self._file(file)
        assert isinstance(edits, YamlEdits)
        return edits

    def _file_for(self, file: Path) -> FileEdits:
        self._changed[file] = None
        return self._file(file)

    def _file(self, file: Path) -> FileEdits:
        if file not in self._open:
            self._open[file] = _edits(file)
        return self._open[file]


def _edits(file: Path) -> FileEdits:
    data = read_bytes(file) if file.exists() else b""
    if isinstance(data, Problem):
        raise KnowledgeError([data])
    suffix = file.suffix.lower()
    if suffix in YAML_SUFFIXES:
        return YamlEdits(data)
    if suffix not in TABLE_SUFFIXES:
        return LinesEdits(data)
    from faq.exchange import grids  # noqa: PLC0415 -- openpyxl takes long to import

    if suffix == ".xlsx":
        return SheetEdits(grids.WorkbookGrid(data, shown(file)))
    return SheetEdits(grids.DelimitedGrid(data, shown(file), name=file.stem, suffix=suffix))
