"""Text normalized for patterns, each character knowing which piece of the original it came from."""

import unicodedata
from dataclasses import dataclass

_VOICED = "\uff9e\uff9f\u3099\u309a"
_INVISIBLE = {"Cf", "Cc"}
# Shapes of characters that a dictionary of names has under another, and every dash as one.
_SHAPES = str.maketrans("髙﨑濵德栁𠮷〜～", "高崎浜徳柳吉~~") | dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹣"), "-")


@dataclass(frozen=True)
class NormalizedText:
    """A text in NFKC, on which spans are found, and what is needed to carry them back.

    Attributes:
        text: Narrow letters and digits, one kind of dash, no invisible characters but line feeds.
        pieces: For each character of `text`, where its piece of the original starts and ends.
    """

    text: str
    pieces: tuple[tuple[int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that `text[start:end]`, which is not empty, came from."""
        return self.pieces[start][0], self.pieces[end - 1][1]


def normalize(text: str) -> NormalizedText:
    """Return `text` normalized; any text at all, the empty one included.

    >>> normalize("０９０ー１２３４").text
    '090ー1234'
    >>> normalize("ﾔﾏﾀﾞ㈱").original(2, 3), normalize("ﾔﾏﾀﾞ㈱").original(3, 6)
    ((2, 4), (4, 5))
    """
    chars: list[str] = []
    pieces: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (text[end] in _VOICED or unicodedata.category(text[end]) == "Mn"):
            end += 1
        for char in unicodedata.normalize("NFKC", text[start:end]).translate(_SHAPES):
            if char == "\n" or unicodedata.category(char) not in _INVISIBLE:
                chars.append(char)
                pieces.append((start, end))
        start = end
    return NormalizedText("".join(chars), tuple(pieces))
