import re
import subprocess
import sys

import pytest

from faq.model import Expectation, Knowledge, Lexicon
from index.channel import Weights
from index.fitting import FEWEST
from index.heldout import FOLDS
from index.release.building import basis, build, name_of
from index.release.fits import standard_fit
from tests.index.builders import TINY, entry

_SHOW = """
from faq.model import Knowledge
from index.question import Question
from index.reading import Reader
from index.release.building import build
import sys
release = build(Knowledge.model_validate_json(sys.stdin.buffer.read()))
print(release.name, Reader(release.index, release.fit).read(Question("テレワークの補助金と更新料、研修", "服装")))
"""


def expectations(answered: int, unanswered: int) -> tuple[Expectation, ...]:
    asked = [Expectation(q=f"研修 {number}", gold={"training": 1}) for number in range(answered)]
    return (*asked, *(Expectation(q=f"給料 {number}", gold={}) for number in range(unanswered)))


def test_a_name_is_twelve_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{12}", name_of(TINY))
    assert build(TINY).name == name_of(TINY)


@pytest.mark.parametrize(
    "changed",
    [
        TINY.model_copy(update={"entries": TINY.entries[::-1]}),
        TINY.model_copy(update={"entries": (*TINY.entries, entry("new", "新しい質問"))}),
        TINY.model_copy(update={"entries": (entry("remote", "x"), *TINY.entries[1:])}),
        TINY.model_copy(update={"lexicon": Lexicon()}),
        TINY.model_copy(update={"expectations": expectations(1, 0)}),
    ],
    ids=["order", "entry added", "entry changed", "lexicon", "expectations"],
)
def test_the_name_changes_with_the_content(changed: Knowledge) -> None:
    assert name_of(changed) != name_of(TINY)


def test_the_name_changes_with_what_decides_how_it_is_compiled() -> None:
    assert name_of(TINY, Weights(sound=0.5)) != name_of(TINY)
    assert basis(Weights(sound=0.5)) != basis()


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
    assert name_of(TINY).encode() in shown[0]


@pytest.mark.parametrize(("answered", "unanswered"), [(0, 0), (FEWEST, FEWEST - 1), (FEWEST - 1, FEWEST)])
def test_a_set_with_few_expectations_is_served_with_the_standard_fit(answered: int, unanswered: int) -> None:
    knowledge = TINY.model_copy(update={"expectations": expectations(answered, unanswered)})
    assert build(knowledge).fit == standard_fit()


def test_a_set_with_enough_expectations_is_fitted_on_them() -> None:
    told: list[str] = []
    knowledge = TINY.model_copy(update={"expectations": expectations(FEWEST, FEWEST)})
    release = build(knowledge, progress=told.append)
    assert release.fit.asked == 2 * FEWEST
    assert release.fit != standard_fit()
    assert len(told) == 1 + FOLDS


def test_the_standard_fit_is_one() -> None:
    fitted = standard_fit()
    assert 0 < fitted.offer <= fitted.answer < 1
