import re
import subprocess
import sys
from datetime import date

import pytest

from faq.model import Expectation, Knowledge, Lexicon
from index.decision.policy import UTILITIES, Calibration, Point
from index.release.building import basis, build, name_of
from tests.index.builders import TINY, FakeEncoder, entry
from tests.index.release.test_tuning import tuned

_SHOW = """
from faq.model import Knowledge
from index.analysis.questions import Question
from index.release.building import build
from tests.index.builders import FakeEncoder
import sys
release = build(Knowledge.model_validate_json(sys.stdin.buffer.read()), [FakeEncoder()])
print(release.name, release.reader().read(Question("テレワークの補助金と更新料、研修", "服装")))
"""
ENCODERS = [FakeEncoder()]


def test_a_name_is_twelve_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{12}", name_of(TINY, ENCODERS))
    assert build(TINY, ENCODERS).name == name_of(TINY, ENCODERS)


@pytest.mark.parametrize(
    "changed",
    [
        TINY.model_copy(update={"entries": TINY.entries[::-1]}),
        TINY.model_copy(update={"entries": (*TINY.entries, entry("new", "新しい質問"))}),
        TINY.model_copy(update={"entries": (entry("remote", "x"), *TINY.entries[1:])}),
        TINY.model_copy(update={"lexicon": Lexicon()}),
        TINY.model_copy(update={"expectations": (Expectation(q="研修 1", gold={"training": 1}),)}),
        tuned(),
    ],
    ids=["order", "entry added", "entry changed", "lexicon", "expectations", "tuning"],
)
def test_the_name_changes_with_the_content(changed: Knowledge) -> None:
    assert name_of(changed, ENCODERS) != name_of(TINY, ENCODERS)


def test_the_name_changes_with_what_decides_how_it_is_compiled() -> None:
    names = {name_of(TINY, some) for some in ((), ENCODERS, [FakeEncoder(identity="fake 2")])}
    assert len(names) == 3
    assert basis(ENCODERS) != basis()


def test_another_process_builds_the_same_and_reads_the_same() -> None:
    """No set, clock or address in memory decides: the same question gives the same reply, byte for byte."""
    shown = [
        subprocess.run(
            [sys.executable, "-c", _SHOW],
            input=TINY.model_dump_json().encode(),
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert shown[0] == shown[1]
    assert name_of(TINY, ENCODERS).encode() in shown[0]


def test_a_point_is_a_view_of_the_same_release() -> None:
    release = build(TINY, ENCODERS)
    eager = release.at(Point.EAGER)
    assert (release.label, eager.label) == (release.name, f"{release.name}@eager")
    assert eager is release.at(Point.EAGER)
    assert release.at(Point.BALANCED) is release
    assert (eager.index, eager.policy.utility) == (release.index, UTILITIES[Point.EAGER])


def test_a_calibration_is_for_the_encoders_that_it_was_made_with() -> None:
    release = build(tuned(), ENCODERS)
    assert release.policy.calibration.scale == 0.5
    assert release.policy_for(()).calibration == Calibration()
    assert build(tuned()).policy.calibration == Calibration()


def test_entries_that_end_are_known() -> None:
    ends = entry("seminar", "説明会はいつですか", valid_until=date(2025, 7, 1))
    assert build(Knowledge(entries=(*TINY.entries, ends)), ENCODERS).dated == (ends,)
