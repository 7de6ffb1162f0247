"""Slips of the pen in YAML: what a parser's complaint means, and what of a text is lost or changed without one."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from faq.formats.document import Steps
from faq.problems import Fault, Severity
from faq.wording import escaped

_OPENS = re.compile("quoted|flow|simple key")
_NO_SPACE = re.compile(r"\s*-[A-Za-z_]+\s*:")
_FULL_WIDTH_COLON = re.compile(r"\s*(?:- +)?[A-Za-z_]+\uff1a")
_KEY = re.compile(r"\s*(?:- +)?(?:[A-Za-z_]+:[ \t]+)")
_HASH = re.compile(r"\s+#(?=\S)")
# By convention two blanks stand before a remark, and one after its sign.
_REMARK = re.compile(r"(?:\t| {2,})\s*#(?:\s|$)")
_TEXTS = frozenset(
    {
        "question",
        "also_asked",
        "answer",
        "category",
        "speaker",
        "owner",
        "title",
        "publisher",
        "q",
        "answer_has",
    }
    | {"groups", "word", "means", "never", "terms"}
)
"""Keys whose values are words of people: a '#' in them may be meant."""
_TAB = re.compile(r"(?<=\S)[ ]*\t(?=\s*\S)")
_EXAMPLE = 5
_LONGEST_EXAMPLE = 60

# In order: the first that is part of the parser's complaint holds. Both parsers of PyYAML are covered.
_MEANINGS = {
    "maximum nesting depth": Fault.of(
        "too-deep"
    ),  # libyaml looks this far ahead before the first level is told
    "mapping values are not allowed": Fault.of("colon-in-text"),
    "entries are not allowed": Fault.of("dash-in-text"),
    "while scanning a simple key": Fault.of("no-colon"),
    "while scanning a quoted scalar": Fault.of("open-quote"),
    "while scanning a double-quoted scalar": Fault.of("backslash"),
    "unknown escape character": Fault.of("backslash"),
    "scanning an alias": Fault.of("begins-with", mark="*"),
    "scanning an anchor": Fault.of("begins-with", mark="&"),
    "tag": Fault.of("begins-with", mark="!"),
    "flow sequence": Fault.of("flow-list"),
    "flow mapping": Fault.of("flow-mapping"),
    "cannot start any token": Fault.of("begins-specially"),
    "node content": Fault.of("special-character"),
    "directive": Fault.of("directive"),
    "document": Fault.of("two-documents"),
}
_FLOWS = frozenset({"flow-list", "flow-mapping", "no-colon", "wrong-indent"})
"""What a remark that was none brings about."""


class Mark(Protocol):
    """A place in the text, from 0."""

    @property
    def line(self) -> int: ...  # noqa: D102 -- as in PyYAML
    @property
    def column(self) -> int: ...  # noqa: D102 -- the same


class Complaint(Protocol):
    """What PyYAML raises."""

    @property
    def context(self) -> str | None: ...  # noqa: D102 -- as in PyYAML
    @property
    def problem(self) -> str | None: ...  # noqa: D102 -- the same
    @property
    def context_mark(self) -> Mark | None: ...  # noqa: D102 -- the same
    @property
    def problem_mark(self) -> Mark | None: ...  # noqa: D102 -- the same


class Scalar(Protocol):
    """A text in the stream of PyYAML's events."""

    @property
    def value(self) -> str: ...  # noqa: D102 -- as in PyYAML
    @property
    def style(self) -> str | None: ...  # noqa: D102 -- the same
    @property
    def start_mark(self) -> Mark | None: ...  # noqa: D102 -- the same
    @property
    def end_mark(self) -> Mark | None: ...  # noqa: D102 -- the same


class BrokenError(Exception):
    """The file cannot be read beyond a line."""

    def __init__(self, line: int, fault: Fault, column: int = 0) -> None:
        """Keep where, from 1, and why."""
        self.line, self.fault, self.column = line, fault, column
        super().__init__(fault)


class Slip(NamedTuple):
    """What happened to a text on its way, and where, from 1."""

    line: int
    column: int
    fault: Fault
    severity: Severity


