"""Questions as hurried people type them: kana dropped or doubled, the wrong conversion, odd widths, blanks."""

import re
from random import Random

_CONVERSIONS = {
    "研修": "検収",
    "採用": "再用",
    "資格": "視覚",
    "試験": "私権",
    "異動": "移動",
    "昇任": "承認",
}
_KANA = re.compile("[ぁ-んァ-ヴ]")
_TO_WIDE = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}
_BEFORE = ("すみません、", "はじめまして。", "こんにちは。", "質問です。", "ちょっと聞きたいのですが、")
_AFTER = ("🙏", "!!", "?", "。よろしくお願いします。", " 教えてください", "…")
_ENDS = re.compile(r"[。?？!！]+$")


def mistyped(text: str, chance: Random) -> str:
    """Return `text` with a slip of the fingers, or a word of politeness, now and then with two."""
    for _ in range(1 + (chance.random() < 0.25)):
        text = _slip(text, chance)
    return text


def _slip(text: str, chance: Random) -> str:
    slip = chance.choice(("kana", "conversion", "wide", "blank", "before", "after"))
    if slip == "kana" and (found := list(_KANA.finditer(text))):
        place = chance.choice(found).start()
        return text[:place] + text[place] * chance.choice((0, 2)) + text[place + 1 :]
    if slip == "conversion" and (known := [word for word in _CONVERSIONS if word in text]):
        word = chance.choice(known)
        return text.replace(word, _CONVERSIONS[word], 1)
    if slip == "wide":
        return text.translate(_TO_WIDE)
    if slip == "blank":
        place = chance.randrange(len(text) + 1)
        return f"{text[:place]}{chance.choice(' 　')}{text[place:]}"
    if slip == "before":
        return chance.choice(_BEFORE) + text
    return _ENDS.sub("", text) + chance.choice(_AFTER)
