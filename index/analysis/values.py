"""What a text names: years, classes and decades of age, organizations, groups of people."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.analysis.tokenizer import Morpheme

SIGN = "="
"""The first character of the term of a value; no word or concept begins with it."""

PERSON, ORGANIZATION = "人物", "組織"
"""Kinds of what is named without a number."""

_NUMBER = r"\d{1,4}|[一二三四五六七八九十]{1,3}|i{1,3}|iv|vi{0,3}"
_NAMED = re.compile(
    rf"""
      (?P<era> 令和 | 平成 | 昭和 | \b r ) (?P<of_era> \d{{1,2}} | 元 | [一二三四五六七八九十]{{1,3}} ) 年
    | (?<! \d ) (?P<year> (?:19|20)\d\d ) 年
    | (?<! \d ) (?P<decade> [1-9]0 ) 代
    | 第 (?P<nth> {_NUMBER} ) (?P<thing> 種|類|級|次|回|期|号 )
    | (?<! [\da-z一二三四五六七八九十] ) (?P<number> {_NUMBER} ) (?P<kind> 種|類|級|次 ) (?! [元会類間] )
    """,
    re.VERBOSE,
)
_BEFORE = {"令和": 2018, "r": 2018, "平成": 1988, "昭和": 1925}
"""The year before the first of an era."""
_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九", start=1)}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}


class Value(NamedTuple):
    """A value that a text names, of a kind of which a question means one.

    Its term is such as "=種2"; that of a person has the sound of the name, that of an organization its words, with
    blanks between.
    """

    surface: str
    term: str
    kind: str


def values(text: str) -> Iterator[tuple[int, int, Value]]:
    """Yield the start, end and value of what a plain text names by a number, in order.

    >>> [value.term for _, _, value in values("令和7年度と2025年度、第ii種、10代、月に3回")]
    ['=年2025', '=年2025', '=種2', '=代10']
    """
    for found in _NAMED.finditer(text):
        if found["era"]:
            sort, number = "年", _BEFORE[found["era"]] + _number(found["of_era"])
        elif found["year"]:
            sort, number = "年", int(found["year"])
        elif found["decade"]:
            sort, number = "代", int(found["decade"])
        else:
            sort, number = found["thing"] or found["kind"], _number(found["nth"] or found["number"])
        yield found.start(), found.end(), Value(found[0].upper(), f"{SIGN}{sort}{number}", sort)


def _number(written: str) -> int:
    if written.isdecimal():
        return int(written)
    if written == "元":
        return 1
    if written in _ROMAN:
        return _ROMAN[written]
    tens, ten, ones = written.rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


_ENDS = re.compile(
    r"(?:[局省庁県府市区町村社部課署院校職]|大学|役所|本部|支店|団体|法人|センター|財団|協会|自治体|企業)$"
)
_NOUNS = frozenset({"名詞", "接尾辞"})
_NO_NAMES = frozenset({"数詞", "助動詞語幹"})
_PROPER = ("名詞", "固有名詞")
_TOPIC = frozenset({"の", "は", "も", "って", "なら", "だと"})
_LED = frozenset({"で", "に", "と"})
"""Particles that mark a topic only before one of `_TOPIC`: 大阪市に alone may be where somebody lives."""
_SHORT = 2


def organizations(found: Sequence[Morpheme]) -> Iterator[Sequence[Morpheme]]:
    """Yield the morphemes of each organization that a text is about, in order.

    One common noun of two letters is no name: 会社, 全部.
    """
    run: list[Morpheme] = []
    for place, morpheme in enumerate(found):
        if morpheme.part_of_speech[0] in _NOUNS and morpheme.part_of_speech[1] not in _NO_NAMES:
            run.append(morpheme)
            continue
        after = found[place + 1].surface if place + 1 < len(found) else ""
        marks = morpheme.surface in _TOPIC or (morpheme.surface in _LED and after in _TOPIC)
        name = "".join(each.surface for each in run)
        known = all(each.in_dictionary or each.surface.isascii() for each in run)
        particular = len(run) > 1 or len(name) > _SHORT or any(each.part_of_speech == _PROPER for each in run)
        if morpheme.part_of_speech[0] == "助詞" and marks and known and particular and _ENDS.search(name):
            yield run
        run = []


_GROUPS = {
    "men": r"男性|男子|男(?=[でもはのがだ])",
    "women": r"女性|女子|(?<![彼男])女(?=[でもはのがだ])",
    "graduates": r"新卒|新人|新入|新規採用|1年目|卒業見込",
    "former_graduates": r"既卒|第二新卒",
    "experienced": r"(?<!未)経験者|中途|キャリア採用",
    "inexperienced": r"未経験",
    "temporary": r"会計年度任用|非常勤|非正規|(?<![スデア])パート(?!ナー)|アルバイト|バイト|契約社員|派遣社員",
    "foreigners": r"外国[人籍]|留学生",
    "disabled": r"(?<![支ム信])障(?:害|がい|碍)(?![がのは]?(?:対応|報告|発生|復旧|起|連絡|原因)|時)",
    "parents": r"育児中|子育て中|妊娠中|小さな子",
    "pupils": r"高校生|高卒",
    "technical_college": r"高専",
    "postgraduates": r"大学院|院生|修士|博士",
    "arts": r"文系",
    "science": r"理系",
}
_GROUP = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _GROUPS.items()))


@lru_cache(maxsize=20_000)  # the phrasings of an entry are looked through at each answer
def conditions(text: str) -> frozenset[str]:
    """Return the groups of people that a text names: what is true for one may not be for others.

    >>> sorted(conditions("新卒の女性も寮に入れますか"))
    ['graduates', 'women']
    """
    return frozenset(found.lastgroup for found in _GROUP.finditer(text) if found.lastgroup)
