"""How people say who they are: 私は…です, …と申します, 氏名:…, or …です where a message begins."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bot.privacy.tokens import JOINTS, Token, is_surname

_SELF = re.compile(
    r"(?:私|わたし|わたくし|あたし|僕|ぼく|俺|自分|当方|こちら)(?:の(?:名前|氏名|なまえ|本名))?(?:は|、|って)\s?、?\s?$"
)
_BEGINS = re.compile(
    r"(?:^|[。!?\n]|(?:はじめ|初め)まして|こんにちは|こんばんは|おはようございます|お世話になって(?:おり|い)ます"
    r"|失礼します|すみません)[、。!\s]*$"
)
_LABEL = re.compile(
    r"(?:お名前|(?<!件)名前|氏名|なまえ|姓名|本名|フルネーム|名字|苗字|フリガナ|ふりがな)\s?(は|:|=|が|\s)\s?"
)
_NO_NAME = re.compile(
    "匿名|必要|任意|不要|公開|秘密|本名|漢字|仮名|何|なん|誰|偽名|旧姓|大丈夫|可能|必須|記入|ひらがな|カタカナ|ローマ字"
)
_ENDS = re.compile(r"(?:です|でございます|だ|と申|とい|と言)(?!か)|[、。,)\s]|$")
_MOST_CHARS = 16
_LONGEST_OPENING = 40


def introduced(text: str, found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the names in 私は…です, …と申します, and in …です where a message begins."""
    for at, token in enumerate(found):
        humble = token.surface == "と" and text.startswith(("申し", "もうし", "申す"), token.end)
        said = (
            token.surface == "と" and text.startswith(("いいます", "言います", "いう者", "言う者"), token.end)
        ) or (token.surface == "って" and text.startswith(("いいます", "言います"), token.end))
        copula = token.surface in {"です", "だ", "でございます", "っす"} or text.startswith(
            "でございます", token.start
        )
        if not (humble or said or copula):
            continue
        start = _start_of_name(text, found, at)
        name = text[start : token.start]
        if not name.strip() or len(name) > _MOST_CHARS:
            continue
        asks = text.startswith(("か", "かね", "よね", "?"), token.end)
        near = max(0, start - _LONGEST_OPENING)
        opens = _SELF.search(text, near, start) or _BEGINS.search(text, near, start)
        if humble or (not asks and (said or opens) and _has_person(found, start, token.start)):
            yield start, token.start


def _start_of_name(text: str, found: Sequence[Token], end: int) -> int:
    """Return where the name that ends before the token `end` begins; in kana it may be cut into anything."""
    begin = end
    while begin and (
        found[begin - 1].may_be_given or found[begin - 1].surface in JOINTS or found[begin - 1].is_kana
    ):
        begin -= 1
    run = found[begin:end]
    while run and run[0].is_blank:
        run = run[1:]
    persons = [token for token in run if token.is_person]
    if persons and (persons[0].morpheme.naming[1] == "姓" or not run[0].is_kana):
        return persons[0].start
    return run[0].start if run else len(text)


def _has_person(found: Sequence[Token], start: int, end: int) -> bool:
    inside = [token for token in found if start <= token.start < end]
    foreign = len(inside) == 1 and not inside[0].morpheme.in_dictionary and inside[0].is_kana
    return (
        foreign
        or any(token.is_person for token in inside)
        or is_surname(inside[0].surface)
        or is_surname("".join(token.surface for token in inside))
    )


def labelled(text: str, found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the names after 名前は, 氏名: and the like; not where a question is asked about names."""
    starts = {token.start: at for at, token in enumerate(found)}
    for label in _LABEL.finditer(text):
        run = _run_from(found, starts.get(label.end(), len(found)))
        # What follows a blank may be the given name, or no longer the name.
        for end in dict.fromkeys([len(run), *(at for at, token in enumerate(run) if token.is_blank)]):
            if end and _is_label_of(label, text, run[:end]):
                yield label.end(), run[end - 1].end
                break


def _run_from(found: Sequence[Token], first: int) -> list[Token]:
    run: list[Token] = []
    for token, after in zip_longest(found[first:], found[first + 1 :]):
        if token.is_blank and not (run and after and (after.is_person or after.is_kana)):
            break
        if not (token.is_noun or token.is_kana or (run and token.surface in JOINTS)):
            break
        run.append(token)
    return run


def _is_label_of(label: re.Match[str], text: str, run: Sequence[Token]) -> bool:
    name = text[run[0].start : run[-1].end]
    known = any(token.is_person for token in run) or is_surname(run[0].surface)
    told = label[1] in {":", "=", "は"} or known
    return bool(
        told and len(name) <= _MOST_CHARS and not _NO_NAME.search(name) and _ENDS.match(text, run[-1].end)
    )
