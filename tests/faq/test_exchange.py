"""Export and import: what HR gets, changes and gives back."""

import datetime
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from faq.exchange.exporting import export
from faq.exchange.importing import apply, plan
from faq.files import Format
from faq.formats import jsonl, yaml_writer
from faq.loading.loader import builtin, load, read
from faq.model import About, Entry, EntryKind, Expectation, Knowledge, Lexicon, OneWay, Source, Tuning
from faq.problems import EditError, KnowledgeError
from tests.faq.workbooks import book

TODAY = datetime.date(2026, 4, 1)

texts = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
    | st.text(st.sampled_from("0123456789./:-,万円年 #"), min_size=1, max_size=10)
    | st.sampled_from(["窓口は #人事 です", "月額2.5万円", "9/1", "Q1. 研修は", "A1. はい", "質問", "■給与", "TRUE"])
    | st.text(st.sampled_from("=+-@'\"\t\r\n,;:#&*!|>%{}[]~?、ＡｱあＡ①㈱\\ 0nulyes"), min_size=1, max_size=12)
).map(str.strip).filter(bool)  # fmt: skip
ids = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
days = st.none() | st.dates()
addresses = st.none() | st.sampled_from(["https://example.jp", "https://example.jp/採用_(人事)?b=1&c=2#寮"])
sources = st.none() | st.builds(
    Source, title=texts, publisher=st.none() | texts, as_of=st.dates(), url=addresses
)


@st.composite
def entries(draw: st.DrawFn, kind: EntryKind) -> Entry:
    return Entry(
        id=draw(ids),
        kind=kind,
        category=draw(st.none() | texts),
        question=draw(texts),
        also_asked=tuple(draw(st.lists(texts, max_size=5))),
        answer=draw(texts),
        speaker=draw(st.none() | texts),
        source=draw(sources),
        as_of=draw(days),
        review_by=draw(days),
        valid_until=draw(days),
        related=tuple(draw(st.lists(ids, max_size=3))),
        handover=kind is EntryKind.REFERRAL and draw(st.booleans()),
        owner=draw(st.none() | texts),
        url=draw(addresses),
        topic=draw(st.none() | texts),
    )


@st.composite
def expectations(draw: st.DrawFn) -> Expectation:
    gold = draw(st.dictionaries(ids, st.integers(1, 9), max_size=3))
    has = tuple(draw(st.lists(texts, max_size=2))) if gold else ()
    return Expectation(q=draw(texts), gold=gold, kind=draw(texts), answer_has=has)


lexicons = st.builds(
    Lexicon,
    groups=st.lists(st.lists(texts, min_size=2, max_size=4).map(tuple), max_size=2).map(tuple),
    one_way=st.lists(
        st.builds(OneWay, word=texts, means=st.lists(texts, min_size=1, max_size=3).map(tuple)), max_size=2
    ).map(tuple),
    never=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    terms=st.lists(texts, max_size=2).map(tuple),
)
numbers = st.floats(allow_nan=False, allow_infinity=False)
scales = st.floats(0, exclude_min=True, allow_infinity=False)
tunings = st.builds(
    Tuning, made_on=st.dates(), questions=st.integers(1), entries=st.integers(1), search=st.text("abz_0;", min_size=1),
    scale=scales, shift=numbers, offered_scale=scales, offered_shift=numbers,
)  # fmt: skip
others = entries(EntryKind.REFERRAL) | entries(EntryKind.SMALLTALK)
knowledges = st.builds(
    Knowledge,
    entries=st.tuples(entries(EntryKind.ANSWER), st.lists(others, max_size=3)).map(
        lambda each: (each[0], *each[1])
    ),
    expectations=st.lists(expectations(), max_size=3).map(tuple),
    lexicon=lexicons,
    about=st.none() | st.builds(About, name=st.none() | texts, contact=st.none() | texts),
    tuning=st.none() | tunings,
).filter(lambda knowledge: len({entry.id for entry in knowledge.entries}) == len(knowledge.entries))


@pytest.fixture(scope="module")
def part() -> tuple[list[Knowledge], list[Expectation]]:
    """Return two parts of the built-in FAQ, and what is asked of them: all of it takes long in a workbook."""
    held = load(builtin())
    parts = [load(builtin() / f"{name}.yaml").entries for name in ("apply", "event")]
    known = {entry.id for entries in parts for entry in entries}
    words = {name: getattr(held.lexicon, name) for name in Lexicon.model_fields}
    return [
        Knowledge(
            entries=tuple(each.model_copy(update={"related": ()}) for each in entries),
            lexicon=Lexicon(**{name: some[number::50] for name, some in words.items()}),
        )
        for number, entries in enumerate(parts)
    ], [each for each in held.expectations if each.gold.keys() <= known][:30]


@pytest.fixture
def folder(part: tuple[list[Knowledge], list[Expectation]], tmp_path: Path) -> Path:
    (folder := tmp_path / "faq").mkdir()
    for number, knowledge in enumerate(part[0]):
        (folder / f"{number}.yaml").write_text(yaml_writer.dump(knowledge), "utf-8")
    (folder / "expectations.jsonl").write_text(jsonl.dump(part[1]), "utf-8")
    return folder


