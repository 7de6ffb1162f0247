"""A knowledge set to its index: every text analyzed and encoded once."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from faq.fields import NO_TOPIC
from faq.model import Knowledge, Lexicon
from index.analysis.analyzer import Analysis, Analyzer
from index.library.topics import cohort as library_cohort
from index.retrieval.bm25 import Postings, compile_postings
from index.retrieval.documents import Document, documents, told, unanswerable
from index.retrieval.encoder import SentenceEncoder, Vectors
from index.retrieval.evidence import Norms, norms
from index.retrieval.search import HELD, Compiled, Index
from index.retrieval.space import Space, coverage_of_topics, mean_by_owner, plain, shipped
from index.retrieval.vectors import EncodedTexts, VectorStore

Analyze = Callable[[str], Analysis]
Encode = Callable[[SentenceEncoder, Sequence[str]], Vectors]


def compile_index(
    knowledge: Knowledge,
    encoders: Sequence[SentenceEncoder] = (),
    *,
    encode: Encode | None = None,
    analyze: Analyze | None = None,
    cohort: Sequence[str] | None = None,
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
        cohort=library_cohort() if cohort is None else cohort,
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
) -> Index:
    """Compile documents; see `compile_index`."""
    fields = _fields(indexed, analyze or Analyzer(lexicon).analyze)
    phrasings = [text for document in indexed for text in document.phrasings]
    passages = [text for document in indexed for text in document.passages]
    sizes = np.array([len(document.phrasings) for document in indexed], dtype=np.intp)
    linked = np.array([document.entry.topic != NO_TOPIC for document in indexed], dtype=bool)
    general = {encoder.name: encode(encoder, cohort) for encoder in encoders}
    vectors = {
        encoder.name: _encoded(
            shipped(encoder),
            sizes,
            linked,
            general[encoder.name],
            *(
                encode(encoder, texts) if texts else general[encoder.name][:0]
                for texts in (phrasings, passages, not_answered)
            ),
        )
        for encoder in encoders
    }

    index = Index(
        lexicon,
        [document.entry for document in indexed],
        [document.phrasings for document in indexed],
        [document.passages for document in indexed],
        not_answered,
        Compiled(fields, vectors, Norms({}, {})),
        encoders,
    )
    return index.with_norms(norms(index.raw_of_many(cohort, general))) if indexed else index


def _encoded(  # noqa: PLR0913, PLR0917 -- the vectors of each sort of text
    space: Space | None,
    sizes: npt.NDArray[np.intp],
    linked: npt.NDArray[np.bool_],
    general: Vectors,
    phrasings: Vectors,
    passages: Vectors,
    not_answered: Vectors,
) -> EncodedTexts:
    space = space or plain(general, passages)
    asked = _short(space.questions(phrasings))
    about = space.about(asked)
    return EncodedTexts(
        space,
        asked,
        _short(space.passages(passages)),
        _short(space.plain_passages(passages)),
        _short(space.questions(not_answered)),
        about=_short(mean_by_owner(about, sizes)),
        covered=_short(coverage_of_topics(about * np.repeat(linked, sizes)[:, None], sizes)),
    )


def _short(rows: Vectors) -> Vectors:
    """Return rows with as many digits as are kept of them: a release read back replies the same."""
    return rows.astype(np.float16).astype(np.float32)


def _fields(indexed: Sequence[Document], analyze: Analyze) -> Mapping[str, Postings]:
    phrasings = [[analyze(text) for text in document.phrasings] for document in indexed]
    answers = [analyze(told(document.entry)) for document in indexed]
    owners = [number for number, parts in enumerate(phrasings) for _ in parts]
    flat = [part for parts in phrasings for part in parts]
    held = [
        sorted({term for part in (*parts, answer) for term in (*part.words, *part.concepts)})
        for parts, answer in zip(phrasings, answers, strict=True)
    ]
    return {
        "phrasing": compile_postings([part.words for part in flat], owners),
        "sound": compile_postings([part.sounds for part in flat], owners),
        HELD: compile_postings(held, list(range(len(indexed)))),
    }
