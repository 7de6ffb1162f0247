"""What a person can correct in a knowledge set: where it is, what is wrong, what to do, and how that is worded."""

import difflib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from faq.wording import Labels, Value, escaped, marked, of_problem, worded

FIRST_PLACES = 3
"""Most problems of one kind that are listed one by one; of more, so many places are named."""


class FaqError(Exception):
    """Base of the errors that a person can correct; the command line prints the text without a traceback."""

    @classmethod
    def of(cls, fault: "Fault") -> Self:
        """Return the error of a fault, in the reader's language: what is wrong, and what to do.

        >>> print(EditError.of(Fault.of("edit-known-id", id="training")))
        idの「training」はすでに使われています
          別のidにしてください。
        """
        return cls(str(fault))


class EditError(FaqError):
    """A file that cannot be written or changed as wanted."""


class Severity(StrEnum):
    """Whether a problem keeps the knowledge from being served."""

    ERROR = "error"
    WARNING = "warning"


_SEVERITIES = Labels({Severity.ERROR: "間違い", Severity.WARNING: "注意"})


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file and, where they are known, a line and column, or a sheet, row and column, from 1.

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
            return f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")
        sheet = worded("シート『{sheet}』", sheet=self.sheet) if self.sheet else ""
        row = worded("{row}行", row=self.row) if self.row else ""
        column = worded(" {column}列", column=letters(self.column)) if self.column else ""
        return f"{self.file} {sheet}{row}{column}".rstrip()

    @property
    def whole_row(self) -> "Place":
        """The same place without its column."""
        return replace(self, column=0)


@dataclass(frozen=True)
class Fault:
    """A kind of problem in the catalogue, with the values that its text names.

    `advice` names another kind, whose remedy replaces its own.
    """

    kind: str
    values: tuple[tuple[str, Value], ...] = ()
    advice: str = ""

    @classmethod
    def of(cls, kind: str, /, *, advice: str = "", **values: Value) -> "Fault":
        """Return a fault with its values by name."""
        return cls(kind, tuple(values.items()), advice)

    @property
    def what(self) -> str:
        """What is wrong, in the reader's language."""
        return of_problem(self.kind, 0, dict(self.values))

    @property
    def remedy(self) -> str:
        """What to do."""
        return of_problem(self.advice or self.kind, 1, dict(self.values))

    def __str__(self) -> str:
        return "\n  ".join(filter(None, (self.what, self.remedy)))


@dataclass(frozen=True)
class Problem:
    """One thing to correct; its text is one line.

    >>> fault = Fault.of("unknown-key", key="also_aksed", near="also_asked", advice="did-you-mean")
    >>> print(Problem(Place("job.yaml", 3), fault))
    job.yaml:3: 間違い: 「also_aksed」というキーはありません → 「also_asked」ではありませんか。
    """

    place: Place
    fault: Fault
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return _line([self])


class KnowledgeError(FaqError):
    """A knowledge set that cannot be served, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        errors, follow = causes(each for each in self.problems if each.severity is Severity.ERROR)
        lines: list[str] = []
        for same in by_kind(errors):
            lines += map(str, same) if len(same) <= FIRST_PLACES else [_line(same)]
        if follow:
            lines.append(follow_line(follow))
        if warnings := len(self.problems) - len(errors) - len(follow):
            lines.append(worded("ほかに注意が{count}件あります(`faq check` で一覧)", count=warnings))
        return "\n".join(lines)


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


def follow_line(follow: Sequence[Problem]) -> str:
    """Return a line that counts the problems that probably follow from others, and shows the first."""
    place, what = str(follow[0].place), follow[0].fault.what
    told = "上が直ると消える見込みのものが、ほかに{count}件あります({place}: {what} など)"
    return worded(told, count=len(follow), place=place, what=what)


def causes(errors: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
    """Return the errors to correct, and those that probably follow from them."""
    errors = list(errors)
    if not any(marked(each.fault.kind, "loses") for each in errors):
        return errors, []
    follow = [each for each in errors if marked(each.fault.kind, "follows")]
    return [each for each in errors if not marked(each.fault.kind, "follows")], follow


def by_kind(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Return problems with the same remedy together, in order of the first of each group."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for each in problems:
        found.setdefault((each.fault.kind, each.fault.advice), []).append(each)
    return list(found.values())


def places(problems: Sequence[Problem]) -> str:
    """Return where problems are: the first three places, and how many more."""
    told = tuple(str(each.place) for each in problems[:FIRST_PLACES])
    if len(problems) <= FIRST_PLACES:
        return "・".join(told)
    return worded("{places} ほか{more}件", places=told, more=len(problems) - FIRST_PLACES)


def _line(problems: Sequence[Problem]) -> str:
    """Return one line for problems of one kind."""
    fault, severity = problems[0].fault, _SEVERITIES[problems[0].severity]
    what = fault.what
    if len(problems) > 1:
        what = worded("{what}(ほかに同じもの{more}件)", what=what, more=len(problems) - 1)
    told = "{place}: {severity}: {what} → {remedy}"
    return worded(told, place=places(problems), severity=severity, what=what, remedy=fault.remedy)


def shown(path: str | os.PathLike[str]) -> str:
    r"""Return the path as a person reads it: one line, whatever bytes the name is made of.

    >>> shown("faq/仕事.yaml")
    'faq/仕事.yaml'
    >>> print(shown("two\nlines\udcff.yaml"))
    two\nlines\udcff.yaml
    """
    return escaped(os.fspath(path))


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
