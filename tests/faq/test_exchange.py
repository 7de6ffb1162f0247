"""Export and import: what HR gets, changes and gives back."""

import datetime
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from faq.exchange.comparison import compare
from faq.exchange.exporting import contents, write_out
from faq.exchange.importing import apply, plan
from faq.files import Format
from faq.formats import jsonl, yaml_writer
from faq.formats.sheets.rows import made_id
from faq.loading.loader import load, read
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


def entries(kind: EntryKind) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        id=ids,
        kind=st.just(kind),
        category=st.none() | texts,
        question=texts,
        also_asked=st.lists(texts, max_size=5),
        answer=texts,
        speaker=st.none() | texts,
        source=sources,
        as_of=days,
        review_by=days,
        valid_until=days,
        related=st.lists(ids, max_size=3),
        handover=st.booleans() if kind is EntryKind.REFERRAL else st.just(value=False),
        owner=st.none() | texts,
        url=addresses,
        topic=st.none() | texts,
    )


golds = st.dictionaries(ids, st.integers(1, 9), min_size=1, max_size=3)
expectations = st.builds(Expectation, q=texts, gold=st.just({}), kind=texts) | st.builds(
    Expectation, q=texts, gold=golds, kind=texts, answer_has=st.lists(texts, max_size=2)
)
one_way = st.builds(OneWay, word=texts, means=st.lists(texts, min_size=1, max_size=3))
lexicons = st.builds(
    Lexicon,
    groups=st.lists(st.lists(texts, min_size=2, max_size=4), max_size=2),
    one_way=st.lists(one_way, max_size=2),
    never=st.lists(st.tuples(texts, texts), max_size=2),
    terms=st.lists(texts, max_size=2),
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
    entries=st.builds(
        lambda first, more: [first, *more], entries(EntryKind.ANSWER), st.lists(others, max_size=3)
    ),
    expectations=st.lists(expectations, max_size=3),
    lexicon=lexicons,
    about=st.none() | st.builds(About, name=st.none() | texts, contact=st.none() | texts),
    tuning=st.none() | tunings,
).filter(lambda knowledge: len({entry.id for entry in knowledge.entries}) == len(knowledge.entries))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two files of entries, one of words, and one of expectations."""
    (folder := tmp_path / "faq").mkdir()
    held = [
        Knowledge(entries=(Entry(id=name, question=f"{name}は", answer=f"{name}です。"),)) for name in "ab"
    ]
    words = Lexicon(
        groups=(("在宅", "自宅"), ("服", "衣服")),
        one_way=(OneWay(word="寮", means=("住居",)),),
        terms=("ICT職",),
    )
    for name, knowledge in zip("abc", (*held, Knowledge(entries=(), lexicon=words)), strict=True):
        (folder / f"{name}.yaml").write_text(yaml_writer.dump(knowledge), "utf-8")
    expected = [Expectation(q=f"{name}とは", gold={name: 1}) for name in "ab"]
    (folder / "expectations.jsonl").write_text(jsonl.dump(expected), "utf-8")
    return folder


@pytest.mark.parametrize("to", Format)
@settings(max_examples=15)
@given(knowledge=knowledges)
def test_what_is_exported_reads_back_the_same(to: Format, knowledge: Knowledge) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = write_out(contents(knowledge, to, Path(folder) / f"faq.{to}"))
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
    (file,) = write_out(contents(Knowledge(entries=entries), to, tmp_path / f"faq.{to}"))
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
        write_out(contents(knowledge, Format.XLSX, tmp_path / "faq.xlsx"))
    assert list(tmp_path.iterdir()) == []


def test_a_new_folder_takes_over_everything(folder: Path, tmp_path: Path) -> None:
    write_out(contents(load(folder), Format.XLSX, tmp_path / "hr.xlsx"))
    new = tmp_path / "new"
    files = apply(plan(tmp_path / "hr.xlsx", new), new, TODAY)
    assert sorted(file.name for file in files) == ["entries.yaml", "expectations.jsonl", "lexicon.yaml"]
    assert load(new) == load(tmp_path / "hr.xlsx")


@pytest.mark.parametrize(
    "columns", [{"出典": "報告", "出典の時点": TODAY, "時点": TODAY}, {"出典のリンク": None}]
)
def test_what_a_sheet_says_but_in_part_of_a_source_stays(
    folder: Path, tmp_path: Path, columns: dict[str, object]
) -> None:
    """Addresses in one that was exported before there were any, and all of it in one without its title."""
    source = Source(title="報告", as_of=TODAY, url="https://example.jp/report")
    told = Entry(
        id="c", question="cは", answer="cです。", source=source, as_of=TODAY, url="https://example.jp/c"
    )
    (folder / "more.jsonl").write_text(jsonl.dump([told]), encoding="utf-8")
    header = ("id", "質問", "回答", *columns)
    (tmp_path / "hr.xlsx").write_bytes(book(["c", "cは", "はい。", *columns.values()], header=header))
    apply(plan(tmp_path / "hr.xlsx", folder), folder, TODAY)
    assert load(folder).entry("c") == told.model_copy(update={"answer": "はい。"})


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "テレワークは毎週どれくらい可能でしょうか",
            "週に3日までできます。前日までに上司に申請してください。",
        ),
        ("在宅勤務は週何日まで可能ですか", "週に2日までできます。前日までに上司へ申請してください。"),
    ],
)
def test_a_row_may_be_the_entry_with_its_answer_however_it_asks(question: str, answer: str) -> None:
    held = Entry(
        id="remote",
        question="在宅勤務は週に何日できますか",
        answer="在宅勤務は週に3日までできます。前日までに上司に申請してください。",
    )
    row = Entry(id=made_id(question), question=question, answer=answer)
    compared = compare(Knowledge(entries=(held,)), Knowledge(entries=(row,)))
    assert [doubt.change.before for doubt in compared.doubts] == [held]


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
    write_out(contents(wanted, Format.XLSX, tmp_path / "hr.xlsx"))
    apply(plan(tmp_path / "hr.xlsx", folder), folder, TODAY)
    after = load(folder)
    assert not plan(tmp_path / "hr.xlsx", folder).comparison
    assert after.lexicon == wanted.lexicon
    assert sorted(map(repr, after.expectations)) == sorted(map(repr, wanted.expectations))
