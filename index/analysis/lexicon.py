"""The lexicon at work: words of several morphemes found in text, and groups that join or must not."""

from collections import defaultdict
from collections.abc import Iterator

from faq.model import Lexicon
from index.analysis.normalize import plain
from index.analysis.tokenizer import morphemes


class LexiconMatcher:
    """Finds the lexicon's words in plain text, whatever the dictionary makes of them."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Prepare `lexicon`; an empty one finds nothing."""
        self._concepts: dict[str, set[str]] = defaultdict(set)
        self._wider: dict[str, set[str]] = defaultdict(set)
        # A wider word is a term of its own, so that a question with the narrow one reaches it.
        alone = (*lexicon.terms, *(wider for each in lexicon.one_way for wider in each.means))
        for group in (*lexicon.groups, *((word,) for word in alone)):
            for word in group:
                self._concepts[plain(word)].add(f"≈{plain(group[0])}")
        for one_way in lexicon.one_way:
            for wider in one_way.means:
                self._wider[plain(one_way.word)] |= self._concepts[plain(wider)]
            self._concepts[plain(one_way.word)] |= set()  # known as a word, though it may mean nothing else
        self._concepts.pop("", None)
        # By the first two letters of a word, or its only one.
        self._lengths: dict[str, list[int]] = defaultdict(list)
        for word in sorted(self._concepts, key=len, reverse=True):
            if len(word) not in self._lengths[word[:2]]:
                self._lengths[word[:2]].append(len(word))
        never = ((_groups(left), _groups(right)) for left, right in lexicon.never)
        self.banned_groups = frozenset(group for left, right in never for group in left & right)

    def concepts(self, text: str, *, asked: bool = False) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yield where each lexicon word begins and ends in plain `text`, with its concepts.

        The longest word at a place is taken, and none inside another. Words that mean wider ones, one way, do so
        where they are `asked`: written in the knowledge too, they would be found by the wider ones.
        """
        start = 0
        while start < len(text):
            begins = text[start : start + 2] in self._lengths or text[start] in self._lengths
            end = self._match(text, start) if begins else 0
            if end:
                word = text[start:end]
                found = self._concepts[word] | (self._wider.get(word, set()) if asked else set())
                yield start, end, tuple(sorted(found))
            start = end or start + 1

    def _match(self, text: str, start: int) -> int:
        lengths = self._lengths.get
        for length in (*lengths(text[start : start + 2], ()), *lengths(text[start], ())):
            end = start + length
            if text[start:end] in self._concepts and not (
                end < len(text) and _one_word(text[end - 1], text[end])
            ):
                inside = start and _one_word(text[start - 1], text[start])
                # A slice at the end of the text may be shorter than it was asked for.
                return 0 if inside else min(end, len(text))
        return 0


def _one_word(left: str, right: str) -> bool:
    """Whether no word can end between the two: inside Latin letters, digits, katakana."""
    return _script(left) == _script(right) != ""


def _script(char: str) -> str:
    if char.isascii():
        return "latin" if char.isalnum() else ""
    return "katakana" if "ァ" <= char <= "ヴ" or char == "ー" else ""


def _groups(word: str) -> set[int]:
    """Return Sudachi's synonym groups of a word that is one morpheme; of several, those of the last one."""
    found = list(morphemes(plain(word)))
    return set(found[-1].synonym_groups) if found else set()
