"""The topics of the library, read from plain text files: "# id name、other name", and below it one question a line."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_OF_COHORT = 7
"""Place of the question of each topic in the cohort: not the first, which an FAQ may have word for word, nor one of
the last, which ask for details."""


@dataclass(frozen=True)
class Topic:
    """One topic that applicants ask about; its names are short noun phrases, its first question is worded as in an FAQ.

    Every topic has 14 questions or more. A topic `of_trade` is about a kind of job that only some employers have.
    """

    id: str
    names: tuple[str, ...]
    questions: tuple[str, ...]
    of_trade: bool = False

    @property
    def name(self) -> str:
        """The name to show."""
        return self.names[0]


@cache
def topics() -> tuple[Topic, ...]:
    """Return all topics, in order of the files.

    >>> [(topic.name, topic.questions[0]) for topic in topics() if topic.id == "dormitory"]
    [('寮・社宅', '寮や社宅はありますか')]
    """
    found = []
    for file in sorted(Path(__file__).with_name("data").glob("*.txt")):
        of_trade = file.name.startswith("trade-")
        for block in file.read_text(encoding="utf-8").strip().split("\n\n"):
            head, *questions = block.splitlines()
            topic_id, names = head.removeprefix("# ").split(" ", 1)
            found.append(Topic(topic_id, tuple(names.split("、")), tuple(questions), of_trade))
    return tuple(found)


@cache
def cohort() -> tuple[str, ...]:
    """Return one question a topic: the cohort, against which the evidence of each entry is normalized."""
    return tuple(topic.questions[_OF_COHORT] for topic in topics())
