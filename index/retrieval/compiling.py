"""A knowledge set to its index: every text analyzed and encoded once."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from faq.fields import NO_TOPIC
from faq.model import Entry, Knowledge
from index.analysis.analyzer import Analysis, Analyze, analyzer_with
from index.library.topics import cohort as library_cohort
from index.retrieval.bm25 import Floats, Postings, compile_postings
from index.retrieval.documents import Document, documents, told, unanswerable
from index.retrieval.encoder import SentenceEncoder, Vectors, identity_of, unit
from index.retrieval.evidence import FIELDS, Norms, answered_otherwise, asked_otherwise, norms
from index.retrieval.search import HELD, Compiled, Index
from index.retrieval.space import coverage_of_topics, shipped, unfitted
from index.retrieval.vectors import EncodedTexts, VectorStore

Encode = Callable[[SentenceEncoder, Sequence[str]], Vectors]


def compile_index(  # noqa: PLR0913 -- what makes it quicker where it is known
    knowledge: Knowledge,
    encoders: Sequence[SentenceEncoder] = (),
    *,
    encode: Encode | None = None,
    analyze: Analyze | None = None,
    cohort: Sequence[str] | None = None,
    before: Index | None = None,
) -> Index:
    """Analyze, encode and compile a knowledge set, its expectations included; raises `EncoderError`.

    `encode` gives the vectors of texts, for who keeps them; `analyze` does what an analyzer with the lexicon of the set
    would, for who compiles most of its texts again. `before` is the index of a set with the same lexicon: where all is
    asked as it was there, only what answers say is compiled.
    """
    searched, nothing = documents(knowledge), unanswerable(knowledge)
    encode = encode or VectorStore().encode
    analyze = analyze or analyzer_with(knowledge.lexicon).analyze
    cohort = library_cohort() if cohort is None else cohort
    known = before if before and _asked_alike(before, searched, encoders) else None
    general = {encoder.name: encode(encoder, cohort) for encoder in encoders}
    vectors = {
        encoder.name: _encoded(encoder, searched, nothing, general[encoder.name], encode, known)
        for encoder in encoders
    }
    compiled = Compiled(_fields(searched, analyze, known), vectors, Norms({}, {}))
    index = Index(knowledge.lexicon, searched, nothing, compiled, encoders)
    if searched:
        found = (
            _norms_upon(known, index, cohort, general, analyze)
            if known
            else norms(index.raw_of_many(cohort, general, analyze))
        )
        index.compiled = replace(compiled, norms=found)
    return index


def _asked_alike(before: Index, searched: Sequence[Document], encoders: Sequence[SentenceEncoder]) -> bool:
    """Whether the entries of an index have these phrasings, links and encoders: only answers may differ."""
    return (
        # A space that is worked out from the passages may be another one each time.
        identity_of(before.encoders) == identity_of(encoders)
        and all(map(shipped, encoders))
        and len(before.documents) == len(searched)
        and all(
            was.phrasings == now.phrasings and _is_linked(was.entry) == _is_linked(now.entry)
            for was, now in zip(before.documents, searched, strict=True)
        )
    )


def _is_linked(entry: Entry) -> bool:
    return entry.topic != NO_TOPIC


def _norms_upon(
    before: Index, index: Index, cohort: Sequence[str], general: Mapping[str, Vectors], analyze: Analyze
) -> Norms:
    """Return the norms of an index in which only answers are others than before: what these bear on is asked again."""
    held = [each.compiled.fields[HELD].terms for each in (before, index)]
    pairs = enumerate(zip(before.entries, index.entries, strict=True))
    changed = [number for number, (was, now) in pairs if told(was) != told(now)]
    moved = {term for number in changed for term in {*held[0][number]} ^ {*held[1][number]}}
    touched = [text for text in cohort if not moved.isdisjoint(_wanted(analyze(text, asked=True)))]
    found = before.compiled.norms
    if touched:
        gone, come = (_words_of_many(each, touched, analyze) for each in (before, index))
        found = asked_otherwise(found, len(cohort), gone, come)
    passages: dict[str, Floats] = {}
    for name, vectors in general.items():
        encoded = index.compiled.vectors[name]
        for kind, asked, rows in (
            ("passage", encoded.space.questions(vectors), encoded.passages),
            ("plain_passage", encoded.space.plain_questions(vectors), encoded.plain_passages),
        ):
            passages[f"{kind}:{name}"] = best = np.zeros((len(cohort), len(changed)))
            for column, number in enumerate(changed):
                span = index.passage_span(number)
                if span.start < span.stop:
                    best[:, column] = (asked @ rows[span].T).max(axis=1)
    return answered_otherwise(found, changed, passages)


def _wanted(asked: Analysis) -> set[str]:
    return {*asked.words, *itertools.chain.from_iterable(asked.meanings.values())}


def _words_of_many(index: Index, texts: Sequence[str], analyze: Analyze) -> Mapping[str, Floats]:
    parts = list(index.raw_of_many(texts, {}, analyze))
    return {kind: np.concatenate([part[kind] for part in parts]) for kind in parts[0]}


def _encoded(  # noqa: PLR0913, PLR0917 -- all that vectors are made of, and where they may be known
    encoder: SentenceEncoder,
    searched: Sequence[Document],
    not_answered: Sequence[str],
    general: Vectors,
    encode: Encode,
    known: Index | None,
) -> EncodedTexts:
    def rows_of(texts: Sequence[str]) -> Vectors:
        return encode(encoder, texts) if texts else general[:0]

    told_of = rows_of([text for document in searched for text in document.passages])
    space = shipped(encoder) or unfitted(general, told_of)
    if known:
        before = known.compiled.vectors[encoder.name]
        phrasings, about, covered = before.phrasings, before.about, before.covered
    else:
        asked = rows_of([text for document in searched for text in document.phrasings])
        phrasings = _short(space.questions(asked))
        likely = space.about(phrasings)
        sizes = np.array([len(document.phrasings) for document in searched], dtype=np.intp)
        linked = np.array([_is_linked(document.entry) for document in searched], dtype=bool)
        total = np.add.reduceat(likely, np.cumsum(sizes) - sizes, axis=0) if searched else likely
        about = _short(np.asarray(total / sizes[:, None], dtype=np.float32))
        covered = _short(coverage_of_topics(likely * np.repeat(linked, sizes)[:, None], sizes))
    passages = _short(space.passages(told_of))
    return EncodedTexts(
        space,
        phrasings,
        passages,
        _short(space.plain_passages(told_of)),
        _short(space.questions(rows_of(not_answered))),
        about=about,
        subjects=unit(about),
        covered=covered,
        told=space.about(passages).max(axis=0, initial=0.0),
    )


def _short(rows: Vectors) -> Vectors:
    """Return rows with as many digits as are kept of them: a release read back replies the same."""
    return rows.astype(np.float16).astype(np.float32)


def _fields(searched: Sequence[Document], analyze: Analyze, known: Index | None) -> Mapping[str, Postings]:
    if known:
        before = zip(searched, known.entries, known.compiled.fields[HELD].terms, strict=True)
        held = [
            terms if told(was) == told(document.entry) else _held(map(analyze, _texts(document)))
            for document, was, terms in before
        ]
        return {**known.compiled.fields, HELD: compile_postings(held, range(len(searched)))}
    analyses = [[analyze(text) for text in _texts(document)] for document in searched]
    phrasings = [part for parts in analyses for part in parts[:-1]]
    owners = [number for number, parts in enumerate(analyses) for _ in parts[:-1]]
    fields = {
        name: compile_postings([getattr(part, of) for part in phrasings], owners)
        for name, of in FIELDS.items()
    }
    return fields | {HELD: compile_postings(list(map(_held, analyses)), range(len(searched)))}


def _texts(document: Document) -> tuple[str, ...]:
    """Return all that is searched of an entry: its phrasings, and last what its answer tells."""
    return (*document.phrasings, told(document.entry))


def _held(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    return tuple(sorted({term for part in analyses for term in (*part.words, *part.concepts)}))
