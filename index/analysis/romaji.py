"""Japanese typed while the input method is off: zaitakukinmu."""

import re

import jaconv

from index.analysis.normalize import plain

_SYLLABLES = re.compile(
    r"(?:(?:[kgnhbpmr]y|s[hy]|[cj]h?y?|ts|[kgsztdnhbpmyrwfj])?[aiueo]|n'?(?![aiueoy])|([kstpc])(?=\1)|-)+"
)
_SHORTEST = 4


def kana(message: str) -> str:
    """Return a message in kana if all of its words can be read as romaji, else an empty text.

    Some English words can: who asks reads the message both ways.

    >>> kana("zaitakukinmu dekimasuka"), kana("remote work"), kana("研修")
    ('ざいたくきんむ できますか', '', '')
    """
    words = re.sub(r"[^a-z' -]", " ", text).split() if (text := plain(message)).isascii() else []
    if len("".join(words)) < _SHORTEST or not all(map(_SYLLABLES.fullmatch, words)):
        return ""
    return " ".join(jaconv.alphabet2kana(word) for word in words)
