"""Common mistakes in YAML: what an error of the parser means, and what it loses or changes without an error."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from faq.formats.parsed_file import Steps
from faq.problems import Fault, Severity
from faq.wording import escaped

_OPENS = re.compile("quoted|flow|simple key")
_NO_SPACE = re.compile(r"\s*-[A-Za-z_]+\s*:")
_SLIPS = {
    "tab": re.compile(r"\s*\t"),
    "wide-space": re.compile(r"\s*\u3000"),
    "dash-without-space": _NO_SPACE,
    "wide-colon": re.compile(r"\s*(?:- +)?[A-Za-z_]+\uff1a"),
}
"""How lines begin that the parser takes for something else."""
_KEY = re.compile(r"\s*(?:- +)?(?:[A-Za-z_]+:[ \t]+)")
_HASH = re.compile(r"\s+#(?=\S)")
# By convention two blanks stand before a remark, and one after its sign.
_REMARK = re.compile(r"(?:\t| {2,})\s*#(?:\s|$)")
_TEXTS = frozenset({
    "question", "also_asked", "answer", "category", "speaker", "owner", "title", "publisher", "q", "answer_has",
    "groups", "word", "means", "never", "terms",
})  # fmt: skip
"""Keys of prose, in which a '#' may be part of the text."""
_TAB = re.compile(r"(?<=\S)[ ]*\t(?=\s*\S)")
QUOTES = frozenset({'"', "'"})
_EXAMPLE = 5
_LONGEST_EXAMPLE = 60

# The first one that is a part of the error message holds. Both parsers of PyYAML are covered.
_MEANINGS = {
    "maximum nesting depth": Fault.of("too-deep"),  # libyaml looks far ahead before it tells the first level
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
"""Faults that a '#' inside a text may cause."""

Parsed = Any
"""A scalar or an error of the parser, of which `faq.formats.yaml` alone knows the types."""


class BrokenError(Exception):
    """The file cannot be read beyond a line; line and column count from 1."""

    def __init__(self, line: int, fault: Fault, column: int = 0) -> None:
        self.line, self.fault, self.column = line, fault, column
        super().__init__(fault)


def syntax_error(error: Parsed, lines: Sequence[str]) -> BrokenError:
    """Return what an error of the parser means to the author of the file."""
    complaint = f"{error.context}: {error.problem}"
    # The line to look at is where a quote or bracket opens, else where the parser gave up.
    opens = error.context_mark if _OPENS.search(error.context or "") else None
    number = mark.line + 1 if (mark := opens or error.problem_mark) else 1
    column = error.problem_mark.column + 1 if error.problem_mark else 0
    above = lines[number - 2] if 1 < number <= len(lines) else ""
    if _NO_SPACE.match(above) or above.startswith("\u3000"):
        number -= 1  # it was read as a key, and the line below as more of its value
    line = lines[number - 1] if number <= len(lines) else ""
    if kind := next((kind for kind, slip in _SLIPS.items() if slip.match(line)), ""):
        return BrokenError(number, Fault.of(kind))
    fault = next(
        (meaning for part, meaning in _MEANINGS.items() if part in complaint), Fault.of("wrong-indent")
    )
    if fault.kind == "colon-in-text":
        kind = fault.kind if _KEY.match(line) else "colon-on-own-line"
        return BrokenError(number, Fault.of(kind, quoted=_in_quotes(_value(line))), column)
    for at in (number, number - 1) if fault.kind in _FLOWS else ():
        text = lines[at - 1] if 0 < at <= len(lines) else ""
        found = None if text.lstrip().startswith("#") or '"' in text or "'" in text else _HASH.search(text)
        if found:
            return BrokenError(at, _hash(text[found.end() - 1 :], _value(text)), found.end())
    return BrokenError(number, fault)


def is_prose(steps: Steps) -> bool:
    """Whether the value there is prose."""
    return next((step for step in reversed(steps) if isinstance(step, str)), "") in _TEXTS


Slip = tuple[int, int, Fault, Severity]
"""The line and the column of a slip, from 1."""


def cut_off(event: Parsed, lines: Sequence[str]) -> Iterator[Slip]:
    """Yield what a '#' cuts off a text without quotes; it is an error where that is surely a mistake."""
    start, end = event.start_mark, event.end_mark
    if start is None or end is None or event.style:
        return
    last = min(end.line, len(lines) - 1)
    rest = lines[last][end.column :]
    # Behind a key without a value stands nothing but a remark, unless its sign is a part of a word.
    found = re.match(r"\s+#(?P<blank>\s|$)?" if event.value else r"\s*#(?P<blank>\s|$)?", rest)
    in_word = found is not None and found["blank"] is None
    if found and not _REMARK.match(rest) and (event.value or in_word):
        whole = lines[last][start.column :].strip() if start.line == last else ""
        severity = Severity.ERROR if in_word else Severity.WARNING
        yield last + 1, end.column + rest.index("#") + 1, _hash(rest, whole), severity


def changes(event: Parsed, lines: Sequence[str]) -> Iterator[Slip]:
    """Yield the first place where joining lines puts a blank beside a wide letter, and the first tab."""
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return
    quote = int(event.style in QUOTES)
    spanned = [line.rstrip("\r\n") for line in lines[start.line : end.line + 1]]
    if end.line < len(lines):
        spanned[-1] = spanned[-1][: end.column - quote]
    spanned[0] = " " * (start.column + quote) + spanned[0][start.column + quote :]
    for number, (line, below) in enumerate(pairwise(spanned) if event.style != "|" else (), start.line + 1):
        before, after = line.strip(), below.strip()
        joined = f"{before[-_EXAMPLE:]} {after[:_EXAMPLE]}"
        if (_is_wide(before[-1:]) or _is_wide(after[:1])) and joined in event.value:
            yield number, len(line.rstrip()), Fault.of("blank-joined", joined=joined), Severity.WARNING
            break
    for number, line in enumerate(spanned if "\t" in event.value else (), start.line + 1):
        if found := _TAB.search(line):
            yield number, found.end(), Fault.of("tab-inside"), Severity.WARNING
            break


def _is_wide(letter: str) -> bool:
    return bool(letter) and unicodedata.east_asian_width(letter) in "WF"


def _hash(lost: str, whole: str) -> Fault:
    in_list = whole.startswith(("[", "{"))
    return Fault.of("hash-cuts-text", lost=lost.strip(), quoted=_in_quotes("" if in_list else whole))


def _value(line: str) -> str:
    found = _KEY.match(line)
    return line[found.end() :].strip() if found else line.strip()


def _in_quotes(text: str) -> str:
    """Return a text in quotes, or "…" for a long one."""
    if not text or len(text) > _LONGEST_EXAMPLE:
        return '"…"'
    return '"' + escaped(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'
