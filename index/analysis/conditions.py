"""Whom something holds for: groups of people that a text names. What is said of one may not hold for the others."""

import re

_GROUPS = {
    "men": r"男性|男子|男(?=[でもはのがだ])",
    "women": r"女性|女子|(?<!彼)女(?=[でもはのがだ])",
    "graduates": r"新卒|新人|新入|新規採用|1年目|卒業見込",
    "former_graduates": r"既卒|第二新卒",
    "experienced": r"(?<!未)経験者|中途|キャリア採用",
    "inexperienced": r"未経験",
    "temporary": r"会計年度任用|非常勤|非正規|パート(?!ナー)|アルバイト|バイト|契約社員|派遣社員",
    "foreigners": r"外国[人籍]|留学生",
    "disabled": r"障[害がい碍]",
    "parents": r"育児中|子育て中|妊娠中|小さな子",
    "pupils": r"高校生|高卒",
    "technical_college": r"高専",
    "postgraduates": r"大学院|院生|修士|博士",
    "arts": r"文系",
    "science": r"理系",
}
_NAMED = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _GROUPS.items()))


def conditions(text: str) -> frozenset[str]:
    """Return the groups of people that a text names, by names of our own.

    >>> sorted(conditions("新卒の女性も寮に入れますか"))
    ['graduates', 'women']
    """
    return frozenset(found.lastgroup for found in _NAMED.finditer(text) if found.lastgroup)
