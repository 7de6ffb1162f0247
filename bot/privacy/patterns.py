"""Mail addresses, links, accounts, phone and other numbers, and postal addresses."""

import re
from collections.abc import Iterator

from bot.privacy.text import MaskedKind, Span

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_AT = r"(?:@|\(at\)|(?<=\s)at(?=\s)|\[at\]|<at>|★|☆|アットマーク|あっとまーく)"
_DOT = r"(?:\.|(?<=\s)dot(?=\s)|\(dot\)|\[dot\]|ドット|どっと)"
_MAIL = re.compile(
    rf"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]*\s?"
    rf"(?:@\s?[A-Za-z0-9-]+|@[一-龥ぁ-んァ-ヶー]{{1,20}}\.[a-z]{{2,10}}|{_AT}\s?[A-Za-z0-9-]+\s?{_DOT}\s?[A-Za-z0-9-]+)(?:\s?{_DOT}\s?[A-Za-z0-9-]+)*",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?|ftp)://(?:[\x21-\x7e]+|[^\s、。「」〔〕]+)|\bwww\.[\x21-\x7e]+"
    r"|(?<![A-Za-z0-9@.-])(?:[A-Za-z0-9-]+\.)+(?:com|jp|org|tokyo)(?![A-Za-z0-9.-])(?:/[\x21-\x7e]*)?"
    r"|(?<![A-Za-z0-9@.-])(?:[A-Za-z0-9-]+\.)+(?:net|io|dev|me|co|info|app|page|edu)/[\x21-\x7e]+"
)
_HANDLE = re.compile(r"(?<![A-Za-z0-9._%+@<-])@[A-Za-z0-9_][A-Za-z0-9_.]{2,30}")
_ACCOUNT = re.compile(r"(?:ID|アカウント(?:名)?)\s?(?:は|が|:|=)\s?([A-Za-z0-9_.-]{3,40})")

_DAY = re.compile(
    r"(?<![\d-])(?:19|20)\d\d(?:([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|[-~/](?:19|20)\d\d)(?![\d-]*\d)"
)
_BIRTHDAY = re.compile(
    r"(?:(?:19|20)\d\d|(?:昭和|平成|令和|[SHR])\s?(?:\d{1,2}|元))\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?"
    r"\s?(?:生まれ|生れ|うまれ|生(?![ぁ-ん一-龥]))"
    r"|(?:生年月日|誕生日)(?:は|が|:|\s)\s?"
    r"((?:(?:19|20)\d\d|(?:昭和|平成|令和|[SHR])\s?(?:\d{1,2}|元))\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?)"
)
_KINDS = (
    (MaskedKind.MAIL, _MAIL),
    (MaskedKind.URL, _LINK),
    (MaskedKind.ACCOUNT, _HANDLE),
    (MaskedKind.ACCOUNT, _ACCOUNT),
    (MaskedKind.BIRTHDAY, _BIRTHDAY),
    # As Slack writes them.
    (MaskedKind.NAME, re.compile(r"<@[^<>\n]+>")),
    (MaskedKind.MAIL, re.compile(r"<mailto:[^<>\n]*>")),
    (MaskedKind.PHONE, re.compile(r"<tel:[^<>\n]*>")),
    (MaskedKind.URL, re.compile(r"<https?:[^<>\n]*>")),
)
_RUN = re.compile(r"(?<![\d,])(?:\+\s?)?\(?\d(?:[ \-.・()_ーの]{0,2}\d)+(?![\d,])")
_AMOUNT = re.compile(r"\s?(?:円|万|億|千|人|名|件|字|%|¥)")
_LABELLED = re.compile(
    r"(?:番号|ナンバー|口座|No\.?|№|内線)(?:は|が|の|:|\s){0,3}([A-Z0-9-]{0,8}\d(?:-?[A-Z0-9]){2,15})",
    re.IGNORECASE,
)
_POSTAL = re.compile(r"〒\s?\d{3}-?\d{4}(?!\d)|(?<![\d-])\d{3}-\d{4}(?![\d-])")
_LOCAL = re.compile(r"(?<![\d-])[2-9]\d{1,3}-\d{4}(?![\d-])")

