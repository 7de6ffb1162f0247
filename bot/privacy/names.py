"""Names of people: by the dictionary, by the words beside them, and by how people introduce themselves."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, takewhile

from bot.privacy.text import JOINTS, MaskedKind, Span, Token, is_surname

_HONORIFICS = frozenset(
    {"さん", "さま", "様", "氏", "君", "くん", "ちゃん", "殿", "先生", "せんせい", "さーん"}
)
_TITLES = frozenset(
    {"部長", "課長", "係長", "主任", "主事", "主査", "局長", "所長", "社長", "会長", "専務", "常務", "理事"}
    | {"教授", "准教授", "講師", "店長", "室長", "次長"}
)
# The holders of these titles are public, and people ask about them: 小池知事, 大谷選手.
_PUBLIC = re.compile(r"(?:(?:都|府|県|道)?副?知事|副?大臣|首相|総理|議員|選手)")
_KANJI = re.compile("[一-龥々]")
_LATIN = re.compile(
    r"\b(?:[Mm]y (?:full )?name(?: is|'s)|[Cc]all me|[Nn]ame:|I'm|I am)\s+"
    r"((?:[A-Z][a-zA-Z'-]+)(?:\s+[A-Z][a-zA-Z'-]+){0,2})"
    r"|\b((?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s+[A-Z][a-zA-Z'-]+(?:\s+[A-Z][a-zA-Z'-]+)?)"
    r"|\b([A-Z][a-zA-Z]+(?:\s[A-Z][a-zA-Z]+){0,2}[- ](?:san|sama|kun|chan|sensei))\b"
)
# "I'm Japanese", "I am American".
_PEOPLE = re.compile(r"(?:ese|an|ish|I|IT)$")
_SELF = re.compile(r"(?:私|わたし|わたくし|僕|ぼく|俺|自分|こちら)(?:の(?:名前|氏名))?(?:は|、)\s?$")
_BEGINS = re.compile(r"(?:^|[。!?\n])[、。!\s]*$")
_LABELLED = re.compile(
    r"(?:お名前|名前|氏名|姓名|本名|フルネーム|名字|苗字|フリガナ|ふりがな)\s?[:=]\s?"
    r"([ぁ-んァ-ヴー一-龥々]{1,16}(?:\s[ぁ-んァ-ヴー一-龥々]{1,8}(?=[\s、。,]|です|$))?)"
)
_HUMBLE = re.compile("と(?:申し|もうし|申す)")
_SAID = re.compile("と(?:いいます|言います|いう者|言う者)|って(?:いいます|言います)")
_MOST_CHARS = 16


def name_spans(text: str, found: Sequence[Token], keep: Collection[str]) -> Iterator[Span]:
    """Yield the names in a normalized text, in no order; names to `keep` are left out, except in introductions."""
    # Person names in a row, a blank or a dot between them.
    kinds = ("P" if token.is_person else "-" if token.surface in JOINTS else "x" for token in found)
    for first, last in (row.span() for row in re.finditer("P(?:-?P)*", "".join(kinds))):
        run = found[first:last]
        kept = all(token.surface in keep or token.surface in JOINTS for token in run)
        if not kept and not _PUBLIC.match(text, run[-1].end) and _is_name(run, found[last:]):
            yield Span(run[0].start, run[-1].end, MaskedKind.NAME)
    for span in (*_addressed(found, keep), *_introduced(text, found)):
        yield Span(*span, MaskedKind.NAME)
    for match in _LABELLED.finditer(text):
        yield Span(*match.span(1), MaskedKind.NAME)
    for match in _LATIN.finditer(text):
        if not (match[1] and _PEOPLE.search(match[1])):
            yield Span(*match.span(match.lastindex or 0), MaskedKind.NAME)


def _is_name(run: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether a run of person names is surely a name: the dictionary reads many words in kana as names."""
    persons = [token for token in run if token.is_person]
    naming = [token.morpheme.naming[1] for token in persons]
    if any(_KANJI.search(token.surface) for token in persons) or (naming[0] == "姓" and "名" in naming):
        return True
    return bool(after) and (_honours(after[0]) or after[0].surface in _TITLES)


def _honours(token: Token) -> bool:
    return token.surface in _HONORIFICS and token.is_noun


def _addressed(found: Sequence[Token], keep: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield words before さん, 様 and the like that the dictionary does not know, or has as places or surnames too."""
    for at, (before, token) in enumerate(pairwise(found)):
        if not before.is_noun or before.surface in keep or before.surface.isascii():
            continue
        if token.surface in _TITLES and is_surname(before.surface):
            yield before.start, before.end
        if not _honours(token):
            continue
        # GovTech東京さん is an organization named after a place.
        named_after = at > 0 and found[at - 1].surface.isascii() and found[at - 1].surface.isalpha()
        place = before.is_place and not before.surface.endswith(("都", "府", "県", "市", "区", "町", "村"))
        if (place and not named_after) or not before.morpheme.in_dictionary or is_surname(before.surface):
            yield before.start, before.end


def _introduced(text: str, found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the names in 私は…です, in …と申します, and in …です at the beginning of a message."""
    for at, token in enumerate(found):
        humble = _HUMBLE.match(text, token.start) and token.surface == "と"
        said = _SAID.match(text, token.start) and token.surface in {"と", "って"}
        copula = token.surface in {"です", "だ", "っす"} or text.startswith("でございます", token.start)
        if not (humble or said or copula):
            continue
        start = _start_of_name(found, at)
        name = text[start : token.start]
        if not name.strip() or len(name) > _MOST_CHARS:
            continue
        asks = text.startswith(("か", "かね", "よね", "?"), token.end)
        near = max(0, start - 40)
        opens = _SELF.search(text, near, start) or _BEGINS.search(text, near, start)
        if humble or (not asks and (said or opens) and _has_person(found, start, token.start)):
            yield start, token.start


def _start_of_name(found: Sequence[Token], end: int) -> int:
    """Return the start of the name before the token `end`, or `end`; one in kana may be cut into any pieces."""
    before = reversed(found[:end])
    run = list(takewhile(lambda each: each.is_noun or each.surface in JOINTS or each.is_kana, before))
    first = next((token for token in reversed(run) if token.is_person), run[-1] if run else found[end])
    return first.start


def _has_person(found: Sequence[Token], start: int, end: int) -> bool:
    inside = [token for token in found if start <= token.start < end]
    foreign = len(inside) == 1 and not inside[0].morpheme.in_dictionary and inside[0].is_kana
    called = (inside[0].surface, "".join(token.surface for token in inside))
    return foreign or any(token.is_person for token in inside) or any(map(is_surname, called))
