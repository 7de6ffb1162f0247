"""What a text names by a number: a year, a class or grade, a decade of age. Terms that are the same however written."""

import re
from collections.abc import Iterator
from typing import NamedTuple

SIGN = "="
"""Begins the term of a value, which no word and no concept begins with."""

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
    """Something that is named, of a kind of which a question asks for one.

    Its term is such as "=種2"; that of a person has the sound of the name, that of an organization its words, with
    blanks between.
    """

    surface: str
    term: str
    kind: str


def values(text: str) -> Iterator[tuple[int, int, Value]]:
    """Yield what a plain text names by a number, in order, with where it begins and ends.

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