_N = r"[0-9十百]{1,5}"
_NUMBER = re.compile(
    rf"(?<![0-9]){_N}(?:\s?(?:丁目|番地の?|番|号|条|[-のー])\s?(?:[東西南北]\s?)?(?:{_N})?(?![0-9]))+(?:号室?)?"
)
_HOUSE = re.compile(rf"丁目|番地|番\s?{_N}|{_N}(?:[-のー]{_N}){{2}}")
_ALONE = re.compile(r"(?<![0-9-])[0-9]{1,5}(?![0-9-])")
_TOWN = re.compile(r"[市区町村郡][^市区町村郡\s]+$|[市区町村郡].+[町村]$")
_NOT_A_HOUSE = re.compile(
    r"\s?(?:名|人|日|回|年|時|分|月|週|個|割|件|歳|つ|円|万|億|階|位|番|%)|(?:19|20)\d\d"
)
_LONGEST_PLACE = 40
_NAME = r"[ァ-ヴー一-龥々ヶA-Za-z・]"
_BUILDING = re.compile(
    rf"\s?(?:{_NAME}{{0,14}}(?:マンション|ビル|荘|ハイツ|コーポ|アパート|ハウス|タワー|メゾン|レジデンス|寮|団地)"
    rf"{_NAME}{{0,10}}(?:\s?[A-Z]?-?\d{{1,4}}(?:号室?|室|F|階)?)?"
    rf"|(?:{_NAME}{{1,16}}\s?)?[A-Z]?\d{{1,4}}(?:号室?|室|F|階)|{_NAME}{{2,16}}\s?\d{{2,4}}(?![\d-]))"
)
_PLACE = re.compile(r"(?:[一-龥々ヶァ-ヴー]|[0-9](?=条)|[のが](?=[内丘]))+[一-龥々]\s?$")


def number_spans(text: str) -> Iterator[Span]:
    """Yield what the patterns find in a normalized text, in no order; spans may overlap."""
    for kind, pattern in _KINDS:
        for found in pattern.finditer(text):
            # Only the group of a pattern is masked, not a label such as "ID:".
            yield Span(*found.span(1 if found.lastindex and found[1] else 0), kind)
    digits = text.translate(_DIGITS)
    for found in _POSTAL.finditer(digits):
        yield Span(*found.span(), MaskedKind.ADDRESS)
    for found in _LABELLED.finditer(digits):
        yield Span(*found.span(1), MaskedKind.PHONE if found[0].startswith("内線") else MaskedKind.NUMBER)
    # A date is not secret, and must not be read together with the numbers beside it.
    digits = _DAY.sub(lambda found: "年" * len(found[0]), digits)
    for found in _LOCAL.finditer(digits):
        if not _AMOUNT.match(digits, found.end()):
            yield Span(*found.span(), MaskedKind.PHONE)
    for found in _RUN.finditer(digits):
        if kind_found := _kind(found[0], counted=bool(_AMOUNT.match(digits, found.end()))):
            yield Span(*found.span(), kind_found)


def _kind(run: str, *, counted: bool) -> MaskedKind | None:
    count = sum(char.isdecimal() for char in run)
    if run.startswith("+"):
        return MaskedKind.PHONE if count in range(10, 16) else None
    if run.lstrip("(").startswith("0") and count in range(10, 12):
        return MaskedKind.PHONE
    # Years, days and amounts of money have fewer digits.
    fewest = 7 if run.isdecimal() and not counted else 9
    return MaskedKind.NUMBER if count >= fewest else None


def address_spans(text: str) -> Iterator[Span]:
    """Yield addresses with a house number, up to the building; questions may name a town alone."""
    digits = text.translate(_DIGITS)
    for found in (*_NUMBER.finditer(digits), *_ALONE.finditer(text)):
        place = _PLACE.search(text, max(0, found.start() - _LONGEST_PLACE), found.start())
        counts = _NOT_A_HOUSE.match(digits, found.end()) or _NOT_A_HOUSE.match(found[0])  # 2020-2021
        # After a town, a single number is that of a house.
        if place and not counts and (_HOUSE.search(found[0]) or _TOWN.search(place[0].rstrip())):
            building = _BUILDING.match(text, found.end())
            yield Span(place.start(), (building or found).end(), MaskedKind.ADDRESS)
