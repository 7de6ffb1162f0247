from datetime import date

from bot.ablation import ablate, steps
from bot.evaluating import QuestionSet
from faq.model import Expectation
from index.dialogues import Dialogue, Turn
from index.heldout import folds
from index.kinds import present
from tests.index.builders import BY_WORDS, TINY, release

TODAY = date(2025, 6, 1)
ASKED = QuestionSet(
    "tiny",
    (
        Expectation(q="リモートワーク", gold={"remote": 1}),
        Expectation(q="研修はありますか", gold={"training": 1}),
    ),
    (Dialogue(turns=(Turn(q="服装は自由ですか", gold={"clothes": 1}), Turn(q="宇宙", gold={}))),),
)


def test_every_kind_that_counts_is_left_out_once_and_all_are_asked_first() -> None:
    served = release()
    calls = []
    rows = ablate(served, [ASKED], (), today=TODAY, step=lambda: calls.append(1))
    assert [row.kind for row in rows] == ["", *present(served.index)]
    assert len(calls) == steps(served, [ASKED], ())
    assert rows[0].sets[0].turns.asked == 2


def test_what_only_one_kind_finds_is_missed_without_it() -> None:
    """リモートワーク stands nowhere; it means テレワーク."""
    rows = {row.kind: row.sets[0].report.p_at_1 for row in ablate(release(), [ASKED], (), today=TODAY)}
    assert rows[""] == 1
    assert rows["concept"] == 0.5
    assert rows["answer"] == 1


def test_the_fit_is_made_anew_for_each_row_where_there_are_folds() -> None:
    known = tuple(
        Expectation(q=f"{word}{number}", gold=gold)
        for number in range(60)
        for word, gold in (("研修", {"training": 1}), ("宇宙", {}))
    )
    taught = release(TINY.model_copy(update={"expectations": known}), BY_WORDS)
    held = tuple(folds(taught.knowledge, taught.index.weights))
    calls = []
    rows = ablate(taught, [ASKED], held, today=TODAY, step=lambda: calls.append(1))
    assert len(calls) == steps(taught, [ASKED], held) == len(rows) * (120 + 4)
