"""Text as people type it, made safe and even before any morphology."""

import re
import unicodedata
from functools import lru_cache

from faq.model import folded
from index.analysis.characters import EVEN

LONGEST_QUESTION = 4_000
"""Characters of a message that are read; nobody asks in more, and Sudachi refuses 49,150 bytes."""

_KEPT = 20_000
"""Texts whose plain form is remembered: those of a knowledge set are needed several times while it is compiled."""

_SLACK = re.compile(
    r"<(?:[@#!]|https?:|mailto:)[^<>]{0,300}>|:(?!\d+:\d)[a-z0-9_+'-]{2,40}:|https?://\S+", re.IGNORECASE
)
_LONG_MARKS = re.compile("[ーｰ〜～~]{2,}")
_DASHES = re.compile("(?<=[ァ-ヴぁ-ゔ])[―‐−–—-](?![a-z0-9])")
_BLANKS = re.compile(r"\s+")
# Marks that NFKC would turn into letters or kana, or that mean nothing to a dictionary.
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk", "Mn", "Me"}
_VOICED = {"\u3099", "\u309a"}


@lru_cache(maxsize=_KEPT)
def plain(text: str) -> str:
    r"""Return `text` in NFKC, lower case, on one line, without markup, emoji, controls or surrogates.

    At most `LONGEST_QUESTION` characters are kept: the first and, of longer texts, the last half of that
    (a question mostly stands at an end). Empty if nothing that can be read is left.

    >>> plain("ﾃﾚﾜｰｸ　できますか？🙂 <@U012AB3CD> :pray:")
    'テレワーク できますか?'
    >>> plain("すごーーーい\x00\ud800")
    'すごーい'
    """
    text = _SLACK.sub(" ", shortened(unicodedata.normalize("NFKC", text)).translate(EVEN))
    # Lower case first: "İ" becomes a letter and a mark. Kana that an invisible mark held apart come together last.
    text = unicodedata.normalize("NFKC", text.lower().translate(_READABLE))
    text = _DASHES.sub("ー", _LONG_MARKS.sub("ー", text))
    return _BLANKS.sub(" ", text).strip()


def shortened(text: str) -> str:
    """Return at most `LONGEST_QUESTION` characters of `text`: its first half and its last, with a blank between."""
    half = LONGEST_QUESTION // 2
    return text if len(text) <= LONGEST_QUESTION else f"{text[:half]} {text[1 - half :]}"


class _Readable(dict[int, str]):
    """What stands for a character, by its number; worked out the first time that one is met."""

    def __missing__(self, number: int) -> str:
        char = chr(number)
        category = unicodedata.category(char)
        unread = not char.isprintable() if char.isascii() else category in _DROPPED and char not in _VOICED
        if unread:
            char = "" if category in {"Cf", "Mn", "Me", "Sk"} else " "
        self[number] = char
        return char


_READABLE = _Readable()
_LETTER = re.compile(r"[^\W_]")


def bare(text: str) -> str:
    """Return what two spellings of one phrasing share: plain text without blanks and marks; those in words stay.

    >>> bare("eラーニング 講座数？") == bare("ｅラーニング講座数"), bare("C#は?"), bare("？！+")
    (True, 'c#は', '')
    """
    text = plain(text)
    return folded(text).replace("_", "") if _LETTER.search(text) else ""


_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_SMALL = str.maketrans("ァィゥェォッャュョヮヂヅヲ", "アイウエオツヤユヨワジズオ", "ー")


# A vowel that only makes the one before it longer.
_DRAWN_OUT = re.compile(
    "(?<=[ウクスツヌフムユルグズブプ])ウ|(?<=[オコソトノホモヨロゴゾドボポ])[ウオ]|(?<=[エケセテネヘメレゲゼデベペ])[イエ]"
)


def sound(text: str) -> str:
    """Return kana as it is heard, roughly: katakana, nothing drawn out, small kana as large ones.

    >>> sound("きゅうりょう"), sound("キューリョー")
    ('キユリヨ', 'キユリヨ')
    """
    return _DRAWN_OUT.sub("", text.translate(_KATAKANA).translate(_SMALL))


def ngrams(text: str, size: int) -> list[str]:
    """Return the runs of `size` characters, in order; the whole text where it is shorter, nothing if empty."""
    if len(text) < size:
        return [text] if text else []
    return [text[start : start + size] for start in range(len(text) - size + 1)]
