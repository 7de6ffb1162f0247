"""How long a question takes from its text to the decided reply, against the plain scores of rank-bm25.

Run it: `python -m tests.bench.bench_search`. A reply comes with all that the console's `/why` shows of it: the evidence
of the first three hits, the words of the question and what moved the confidence. Thousands of other questions are asked
before; then each is asked twice, as one that was never read and as one whose vector is still known. rank-bm25 is
given the same words, already cut, and one document an entry; what it takes is the unit of the last column, so that
figures of two machines, or of a busy one, can be compared.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from bot.conversation.engine import converse
from bot.conversation.state import ConversationState
from faq.loading.loader import builtin, load
from faq.model import Entry, Knowledge
from index.analysis.normalize import plain
from index.analysis.questions import question as read
from index.release.building import Release, build
from index.retrieval.bm25 import EntryBM25
from index.retrieval.encoder import packaged

QUESTIONS = 300
OTHERS = 3_000
"""Questions that are asked before, as a bot that has run for a while has met most words."""
PAIRS = 1_800
TODAY = date(2025, 6, 1)


@dataclass(frozen=True)
class Times:
    """Median milliseconds.

    Attributes:
        new: From a text that was never read to the reply.
        again: The same for a text that was read 300 questions ago.
        plain: Of the scores of rank-bm25.
    """

    new: float
    again: float
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


def median(call: Callable[[str], object], asked: Iterable[str]) -> float:
    """Return the median milliseconds of a call for each question."""
    taken = []
    for question in asked:
        start = time.perf_counter()
        call(question)
        taken.append(time.perf_counter() - start)
    return 1_000 * statistics.median(taken)


def measure(release: Release, others: list[str], asked: list[str]) -> Times:
    """Time the questions on a release, once others were asked for warming up."""

    def reply(question: str) -> object:
        return converse(release, question, ConversationState(), today=TODAY)

    index = release.index
    median(reply, others)
    plain.cache_clear()  # it keeps more texts than people ask in a day
    new = median(reply, asked)
    plain.cache_clear()
    again = median(reply, asked)
    texts = [" ".join((*entry.phrasings, entry.answer)) for entry in index.entries]
    documents = [list(index.analyzer.analyze(text).words) for text in texts]
    bm25 = EntryBM25(documents, range(len(documents)))
    words = {question: list(index.query(read(question)).terms["words"]) for question in asked}
    return Times(new, again, median(lambda question: bm25.get_scores(words[question]), asked))


def main() -> None:
    """Print the table."""
    knowledge = load(builtin())
    chance = random.Random(1)  # noqa: S311 -- not for secrets
    sampled = chance.sample([expectation.q for expectation in knowledge.expectations], QUESTIONS + OTHERS)
    asked, others = sampled[:QUESTIONS], sampled[QUESTIONS:]
    title = f"median of {QUESTIONS} questions"
    told = [f"{title:28}{'new':>10}{'again':>10}{'rank-bm25':>11}{'ratio':>7}"]
    for name, searched in (("Meetup FAQ", knowledge), ("1,800 pairs", pairs(knowledge))):
        found = measure(build(searched, (packaged("use"),)), others, asked)
        figures = f"{found.new:7.2f} ms{found.again:7.2f} ms{found.plain:8.2f} ms"
        told.append(f"{name:28}{figures}{found.new / found.plain:7.1f}")
    sys.stdout.write("\n".join((*told, "")))


if __name__ == "__main__":
    main()
