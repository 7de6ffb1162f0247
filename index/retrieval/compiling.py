"""A knowledge set to its index: every text analyzed and encoded once."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from faq.fields import NO_TOPIC
from faq.model import Entry, Knowledge, Lexicon
from index.analysis.analyzer import Analysis, Analyze, analyzer_with
from index.library.topics import cohort as library_cohort
from index.retrieval.bm25 import Floats, Postings, compile_postings
from index.retrieval.documents import Document, documents, told, unanswerable
from index.retrieval.encoder import SentenceEncoder, Vectors, identity_of, unit
from index.retrieval.evidence import FIELDS, Norms, answered_otherwise, asked_otherwise, norms
from index.retrieval.search import HELD, Compiled, Index
from index.retrieval.space import coverage_of_topics, mean_by_owner, shipped, unfitted
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
    return index_of(
        documents(knowledge),
        unanswerable(knowledge),
        knowledge.lexicon,
        encoders,
        encode=encode or VectorStore().encode,
        analyze=analyze,
        cohort=library_cohort() if cohort is None else cohort,
        before=before,
    )


def index_of(  # noqa: PLR0913 -- the parts of a knowledge set
    indexed: Sequence[Document],
    not_answered: Sequence[str],
    lexicon: Lexicon,
    encoders: Sequence[SentenceEncoder],
    *,
    encode: Encode,
    cohort: Sequence[str],
    analyze: Analyze | None = None,
    before: Index | None = None,
) -> Index:
    """Compile documents; see `compile_index`."""
    analyze = analyze or analyzer_with(lexicon).analyze
    # A space that is worked out from the passages may be another one each time.
    if before and not (identity_of(before.encoders) == identity_of(encoders) and all(map(shipped, encoders))):
        before = None
    alike = before if before and _asked_alike(before, indexed) else None
    general = {encoder.name: encode(encoder, cohort) for encoder in encoders}
    vectors = {
        encoder.name: _encoded(
            encoder, indexed, not_answered, general[encoder.name], encode, before=before, alike=alike
        )
        for encoder in encoders
    }
    index = Index(
        lexicon,
        [document.entry for document in indexed],
        [document.phrasings for document in indexed],
        [document.passages for document in indexed],
        not_answered,
        Compiled(_fields(indexed, analyze, alike), vectors, Norms({}, {})),
        encoders,
    )
    if not indexed:
        return index
    if alike:
        found = _norms_upon(alike, index, cohort, general, analyze)
    else:
        found = norms(index.raw_of_many(cohort, general, analyze))
    index.compiled = replace(index.compiled, norms=found)
    return index


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


def _asked_alike(before: Index, indexed: Sequence[Document]) -> bool:
    """Whether the entries of an index have the phrasings and links of these documents: only answers may differ."""
    return len(before.entries) == len(indexed) and all(
        before.phrasings[before.span(number)] == document.phrasings
        and _is_linked(before.entries[number]) == _is_linked(document.entry)
        for number, document in enumerate(indexed)
    )


def _is_linked(entry: Entry) -> bool:
    return entry.topic != NO_TOPIC


def _encoded(  # noqa: PLR0913 -- all that vectors are made of, and where they may be known
    encoder: SentenceEncoder,
    indexed: Sequence[Document],
    not_answered: Sequence[str],
    general: Vectors,
    encode: Encode,
    *,
    before: Index | None,
    alike: Index | None,
) -> EncodedTexts:
    def rows_of(texts: Sequence[str]) -> Vectors:
        return encode(encoder, texts) if texts else general[:0]

    phrasings = [text for document in indexed for text in document.phrasings]
    passages = [text for document in indexed for text in document.passages]
    space = shipped(encoder) or unfitted(general, rows_of(passages))

    def merged(texts: Sequence[str], part: str, project: Callable[[Vectors], Vectors]) -> Vectors:
        known = (
            (
                getattr(before, part.removeprefix("plain_")),
                getattr(before.compiled.vectors[encoder.name], part),
            )
            if before
            else None
        )
        return _merged(texts, known, lambda new: _short(project(rows_of(new))))

    asked = merged(phrasings, "phrasings", space.questions)
    told_of = merged(passages, "passages", space.passages)
    if alike:
        about, covered = (
            alike.compiled.vectors[encoder.name].about,
            alike.compiled.vectors[encoder.name].covered,
        )
    else:
        about, covered = _about(space.about(asked), indexed)
    return EncodedTexts(
        space,
        asked,
        told_of,
        merged(passages, "plain_passages", space.plain_passages),
        merged(not_answered, "unanswerable", space.questions),
        about=about,
        subjects=unit(about),
        covered=covered,
        told=space.about(told_of).max(axis=0, initial=0.0),
    )


def _about(likely: Vectors, indexed: Sequence[Document]) -> tuple[Vectors, Vectors]:
    """Return what each entry is about, and how much each topic is what an entry is about; `likely` is by phrasing."""
    sizes = np.array([len(document.phrasings) for document in indexed], dtype=np.intp)
    linked = np.array([_is_linked(document.entry) for document in indexed], dtype=bool)
    covered = coverage_of_topics(likely * np.repeat(linked, sizes)[:, None], sizes)
    return _short(mean_by_owner(likely, sizes)), _short(covered)


def _merged(
    texts: Sequence[str],
    known: tuple[Sequence[str], Vectors] | None,
    make: Callable[[Sequence[str]], Vectors],
) -> Vectors:
    """Return a row for each text: the one that is known, or else what is made of it."""
    before, rows = known or ((), make(()))
    places = {text: place for place, text in enumerate(before)}
    new = [text for text in dict.fromkeys(texts) if text not in places]
    places |= {text: len(rows) + place for place, text in enumerate(new)}
    if new:
        rows = np.concatenate([rows, make(new)])
    return rows[np.array([places[text] for text in texts], dtype=np.intp)]


def _short(rows: Vectors) -> Vectors:
    """Return rows with as many digits as are kept of them: a release read back replies the same."""
    return rows.astype(np.float16).astype(np.float32)


def _fields(indexed: Sequence[Document], analyze: Analyze, alike: Index | None) -> Mapping[str, Postings]:
    if alike:
        held = [
            known if told(was) == told(document.entry) else _held(map(analyze, _texts(document)))
            for document, was, known in zip(
                indexed, alike.entries, alike.compiled.fields[HELD].terms, strict=True
            )
        ]
        return {**alike.compiled.fields, HELD: compile_postings(held, range(len(indexed)))}
    analyses = [[analyze(text) for text in _texts(document)] for document in indexed]
    phrasings = [part for parts in analyses for part in parts[:-1]]
    owners = [number for number, parts in enumerate(analyses) for _ in parts[:-1]]
    fields = {
        name: compile_postings([getattr(part, of) for part in phrasings], owners)
        for name, of in FIELDS.items()
    }
    return fields | {HELD: compile_postings(list(map(_held, analyses)), range(len(indexed)))}


def _texts(document: Document) -> tuple[str, ...]:
    """Return all that is searched of an entry: its phrasings, and last what its answer tells."""
    return (*document.phrasings, told(document.entry))


def _held(analyses: Iterable[Analysis]) -> tuple[str, ...]:
    return tuple(sorted({term for part in analyses for term in (*part.words, *part.concepts)}))
