import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from faq.exchange.exporting import schema
from faq.formats.yaml_writer import dump
from faq.loading.loader import load, read
from faq.model import Entry, Knowledge, Tuning
from tests.faq.folders import entry, problems_of, written

ENTRIES = "entries:\n" + entry("a", "also_asked: [aって, aのこと]")
TUNING = """\
tuning:
  made_on: 2025-06-01
  questions: 200
  entries: 1
  search: 7; fake 1
  scale: 0.5
  shift: -0.25
  offered_scale: 2
  offered_shift: 1
"""
READ = Tuning(
    made_on=date(2025, 6, 1), questions=200, entries=1, search="7; fake 1", scale=0.5, shift=-0.25,
    offered_scale=2.0, offered_shift=1.0,
)  # fmt: skip

numbers = st.floats(allow_nan=False, allow_infinity=False)
scales = st.floats(0, exclude_min=True, allow_infinity=False)
tunings = st.builds(
    Tuning, made_on=st.dates(), questions=st.integers(1), entries=st.integers(1), search=st.text("abz_0;", min_size=1),
    scale=scales, shift=numbers, offered_scale=scales, offered_shift=numbers,
)  # fmt: skip


def test_a_tuning_is_read_beside_the_other_files(tmp_path: Path) -> None:
    reading = read(written(tmp_path, a__yaml=ENTRIES, tuning__yaml=TUNING))
    assert reading.problems == ()
    assert reading.sure().tuning == READ
    assert reading.tuned_at is not None
    assert str(reading.tuned_at.at("shift")) == f"{tmp_path / 'tuning.yaml'}:7"


@given(tuning=tunings)
@settings(deadline=None)  # the machine may be busy
def test_what_is_written_reads_back_the_same(
    tuning: Tuning, tmp_path_factory: pytest.TempPathFactory
) -> None:
    knowledge = Knowledge(entries=(Entry(id="a", question="aは", answer="a"),), tuning=tuning)
    file = tmp_path_factory.mktemp("faq") / "a.yaml"
    file.write_text(dump(knowledge), encoding="utf-8")
    assert load(file) == knowledge
    assert Knowledge.model_validate_json(knowledge.model_dump_json()) == knowledge


def test_a_set_without_a_tuning_is_the_same_text_as_before_there_were_any(tmp_path: Path) -> None:
    """Releases are named by it."""
    folder = written(tmp_path, a__yaml=ENTRIES)
    assert set(json.loads(load(folder).model_dump_json())) == {"entries", "lexicon", "expectations"}
    written(folder, tuning__yaml=TUNING)
    assert set(json.loads(load(folder).model_dump_json())) == {"entries", "lexicon", "expectations", "tuning"}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("shift: -0.25", "shift: viel", 7, "'shift' is 'viel', which is no number; write a number such as 0.5"),
        ("shift: -0.25", "shift: nan", 7, "'shift' is 'nan', which is no number; write a number such as 0.5"),
        ("  scale: 0.5", "  scale: -1", 6, "'scale' is '-1'; write a number above 0"),
        ("questions: 200", "questions: 0", 3, "'questions' is '0'; write a whole number, 1 or more"),
        ("on: 2025-06-01", "on: 86400", 2, "'made_on' is '86400', which is no date; write a real day as YYYY-MM-DD"),
        ("search: 7", "serch: 7", 5, "unknown key 'serch'; did you mean 'search'?"),
    ],
)  # fmt: skip
def test_a_slip_in_a_tuning_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in TUNING
    texts = {"a__yaml": ENTRIES, "tuning__yaml": TUNING.replace(old, new)}
    assert problems_of(tmp_path, **texts) == [f"tuning.yaml:{line}: error: {message}"]
    assert read(tmp_path).knowledge is None


def test_two_tunings_are_one_too_many(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, a__yaml=ENTRIES + TUNING, tuning__yaml=TUNING)
    assert problems == ["tuning.yaml:1: error: a tuning is already at a.yaml:6; keep one of the two"]


def test_editors_know_a_tuning() -> None:
    validator = Draft202012Validator(schema())
    tuning = json.loads(READ.model_dump_json())
    validator.validate({"tuning": tuning})
    assert list(validator.iter_errors({"tuning": {**tuning, "scael": 1}}))
    assert schema()["$defs"]["Tuning"]["properties"]["scale"]["title"] == "確信度の倍率"
