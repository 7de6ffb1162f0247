"""Text to terms: one analyzer for documents and queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from faq.model import Lexicon
from index.analysis.lexicon import LexiconMatcher
from index.analysis.normalize import ngrams, plain, sound
from index.analysis.stopwords import ENGLISH, FUNCTION_PARTS, JAPANESE
from index.analysis.tokenizer import Morpheme, morphemes

_READING_NGRAM = 3
_CACHED = 20_000
_SILENT = frozenset({"空白", "補助記号", "記号"})
_NAMING = frozenset({("名詞", "普通名詞"), ("名詞", "固有名詞")})
_SYMBOL_READING = "キゴウ"


@dataclass(frozen=True, slots=True)
class Analysis:
    """The terms of one text, in order of the text, repeats included.

    Attributes:
        words: Normalized forms of content words, of the whole word and of its mode A units.
        concepts: Lexicon words ("≈…") and Sudachi's synonym groups ("syn:…").
        sounds: Runs of three kana of the reading of everything that is not punctuation.
        meanings: The concepts that each word stands for or is a part of.
        nouns: The words that name something; numbers and adverbs do not.
    """

    words: tuple[str, ...]
    concepts: tuple[str, ...]
    sounds: tuple[str, ...]
    meanings: Mapping[str, frozenset[str]]
    nouns: frozenset[str]


class _Part(NamedTuple):
    """What a morpheme brings to the terms of a text: no sound for punctuation, no words for a function word."""

    sound: str = ""
    words: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    naming: bool = False


class Analyzer:
    """Analyzes any text: empty, emoji only, very long or broken ones give few terms or none, never an error."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Use `lexicon` for words of several morphemes, synonyms, and synonyms that must not be."""
        self._matcher = LexiconMatcher(lexicon)
        self._stem = snowballstemmer.stemmer("english").stemWord
        # People use the same words again and again.
        self._part = lru_cache(maxsize=_CACHED)(self._part_of)

    def analyze(self, text: str, *, asked: bool = False) -> Analysis:
        """Return the terms of `text`; where it is `asked`, narrow words of the lexicon mean the wider ones too."""
        text = plain(text)
        spans = list(self._matcher.concepts(text, asked=asked))
        words: list[str] = []
        concepts = [concept for _, _, found in spans for concept in found]
        meanings: dict[str, frozenset[str]] = {}
        nouns: set[str] = set()
        heard: list[str] = []
        at = 0
        for morpheme in morphemes(text):
            start, at = at, at + len(morpheme.surface)
            part = self._part(morpheme)
            heard.append(part.sound)
            if not part.words:
                continue
            concepts += part.concepts
            around = [name for left, right, names in spans if left < at and start < right for name in names]
            meant = frozenset((*part.concepts, *around))
            for word in part.words:
                meanings[word] = meanings[word] | meant if word in meanings else meant
            words += part.words
            if part.naming:
                nouns.update(part.words)
        sounds = ngrams("".join(heard), _READING_NGRAM)
        return Analysis(tuple(words), tuple(concepts), tuple(sounds), meanings, frozenset(nouns))

    def _part_of(self, morpheme: Morpheme) -> _Part:
        if morpheme.part_of_speech[0] in _SILENT:
            return _Part()
        unread = morpheme.reading_form in {_SYMBOL_READING, ""}
        heard = sound(morpheme.surface if unread else morpheme.reading_form)
        groups = sorted(set(morpheme.synonym_groups) - self._matcher.banned_groups)
        concepts = tuple(f"syn:{group}" for group in groups)
        return _Part(heard, tuple(self._words(morpheme)), concepts, morpheme.part_of_speech in _NAMING)

    def _words(self, morpheme: Morpheme) -> list[str]:
        surface, normalized = morpheme.surface, morpheme.normalized_form
        if surface.isascii() and surface.replace(" ", "").isalpha():  # "is it" is one morpheme
            return [self._stem(word) for word in surface.split() if word not in ENGLISH]
        if morpheme.part_of_speech[0] in FUNCTION_PARTS or normalized in JAPANESE:
            return []
        units = [unit for unit in morpheme.units if unit != normalized and unit not in JAPANESE]
        return [normalized, *units]
