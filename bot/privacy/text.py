"""A text for masking: normalized, cut into morphemes, with spans of what identifies a person."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from index.analysis.tokenizer import Morpheme, morphemes

_VOICED = "\uff9e\uff9f\u3099\u309a"
# Variants of characters that the dictionary has in another form, and all dashes as one.
_SHAPES = str.maketrans("髙﨑濵德栁𠮷〜～", "高崎浜徳柳吉~~") | dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹣"), "-")

JOINTS = frozenset({" ", "・", "="})  # what may stand between two parts of a name

_PARTICLES = frozenset(
    {"は", "の", "が", "を", "も", "に", "で", "て", "と", "や", "な", "た", "です", "ます", "まして"}
)


class MaskedKind(StrEnum):
    """What is masked; the value replaces it in the text."""

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
    kind: MaskedKind


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order; overlapping spans become one, with the kind of the longer one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            last = found.pop()
            longer = max(last, span, key=lambda each: each.end - each.start)
            found.append(Span(last.start, max(last.end, span.end), longer.kind))
        else:
            found.append(span)
    return found


def normalize(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return `text` in NFKC, with one kind of dash and no invisible characters but line feeds.

    The second value has, for each of its characters, start and end of the original piece.

    >>> normalize("ﾀﾞ㈱")
    ('ダ(株)', [(0, 2), (2, 3), (2, 3), (2, 3)])
    """
    chars: list[str] = []
    pieces: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (text[end] in _VOICED or unicodedata.category(text[end]) == "Mn"):
            end += 1
        for char in unicodedata.normalize("NFKC", text[start:end]).translate(_SHAPES):
            if char == "\n" or unicodedata.category(char) not in {"Cf", "Cc"}:
                chars.append(char)
                pieces.append((start, end))
        start = end
    return "".join(chars), pieces


@dataclass(frozen=True)
class Token:
    """A morpheme and where it stands in the text: from `start` up to, not including, `end`."""

    start: int
    end: int
    morpheme: Morpheme

    @property
    def surface(self) -> str:
        return self.morpheme.surface

    @property
    def is_person(self) -> bool:
        """Whether the dictionary reads it as a person's name; Latin letters do not count, as it only guesses them."""
        return self.morpheme.naming[0] == "人名" and not self.surface.isascii()

    @property
    def is_place(self) -> bool:
        return self.morpheme.naming[0] == "地名"

    @property
    def is_noun(self) -> bool:
        """Whether it can be part of a name: a noun that is no number, a prefix or a suffix."""
        first, second = self.morpheme.part_of_speech
        return first in {"名詞", "接尾辞", "接頭辞"} and second != "数詞"

    @property
    def is_kana(self) -> bool:
        """Whether it is in kana and no particle: it may be a piece of an unknown name."""
        kana = all("ぁ" <= char <= "ヺ" or char == "ー" for char in self.surface)
        return kana and self.surface not in _PARTICLES


def tokens(text: str) -> list[Token]:
    """Return the morphemes of `text` in order; they cover it without a gap."""
    known = list(morphemes(text))
    ends = accumulate(len(morpheme.surface) for morpheme in known)
    return [Token(end - len(each.surface), end, each) for each, end in zip(known, ends, strict=True)]


@lru_cache(maxsize=4096)
def is_surname(word: str) -> bool:
    """Whether a word is read as a surname before さん; it may also be a common word or a place (森, 千葉)."""
    if not word.strip():
        return False
    first = tokens(f"{word}さん")[0]
    return first.is_person and first.surface == word
