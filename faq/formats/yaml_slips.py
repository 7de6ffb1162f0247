"""Common mistakes in YAML: what an error of the parser means, and what it loses or changes without an error."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

import yaml

from faq.formats.document import Steps
from faq.problems import Fault
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


class BrokenError(Exception):
    """The file cannot be read beyond a line; line and column count from 1."""

    def __init__(self, line: int, fault: Fault, column: int = 0) -> None:
        self.line, self.fault, self.column = line, fault, column
        super().__init__(fault)


def syntax_error(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> BrokenError:
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


def cut_off(text: str, rest: str, whole: str) -> tuple[Fault, bool] | None:
    """Return what a '#' cuts off a text without quotes, and whether that is surely a mistake.

    `rest` is what follows the text on its line, and `whole` the text and the rest, if the text has one line.
    """
    # Behind a key without a value stands nothing but a remark, unless its sign is a part of a word.
    found = re.match(r"\s+#(?P<blank>\s|$)?" if text else r"\s*#(?P<blank>\s|$)?", rest)
    in_word = found is not None and found["blank"] is None
    if not found or _REMARK.match(rest) or not (text or in_word):
        return None
    return _hash(rest, whole), in_word


def changes(text: str, lines: Sequence[str], *, is_joined: bool) -> Iterator[tuple[int, int, Fault]]:
    """Yield the first place where joining lines puts a blank beside a wide letter, and the first tab.

    Each has its line, from 0 in `lines`, and its column, from 1. `lines` are as in the file, blank outside the text.
    """
    for number, (line, below) in enumerate(pairwise(lines) if is_joined else ()):
        before, after = line.strip(), below.strip()
        joined = f"{before[-_EXAMPLE:]} {after[:_EXAMPLE]}"
        if (_is_wide(before[-1:]) or _is_wide(after[:1])) and joined in text:
            yield number, len(line.rstrip()), Fault.of("blank-joined", joined=joined)
            break
    for number, line in enumerate(lines if "\t" in text else ()):
        if found := _TAB.search(line):
            yield number, found.end(), Fault.of("tab-inside")
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
