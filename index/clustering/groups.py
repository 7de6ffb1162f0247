"""Questions in groups near in meaning, so that a person reads once what many have asked.

Star clustering (Aslam, Pelekhov and Rus, "The star clustering algorithm", 2004): the question that is near to most
others, counted as often as they were asked, forms a group with them; then the same with the rest. Closeness is half
the cosine of the words, weighted by idf, and half the cosine of the vectors.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.analysis.normalize import bare
from index.analysis.questions import Question, question
from index.decision.policy import VerdictKind
from index.decision.reader import Reader
from index.retrieval.encoder import EncoderError, Vectors, unit
from index.retrieval.explain import nearest_phrasings
from index.retrieval.search import BACKGROUND, HELD, Index
from index.retrieval.vectors import VectorStore

NEAR = 0.4
"""Least closeness of a group's questions to its representative."""

CONCEPT = 2.0
"""Weight of a concept against a word: people rarely use the same words."""

COMPARED = 3_000
"""Most texts that are compared with each other at once: this takes about a second and 100 MB."""

_STANDING_IN = re.compile("〔[^〔〕]*〕")
_DIGITS = 5  # the last ones of a product depend on how many cores work on it

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Nearest:
    """The entry that comes closest to a question, and what the release makes of that question `now`."""

    id: str
    phrasing: str
    score: float
    confidence: float
    now: VerdictKind
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Questions near in meaning, most often asked first, ties in order of the text, with their counts."""

    questions: tuple[str, ...]
    counts: tuple[int, ...]
    representative: str
    reader: Reader = field(repr=False, compare=False)

    @cached_property
    def nearest(self) -> Nearest | None:
        """The entry closest to the representative; searched when needed, as most groups are not shown."""
        return nearest_entry(self.reader, self.representative)

    @property
    def times(self) -> int:
        """How often the questions were asked, in total."""
        return sum(self.counts)


def group(
    reader: Reader, asked: Mapping[str, int], *, without: Callable[[str], str] = str
) -> tuple[Group, ...]:
    """Return the questions in groups, the most often asked group first, ties in order of the representative.

    Every text is in exactly one group; their order does not matter. Masks (〔氏名〕) are left out, and what `without`
    removes, such as greetings. `asked` has how often each text was asked, 1 or more.
    """
    # Spellings of one text are one; the one asked most often stands for them.
    spelled: dict[str, list[str]] = {}
    for text in sorted(asked, key=lambda text: (-asked[text], text)):
        spelled.setdefault(bare(without(_readable(text))), []).append(text)
    total = {texts[0]: sum(asked[text] for text in texts) for texts in spelled.values()}
    kinds = sorted(spelled.values(), key=lambda texts: (-total[texts[0]], texts[0]))
    rows = _rows(reader.index, [question(without(_readable(texts[0]))) for texts in kinds])
    times = np.array([total[texts[0]] for texts in kinds], dtype=np.float64)
    groups = []
    for centre, members in _stars(rows, times).items():
        inside = [text for number in members for text in kinds[number]]
        texts = tuple(sorted(inside, key=lambda text: (-asked[text], text)))
        counts = tuple(asked[text] for text in texts)
        groups.append(Group(texts, counts, kinds[centre][0], reader))
    return tuple(sorted(groups, key=lambda group: (-group.times, group.representative)))


def nearest_entry(reader: Reader, text: str) -> Nearest | None:
    """Return the entry closest to a text; `None` if no entry can be found."""
    index = reader.index
    if not index.entries:
        return None
    reading = reader.read(question(_readable(text)))
    best, verdict = reading.best, reading.verdict
    if best is None:
        return None
    if index.is_referral[best] and verdict.kind is not VerdictKind.REFERRAL:
        confidence = float(reading.ranking.probabilities[best])
    else:
        confidence = verdict.confidence  # the best answer's, or the referral's that is shown
    entry_id, score = index.entries[best].id, float(reading.ranking.scores[best])
    phrasing = nearest_phrasings(index, reading.evidence, best, 1)[0].text
    return Nearest(entry_id, phrasing, score, confidence, verdict.kind, verdict.entry_ids)


def _readable(text: str) -> str:
    return _STANDING_IN.sub(" ", text)


def _rows(index: Index, asked: Sequence[Question]) -> Vectors:
    """Return a row for each question; the product of two rows is their closeness."""
    held = index.compiled.fields[HELD]
    columns: dict[str, int] = {}
    found: list[dict[int, float]] = []
    for each in asked:
        terms: dict[int, float] = {}
        for text, weight in ((each.background, BACKGROUND), (each.text, 1.0)):
            analysis = index.analyzer.analyze(text, asked=True)
            counts = dict.fromkeys(analysis.words, 1.0) | dict.fromkeys(analysis.concepts, CONCEPT)
            for term, count in counts.items():
                terms[columns.setdefault(term, len(columns))] = weight * count * held.idf_of(term)
        found.append(terms)
    words = np.zeros((len(asked), len(columns)), dtype=np.float32)
    for row, terms in zip(words, found, strict=True):
        row[list(terms)] = list(terms.values())
    store, texts = VectorStore(), [each.whole for each in asked]
    try:
        vectors = [
            index.compiled.vectors[encoder.name].space.plain_questions(store.encode(encoder, texts))
            for encoder in index.encoders
        ]
    except EncoderError:
        vectors = []
    parts = [unit(words), *(each / np.sqrt(len(vectors)) for each in vectors)]
    return np.asarray(np.hstack(parts) / np.sqrt(2 if vectors else 1), dtype=np.float32)


def _stars(rows: Vectors, times: npt.NDArray[np.float64]) -> dict[int, list[int]]:
    """Return the numbers of the members of each group, by the number of its representative.

    The most often asked texts come first. Beyond `COMPARED`, texts join the nearest representative, or are compared
    among themselves.
    """
    found: dict[int, list[int]] = {}
    left: Numbers = np.arange(len(rows))
    while len(left):
        some, left = left[:COMPARED], left[COMPARED:]
        centres = []
        close = np.round(rows[some] @ rows[some].T, _DIGITS)
        close[close < NEAR] = 0
        np.fill_diagonal(close, 1)
        weights, free = close @ times[some], np.ones(len(some), dtype=bool)
        while free.any():
            centre = int(np.where(free, weights, -1).argmax())
            members = np.flatnonzero(free & (close[centre] > 0))
            free[members] = False
            weights -= close[:, members] @ times[some][members]
            centres.append(int(some[centre]))
            found[centres[-1]] = some[members].tolist()
        close = np.round(rows[left] @ rows[centres].T, _DIGITS)
        joins = close.max(axis=1, initial=0) >= NEAR
        for number, place in zip(left[joins].tolist(), close[joins].argmax(axis=1).tolist(), strict=True):
            found[centres[place]].append(number)
        left = left[~joins]
    return found
