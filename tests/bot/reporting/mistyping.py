"""Questions as hurried people type them: kana dropped or doubled, the wrong conversion, odd widths, blanks."""

import re
from collections.abc import Callable
from random import Random

_CONVERSIONS = {
    "研修": "検収",
    "採用": "再用",
    "資格": "視覚",
    "面接": "面説",
    "在宅": "在託",
    "試験": "私権",
    "異動": "移動",
    "配属": "配続",
    "残業": "残行",
    "給料": "級料",
    "勤務": "金務",
    "服装": "福装",
    "受験": "樹研",
    "補助": "保助",
    "経験": "経検",
    "昇任": "承認",
    "休暇": "休可",
    "開発": "開披",
}
_KANA = re.compile("[ぁ-んァ-ヴ]")
_TO_WIDE = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}
_HALF = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワンッャュョー",
        "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝｯｬｭｮｰ",
        strict=True,
    )
)
_BEFORE = ("すみません、", "はじめまして。", "こんにちは。", "質問です。", "ちょっと聞きたいのですが、")
_AFTER = ("🙏", "!!", "?", "。よろしくお願いします。", " 教えてください", "…")
_ENDS = re.compile(r"[。?？!！]+$")


def _one_kana(text: str, chance: Random, *, doubled: bool) -> str:
    places = [found.start() for found in _KANA.finditer(text)]
    if not places:
        return text
    place = chance.choice(places)
    return text[:place] + text[place] * (2 if doubled else 0) + text[place + 1 :]


def _dropped(text: str, chance: Random) -> str:
    return _one_kana(text, chance, doubled=False)


def _doubled(text: str, chance: Random) -> str:
    return _one_kana(text, chance, doubled=True)


def _converted(text: str, chance: Random) -> str:
    known = [word for word in _CONVERSIONS if word in text]
    if not known:
        return text
    word = chance.choice(known)
    return text.replace(word, _CONVERSIONS[word], 1)


def _widened(text: str, _chance: Random) -> str:
    return text.translate(_TO_WIDE)


def _narrowed(text: str, _chance: Random) -> str:
    return "".join(_HALF.get(char, char) for char in text)


def _spaced(text: str, chance: Random) -> str:
    place = chance.randrange(len(text) + 1)
    return f"{text[:place]}{chance.choice(' 　')}{text[place:]}"


def _begun(text: str, chance: Random) -> str:
    return chance.choice(_BEFORE) + text


def _ended(text: str, chance: Random) -> str:
    return _ENDS.sub("", text) + chance.choice(_AFTER)


_SLIPS: tuple[Callable[[str, Random], str], ...] = (
    _dropped,
    _doubled,
    _converted,
    _widened,
    _narrowed,
    _spaced,
    _begun,
    _ended,
)


def mistyped(text: str, chance: Random) -> str:
    """Return `text` with a slip of the fingers, or a word of politeness, now and then with two."""
    for _ in range(1 + (chance.random() < 0.25)):
        text = chance.choice(_SLIPS)(text, chance)
    return text
