"""Where a text holds something of a person, and of which kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is masked; each value stands in the text in place of what was there."""

    NAME = "〔氏名〕"
    MAIL = "〔メール〕"
    PHONE = "〔電話〕"
    URL = "〔URL〕"
    NUMBER = "〔番号〕"
    ADDRESS = "〔住所〕"
    ACCOUNT = "〔アカウント〕"
    BIRTHDAY = "〔生年月日〕"


@dataclass(frozen=True, order=True)
class Span:
    """A part of a text: from `start` up to, not including, `end`."""

    start: int
    end: int
    kind: Kind


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap made one of the longest one's kind.

    >>> merged([Span(4, 9, Kind.NUMBER), Span(0, 6, Kind.ADDRESS)])
    [Span(start=0, end=9, kind=<Kind.ADDRESS: '〔住所〕'>)]
    """
    found: list[tuple[Span, Span]] = []  # what it has grown to, and its longest part
    for span in sorted(spans):
        if found and span.start < found[-1][0].end:
            whole, longest = found.pop()
            longest = max(longest, span, key=lambda each: each.end - each.start)
            whole = Span(whole.start, max(whole.end, span.end), longest.kind)
            found.append((whole, longest))
        else:
            found.append((span, span))
    return [whole for whole, _ in found]
