"""Text to terms: one analyzer for documents and queries, with the lexicon."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

import snowballstemmer

from faq.model import Lexicon
from index.analysis.normalize import ngrams, plain, sound
from index.analysis.stopwords import ENGLISH, FUNCTION_PARTS, JAPANESE
from index.analysis.tokenizer import Morpheme, morphemes
from index.analysis.values import ORGANIZATION, PERSON, SIGN, Value, organizations, values

_CACHED = 20_000
_SILENT = frozenset({"空白", "補助記号", "記号"})
_NAMING = frozenset({("名詞", "普通名詞"), ("名詞", "固有名詞")})
# Marks that make a word, and a sign before a number.
_MARKED = re.compile(r"[a-z0-9]+[+#]+(?![a-z0-9])|(?<![a-z0-9.,/:+-])[+-]\d+")
_JOINT = re.compile(r"(?<=[a-z]) ?(?=\d)")
_SHORT = 2
_PARTICLES = frozenset({"に", "と"})
# Verbs that form a particle with the one before them: について, に関して, によって, として.
_PARTICLE_VERBS = frozenset(
    {"つく", "付く", "関する", "対する", "よる", "因る", "おく", "於く", "とる", "取る", "する", "為る"}
)
_TITLES = frozenset(
    {"さん", "氏", "様", "さま", "君", "先生", "課長", "部長", "係長", "主任", "次長", "局長"}
)
_SURNAME = ("人名", "姓")
_NOTHING = Morpheme("", "", "", ("", ""), (), (), in_dictionary=False)


def _named(surname: Morpheme) -> str:
    """Return the term of a family name by its sound: the same for 斎藤, 齋藤 and さいとう."""
    return f"{SIGN}{PERSON}{surname.reading_form}"


class LexiconMatcher:
    """Finds the words of the lexicon in plain text, without the dictionary."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._concepts: dict[str, set[str]] = defaultdict(set)
        self._wider: dict[str, set[str]] = defaultdict(set)
        # A wider word is a term of its own, so that a question with the narrow one finds it.
        alone = (*lexicon.terms, *(wider for each in lexicon.one_way for wider in each.means))
        for group in (*lexicon.groups, *((word,) for word in alone)):
            for word in group:
                for spelling in _spellings(word):
                    self._concepts[spelling].add(f"≈{plain(group[0])}")
        for one_way in lexicon.one_way:
            for spelling in _spellings(one_way.word):
                for wider in one_way.means:
                    self._wider[spelling] |= self._concepts[plain(wider)]
                self._concepts[spelling] |= set()  # a known word, even without a concept of its own
        self._concepts.pop("", None)
        # By the first two letters of a word, or its only one.
        self._lengths: dict[str, list[int]] = defaultdict(list)
        for word in sorted(self._concepts, key=len, reverse=True):
            if len(word) not in self._lengths[word[:2]]:
                self._lengths[word[:2]].append(len(word))
        never = ((_groups(left), _groups(right)) for left, right in lexicon.never)
        self.banned_groups = frozenset(group for left, right in never for group in left & right)

    def concepts(self, text: str, *, asked: bool = False) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yield start and end of each lexicon word in plain `text`, with its concepts.

        The longest word at a place is taken, and no word inside another. One-way words have their wider meanings only
        in a text that is `asked`: in the knowledge, the wider words must not find them.
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
                # At the end of the text, the slice may be shorter.
                return 0 if inside else min(end, len(text))
        return 0


def _spellings(word: str) -> set[str]:
    """Return the spellings of a word: with and without a blank before a number, and a long mark at its end."""
    word = plain(word)
    stem = word.removesuffix("ー")
    ends = (stem, f"{stem}ー") if len(stem) > _SHORT and _script(stem[-1]) == "katakana" else (word,)
    return {_JOINT.sub(blank, each) for each in ends for blank in (" ", "")}


def _one_word(left: str, right: str) -> bool:
    """Whether two characters belong to one word: both are Latin letters or digits, or both katakana."""
    return _script(left) == _script(right) != ""


def _script(char: str) -> str:
    if char.isascii():
        return "latin" if char.isalnum() else ""
    return "katakana" if "ァ" <= char <= "ヴ" or char == "ー" else ""


def _groups(word: str) -> set[int]:
    """Return Sudachi's synonym groups of the last morpheme of a word."""
    found = list(morphemes(plain(word)))
    return set(found[-1].synonym_groups) if found else set()


@dataclass(frozen=True, slots=True)
class Analysis:
    """The terms of one text, in order of the text, repeats included.

    Attributes:
        words: Normalized forms of content words, of the whole word and of its mode A units.
        concepts: Lexicon words ("≈…"), Sudachi's synonym groups ("syn:…"), and what is named ("=…").
        sounds: Runs of three kana of the reading of everything that is not punctuation.
        values: What it names by a number, the persons with titles, and the organizations that it is about; entries
            without these are about something else.
        meanings: The concepts that each word stands for or is a part of.
        nouns: The words that name something, without numbers and adverbs.
    """

    words: tuple[str, ...]
    concepts: tuple[str, ...]
    sounds: tuple[str, ...]
    values: tuple[Value, ...]
    meanings: Mapping[str, frozenset[str]]
    nouns: frozenset[str]


