"""The search: a question in, evidence for every entry out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from faq.model import Entry, EntryKind, Lexicon, folded
from index.analysis.analyzer import Analyze, analyzer_with
from index.analysis.normalize import bare
from index.analysis.questions import Question, denies
from index.analysis.values import Value
from index.analysis.wanted import wanted
from index.retrieval.bm25 import Floats, Postings
from index.retrieval.documents import Document
from index.retrieval.encoder import EncoderError, SentenceEncoder, Vectors
from index.retrieval.evidence import (
    FIELDS,
    WORDS,
    Closeness,
    Evidence,
    Norms,
    coverage,
    nearest_mean,
    without,
)
from index.retrieval.space import nearness
from index.retrieval.subjects import Subjects
from index.retrieval.vectors import EncodedTexts, Near

HELD = "held"
"""The name of the postings that tell which entry has a term at all."""

OTHER_SIZE = (
    "エンコーダーのベクトルの長さ({size})が公開中の版({known})と違うため、使わずに答えました。"
    "モデルを元に戻すか、公開し直してください"
)
BACKGROUND = 0.4
"""What a term of the story told beside a question counts, against one of the question."""
_AT_ONCE = 64
"""Questions whose closeness to everything is held in memory together."""


@dataclass(frozen=True)
class Query:
    """A question as it is searched for: weight by term for "words" and "sounds".

    `whole` is the story beside it, and then what asks; an encoder that could not be asked gives no vector.
    """

    text: str
    terms: Mapping[str, Mapping[str, float]]
    meanings: Mapping[str, frozenset[str]]
    vectors: Mapping[str, Vectors]
    values: tuple[Value, ...] = ()
    problem: str = ""
    whole: str = ""
    nouns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compiled:
    """What is worked out once of a knowledge set, and kept in its release.

    Attributes:
        fields: Postings by field: those of `FIELDS`, and `HELD`, whose documents are all terms of an entry, each once.
    """

    fields: Mapping[str, Postings]
    vectors: Mapping[str, EncodedTexts]
    norms: Norms


class Index:
    """The search over the answers and referrals of a knowledge set; an entry's number is its place in the files.

    Phrasings and passages are numbered through all entries. Safe to share among threads.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        documents: Sequence[Document],
        unanswerable: Sequence[str],
        compiled: Compiled,
        encoders: Sequence[SentenceEncoder] = (),
    ) -> None:
        """Hold what `index.retrieval.compiling.compile_index` made."""
        self.analyzer = analyzer_with(lexicon)
        self.documents = tuple(documents)
        self.entries = tuple(document.entry for document in documents)
        self.numbers = {entry.id: number for number, entry in enumerate(self.entries)}
        self.sizes = np.array([len(document.phrasings) for document in documents], dtype=np.intp)
        self.log_sizes = np.log(self.sizes) / 2  # 0 for an entry of one phrasing
        self.first = np.cumsum(self.sizes) - self.sizes
        self.owners = np.repeat(np.arange(len(documents)), self.sizes)
        self.phrasings = tuple(text for document in documents for text in document.phrasings)
        counts = np.array([len(document.passages) for document in documents], dtype=np.intp)
        self._passages = [0, *np.cumsum(counts).tolist()]
        self.with_passages = np.flatnonzero(counts)
        self.first_passages = (np.cumsum(counts) - counts)[self.with_passages]
        self.unanswerable = tuple(unanswerable)
        self.is_referral = np.array([entry.kind is EntryKind.REFERRAL for entry in self.entries], dtype=bool)
        self.compiled = compiled
        self.encoders = tuple(encoders)

    def _is_learned(self, number: int) -> bool:
        """Whether a phrasing is none of the files: an expectation taught it."""
        owner = self.owners[number]
        return bool(number - self.first[owner] >= len(self.entries[owner].phrasings))

    @cached_property
    def mean_size(self) -> float:
        """The mean of `log_sizes`: how many phrasings an entry has here."""
        return float(self.log_sizes.mean())

    @cached_property
    def contradicting(self) -> Mapping[str, tuple[str, ...]]:
        """The other entries that answer the question of an entry, and otherwise; by id, only where there are some."""
        asked: dict[str, list[Entry]] = {}
        for entry in self.entries:
            asked.setdefault(folded(entry.question), []).append(entry)
        return {
            entry.id: tuple(each.id for each in same if each.id != entry.id)
            for same in asked.values()
            if len({each.answer for each in same}) > 1
            for entry in same
        }

    @cached_property
    def verbatim(self) -> Mapping[str, Sequence[int]]:
        """The numbers of all phrasings, by their bare text."""
        found: dict[str, list[int]] = {}
        for number, text in enumerate(self.phrasings):
            if key := bare(text):
                found.setdefault(key, []).append(number)
        return found

    @cached_property
    def subjects(self) -> Subjects:
        """What the entries are about, by the topics of the library."""
        return Subjects(self.entries, self.analyzer, self.compiled.fields[HELD], self.compiled.vectors)

    @cached_property
    def _unanswerable(self) -> Mapping[str, int]:
        return {bare(text): number for number, text in enumerate(self.unanswerable)}

    def query(self, question: Question) -> Query:
        """Return the terms and vectors of a question and, weighing less, of the story beside it."""
        terms: dict[str, dict[str, float]] = {"words": {}, "sounds": {}}
        meanings: dict[str, frozenset[str]] = {}
        told = ((question.background, BACKGROUND),) if question.background else ()
        for text, weight in (*told, (question.text, 1.0)):
            analysis = self.analyzer.analyze(text, asked=True)
            meanings |= analysis.meanings
            for name, found in terms.items():
                # A word said twice is not meant twice.
                found.update(dict.fromkeys(getattr(analysis, name), weight))
            named = analysis.values
            nouns = () if denies(text) else tuple(word for word in analysis.words if word in analysis.nouns)
        vectors, problem = {}, ""
        for encoder in self.encoders:
            try:
                rows = encoder.encode(question.encoded)
            except EncoderError as error:
                problem = str(error)
            else:
                known = self.compiled.vectors.get(encoder.name)
                if known is not None and len(known.space.mean) == rows.shape[1]:
                    vectors[encoder.name] = rows.mean(axis=0) if len(rows) > 1 else rows[0]
                elif known is not None:
                    problem = OTHER_SIZE.format(size=rows.shape[1], known=len(known.space.mean))
        return Query(question.text, terms, meanings, vectors, named, problem, question.whole, nouns)

    def evidence(self, query: Query, *, exclude_learned: bool = False) -> Evidence:
        """Return the evidence for every entry.

        `exclude_learned` leaves out what an expectation in these very words taught: knowing the labelled question by
        heart says nothing about those that are like it.
        """
        same = self.verbatim.get(bare(query.text), ()) if exclude_learned else ()
        left_out = [number for number in same if self._is_learned(number)]
        by_phrasing, raw, words, unknown = self._words(query, left_out)
        passages: dict[str, Closeness] = {}
        unanswerable: dict[str, Closeness] = {}
        uncovered: list[Closeness] = []
        for name, encoded in self.compiled.vectors.items():
            if name not in query.vectors:
                continue
            near = encoded.near(query.vectors[name][None])
            near.phrasings[:, left_out] = -1.0
            raw |= {f"{kind}:{name}": found[0] for kind, found in self._meaning(encoded, near).items()}
            by_phrasing[f"meaning:{name}"] = near.phrasings[0]
            passages[name] = near.passages[0]
            if near.about.size:
                uncovered.append(near.about[0] * (1 - encoded.covered))
            unanswerable[name] = near.unanswerable[0]
            if exclude_learned and (known := self._unanswerable.get(bare(query.text))) is not None:
                unanswerable[name][known] = -1.0
        owners = {
            int(self.owners[number]) for number in self.verbatim.get(bare(query.whole or query.text), ())
        }
        owners -= {int(self.owners[number]) for number in left_out}
        verbatim = owners.pop() if len(owners) == 1 else None
        return Evidence(
            raw,
            by_phrasing,
            passages,
            unanswerable,
            words,
            unknown,
            np.mean(uncovered, axis=0) if uncovered else np.zeros(0),
            without(self.compiled.fields[HELD], query.values, query.meanings, len(self.entries)),
            verbatim,
            wanted(query.text),
            query.nouns,
            query.meanings,
        )

    def raw_of_many(
        self,
        texts: Sequence[str],
        vectors: Mapping[str, Vectors],
        analyze: Analyze,
    ) -> Iterator[Mapping[str, Floats]]:
        """Yield by kind the raw evidence of plain questions, a row each; `vectors` has theirs by encoder, if wanted."""
        for start in range(0, len(texts), _AT_ONCE):
            told = []
            for text in texts[start : start + _AT_ONCE]:
                analysis = analyze(text, asked=True)
                terms = {name: dict.fromkeys(getattr(analysis, name), 1.0) for name in ("words", "sounds")}
                told.append(self._words(Query(text, terms, analysis.meanings, {}), [])[1])
            raw = {kind: np.array([each[kind] for each in told]) for kind in WORDS}
            for name, asked in vectors.items():
                encoded = self.compiled.vectors[name]
                found = self._meaning(encoded, encoded.near(asked[start : start + _AT_ONCE]))
                raw |= {f"{kind}:{name}": rows for kind, rows in found.items()}
            yield raw

    def _words(
        self, query: Query, left_out: Sequence[int]
    ) -> tuple[dict[str, Closeness], dict[str, Floats], Mapping[str, float], float]:
        """Return the evidence of words by phrasing and by entry, each word's weight, and the share of unknown ones."""
        fields, terms = self.compiled.fields, query.terms
        held = fields[HELD]
        words = {word: weight * held.idf_of(word) for word, weight in terms["words"].items()}
        sounds = (weight * fields["sound"].idf_of(term) for term, weight in terms["sounds"].items())
        idf_weight = {"words": sum(words.values()), "sounds": sum(sounds)}
        by_phrasing: dict[str, Closeness] = {}
        raw: dict[str, Floats] = {}
        for name, of in FIELDS.items():
            by_phrasing[name] = fields[name].scores(terms[of])
            by_phrasing[name][left_out] = 0.0
            raw[name] = np.maximum.reduceat(by_phrasing[name], self.first) / (idf_weight[of] + 1e-9)
        raw["coverage"], unknown = coverage(held, words, query.meanings, len(self.entries))
        return by_phrasing, raw, words, unknown

    def _meaning(self, encoded: EncodedTexts, near: Near) -> Mapping[str, Floats]:
        """Return by kind the evidence of meaning, a row a question."""
        return {
            "meaning": nearest_mean(near.phrasings, self.first, self.sizes),
            "passage": self._best_passage(near.passages),
            "plain_passage": self._best_passage(near.plain_passages),
            "topic": nearness(encoded.subjects, near.about),
        }

    def _best_passage(self, closeness: Closeness) -> Floats:
        best = np.zeros((len(closeness), len(self.entries)))
        if len(self.first_passages):
            best[:, self.with_passages] = np.maximum.reduceat(closeness, self.first_passages, axis=1)
        return best

    def matched(
        self, words: Iterable[str], meanings: Mapping[str, frozenset[str]], number: int
    ) -> frozenset[str]:
        """Return those words that the entry of that number has, or means."""
        impact = self.compiled.fields[HELD].impact
        return frozenset(
            word for word in words if any(impact(term, number) for term in (word, *meanings.get(word, ())))
        )

    def span(self, number: int) -> slice:
        """Return where the phrasings of the entry of that number stand."""
        return slice(int(self.first[number]), int(self.first[number] + self.sizes[number]))

    def passage_span(self, number: int) -> slice:
        """Return where the passages of the entry of that number stand; an empty slice if it has none."""
        return slice(*self._passages[number : number + 2])
