"""A knowledge into files of one format, complete: what one file of it cannot hold goes into another beside it."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from faq.files import Format, knowledge_files, write_whole
from faq.formats import csv, jsonl, yaml_writer
from faq.formats.columns import SHEETS, Kind
from faq.formats.table_writer import sheets_of
from faq.loading.loader import builtin
from faq.model import Knowledge, Lexicon
from faq.problems import FaqError, shown


class ExportError(FaqError):
    """Files that cannot be written, with what to do, in Japanese."""


def contents(knowledge: Knowledge, to: Format, output: Path) -> Mapping[Path, bytes]:
    """Return the files that hold a knowledge; reading them all gives the same knowledge.

    CSV, TSV and JSON Lines have expectations and lexicon in files beside `output`. A text that does not fit into a cell
    of Excel raises `UnwritableError`.
    """
    match to:
        case Format.XLSX:
            from faq.formats import xlsx  # noqa: PLC0415 -- openpyxl takes long to import

            return {output: xlsx.dump(sheets_of(knowledge))}
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
            separator = csv.SEPARATORS[f".{to.value}"]
            sheets = {sheet.name: csv.dump(sheet, separator) for sheet in sheets_of(knowledge)}
            first = SHEETS[Kind.ENTRIES]
            # With the mark, Excel reads UTF-8.
            return {
                output if name == first else output.with_name(f"{name}-{output.name}"): text.encode(
                    "utf-8-sig"
                )
                for name, text in sheets.items()
            }


def export(knowledge: Knowledge, to: Format, output: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write the files, and return them, the one with the entries first; raises `ExportError` and `UnwritableError`."""
    files = contents(knowledge, to, output)
    there = [file for file in files if file.exists()]
    if there and not overwrite:
        names = "、".join(map(shown, there))
        msg = (
            f"{names} はすでにあります。\n"
            "  別の名前を --output で指定するか、上書きしてよければ --force を付けてください。"
        )
        raise ExportError(msg)
    for file, content in files.items():
        try:
            write_whole(file, content)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "使えない名前です"
            msg = f"{shown(file)} に書き込めません({reason})。\n  別の場所を --output で指定してください。"
            raise ExportError(msg) from error
    return tuple(files)


def copy_builtin(target: Path) -> tuple[Path, ...]:
    """Copy the built-in knowledge to a folder that is empty or does not exist yet, or raise `FaqError`."""
    files, _ = knowledge_files(builtin())
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            msg = f"{shown(target)}: the folder is not empty; give another one, or empty it first"
            raise FaqError(msg)
        return tuple(Path(shutil.copyfile(file, target / file.name)) for file in files)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a possible path"
        msg = f"{shown(target)}: cannot be written ({reason}); give another folder, or put this right"
        raise FaqError(msg) from error
