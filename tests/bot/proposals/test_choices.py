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


def answered(**rest: Any) -> StoredQuestion:  # noqa: ANN401 -- the same
    return recorded(ASKED, **{"entries": ("dorm",), **rest})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # Each person counts once, with what they pressed last.
        ([offered("a", person="1"), pressed("trip", "a", person="1"), pressed("dorm", "a", person="1"),
          offered("b", person="1"), pressed("dorm", "b", person="1"),
          offered("c", person="2"), pressed("dorm", "c", person="2")], {"dorm": (2, 0)}),
        ([offered("a", person="1"), pressed("trip", "a", person="1"),
          offered("b", person="1"), pressed("dorm", "b", person="1")], {"dorm": (1, 0)}),
        # What did not help, and none of these, count against it.
        ([offered("a", bad=1)], {"dorm": (0, 1), "trip": (0, 1)}),
        ([offered("a"), pressed("dorm", "a", bad=1)], {"dorm": (0, 1)}),
        ([answered(bad=1)], {"dorm": (0, 1)}),
        # An answer that helped was chosen too, but not where it showed several.
        ([answered(good=1)], {"dorm": (1, 0)}),
        ([answered(entries=("dorm", "trip"), good=1)], {}),
        # Nothing is said of what goes on with a conversation, of examples below 「わからない」, of what is gone.
        ([offered("a", follows=True), pressed("dorm", "a")], {}),
        ([offered("a", reply="unknown", entries=()), pressed("dorm", "a")], {}),
        ([offered("a"), pressed("dorm", "gone")], {}),
        ([recorded(None, id="a", reply="choices", entries=("dorm",)), pressed("dorm", "a")], {}),
    ],
)  # fmt: skip
def test_what_people_pressed_counts_for_an_entry_or_against_it(
    asked: list[StoredQuestion], expected: dict[str, tuple[int, int]]
) -> None:
    votes = chosen(asked).get(ASKED, {})
    found = {entry_id: (len(each.people), each.against) for entry_id, each in votes.items()}
    assert {entry_id: counts for entry_id, counts in found.items() if any(counts)} == expected
