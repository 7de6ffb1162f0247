"""The morphemes of a text with their places, and what they say about names of people and places."""

from dataclasses import dataclass
from functools import lru_cache

from index.analysis.tokenizer import Morpheme, morphemes

JOINTS = frozenset({" ", "・", "="})
"""What may stand between two parts of a name."""

_PARTICLES = frozenset(
    {"は", "の", "が", "を", "も", "に", "で", "て", "と", "や", "な", "た", "です", "ます", "まして"}
)


@dataclass(frozen=True)
class Token:
    """A morpheme and where it stands in the text: from `start` up to, not including, `end`."""

    start: int
    end: int
    morpheme: Morpheme

    @property
    def surface(self) -> str:
        """As written."""
        return self.morpheme.surface

    @property
    def is_person(self) -> bool:
        """Whether the dictionary reads it as a person's name; it guesses at Latin letters, which do not count."""
        return self.morpheme.naming[0] == "人名" and not self.surface.isascii()

    @property
    def is_place(self) -> bool:
        """Whether the dictionary reads it as the name of a place."""
        return self.morpheme.naming[0] == "地名"

    @property
    def is_noun(self) -> bool:
        """Whether it can be a part of a name: a noun that is no number, or what is put before or after one."""
        first, second = self.morpheme.part_of_speech
        return first in {"名詞", "接尾辞", "接頭辞"} and second != "数詞"

    @property
    def may_be_given(self) -> bool:
        """Whether a word is of a kind that given names are made of: 光, 雄大."""
        return self.is_noun or self.morpheme.part_of_speech[0] == "形状詞"

    @property
    def is_kana(self) -> bool:
        """Whether it is of kana and no particle, so that it can be a piece of a name that the dictionary lacks."""
        kana = all("ぁ" <= char <= "ヺ" or char == "ー" for char in self.surface)
        return kana and self.surface not in _PARTICLES

    @property
    def is_blank(self) -> bool:
        """Whether it is blank, line feeds included."""
        return not self.surface.strip()


def tokens(text: str) -> list[Token]:
    """Return the morphemes of `text` in order; they cover it without a gap."""
    found: list[Token] = []
    at = 0
    for morpheme in morphemes(text):
        found.append(Token(at, at + len(morpheme.surface), morpheme))
        at = found[-1].end
    return found


@lru_cache(maxsize=4096)
def is_surname(word: str) -> bool:
    """Whether a word, also a common one or a place (森, 千葉), is read as a name when somebody is called by it.

    >>> is_surname("泉"), is_surname("研修")
    (True, False)
    """
    if not word.strip():
        return False
    first = tokens(f"{word}さん")[0]
    return first.is_person and first.surface == word
