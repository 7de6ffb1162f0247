"""What a person can put right in a knowledge set: where it is, what is wrong, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class FaqError(Exception):
    """Base of what a person can put right; the command line prints its text, without a traceback."""


class Severity(StrEnum):
    """Whether a problem keeps the knowledge from being served."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file and, where it is known, a line counted from 1.

    >>> str(Place("job.yaml", 12))
    'job.yaml:12'
    >>> str(Place("job.yaml"))
    'job.yaml'
    """

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One thing to put right.

    >>> print(Problem(Place("job.yaml", 3), "unknown key 'also_aksed'", "did you mean 'also_asked'?"))
    job.yaml:3: error: unknown key 'also_aksed'; did you mean 'also_asked'?
    """

    place: Place
    what: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.what}; {self.remedy}"


class KnowledgeError(FaqError):
    """A knowledge set that cannot be served, with every problem found in it.

    Attributes:
        problems: In order of place; at least one is an error.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the message has a line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
