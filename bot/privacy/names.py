"""People's names: by what the dictionary says of them, and by what stands beside them."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from bot.privacy.introductions import introduced, labelled
from bot.privacy.spans import Kind, Span
from bot.privacy.tokens import JOINTS, Token, is_surname

_HONORIFICS = frozenset(
    {"さん", "さま", "様", "氏", "君", "くん", "ちゃん", "殿", "先生", "せんせい", "さーん"}
)
_TITLES = frozenset(
    {"部長", "課長", "係長", "主任", "主事", "主査", "局長", "所長", "社長", "会長", "専務", "常務", "理事"}
    | {"教授", "准教授", "講師", "店長", "室長", "次長"}
)
# Whoever holds one of these is known to all, and is asked about: 小池知事, 大谷選手.
_PUBLIC = re.compile(r"(?:(?:都|府|県|道)?副?知事|副?大臣|首相|総理|議員|選手)")
_KANJI = re.compile("[一-龥々]")
_LATIN = re.compile(
    r"\b(?:[Mm]y (?:full )?name(?: is|'s)|[Cc]all me|[Nn]ame:|I'm|I am|[Tt]his is)\s+"
    r"((?:[A-Z][a-zA-Z'-]+)(?:\s+[A-Z][a-zA-Z'-]+){0,2})"
    r"|\b((?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s+[A-Z][a-zA-Z'-]+(?:\s+[A-Z][a-zA-Z'-]+)?)"
    r"|\b([A-Z][a-zA-Z]+(?:\s[A-Z][a-zA-Z]+){0,2}[- ](?:san|sama|kun|chan|sensei))\b"
)
_FOREIGN = re.compile(
    r"[ァ-ヴー]{2,}(?:[・=][ァ-ヴー]{2,}){1,3}(?=\s?(?:さん|さま|様|氏|先生|くん|ちゃん|です|と申|と言|とい|\())"
)
# "I'm Japanese", "I am American".
_PEOPLE = re.compile(r"(?:ese|an|ish|I|IT)$")
_MOST_GIVEN = 2
_DEAR = frozenset(
    {"赤", "猫", "犬", "孫", "娘", "嫁", "姉", "兄", "お姉", "お兄", "お嬢", "坊", "ワン", "ネコ", "子"}
    | {"父", "母", "祖父", "祖母", "叔父", "叔母", "伯父", "伯母", "爺", "婆"}
    | {
        "おっ",
        "おじ",
        "おば",
        "おじい",
        "おばあ",
        "じい",
        "ばあ",
        "とう",
        "かあ",
        "にい",
        "ねえ",
        "あん",
        "ぼっ",
    }
)
# 研修ちゃんとしてます: neither a person nor dear to anybody.
_PROPERLY = frozenset({"とし", "とする", "とでき", "とできる", "とやっ", "とやる"})


def name_spans(text: str, found: Sequence[Token], keep: Collection[str]) -> Iterator[Span]:
    """Yield people's names in a normalized text; in no order, and spans may overlap.

    Args:
        text: The text.
        found: Its tokens.
        keep: Names that stay where somebody speaks of them; who introduces himself by one is masked.
    """
    for first, last in _runs(found):
        run = found[first:last]
        if _PUBLIC.match(text, run[-1].end):
            continue
        if not all(token.surface in keep or token.surface in JOINTS for token in run) and _is_name(
            run, found[last:]
        ):
            yield Span(run[0].start, _end_of_given(found, last), Kind.NAME)
    yield from _addressed(found, keep)
    for span in (*introduced(text, found), *labelled(text, found)):
        yield Span(*span, Kind.NAME)
    for match in _FOREIGN.finditer(text):
        yield Span(*match.span(), Kind.NAME)
    for match in _LATIN.finditer(text):
        group = next(number for number in (1, 2, 3) if match[number])
        if not (group == 1 and (_PEOPLE.search(match[1]) or match[0].startswith(("This", "this")))):
            yield Span(*match.span(group), Kind.NAME)


def _runs(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield where names begin and end: person names in a row, a blank or a dot between them."""
    at = 0
    while at < len(found):
        if not found[at].is_person:
            at += 1
            continue
        end = at + 1
        while end < len(found):
            if found[end].is_person:
                end += 1
            elif found[end].surface in JOINTS and end + 1 < len(found) and found[end + 1].is_person:
                end += 2
            else:
                break
        yield at, end
        at = end


def _is_name(run: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether a run of person names is one beyond doubt: in kana the dictionary sees names in half of all words."""
    naming = [token.morpheme.naming[1] for token in run if token.is_person]
    if any(_KANJI.search(token.surface) for token in run if token.is_person):
        return True
    if naming[0] == "姓" and "名" in naming:
        return True
    return bool(after) and (_honours(after[0]) or after[0].surface in _TITLES)


def _end_of_given(found: Sequence[Token], last: int) -> int:
    """Return where a name ends: 田中ひなた is 田中 and a word, unless a word of Japanese goes on from there."""
    run_end = found[last - 1].end
    if last >= len(found) or found[last - 1].morpheme.naming[1] != "姓":
        return run_end
    apart = found[last].surface == " " and last + 1 < len(found)
    last += apart
    given = found[last]
    if not given.may_be_given or given.surface in _TITLES or _honours(given):
        return run_end
    after = found[last + 1].surface if last + 1 < len(found) else ""
    if apart and after not in {"です", "と", "(", "。"}:
        return run_end
    closed = after in {"", " ", "(", ")", "、", "。", ",", "です", "と"} or not after.strip()
    short = given.is_kana or (_KANJI.match(given.surface) and len(given.surface) <= _MOST_GIVEN)
    return given.end if closed and short else run_end


def _honours(token: Token) -> bool:
    return token.surface in _HONORIFICS and token.is_noun


def _addressed(found: Sequence[Token], keep: Collection[str]) -> Iterator[Span]:
    """Yield what the dictionary lacks, or reads as a place or a common word, before さん, 様 and the like."""
    for at, (before, token) in enumerate(pairwise(found)):
        if not before.may_be_given or before.surface in keep or before.surface.isascii():
            continue
        if token.surface in _TITLES and is_surname(before.surface):
            yield Span(before.start, before.end, Kind.NAME)
        if not _honours(token):
            continue
        # GovTech東京さん is an organization that is named after a place.
        named_after = at > 0 and found[at - 1].surface.isascii() and found[at - 1].surface.isalpha()
        place = before.is_place and not before.surface.endswith(("都", "府", "県", "市", "区", "町", "村"))
        properly = (
            token.surface == "ちゃん"
            and "".join(each.surface for each in found[at + 2 : at + 4]) in _PROPERLY
        )
        dear = token.surface in {"くん", "ちゃん"} and before.surface not in _DEAR and not properly
        unknown = not before.morpheme.in_dictionary
        if (place and not named_after) or dear or unknown or is_surname(before.surface):
            yield Span(before.start, before.end, Kind.NAME)
