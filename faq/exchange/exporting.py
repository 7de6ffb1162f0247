"""A knowledge into files of one format, or back into an office's own workbook."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from faq.exchange.changes import write_file, writing
from faq.exchange.comparison import compare, fields_without
from faq.files import Format, knowledge_files
from faq.formats import csv, jsonl, yaml_writer
from faq.formats.sheets.columns import SHEETS, TableKind
from faq.formats.sheets.rows import made_id, sheets_of
from faq.loading.loader import builtin, read
from faq.model import Entry, EntryKind, Knowledge, Lexicon
from faq.problems import EditError, Fault, shown


def contents(knowledge: Knowledge, to: Format, output: Path) -> Mapping[Path, bytes]:
    """Return the files that hold a knowledge, the one with the entries first; raises `EditError`.

    Reading them all gives the same knowledge. CSV, TSV and JSON Lines have expectations and lexicon in files beside
    `output`.
    """
    match to:
        case Format.XLSX:
            from faq.formats import xlsx_writer  # noqa: PLC0415 -- openpyxl takes long to import

            return {output: xlsx_writer.dump(sheets_of(knowledge))}
        case Format.YAML:
            return {output: yaml_writer.dump(knowledge).encode()}
        case Format.JSONL:
            files = {output: jsonl.dump(knowledge.entries).encode()}
            if knowledge.expectations:
                # The name is what says that the lines are expectations.
                lines = jsonl.dump(knowledge.expectations).encode()
                files[output.with_name(f"expectations-{output.name}")] = lines
            if knowledge.lexicon != Lexicon():
                words = yaml_writer.dump(Knowledge(entries=(), lexicon=knowledge.lexicon))
                files[output.with_name(f"{output.stem}-lexicon.yaml")] = words.encode()
            return files
        case Format.CSV | Format.TSV:
            files = {}
            for sheet in sheets_of(knowledge):
                is_first = sheet.name == SHEETS[TableKind.ENTRIES]
                file = output if is_first else output.with_name(f"{sheet.name}-{output.name}")
                # With the mark, Excel reads UTF-8.
                files[file] = csv.dump(sheet, csv.SEPARATORS[f".{to.value}"]).encode("utf-8-sig")
            return files


def write_out(files: Mapping[Path, bytes], *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write files, and return them; raises `EditError`, also if one is there already and may not be overwritten."""
    there = [file for file in files if file.exists()]
    if there and not overwrite:
        raise EditError.of(Fault.of("file-there", files=tuple(map(shown, there))))
    return tuple(write_file(file, content) for file, content in files.items())


@dataclass(frozen=True)
class Refilled:
    """The filled workbook, with how many rows were changed and added.

    `kept` are entries that only the workbook has. `left_out` are entries of the FAQ of another kind than answers: the
    workbook has no column for kinds.
    """

    content: bytes
    changed: int
    added: int
    kept: tuple[Entry, ...]
    left_out: tuple[Entry, ...]


def refilled(knowledge: Knowledge, sheet: Path) -> Refilled:
    """Return a workbook filled with the FAQ; its own rows, columns and sheets stay. Raises `FaqError`."""
    if sheet.suffix.lower() != ".xlsx":
        raise EditError.of(Fault.of("like-no-workbook", file=shown(sheet)))
    from faq.exchange.xlsx_edits import WorkbookEdits  # noqa: PLC0415 -- openpyxl takes long to import

    reading = read(sheet)
    old, edits = reading.sure(), WorkbookEdits(sheet.read_bytes(), shown(sheet), widen=False)
    columns = frozenset[str]().union(*reading.columns.values())
    entries = tuple(
        entry for entry in knowledge.entries if "kind" in columns or entry.kind is EntryKind.ANSWER
    )
    new = knowledge.model_copy(update={"entries": entries})
    comparison = compare(old, new, dict.fromkeys((entry.id for entry in entries), fields_without(columns)))
    found = comparison.decided(changing={doubt.row.id for doubt in comparison.doubts})
    for changed in found.changed:
        edits.replace(reading.origins[changed.after.id], changed.before, changed.after)
    for entry in found.added:
        edits.add(entry.model_copy(update={"id": entry.id if "id" in columns else made_id(entry.question)}))
    content = edits.content()
    after = read(sheet, instead={sheet: content}).sound.entries
    there = {(entry.question, entry.answer) for entry in after}
    if any((entry.question, entry.answer) not in there for entry in entries):
        raise EditError.of(Fault.of("like-unsafe", file=shown(sheet)))
    return Refilled(
        content,
        len(found.changed),
        len(found.added),
        found.lacking,
        tuple(entry for entry in knowledge.entries if entry not in entries),
    )


def copy_builtin(target: Path) -> tuple[Path, ...]:
    """Copy the built-in knowledge to a folder that is empty or does not exist yet, or raise `EditError`."""
    files, _ = knowledge_files(builtin())
    with writing(target):
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise EditError.of(Fault.of("folder-full", folder=shown(target)))
        return tuple(Path(shutil.copyfile(file, target / file.name)) for file in files)
