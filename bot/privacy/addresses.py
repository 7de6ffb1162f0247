"""Where somebody lives: the name of a place with a number of house after it."""

import re
from collections.abc import Iterator, Sequence

from bot.privacy.spans import Kind, Span
from bot.privacy.tokens import Token

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_N = r"[0-9十百]{1,5}"
_NUMBER = re.compile(
    rf"(?<![0-9]){_N}(?:\s?(?:丁目|番地の?|番|号|条|[-のー])\s?(?:[東西南北]\s?)?(?:{_N})?(?![0-9]))+(?:号室?)?"
)
_HOUSE = re.compile(rf"丁目|番地|番\s?{_N}|{_N}[-のー]{_N}")
_PLAIN = re.compile(rf"丁目\s?{_N}|丁目.*番|(?:{_N}[-のー]){{2}}{_N}")
_ALONE = re.compile(r"(?<![0-9-])[0-9]{1,5}(?![0-9-])")
_TOWN = re.compile(r"[市区町村郡][^市区町村郡\s]+$|[市区町村郡].+[町村]$")
_NOT_A_HOUSE = re.compile(
    r"\s?(?:名|人|日|回|年|時|分|月|週|個|割|件|歳|つ|円|万|億|階|位|番|%)|(?:19|20)\d\d"
)
_NAME = r"[ァ-ヴー一-龥々ヶA-Za-z・]"
_KANJI = re.compile("[一-龥々ヶ]")
_BUILDING = re.compile(
    rf"\s?(?:{_NAME}{{0,14}}(?:マンション|ビル|荘|ハイツ|コーポ|アパート|ハウス|タワー|メゾン|レジデンス|寮|団地)"
    rf"{_NAME}{{0,10}}(?:\s?[A-Z]?-?\d{{1,4}}(?:号室?|室|F|階)?)?"
    rf"|(?:{_NAME}{{1,16}}\s?)?[A-Z]?\d{{1,4}}(?:号室?|室|F|階)|{_NAME}{{2,16}}\s?\d{{2,4}}(?![\d-]))"
)
_PLACE_ENDS = ("都", "道", "府", "県", "市", "区", "町", "村", "郡")
_JOINS = frozenset({"ヶ", "ケ", "ヵ", "ノ", "之"})


def address_spans(text: str, tokens: Sequence[Token]) -> Iterator[Span]:
    """Yield addresses with a number of house, from the name of the place to the building, in order.

    A town alone is left: where somebody would like to work is what questions are about.
    """
    digits = text.translate(_DIGITS)
    for found in _NUMBER.finditer(digits):
        number = found[0]
        if not _HOUSE.search(number) or _NOT_A_HOUSE.match(digits, found.end()):
            continue
        if _NOT_A_HOUSE.match(number):  # 2020-2021
            continue
        start = _head(text, tokens, found.start(), plain=_is_plain(text, found))
        if start is not None:
            yield _with_building(text, start, found.end())
    for found in _ALONE.finditer(text):  # a number alone is one of a house where a town stands before it
        start = _head(text, tokens, found.start(), plain=False)
        if (
            start is not None
            and _TOWN.search(text[start : found.start()])
            and not (_NOT_A_HOUSE.match(text, found.end()) or _NOT_A_HOUSE.match(found[0]))
        ):
            yield _with_building(text, start, found.end())


def _with_building(text: str, start: int, end: int) -> Span:
    building = _BUILDING.match(text, end)
    return Span(start, building.end() if building else end, Kind.ADDRESS)


def _is_plain(text: str, number: re.Match[str]) -> bool:
    """Whether a number is one of a house even where the dictionary knows no place before it: 阿佐谷南3-5-12."""
    before = text[number.start() - 1 : number.start()]
    return bool(_PLAIN.search(number[0]) and _KANJI.match(before))


def _head(text: str, tokens: Sequence[Token], end: int, *, plain: bool) -> int | None:
    """Return where the place before a number of house begins; `None` if no place stands there."""
    while end and text[end - 1] == " ":
        end -= 1
    head: list[Token] = []
    for token in reversed(tokens):
        if token.start >= end:
            continue
        if not (token.is_noun or token.surface in _JOINS) or (head and token.end != head[-1].start):
            break
        head.append(token)
    head.reverse()
    for token in head:
        if token.is_place or (token.surface.endswith(_PLACE_ENDS) and len(token.surface) > 1):
            return token.start
    return head[max(0, len(head) - 3)].start if plain and head else None
