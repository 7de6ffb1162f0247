"""What a person can put right in a knowledge set: where it is, what is wrong, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class FaqError(Exception):
    """Base of what a person can put right; the command line prints its text, without a traceback."""


class Severity(StrEnum):
    """Whether a problem keeps the knowledge from being served."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file and, where they are known, a line, or a sheet, row and column, from 1.

    >>> str(Place("job.yaml", 12))
    'job.yaml:12'
    >>> str(Place("job.yaml"))
    'job.yaml'
    >>> str(Place("faq.xlsx", sheet="採用", row=14, column=3))
    'faq.xlsx シート『採用』14行 C列'
    >>> str(Place("faq.csv", row=14))
    'faq.csv 14行'
    """

    file: str
    line: int = 0
    sheet: str = ""
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}"
        sheet = f"シート『{self.sheet}』" if self.sheet else ""
        row = f"{self.row}行" if self.row else ""
        column = f" {column_letters(self.column)}列" if self.column else ""
        return f"{self.file} {sheet}{row}{column}".rstrip()

    @property
    def whole_row(self) -> "Place":
        """The same place without its column."""
        return replace(self, column=0)


def column_letters(number: int) -> str:
    """Return the letters that a spreadsheet shows over a column, counted from 1.

    >>> column_letters(3), column_letters(26), column_letters(28)
    ('C', 'Z', 'AB')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


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
