"""The lines of a YAML file that cannot be parsed: characters that no text has, and the entry around a broken line."""

import itertools
import re

from faq.problems import Place, Problem

_UNREADABLE = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTRY_START = re.compile(r"\s*-\s*[\"']?(?:id|kind|category|question|q)[\"']?\s*:")
_BLOCK_START = re.compile(r"[^\s#-]|---")


def readable_lines(text: str) -> list[str]:
    r"""Return the lines of a text with their ends, and a space in place of every character that no text has.

    >>> readable_lines("id: a\x07b\nid: c")
    ['id: a b\n', 'id: c']
    """
    return _UNREADABLE.sub(" ", text).splitlines(keepends=True)


def control_characters(text: str, lines: list[str], file: str) -> list[Problem]:
    """Say where the first character stands that no text has; `lines` is the text without such."""
    found = _UNREADABLE.search(text)
    if found is None:
        return []
    ends = itertools.accumulate(map(len, lines))
    line = next(number for number, end in enumerate(ends, start=1) if found.start() < end)
    what = f"a control character (U+{ord(found[0]):04X})"
    remedy = "remove it and all like it below, and save the file as UTF-8"
    return [Problem(Place(file, line), what, remedy)]


def entry_around(lines: list[str], at: int) -> range | None:
    """Return the lines of the entry that the line `at` belongs to; `None` if it belongs to none."""
    first = min(at, len(lines) - 1)
    while first >= 0 and not _ENTRY_START.match(lines[first]):
        if _BLOCK_START.match(lines[first]):
            return None
        first -= 1
    if first < 0:
        return None
    after = first + 1
    while after < len(lines) and not (_ENTRY_START.match(lines[after]) or _BLOCK_START.match(lines[after])):
        after += 1
    return range(first, after)