def syntax_error(error: Complaint, lines: Sequence[str]) -> BrokenError:  # noqa: PLR0911 -- a slip each
    """Return what a parser's complaint means to the person who wrote the file."""
    # The line to look at is where a quote or bracket opens, else where the parser gave up.
    opens = error.context_mark if _OPENS.search(error.context or "") else None
    mark = opens or error.problem_mark
    number = mark.line + 1 if mark else 1
    above = lines[number - 2] if 1 < number <= len(lines) else ""
    if _NO_SPACE.match(above) or above.startswith("\u3000"):
        number -= 1  # it was read as a key, and the line below as more of its value
    line = lines[number - 1] if number <= len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return BrokenError(number, Fault.of("tab"))
    if "\u3000" in indent:
        return BrokenError(number, Fault.of("wide-space"))
    if _NO_SPACE.match(line):
        return BrokenError(number, Fault.of("dash-without-space"))
    if _FULL_WIDTH_COLON.match(line):
        return BrokenError(number, Fault.of("wide-colon"))
    complaint = f"{error.context}: {error.problem}"
    fault = next(
        (meaning for part, meaning in _MEANINGS.items() if part in complaint), Fault.of("wrong-indent")
    )
    if fault.kind == "colon-in-text" and error.problem_mark:
        return BrokenError(number, _colon(line), error.problem_mark.column + 1)
    for at in (number, number - 1) if fault.kind in _FLOWS else ():
        text = lines[at - 1] if 0 < at <= len(lines) else ""
        found = None if text.lstrip().startswith("#") or '"' in text or "'" in text else _HASH.search(text)
        if found:
            return BrokenError(at, _hash(text[found.end() - 1 :], _value(text)), found.end())
    return BrokenError(number, fault)


def text_slips(event: Scalar, lines: Sequence[str], steps: Steps) -> list[Slip]:
    """Return what of a text that people wrote is cut off, joined by a blank, or holds a tab."""
    key = next((step for step in reversed(steps) if isinstance(step, str)), "")
    if key not in _TEXTS or event.start_mark is None or event.end_mark is None:
        return []
    start, end = event.start_mark, event.end_mark
    span = _Span(start.line, start.column, min(end.line, len(lines) - 1), end.column)
    slips = (_cut(event, span, lines), _joined(event, span, lines), _tabs(event, span, lines))
    return [slip for slip in slips if slip]


class _Span(NamedTuple):
    """Where a text begins and ends, from 0."""

    first: int
    begin: int
    last: int
    end: int


def _cut(event: Scalar, span: _Span, lines: Sequence[str]) -> Slip | None:
    if event.style:
        return None
    rest = lines[span.last][span.end :]
    # Behind a key without a value stands nothing but a remark, unless its sign is a part of a word.
    found = re.match(r"\s+#(?P<blank>\s|$)?" if event.value else r"\s*#(?P<blank>\s|$)?", rest)
    in_word = found is not None and found["blank"] is None
    if not found or _REMARK.match(rest) or not (event.value or in_word):
        return None
    whole = lines[span.first][span.begin :].strip() if span.first == span.last else ""
    column = span.end + rest.index("#") + 1
    return Slip(span.last + 1, column, _hash(rest, whole), Severity.ERROR if in_word else Severity.WARNING)


def _joined(event: Scalar, span: _Span, lines: Sequence[str]) -> Slip | None:
    if event.style == "|":
        return None
    for number in range(span.first, span.last):
        begin = span.begin + bool(event.style) if number == span.first else 0
        before = lines[number][begin:].strip()
        after = lines[number + 1].strip()
        if number + 1 == span.last and event.style in {'"', "'"}:
            after = lines[span.last][: span.end - 1].strip()
        joined = f"{before[-_EXAMPLE:]} {after[:_EXAMPLE]}"
        if (_is_wide(before[-1:]) or _is_wide(after[:1])) and joined in event.value:
            fault = Fault.of("blank-joined", joined=joined)
            return Slip(number + 1, len(lines[number].rstrip()), fault, Severity.WARNING)
    return None


def _tabs(event: Scalar, span: _Span, lines: Sequence[str]) -> Slip | None:
    for number in range(span.first, span.last + 1) if "\t" in event.value else ():
        found = _TAB.search(lines[number], span.begin if number == span.first else 0)
        if found:
            return Slip(number + 1, found.end(), Fault.of("tab-inside"), Severity.WARNING)
    return None


def _is_wide(letter: str) -> bool:
    return bool(letter) and unicodedata.east_asian_width(letter) in "WF"


def _hash(lost: str, whole: str) -> Fault:
    in_list = whole.startswith(("[", "{"))
    return Fault.of("hash-cuts-text", lost=lost.strip(), quoted=_in_quotes("" if in_list else whole))


def _colon(line: str) -> Fault:
    return Fault.of(
        "colon-in-text" if _KEY.match(line) else "colon-on-own-line", quoted=_in_quotes(_value(line))
    )


def _value(line: str) -> str:
    found = _KEY.match(line)
    return line[found.end() :].strip() if found else line.strip()


def _in_quotes(text: str) -> str:
    """Return a text as it is written in quotes; a long one is not written out."""
    if not text or len(text) > _LONGEST_EXAMPLE:
        return '"…"'
    return '"' + escaped(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