@pytest.mark.parametrize("to", Format)
@settings(max_examples=15)
@given(knowledge=knowledges)
def test_what_is_exported_reads_back_the_same(to: Format, knowledge: Knowledge) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = export(knowledge, to, Path(folder) / f"faq.{to}")
        assert sorted(files) == sorted(Path(folder).iterdir())
        reading = read(Path(folder))
    assert reading.problems == ()
    kept = knowledge if to is Format.YAML else knowledge.model_copy(update={"about": None, "tuning": None})
    assert reading.knowledge == kept
    assert Knowledge.model_validate_json(knowledge.model_dump_json()) == knowledge
    assert reading.rows.found == reading.rows.read


@pytest.mark.parametrize("to", [Format.XLSX, Format.CSV])
def test_a_text_that_begins_like_a_formula_is_exported_as_a_text(to: Format, tmp_path: Path) -> None:
    starts = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1")
    entries = tuple(
        Entry(id=str(number), question=f"{start}?", answer=start) for number, start in enumerate(starts)
    )
    (file,) = export(Knowledge(entries=entries), to, tmp_path / f"faq.{to}")
    if to is Format.XLSX:
        cells = [each[0] for each in load_workbook(file)["FAQ"]["D2:D6"]]
        assert [(cell.value, cell.data_type) for cell in cells] == [(f"{start}?", "s") for start in starts]
    else:
        lines = file.read_text(encoding="utf-8-sig").splitlines()[1:]
        assert all(f",'{start}?," in line for start, line in zip(starts, lines, strict=True))


@pytest.mark.parametrize("text", ["あ" * 32_768, "_x0041_"])
def test_a_text_that_excel_cannot_hold_is_told_and_not_cut(text: str, tmp_path: Path) -> None:
    knowledge = Knowledge(entries=(Entry(id="a", question="aは", answer=text),))
    with pytest.raises(EditError):
        export(knowledge, Format.XLSX, tmp_path / "faq.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_new_folder_takes_over_everything(folder: Path, tmp_path: Path) -> None:
    export(load(folder), Format.XLSX, tmp_path / "hr.xlsx")
    new = tmp_path / "new"
    files = apply(plan(tmp_path / "hr.xlsx", new), new, TODAY)
    assert sorted(file.name for file in files) == ["entries.yaml", "expectations.jsonl", "lexicon.yaml"]
    assert load(new) == load(tmp_path / "hr.xlsx")
    assert (new / "entries.yaml").read_text(encoding="utf-8").count("publisher:") <= len(load(new).entries)


def test_addresses_stay_where_a_sheet_has_no_column_for_them(folder: Path, tmp_path: Path) -> None:
    """Such as one that was exported before there were any."""
    source = Source(title="報告", as_of=TODAY, url="https://example.jp/report")
    told = Entry(
        id="a", question="aは", answer="aです。", source=source, as_of=TODAY, url="https://example.jp/a"
    )
    (folder / "more.jsonl").write_text(jsonl.dump([told]), encoding="utf-8")
    header = ("id", "質問", "回答", "出典", "出典の時点", "時点")
    (tmp_path / "hr.xlsx").write_bytes(book(["a", "aは", "bです。", "報告", TODAY, TODAY], header=header))
    apply(plan(tmp_path / "hr.xlsx", folder), folder, TODAY)
    assert load(folder).entry("a") == told.model_copy(update={"answer": "bです。"})


def test_an_id_that_no_entry_has_is_refused_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    header = ("id", "質問", "回答", "関連")
    (tmp_path / "hr.xlsx").write_bytes(
        book(["brand-new", "新しいのは", "これです。", "nowhere"], header=header)
    )
    before = {file: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(KnowledgeError, match="there is no entry 'nowhere'"):
        apply(plan(tmp_path / "hr.xlsx", folder), folder, TODAY)
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_expectations_and_words_are_taken_over(folder: Path, tmp_path: Path) -> None:
    before = load(folder)
    first, *others = before.expectations
    group, *groups = before.lexicon.groups
    regraded = first.model_copy(update={"gold": {before.entries[0].id: 2}, "answer_has": ()})
    words = {"groups": ((*group, "新しい言葉"), *groups), "terms": (*before.lexicon.terms, "新語")}
    changed = {
        "expectations": (regraded, *others, Expectation(q="まだない質問", gold={})),
        "lexicon": before.lexicon.model_copy(update=words),
    }
    wanted = before.model_copy(update=changed)
    export(wanted, Format.XLSX, tmp_path / "hr.xlsx")
    apply(plan(tmp_path / "hr.xlsx", folder), folder, TODAY)
    after = load(folder)
    assert not plan(tmp_path / "hr.xlsx", folder).comparison
    assert after.lexicon == wanted.lexicon
    assert sorted(map(repr, after.expectations)) == sorted(map(repr, wanted.expectations))
