"""Typed text made safe and uniform before morphology."""

import re
import unicodedata
from functools import lru_cache

import jaconv

from faq.model import folded

LONGEST_TEXT = 4_000
"""Most characters of a text that are read; Sudachi refuses 49,150 bytes. For a question see `condensed`."""

_KEPT = 20_000
"""Texts whose plain and bare forms are cached: a compile needs those of a knowledge set several times."""

# Unicode, EquivalentUnifiedIdeograph.txt; NFKC knows the Kangxi radicals only, not those of the supplement.
_RADICALS = (
    "⺝⺟⺠⺩⺮⺯⺶⻁⻄⻅⻆⻉⻋⻑⻔⻗⻘⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻫⻭⻯⻱⻲",
    "月母民王竹糸羊虎西見角貝車長門雨青風飛食馬骨鬼魚鳥麦黄斉歯竜亀亀",
)
_OLDER = (
    "髙﨑邉邊邨𠮷德濵濱瀨嶋嶌齋齊櫻澤廣國學眞惠壽藏龍榮圓會應醫區縣驛黑冨淺實參條單寫專總發獨變體點當戰聲賣讀鐵",
    "高崎辺辺村吉徳浜浜瀬島島斎斉桜沢広国学真恵寿蔵竜栄円会応医区県駅黒富浅実参条単写専総発独変体点当戦声売読鉄",
)
COMMON_FORMS = {ord(char): common for one in (_RADICALS, _OLDER) for char, common in zip(*one, strict=True)}
"""A table for `str.translate`: common forms of radicals, which PDF files have, and of older characters in names."""

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

    Of a text longer than `LONGEST_TEXT`, the first and the last half of that are kept: a question is mostly at an end.
    Empty if nothing readable is left.

    >>> plain("ﾃﾚﾜｰｸ　できますか？🙂 <@U012AB3CD> :pray:")
    'テレワーク できますか?'
    >>> plain("すごーーーい\x00\ud800")
    'すごーい'
    """
    text = _SLACK.sub(" ", shortened(unicodedata.normalize("NFKC", text)).translate(COMMON_FORMS))
    # Lower case first, as "İ" becomes a letter and a mark. NFKC last, as removed marks may have stood between kana.
    text = unicodedata.normalize("NFKC", text.lower().translate(_READABLE))
    text = _DASHES.sub("ー", _LONG_MARKS.sub("ー", text))
    return _BLANKS.sub(" ", text).strip()


def shortened(text: str, most: int = LONGEST_TEXT) -> str:
    """Return at most `most` characters of `text`: the first half and the last half of them, with a blank between."""
    return text if len(text) <= most else f"{text[: most // 2]} {text[1 - most // 2 :]}"


class _Readable(dict[int, str]):
    """The replacement of a character by its number, worked out when it first comes."""

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


@lru_cache(maxsize=_KEPT)
def bare(text: str) -> str:
    """Return plain text without blanks and marks, for comparing spellings; marks that are part of a word stay.

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
    """Return the rough sound of kana: katakana, without long vowels, small kana as large ones.

    >>> sound("きゅうりょう"), sound("キューリョー")
    ('キユリヨ', 'キユリヨ')
    """
    return _DRAWN_OUT.sub("", text.translate(_KATAKANA).translate(_SMALL))


def ngrams(text: str, size: int) -> list[str]:
    """Return the runs of `size` characters, in order; the whole text where it is shorter, nothing if empty."""
    if len(text) < size:
        return [text] if text else []
    return [text[start : start + size] for start in range(len(text) - size + 1)]


_SYLLABLES = re.compile(
    r"(?:(?:[kgnhbpmr]y|s[hy]|[cj]h?y?|ts|[kgsztdnhbpmyrwfj])?[aiueo]|n'?(?![aiueoy])|([kstpc])(?=\1)|-)+"
)
_SHORTEST = 4


def kana(message: str) -> str:
    """Return a message of romaji in kana; empty if it is not all romaji.

    Some English words look like romaji: the caller reads such a message both ways.

    >>> kana("zaitakukinmu dekimasuka"), kana("remote work"), kana("研修")
    ('ざいたくきんむ できますか', '', '')
    """
    words = re.sub(r"[^a-z' -]", " ", text).split() if (text := plain(message)).isascii() else []
    if len("".join(words)) < _SHORTEST or not all(map(_SYLLABLES.fullmatch, words)):
        return ""
    return " ".join(jaconv.alphabet2kana(word) for word in words)
