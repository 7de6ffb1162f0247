import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings

from faq.formats import csv, jsonl, xlsx, yaml_writer
from faq.formats.table_writer import sheets_of
from faq.loading.loader import builtin, load, read
from faq.model import Knowledge, Lexicon
from tests.faq.knowledges import knowledges
from tests.faq.workbooks import as_excel_saves


def as_yaml(knowledge: Knowledge) -> Mapping[str, bytes]:
    return {"faq.yaml": yaml_writer.dump(knowledge).encode()}


def as_xlsx(knowledge: Knowledge) -> Mapping[str, bytes]:
    return {"faq.xlsx": xlsx.dump(sheets_of(knowledge))}


def as_csv(knowledge: Knowledge) -> Mapping[str, bytes]:
    return {f"{each.name}.csv": csv.dump(each, ",").encode("utf-8-sig") for each in sheets_of(knowledge)}


def as_tsv(knowledge: Knowledge) -> Mapping[str, bytes]:
    return {f"{each.name}.tsv": csv.dump(each, "\t").encode() for each in sheets_of(knowledge)}


def as_jsonl(knowledge: Knowledge) -> Mapping[str, bytes]:
    rest = Knowledge(entries=(), lexicon=knowledge.lexicon)
    return {
        "entries.jsonl": jsonl.dump(knowledge.entries).encode(),
        "expectations.jsonl": jsonl.dump(knowledge.expectations).encode(),
        **({"lexicon.yaml": yaml_writer.dump(rest).encode()} if knowledge.lexicon != Lexicon() else {}),
    }


WAYS = (as_yaml, as_xlsx, as_csv, as_tsv, as_jsonl)


@pytest.mark.parametrize("way", WAYS)
@settings(deadline=None, max_examples=60)  # the machine may be busy
@given(knowledge=knowledges)
def test_what_is_written_reads_back_the_same(
    way: Callable[[Knowledge], Mapping[str, bytes]], knowledge: Knowledge
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in way(knowledge).items():
            (Path(folder) / name).write_bytes(data)
        reading = read(Path(folder))
        assert reading.problems == ()
        assert reading.knowledge == knowledge
        assert reading.rows.found == reading.rows.read


def test_a_workbook_that_excel_saved_reads_the_same(tmp_path: Path) -> None:
    """Excel keeps texts apart from the cells, with kana readings that are no part of them."""
    knowledge = load(builtin())
    (tmp_path / "faq.xlsx").write_bytes(as_excel_saves(as_xlsx(knowledge)["faq.xlsx"]))
    assert load(tmp_path) == knowledge


@pytest.mark.parametrize("way", WAYS)
def test_the_built_in_knowledge_survives_every_format(
    way: Callable[[Knowledge], Mapping[str, bytes]], tmp_path: Path
) -> None:
    knowledge = load(builtin())
    for name, data in way(knowledge).items():
        (tmp_path / name).write_bytes(data)
    assert load(tmp_path) == knowledge
