"""A knowledge set to its index: every text analyzed and encoded once."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from faq.model import Knowledge, Lexicon
from index.analysis.analyzer import Analysis, Analyzer
from index.analysis.questions import Question
from index.retrieval.bm25 import Postings, compile_postings
from index.retrieval.cohort import Cohort, Norms, norms, shipped_cohort
from index.retrieval.documents import Document, documents, unanswerable
from index.retrieval.encoder import SentenceEncoder, Vectors, unit
from index.retrieval.search import HELD, Compiled, Index
from index.retrieval.vectors import EncodedTexts, VectorStore, passage_mean

Analyze = Callable[[str], Analysis]
Encode = Callable[[SentenceEncoder, Sequence[str]], Vectors]


def compile_index(
    knowledge: Knowledge,
    encoders: Sequence[SentenceEncoder] = (),
    *,
    encode: Encode | None = None,
    analyze: Analyze | None = None,
    cohort: Cohort | None = None,
) -> Index:
    """Analyze, encode and compile a knowledge set, its expectations included; raises `EncoderError`.

    `encode` gives the vectors of texts, for who keeps them; `analyze` does what an analyzer with the lexicon of the set
    would, for who compiles most of its texts again.
    """
    return index_of(
        documents(knowledge),
        unanswerable(knowledge),
        knowledge.lexicon,
        encoders,
        encode=encode or VectorStore().encode,
        analyze=analyze,
        cohort=cohort or shipped_cohort(),
    )


def index_of(  # noqa: PLR0913 -- the parts of a knowledge set
    indexed: Sequence[Document],
    not_answered: Sequence[str],
    lexicon: Lexicon,
    encoders: Sequence[SentenceEncoder],
    *,
    encode: Encode,
    cohort: Cohort,
    analyze: Analyze | None = None,
) -> Index:
    """Compile documents; see `compile_index`."""
    fields = _fields(indexed, analyze or Analyzer(lexicon).analyze)
    phrasings = [text for document in indexed for text in document.phrasings]
    passages = [text for document in indexed for text in document.passages]
    general = {encoder.name: encode(encoder, cohort.questions) for encoder in encoders}
    vectors = {
        encoder.name: _encoded(
            encoder,
            general[encoder.name],
            *(encode(encoder, texts) for texts in (phrasings, passages, not_answered)),
        )
        for encoder in encoders
    }

    def made(found: Norms, asked: Sequence[SentenceEncoder]) -> Index:
        return Index(
            lexicon,
            [document.entry for document in indexed],
            [document.phrasings for document in indexed],
            [document.passages for document in indexed],
            not_answered,
            Compiled(fields, vectors, found),
            asked,
        )

    if not indexed:
        return made(Norms({}, {}), encoders)
    unnormalized = made(
        Norms({}, {}), [_Kept(each, cohort.questions, general[each.name]) for each in encoders]
    )
    found = [unnormalized.evidence(unnormalized.query(Question(text))).raw for text in cohort.questions]
    return made(norms(found, cohort.topics, unnormalized.numbers), encoders)


class _Kept:
    """An encoder that knows the questions of the cohort already."""

    def __init__(self, encoder: SentenceEncoder, texts: Sequence[str], rows: Vectors) -> None:
        self.name, self.identity = encoder.name, encoder.identity
        self._rows = dict(zip(texts, rows, strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._rows[text] for text in texts], dtype=np.float32)


def _encoded(
    encoder: SentenceEncoder, general: Vectors, phrasings: Vectors, passages: Vectors, not_answered: Vectors
) -> EncodedTexts:
    mean = general.mean(axis=0)
    # Passages share what answers have in common, which questions have not.
    shared = passage_mean(encoder)
    if shared is None:
        shared = passages.mean(axis=0) if len(passages) else mean
    return EncodedTexts(
        mean, _centred(phrasings, mean), _centred(passages, shared), _centred(not_answered, mean)
    )


def _centred(rows: Vectors, mean: Vectors) -> Vectors:
    """Return rows of length 1, with as many digits as are kept of them: a release read back replies the same."""
    if not len(rows):
        return np.zeros((0, len(mean)), dtype=np.float32)
    return unit(rows - mean).astype(np.float16).astype(np.float32)


def _fields(indexed: Sequence[Document], analyze: Analyze) -> Mapping[str, Postings]:
    phrasings = [[analyze(text) for text in document.phrasings] for document in indexed]
    answers = [analyze(document.entry.answer) for document in indexed]
    owners = [number for number, parts in enumerate(phrasings) for _ in parts]
    flat = [part for parts in phrasings for part in parts]
    numbers = list(range(len(indexed)))
    whole = [[*parts[0].words, *answer.words] for parts, answer in zip(phrasings, answers, strict=True)]
    held = [
        sorted({term for part in (*parts, answer) for term in (*part.words, *part.concepts)})
        for parts, answer in zip(phrasings, answers, strict=True)
    ]
    return {
        "phrasing": compile_postings([part.words for part in flat], owners),
        "concept": compile_postings([part.concepts for part in flat], owners),
        "sound": compile_postings([part.sounds for part in flat], owners),
        "answer": compile_postings(whole, numbers),
        HELD: compile_postings(held, numbers),
    }
