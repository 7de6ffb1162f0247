"""How a question gets from a candidate to HR, and what stands in a message."""

from collections.abc import Sequence

from tests.slack.double import Person
from tests.slack.double.model import Json

ASKED = "給料はいくらですか"
TABLE = "表をご覧ください。"


def opens_form(anna: Person, asked: str = ASKED) -> None:
    anna.says(asked)
    anna.presses("人事に聞く")


def hand_over(anna: Person, question: str = "初任給は\n<!here> いくら?") -> None:
    opens_form(anna)
    anna.submits({"question": question})


def leaves(blocks: Sequence[Json]) -> list[Json]:
    parts = [part for block in blocks if block["type"] == "rich_text" for part in block["elements"]]
    return [leaf for part in parts for leaf in part["elements"]]
