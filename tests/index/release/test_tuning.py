from datetime import date
from pathlib import Path
from typing import Any

import pytest

from faq.formats.yaml_writer import dump
from faq.loading.loader import Reading, read
from faq.model import Knowledge, Tuning
from index.decision.model import ENGINE
from index.decision.policy import Calibration
from index.release.published import PublishingOutcome
from index.release.store import Store
from index.release.tuning import calibration_of, misfits, search_name
from tests.index.builders import TINY, FakeEncoder
from tests.index.release.publishers import publisher

IDENTITY = "fake 1"
KEPT = Calibration(scale=0.5, shift=1.0, offered_scale=2.0, offered_shift=-1.0)


def tuned(**changes: Any) -> Knowledge:  # noqa: ANN401 -- whatever a tuning has
    """Return the tiny set with a calibration for its search with the encoder of tests."""
    made = Tuning(
        made_on=date(2025, 6, 1), questions=200, entries=8, search=search_name(IDENTITY), **KEPT.model_dump()
    )
    return TINY.model_copy(update={"tuning": made.model_copy(update=changes)})


def write(folder: Path, knowledge: Knowledge) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "faq.yaml").write_text(dump(knowledge), encoding="utf-8")
    return folder


def problems(reading: Reading, identity: str = IDENTITY) -> list[str]:
    return [str(problem) for problem in misfits(reading, identity)]


def test_what_was_kept_is_used_for_its_own_search_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """With other encoders or another version of the program the same probability means something else."""
    knowledge = tuned()
    assert calibration_of(knowledge, IDENTITY) == KEPT
    assert calibration_of(knowledge, "") == calibration_of(knowledge, "fake 2") == Calibration()
    assert calibration_of(TINY, IDENTITY) == Calibration()
    assert calibration_of(tuned(search=search_name("")), "") == KEPT
    monkeypatch.setattr("index.release.tuning.ENGINE", ENGINE + 1)
    assert calibration_of(knowledge, IDENTITY) == Calibration()


def test_a_tuning_that_fits_has_no_problem(tmp_path: Path) -> None:
    reading = read(write(tmp_path, tuned()))
    assert reading.sure().tuning == tuned().tuning
    assert problems(reading) == []
    assert problems(read(write(tmp_path, tuned(entries=7)))) == []
    assert problems(read(write(tmp_path, TINY))) == []


@pytest.mark.parametrize(
    ("changes", "key", "what"),
    [
        ({"search": "0"}, "search", "another version of the search or other encoders, and is not used"),
        ({"entries": 4}, "entries", "made when there were 4 entries, and now there are 8"),
    ],
)
def test_a_tuning_that_is_not_used_or_old_is_a_warning_with_its_line(
    tmp_path: Path, changes: dict[str, Any], key: str, what: str
) -> None:
    folder = write(tmp_path, tuned(**changes))
    lines = (folder / "faq.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.strip().startswith(f"{key}: "))
    (problem,) = problems(read(folder))
    assert problem.startswith(f"{folder / 'faq.yaml'}:{line}: warning: ")
    assert what in problem
    assert problem.endswith("; run 'faq tune --questions FILE --keep' again, or remove the tuning")


def test_publishing_a_tuning_changes_what_is_served_and_removing_it_brings_it_back(tmp_path: Path) -> None:
    folder, home = write(tmp_path / "faq", TINY), tmp_path / "home"
    before = publisher(folder, home).publish().release
    write(folder, tuned())
    result = publisher(folder, home).publish()
    assert result.outcome is PublishingOutcome.PUBLISHED
    assert result.differences is not None
    assert result.differences.tuning
    assert Store(home, [FakeEncoder()]).read(result.release.name).policy.calibration == KEPT
    write(folder, TINY)
    assert publisher(folder, home).publish().release.name == before.name
