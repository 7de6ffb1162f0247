"""What people pressed says which entry a question means: counted by person, and what they refused against it."""

from typing import Any

import pytest

from bot.journal.questions import StoredQuestion
from bot.proposals.suggesting import chosen
from tests.bot.reporting.builders import recorded

ASKED = "泊まれる所は"


def offered(name: str, **rest: Any) -> StoredQuestion:  # noqa: ANN401 -- of `StoredQuestion`
    return recorded(ASKED, **{"id": name, "reply": "choices", "entries": ("dorm", "trip"), **rest})


def pressed(entry_id: str, of: str, **rest: Any) -> StoredQuestion:  # noqa: ANN401 -- the same
    given = {"id": f"{of}{entry_id}{rest.get('person')}", "entries": (entry_id,), "choice_of": of, **rest}
    return recorded("寮はありますか", **given)


def counted(*asked: StoredQuestion) -> dict[str, tuple[int, int]]:
    """Return how many chose each entry for the question, and how many refused it."""
    votes = chosen(asked).get(ASKED, {})
    found = {entry_id: (len(each.people), each.against) for entry_id, each in votes.items()}
    return {entry_id: counts for entry_id, counts in found.items() if any(counts)}


def test_each_person_counts_once_with_what_they_pressed_last() -> None:
    asked = [
        offered("a", person="1"),
        pressed("trip", "a", person="1"),
        pressed("dorm", "a", person="1"),
        offered("b", person="1"),
        pressed("dorm", "b", person="1"),
        offered("c", person="2"),
        pressed("dorm", "c", person="2"),
    ]
    assert counted(*asked) == {"dorm": (2, 0)}


def test_what_did_not_help_and_none_of_these_count_against_it() -> None:
    assert counted(offered("a", bad=1)) == {"dorm": (0, 1), "trip": (0, 1)}
    assert counted(offered("a"), pressed("dorm", "a", bad=1)) == {"dorm": (0, 1)}
    assert counted(recorded(ASKED, entries=("dorm",), bad=1)) == {"dorm": (0, 1)}


def test_an_answer_that_helped_was_chosen_too_but_not_where_it_showed_several() -> None:
    assert counted(recorded(ASKED, entries=("dorm",), good=1)) == {"dorm": (1, 0)}
    assert counted(recorded(ASKED, entries=("dorm", "trip"), good=1)) == {}


@pytest.mark.parametrize(
    "asked",
    [
        (offered("a", follows=True), pressed("dorm", "a")),
        (offered("a", reply="unknown", entries=()), pressed("dorm", "a")),
        (offered("a"), pressed("dorm", "gone")),
        (recorded(None, id="a", reply="choices", entries=("dorm",)), pressed("dorm", "a")),
    ],
)
def test_a_press_says_nothing_elsewhere(asked: tuple[StoredQuestion, ...]) -> None:
    """Not of what goes on with a conversation, of examples below 「わからない」, of what is gone."""
    assert counted(*asked) == {}