class Analyze(Protocol):
    """Analyzes texts with the lexicon of a knowledge set."""

    def __call__(self, text: str, *, asked: bool = False) -> Analysis:
        """Return the terms of a text, with their meanings if it is `asked`."""
        ...


class _Part(NamedTuple):
    """The terms of one morpheme: punctuation has no sound, and a function word no words."""

    sound: str = ""
    words: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    naming: bool = False


@lru_cache(maxsize=2)
def analyzer_with(lexicon: Lexicon) -> "Analyzer":
    """Return the analyzer with a lexicon; the next release mostly has the same one."""
    return Analyzer(lexicon)


class Analyzer:
    """Analyzes any text: empty, very long or broken texts give few terms or none, never an error."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._matcher = LexiconMatcher(lexicon)
        self._stem = snowballstemmer.stemmer("english").stemWord
        # The same words come again and again.
        self._part = lru_cache(maxsize=_CACHED)(self._part_of)

    def analyze(self, text: str, *, asked: bool = False) -> Analysis:
        """Return the terms of `text`; if it is `asked`, one-way words of the lexicon also mean the wider ones."""
        text = plain(text)
        spans = list(self._matcher.concepts(text, asked=asked))
        marked = {found.start(): found[0] for found in _MARKED.finditer(text)}
        numbered = list(values(text))
        named = [value for _, _, value in numbered]
        # The parts of a value have its term as a meaning: 令和 and 6年 that of the year 2024.
        spans += [(start, end, (value.term,)) for start, end, value in numbered]
        words: list[str] = []
        concepts = [concept for _, _, found in spans for concept in found]
        meant_at: dict[int, list[str]] = defaultdict(list)
        for start, end, found in spans:
            for place in range(start, end):
                meant_at[place] += found
        meanings: dict[str, frozenset[str]] = {}
        nouns: set[str] = set()
        heard: list[str] = []
        at = in_mark = 0
        before = _NOTHING
        found_here = list(morphemes(text))
        for morpheme in found_here:
            start, at = at, at + len(morpheme.surface)
            part = self._part(morpheme)
            heard.append(part.sound)
            found = part.words
            if start in marked:
                found, in_mark = (marked[start],), start + len(marked[start])
            elif start < in_mark or (
                before.surface in _PARTICLES and morpheme.normalized_form in _PARTICLE_VERBS
            ):
                found = ()
            if before.naming == _SURNAME and morpheme.surface in _TITLES:
                named.append(Value(before.surface + morpheme.surface, _named(before), PERSON))
            before = morpheme
            if not found:
                continue
            concepts += part.concepts
            around = (name for place in range(start, at) if place in meant_at for name in meant_at[place])
            meant = frozenset((*part.concepts, *around))
            for word in found:
                meanings[word] = meanings[word] | meant if word in meanings else meant
            words += found
            if part.naming:
                nouns.update(found)
        named += filter(None, map(self._organization, organizations(found_here)))
        sounds = ngrams("".join(heard), 3)
        return Analysis(
            tuple(words), tuple(concepts), tuple(sounds), tuple(named), meanings, frozenset(nouns)
        )

    def _part_of(self, morpheme: Morpheme) -> _Part:
        if morpheme.part_of_speech[0] in _SILENT:
            return _Part()
        unread = morpheme.reading_form in {"キゴウ", ""}  # as symbols are read
        heard = sound(morpheme.surface if unread else morpheme.reading_form)
        groups = sorted(set(morpheme.synonym_groups) - self._matcher.banned_groups)
        concepts = tuple(f"syn:{group}" for group in groups)
        if morpheme.naming == _SURNAME:
            concepts = (*concepts, _named(morpheme))
        return _Part(heard, tuple(self._words(morpheme)), concepts, morpheme.part_of_speech in _NAMING)

    def _organization(self, name: Sequence[Morpheme]) -> Value | None:
        """Return an organization as a value; `None` for one without words of its own, such as 御庁."""
        words = [self._part(each).words[0] for each in name if self._part(each).words]
        told = len("".join(words)) > 1
        return Value("".join(each.surface for each in name), " ".join(words), ORGANIZATION) if told else None

    def _words(self, morpheme: Morpheme) -> list[str]:
        surface, normalized = morpheme.surface, morpheme.normalized_form
        if surface.isascii() and surface.replace(" ", "").isalpha():  # "is it" is one morpheme
            return [self._stem(word) for word in surface.split() if word not in ENGLISH]
        if morpheme.part_of_speech[0] in FUNCTION_PARTS or normalized in JAPANESE:
            return []
        units = [unit for unit in morpheme.units if unit != normalized and unit not in JAPANESE]
        return [normalized, *units]
