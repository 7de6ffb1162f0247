"""What a person can put right in a knowledge set: where it is, what is wrong, what to do; and how it is worded."""

import difflib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

_LONGEST_QUOTE = 40


class FaqError(Exception):
    """Base of what a person can put right; the command line prints its text, without a traceback."""


class EditError(FaqError):
    """A file that cannot be written or changed as it was asked, with what to do."""


class Severity(StrEnum):
    """Whether a problem keeps the knowledge from being served."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file and, where they are known, a line, or a sheet, row and column, from 1.

    >>> print(Place("job.yaml", 12), Place("faq.csv", row=14), Place("faq.xlsx", sheet="採用", row=14, column=28))
    job.yaml:12 faq.csv 14行 faq.xlsx シート『採用』14行 AB列
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
        column = f" {letters(self.column)}列" if self.column else ""
        return f"{self.file} {sheet}{row}{column}".rstrip()

    @property
    def whole_row(self) -> "Place":
        """The same place without its column."""
        return replace(self, column=0)


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
    """A knowledge set that cannot be served, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the message has a line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def letters(column: int) -> str:
    """Return the letters of a column of a sheet, counted from 1; nothing for 0.

    >>> letters(3), letters(28)
    ('C', 'AB')
    """
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def quoted(text: str) -> str:
    """Return the text in quotes, on one line, cut where it is long; what cannot be seen is escaped."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…")


def shown(path: str | os.PathLike[str]) -> str:
    r"""Return the path as a person reads it: one line, whatever bytes the name is made of.

    >>> shown("faq/仕事.yaml")
    'faq/仕事.yaml'
    >>> print(shown("two\nlines\udcff.yaml"))
    two\nlines\udcff.yaml
    """
    return "".join(
        letter if letter.isprintable() or letter == "\u3000" else letter.encode("unicode_escape").decode()
        for letter in os.fspath(path)
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant; `None` if none is near.

    >>> nearest("Also-Aksed", ["also_asked", "answer"])
    'also_asked'
    >>> nearest("colour", ["also_asked", "answer"])
    """
    plain = word.strip().casefold().replace("-", "_").replace(" ", "_")
    by_plain = {name.casefold().replace("-", "_"): name for name in known}
    found = difflib.get_close_matches(plain, by_plain, n=1)
    return by_plain[found[0]] if found else None
