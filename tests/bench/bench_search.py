"""How long a question takes from its text to the decided reply, against the plain scores of rank-bm25.

Run it: `python -m tests.bench.bench_search`. The first three hits come with their explanations. rank-bm25 is given the
same words, already cut, and one document an entry; what it takes is the unit of the last column, so that figures of
two machines, or of a busy one, can be compared.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.conversation import Thread, converse
from faq.model import Entry, Knowledge
from faq.reading import builtin, load
from index.bm25 import EntryBM25
from index.release.building import Release, build
from index.vectors import open_vectors

QUESTIONS = 300
PAIRS = 1_800
TODAY = date(2025, 6, 1)


@dataclass(frozen=True)
class Times:
    """Median milliseconds of one question.

    Attributes:
        reply: From text to decided reply.
        processor: The same in processor time, which other people's work hardly changes.
        plain: Of rank-bm25, scores only.
    """

    reply: float
    processor: float
    plain: float


def pairs(knowledge: Knowledge, seed: int = 20250601) -> Knowledge:
    """Return a set of 1,800 questions with an answer each, put together from the phrasings and answers of another."""
    chance = random.Random(seed)  # noqa: S311 -- not for secrets
    phrasings = list(dict.fromkeys(phrasing for entry in knowledge.entries for phrasing in entry.phrasings))
    chance.shuffle(phrasings)
    answers = [entry.answer for entry in knowledge.entries]
    entries = (
        Entry(id=f"e{number}", question=phrasing, answer=chance.choice(answers))
        for number, phrasing in enumerate(phrasings[:PAIRS])
    )
    return Knowledge(entries=tuple(entries), lexicon=knowledge.lexicon)


def median(
    call: Callable[[str], object], asked: Iterable[str], clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the median milliseconds of a call for each question."""
    taken = []
    for question in asked:
        start = clock()
        call(question)
        taken.append(clock() - start)
    return 1_000 * statistics.median(taken)


def measure(release: Release, asked: list[str]) -> Times:
    """Time the questions on a release, once all were asked for warming up."""

    def reply(question: str) -> object:
        return converse(release, question, Thread(), today=TODAY)

    index = release.index
    texts = ("\n".join((*entry.phrasings, entry.answer)) for entry in index.entries)
    documents = [list(index.analyzer.analyze(text).words) for text in texts]
    bm25 = EntryBM25(documents, range(len(documents)))
    words = {question: list(index.query(question).terms["words"]) for question in asked}
    median(reply, asked)
    return Times(
        median(reply, asked),
        median(reply, asked, time.thread_time),
        median(lambda question: bm25.get_scores(words[question]), asked),
    )


def main() -> None:
    """Print the table."""
    knowledge = load(builtin())
    chance = random.Random(1)  # noqa: S311 -- not for secrets
    asked = chance.sample([expectation.q for expectation in knowledge.expectations], QUESTIONS)
    told = [
        f"{'median of ' + str(QUESTIONS) + ' questions':28}{'reply':>10}{'CPU':>10}{'rank-bm25':>11}{'ratio':>7}"
    ]
    with TemporaryDirectory() as folder:
        vectors = open_vectors(Path(folder))
        for name, searched in (("Meetup FAQ", knowledge), ("1,800 pairs", pairs(knowledge))):
            found = measure(build(searched, vectors=vectors), asked)
            figures = f"{found.reply:7.2f} ms{found.processor:7.2f} ms{found.plain:8.2f} ms"
            told.append(f"{name:28}{figures}{found.reply / found.plain:7.1f}")
    told.append(f"word vectors: {'yes' if vectors else 'no, the extra `semantic` is not installed'}")
    sys.stdout.write("\n".join((*told, "")))


if __name__ == "__main__":
    main()
