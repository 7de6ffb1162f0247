import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from faq.fields import NO_TOPIC
from faq.formats.yaml_writer import dump
from faq.loading.loader import read
from faq.model import Expectation, Knowledge, Lexicon, Tuning
from index.analysis.questions import Question
from index.decision.model import ENGINE
from index.decision.policy import Calibration
from index.library.topics import cohort
from index.release.building import build, calibration_of, name_of, search_name
from index.release.findability import findability
from index.release.gate import differences
from index.release.store import tuning_warnings
from index.retrieval.encoder import SentenceEncoder
from tests.index.builders import TINY, entry
from tests.index.release.publishers import ENCODERS

_SHOW = """
from faq.model import Knowledge
from index.analysis.questions import Question
from index.release.building import build
from tests.index.builders import FakeEncoder
import sys
release = build(Knowledge.model_validate_json(sys.stdin.buffer.read()), [FakeEncoder()])
read = release.reader().read(Question("テレワークの補助金と更新料、研修", "服装"))
print(release.name, read.verdict, read.scored, read.hits)
"""
IDENTITY = "fake 1"
KEPT = Calibration(scale=0.5, shift=1.0, offered_scale=2.0, offered_shift=-1.0)


def tuned(**changes: Any) -> Knowledge:  # noqa: ANN401 -- whatever a tuning has
    """Return the tiny set with a calibration for its search with the encoder of tests."""
    made = Tuning(
        made_on=date(2025, 6, 1), questions=200, entries=8, search=search_name(IDENTITY), **KEPT.model_dump()
    )
    return TINY.model_copy(update={"tuning": made.model_copy(update=changes)})


def with_(**fields: Any) -> Knowledge:  # noqa: ANN401 -- whatever a knowledge has
    return TINY.model_copy(update=fields)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (with_(entries=TINY.entries[::-1]), "reordered"),
        (with_(entries=(*TINY.entries, entry("new", "新しい質問"))), "added"),
        (with_(entries=TINY.entries[1:]), "removed"),
        (with_(entries=(entry("remote", "x"), *TINY.entries[1:])), "changed"),
        (with_(lexicon=Lexicon()), "lexicon"),
        (with_(expectations=(Expectation(q="研修 1", gold={"training": 1}),)), "expectations_differ"),
        (tuned(), "tuning"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_name_changes_with_the_content_and_the_difference_is_told(changed: Knowledge, told: str) -> None:
    assert name_of(changed, ENCODERS) != name_of(TINY, ENCODERS)
    found = differences(TINY, changed)
    assert found
    assert [name for name, value in vars(found).items() if value and name != "expectations"] == [told]
    assert not differences(changed, changed)


def test_another_process_builds_the_same_and_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """No set, clock or address in memory decides: the same question gives the same reply, byte for byte."""
    theirs = subprocess.run(
        [sys.executable, "-c", _SHOW],
        input=TINY.model_dump_json().encode(),
        env={"PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": "."},
        capture_output=True,
        check=True,
    ).stdout.decode()
    monkeypatch.setattr("index.retrieval.compiling.library_cohort", cohort)
    release = build(TINY, ENCODERS)
    read = release.reader().read(Question("テレワークの補助金と更新料、研修", "服装"))
    assert theirs == f"{name_of(TINY, ENCODERS)} {read.verdict} {read.scored} {read.hits}\n"


def test_a_calibration_is_used_for_its_own_search_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With other encoders or another version of the program the same probability means something else."""
    release = build(tuned(), ENCODERS)
    assert release.policy.calibration == KEPT
    assert release.policy_for(()).calibration == build(tuned()).policy.calibration == Calibration()
    assert calibration_of(tuned(), "fake 2") == calibration_of(TINY, IDENTITY) == Calibration()
    assert calibration_of(tuned(search=search_name("")), "") == KEPT
    older = tuned()
    monkeypatch.setattr("index.release.building.ENGINE", ENGINE + 1)
    assert calibration_of(older, IDENTITY) == Calibration()


@pytest.mark.parametrize("search", ["", "0"])
def test_a_tuning_that_is_not_used_is_a_warning_with_its_line(tmp_path: Path, search: str) -> None:
    file, knowledge = tmp_path / "faq.yaml", tuned(**{"search": search} if search else {})
    file.write_text(dump(knowledge), encoding="utf-8")
    reading = read(tmp_path)
    assert reading.sure().tuning == knowledge.tuning
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.strip().startswith("search: "))
    told = (
        f"{file}:{line}: 注意: 調整(tuning)は、別の版の検索か別のエンコーダーで作られたため、使っていません"
        " → `faq tune --questions ファイル --keep` をもう一度実行するか、tuning を消してください。"
    )
    assert [str(problem) for problem in tuning_warnings(reading, IDENTITY)] == ([told] if search else [])


@pytest.mark.parametrize(
    ("linked", "named", "few", "most"),
    [(None, "駐車場", 8, 10), ("賞与", "賞与", 0, 2), (NO_TOPIC, "", 0, 0)],
)
def test_an_entry_is_asked_for_as_applicants_ask_about_its_topic(
    use: SentenceEncoder, linked: str | None, named: str, few: int, most: int
) -> None:
    parking = entry("parking", "職員の駐車場はありますか", answer="あります。", topic=linked)
    release = build(Knowledge(entries=(*TINY.entries, parking)), [use])
    (found,) = findability(release, [parking], date(2026, 4, 1))
    assert (found.topic, found.of_topic) == (named, 10 if named else 0)
    assert few <= found.reached <= most
