"""A knowledge set to its index: every text analyzed once, every channel's postings worked out."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from faq.model import Knowledge
from index.analyzer import Analysis, Analyzer
from index.channel import Channel, Weights, compile_channel
from index.classifier import FEWEST_PHRASINGS, compile_classifier
from index.compiled import Compiled
from index.documents import documents, searched
from index.embeddings import TextVectors, compile_embeddings
from index.evidence import LISTS
from index.facets import facets
from index.likeness import Likeness, compile_likeness
from index.search import Index, first_phrasings
from index.text import bare
from index.vectors import WordVectors, fingerprint

PAIRS = Weights(
    concept=1.0,
    sound=0.1,
    entry=2.0,
    meaning=2.0,
    answer=0.5,
    classifier=0.0,
    related=0.5,
    background=1.0,
    likeness=1.2,
    whole_likeness=1.5,
    answer_likeness=2.0,
    embedding=6.0,
    answer_embedding=6.0,
    linked_embedding=6.0,
    k1=0.9,
    b=0.4,
)
"""Weights for sets of question and answer, where the answer has to say what no phrasing does."""


def standard_weights(knowledge: Knowledge) -> Weights:
    """Return the weights for a knowledge set, by how many phrasings its entries have on the average."""
    entries = searched(knowledge)
    rich = sum(len(entry.phrasings) for entry in entries) >= FEWEST_PHRASINGS * len(entries)
    return Weights() if rich else PAIRS


def compile_index(
    knowledge: Knowledge,
    weights: Weights | None = None,
    vectors: WordVectors | None = None,
    *,
    analyze: Callable[[str], Analysis] | None = None,
    embedded: TextVectors | None = None,
) -> Index:
    """Analyze and compile a knowledge set, its expectations included; n phrasings take about n / 2,000 seconds.

    `embedded` holds the embeddings of its texts (`index.embeddings.texts_of`), if there are any.
    `analyze` is what an analyzer with the lexicon of the set would do, for who compiles most of its texts again.
    """
    weights = weights or standard_weights(knowledge)
    analyze = analyze or Analyzer(knowledge.lexicon).analyze
    indexed = documents(knowledge)
    first = first_phrasings(indexed)
    phrasings = [analyze(phrasing) for document in indexed for phrasing in document.phrasings]
    answers = [analyze(document.answer) for document in indexed]
    owners = np.repeat(np.arange(len(indexed)), np.diff(first)).astype(np.int32)
    verbatim = [[bare(phrasing)] for document in indexed for phrasing in document.phrasings]
    by_phrasing = (
        compile_channel(
            "phrasing", ("words", "related"), weights, [part.words for part in phrasings], owners.tolist()
        ),
        compile_channel(
            "concept", ("concepts",), weights, [part.concepts for part in phrasings], owners.tolist()
        ),
        compile_channel("verbatim", ("verbatim",), weights, verbatim, owners.tolist()),
        compile_channel("sound", ("sounds",), weights, [part.sounds for part in phrasings], owners.tolist()),
    )
    whole = [
        [*phrasings[start:end], answer] for start, end, answer in zip(first, first[1:], answers, strict=False)
    ]
    by_entry = (
        *_over_entries(whole, answers, weights),
        *_classifier(phrasings, owners, len(searched(knowledge)), weights, by_phrasing),
    )
    return Index(
        knowledge,
        Compiled(
            by_phrasing=by_phrasing,
            by_entry=by_entry,
            meanings=tuple(part.meanings for part in phrasings),
            facets=tuple(frozenset().union(*map(facets, document.phrasings)) for document in indexed),
            weights=weights,
            vectors=fingerprint() if vectors else "",
            likeness=_likeness(whole, by_entry[0], weights, vectors) if vectors else None,
            embeddings=compile_embeddings(knowledge, embedded, link=bool(weights.linked_embedding))
            if embedded
            else None,
        ),
        vectors,
    )


def _over_entries(
    whole: Sequence[Sequence[Analysis]], answers: Sequence[Analysis], weights: Weights
) -> Iterator[Channel]:
    alone = range(len(whole))
    words = [[word for part in parts for word in part.words] for parts in whole]
    yield compile_channel("entry", ("words", "related"), weights, words, alone)
    yield compile_channel("answer", ("words", "related"), weights, [part.words for part in answers], alone)
    if weights.meaning:
        concepts = [[concept for part in parts for concept in part.concepts] for parts in whole]
        yield compile_channel("meaning", ("concepts",), weights, concepts, alone)


def _classifier(
    phrasings: Sequence[Analysis],
    owners: np.typing.NDArray[np.int32],
    entry_count: int,
    weights: Weights,
    by_phrasing: Sequence[Channel],
) -> Iterator[Channel]:
    if not weights.classifier:
        return
    terms = [{name: getattr(part, name) for name in LISTS} for part in phrasings]
    idf = {channel.lists[0]: channel.postings for channel in by_phrasing if channel.lists[0] in LISTS}
    for name, postings in compile_classifier(terms, owners, entry_count, idf).items():
        lists = (name, "related") if name == "words" else (name,)
        # Documents without an entry are in no row, but have a place in the scores.
        whole = replace(postings, document_count=int(owners[-1]) + 1)
        yield Channel("classifier", lists, weights.classifier, whole)


def _likeness(
    whole: Sequence[Sequence[Analysis]], entry: Channel, weights: Weights, vectors: WordVectors
) -> Likeness:
    asked = [_spread(word for part in parts[:-1] for word in part.words) for parts in whole]
    everything = [
        dict.fromkeys(parts[-1].words, 1.0) | {word: 2 * weight for word, weight in words.items()}
        for parts, words in zip(whole, asked, strict=True)
    ]
    answers = [_spread(iter(parts[-1].words)) for parts in whole] if weights.answer_likeness else []
    return compile_likeness(asked, everything, answers, entry.postings, vectors)


def _spread(words: Iterator[str]) -> dict[str, float]:
    """Return a weight for each word, 1 for one that stands once, growing with the logarithm of how often."""
    return {word: 1 + math.log(count) for word, count in Counter(words).items()}
