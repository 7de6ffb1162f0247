"""A knowledge into files of one format, complete; the built-in one as a copy; and the JSON Schema of its files."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from faq.exchange.edits import writing
from faq.files import Format, knowledge_files, write_whole
from faq.formats import csv, jsonl, yaml_writer
from faq.formats.sheets.columns import COLUMNS, SHEETS, Kind
from faq.formats.sheets.writer import sheets_of
from faq.loading.loader import builtin
from faq.model import About, Entry, Expectation, Knowledge, Lexicon, Source, Tuning
from faq.problems import EditError, Fault, shown

_TITLES: Mapping[str, Mapping[str, str]] = {
    "Entry": {key: name for key, name in COLUMNS[Kind.ENTRIES].items() if "." not in key}
    | {"source": "出典"},
    "Source": {"title": "題名", "publisher": "発行元", "as_of": "出典の時点"},
    "About": {"name": "職場や職種の名前", "covers": "分かること", "contact": "尋ね先", "where": "案内の場所"},
    "Expectation": COLUMNS[Kind.EXPECTATIONS],
    "Lexicon": {
        "groups": "同じ意味",
        "one_way": "片方向",
        "never": "別の意味",
        "terms": "ひとまとまりの言葉",
    },
    "OneWay": {"word": "言葉", "means": "広い言葉"},
    "Tuning": {
        "made_on": "調整した日",
        "questions": "質問の数",
        "entries": "項目の数",
        "search": "検索の版",
        "scale": "確信度の倍率",
        "shift": "確信度の増減",
    },
}


def _contents(knowledge: Knowledge, to: Format, output: Path) -> Mapping[Path, bytes]:
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
    """Write the files that hold a knowledge, and return them, the one with the entries first; raises `EditError`.

    Reading them all gives the same knowledge. CSV, TSV and JSON Lines have expectations and lexicon in files beside
    `output`.
    """
    files = _contents(knowledge, to, output)
    refuse_overwriting(files, overwrite=overwrite)
    for file, content in files.items():
        with writing(file):
            write_whole(file, content)
    return tuple(files)


def refuse_overwriting(files: Iterable[Path], *, overwrite: bool) -> None:
    """Raise `EditError` if one of the files is there already, unless it may be overwritten."""
    there = [file for file in files if file.exists()]
    if there and not overwrite:
        raise EditError.of(Fault.of("file-there", files=tuple(map(shown, there))))


def copy_builtin(target: Path) -> tuple[Path, ...]:
    """Copy the built-in knowledge to a folder that is empty or does not exist yet, or raise `EditError`."""
    files, _ = knowledge_files(builtin())
    with writing(target):
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise EditError.of(Fault.of("folder-full", folder=shown(target)))
        return tuple(Path(shutil.copyfile(file, target / file.name)) for file in files)


class KnowledgeFile(BaseModel):
    """A file of knowledge: what names the office, entries, words, expectations, and what `faq tune` kept."""

    model_config = ConfigDict(extra="forbid")

    about: About | None = None
    source: Source | None = None
    entries: tuple[Entry, ...] = ()
    lexicon: Lexicon = Lexicon()
    expectations: tuple[Expectation, ...] = ()
    tuning: Tuning | None = None


def schema() -> dict[str, Any]:
    """Return the schema, made of the models that the reader validates with."""
    made = KnowledgeFile.model_json_schema()
    parts = made["$defs"]
    for name, titles in _TITLES.items():
        for key, title in titles.items():
            parts[name]["properties"][key]["title"] = title
    gold = parts["Expectation"]["properties"]["gold"]
    ids = {"type": "array", "items": {"type": "string"}}
    # Both forms are read: a list of ids, and ids with grades.
    graded = {key: value for key, value in gold.items() if key not in ("title", "description")}
    parts["Expectation"]["properties"]["gold"] = {"title": gold["title"], "anyOf": [ids, graded]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "FAQ"}
