"""A knowledge into files of one format, complete: what one file of it cannot hold goes into another beside it."""

from collections.abc import Mapping
from pathlib import Path

from faq.files import write_whole
from faq.formats import authoring, jsonl
from faq.formats import csv as delimited
from faq.formats.columns import SHEETS, Kind
from faq.formats.tabulation import sheets_of
from faq.formats.target import Format
from faq.formats.wording import shown
from faq.model import Knowledge, Lexicon
from faq.problems import FaqError


class ExportError(FaqError):
    """Files that cannot be written, with what to do, in Japanese."""


def contents(knowledge: Knowledge, to: Format, output: Path) -> Mapping[Path, bytes]:
    """Return the files that hold a knowledge; reading them all gives the same knowledge.

    Args:
        knowledge: With one entry or more.
        to: The format.
        output: The file with the entries. CSV, TSV and JSON Lines have expectations and lexicon in files beside it,
            named after it; small talk, referrals and all else are entries.

    Raises:
        UnwritableError: a text does not fit into a cell of Excel.
    """
    match to:
        case Format.XLSX:
            from faq.formats import workbook  # noqa: PLC0415 -- openpyxl takes long to import

            return {output: workbook.dump(sheets_of(knowledge))}
        case Format.YAML:
            return {output: authoring.dump(knowledge).encode()}
        case Format.JSONL:
            return _lines(knowledge, output)
        case Format.CSV | Format.TSV:
            separator = delimited.SEPARATORS[f".{to.value}"]
            # With the mark, Excel reads UTF-8.
            return {
                _beside(output, sheet.name): delimited.dump(sheet, separator).encode("utf-8-sig")
                for sheet in sheets_of(knowledge)
            }


def export(knowledge: Knowledge, to: Format, output: Path, *, overwrite: bool = False) -> tuple[Path, ...]:
    """Write the files, and return them, the one with the entries first.

    Raises:
        ExportError: one of them exists and is not to be overwritten, or cannot be written.
        UnwritableError: as for `contents`.
    """
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


def _lines(knowledge: Knowledge, output: Path) -> Mapping[Path, bytes]:
    files = {output: jsonl.dump(knowledge.entries).encode()}
    if knowledge.expectations:
        # The name is what says that the lines are expectations.
        files[output.with_name(f"expectations-{output.name}")] = jsonl.dump(knowledge.expectations).encode()
    if knowledge.lexicon != Lexicon():
        words = authoring.dump(Knowledge(entries=(), lexicon=knowledge.lexicon))
        files[output.with_name(f"{output.stem}-lexicon.yaml")] = words.encode()
    return files


def _beside(output: Path, sheet: str) -> Path:
    return output if sheet == SHEETS[Kind.ENTRIES] else output.with_name(f"{sheet}-{output.name}")
