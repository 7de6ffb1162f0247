import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from faq.formats.authoring import dump
from faq.model import Knowledge
from faq.reading import load, read
from faq.schema import schema
from faq.tuning import Confidence, EmbeddedTuning, Feature, Levels, Tuning
from tests.faq.folders import entry, problems_of, written

ENTRIES = "entries:\n" + entry("a", "also_asked: [aって, aのこと]")
TUNING = """\
tuning:
  made_on: 2025-06-01
  questions: 200
  entries: 1
  search: 0123456789ab
  weights:
    likeness: 0.8
  confidence:
    bias: -0.5
    features:
      share: {centre: 0.4, weight: -2.5}
    thresholds:
      balanced: {answer: 0.9, offer: 0.3}
"""
READ = Tuning(
    made_on=date(2025, 6, 1),
    questions=200,
    entries=1,
    search="0123456789ab",
    weights={"likeness": 0.8},
    confidence=Confidence(
        bias=-0.5,
        features={"share": Feature(centre=0.4, weight=-2.5)},
        thresholds={"balanced": Levels(answer=0.9, offer=0.3)},
    ),
)

numbers = st.floats(allow_nan=False, allow_infinity=False)
shares = st.floats(0, 1)
names = st.text("abcz_0", min_size=1, max_size=9)
confidences = st.none() | st.builds(
    Confidence,
    bias=numbers,
    features=st.dictionaries(names, st.builds(Feature, centre=numbers, weight=numbers), max_size=3),
    thresholds=st.dictionaries(
        names,
        st.tuples(shares, shares).map(lambda pair: Levels(answer=max(pair), offer=min(pair))),
        max_size=3,
    ),
)
tunings = st.builds(
    Tuning,
    made_on=st.dates(),
    questions=st.integers(1),
    entries=st.integers(1),
    search=names,
    weights=st.dictionaries(names, st.floats(0, 100), max_size=3),
    confidence=confidences,
    embedded=st.none()
    | st.builds(
        EmbeddedTuning,
        model=names,
        search=names,
        weights=st.dictionaries(names, st.floats(0, 100), max_size=3),
    ),
)


def test_a_tuning_is_read_beside_the_other_files(tmp_path: Path) -> None:
    reading = read(written(tmp_path, a__yaml=ENTRIES, tuning__yaml=TUNING))
    assert reading.problems == ()
    assert reading.sure().tuning == READ
    assert reading.tuned_at is not None
    assert str(reading.tuned_at.at("weights", "likeness")) == f"{tmp_path / 'tuning.yaml'}:7"


@given(tuning=tunings)
@settings(deadline=None)  # the machine may be busy
def test_what_is_written_reads_back_the_same(
    tuning: Tuning, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("faq") / "a.yaml"
    knowledge = Knowledge(entries=load(written(file.parent, b__yaml=ENTRIES)).entries, tuning=tuning)
    (file.parent / "b.yaml").unlink()
    file.write_text(dump(knowledge), encoding="utf-8")
    assert load(file) == knowledge
    assert Knowledge.model_validate_json(knowledge.model_dump_json()) == knowledge


def test_a_set_without_a_tuning_is_the_same_text_as_before_there_were_any(tmp_path: Path) -> None:
    """Releases are named by it, and the fits that come with the program are found by it."""
    folder = written(tmp_path, a__yaml=ENTRIES)
    assert set(json.loads(load(folder).model_dump_json())) == {"entries", "lexicon", "expectations"}
    written(folder, tuning__yaml=TUNING)
    assert set(json.loads(load(folder).model_dump_json())) == {"entries", "lexicon", "expectations", "tuning"}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("likeness: 0.8", "likeness: viel", 7, "'likeness' is 'viel', which is no number; write a number such as 0.5"),
        ("likeness: 0.8", "likeness: -1", 7, "'likeness' is '-1'; write a number from 0 on"),
        ("likeness: 0.8", "likeness: 101", 7, "'likeness' is '101'; write a number up to 100"),
        ("likeness: 0.8", "likeness: nan", 7, "'likeness' is 'nan', which is no number; write a number such as 0.5"),
        ("likeness: 0.8", "likeness: [1]", 7, "'likeness' is a list, which is no number; write a number such as 0.5"),
        ("questions: 200", "questions: 0", 3, "'questions' is '0'; write a whole number, 1 or more"),
        ("on: 2025-06-01", "on: 86400", 2, "'made_on' is '86400', which is no date; write a real day as YYYY-MM-DD"),
        ("search: 0123456789ab", "serch: x", 5, "unknown key 'serch'; did you mean 'search'?"),
        ("bias: -0.5", "bais: 1", 9, "unknown key 'bais'; did you mean 'bias'?"),
        ("{centre: 0.4,", "{center: 0.4,", 11, "unknown key 'center'; did you mean 'centre'?"),
        ("answer: 0.9", "answr: 0.9", 13, "unknown key 'answr'; did you mean 'answer'?"),
        ("answer: 0.9", "answer: 1.5", 13, "'answer' is '1.5'; write a number up to 1"),
        ("answer: 0.9", "answer: 0.2", 13, "'offer' is above 'answer'; change one of the two"),
    ],
)  # fmt: skip
def test_a_slip_in_a_tuning_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in TUNING
    texts = {"a__yaml": ENTRIES, "tuning__yaml": TUNING.replace(old, new)}
    assert problems_of(tmp_path, **texts) == [f"tuning.yaml:{line}: error: {message}"]
    assert read(tmp_path).knowledge is None


def test_a_confidence_for_embeddings_needs_one_for_when_there_are_none(tmp_path: Path) -> None:
    """It would be served without any when the server does not answer."""
    levels = "thresholds: {balanced: {answer: 0.9, offer: 0.3}}"
    confidence = f"confidence: {{bias: 0, features: {{}}, {levels}}}"
    embedded = f"  embedded: {{model: e5, search: '1', {confidence}}}\n"
    head = TUNING[: TUNING.index("  confidence:")]
    (problem,) = problems_of(tmp_path, a__yaml=ENTRIES, tuning__yaml=head + embedded)
    assert "'embedded' has a 'confidence', and there is none for questions without an embedding" in problem
    assert problems_of(tmp_path, a__yaml=ENTRIES, tuning__yaml=TUNING + embedded) == []


def test_two_tunings_are_one_too_many(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, a__yaml=ENTRIES + TUNING, tuning__yaml=TUNING)
    assert problems == ["tuning.yaml:1: error: a tuning is already at a.yaml:6; keep one of the two"]


def test_editors_know_a_tuning() -> None:
    validator = Draft202012Validator(schema())
    tuning = json.loads(READ.model_dump_json())
    validator.validate({"tuning": tuning})
    assert list(validator.iter_errors({"tuning": {**tuning, "wieghts": {}}}))
    assert schema()["$defs"]["Tuning"]["properties"]["weights"]["title"] == "根拠の重み"
