"""Where the time of a reply goes, and how it grows with the FAQ: CPU milliseconds, medians."""

import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from time import process_time
from typing import Any
from unittest.mock import patch

import numpy as np

from bot.conversation.engine import converse
from bot.conversation.state import ConversationState
from faq.loading.loader import builtin, load
from faq.model import Entry, Knowledge
from index.analysis.analyzer import Analyzer
from index.decision.model import Model
from index.decision.policy import Policy
from index.release.building import Release, build
from index.retrieval.bm25 import best
from index.retrieval.encoder import SentenceEncoder, Vectors, packaged, unit
from index.retrieval.evidence import nearest_mean
from index.retrieval.search import Index
from index.retrieval.vectors import VectorStore

TODAY = date(2025, 6, 1)
WARMING = 100
PHRASINGS = 10
NEAREST_ENTRIES = 10
NOISE = 0.3
STAGES = ("analyze", "encode", "evidence", "decide", "render")


class Clock:
    """CPU seconds by stage; what a stage calls of another is the other's, and all else is "render"."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(STAGES, 0.0)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        """Count what is done inside for a stage."""
        self._turn()
        self._running.append(stage)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def _turn(self) -> None:
        now = process_time()
        if self._running:
            self.spent[self._running[-1]] += now - self._since
        self._since = now

    def timed(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that does the same, and whose time is counted for a stage."""

        def timed(*args: Any, **options: Any) -> Any:  # noqa: ANN401 -- whatever it takes and gives
            with self.running(stage):
                return call(*args, **options)

        return timed


def grown(knowledge: Knowledge, count: int) -> tuple[Knowledge, dict[str, str]]:
    """Return an FAQ with so many phrasings, ten an entry, and of which phrasing of `knowledge` each was made."""
    chance = random.Random(1)  # noqa: S311 -- not for secrets
    texts = list(dict.fromkeys(each.q for each in knowledge.expectations if " " not in each.q))
    analyze = Analyzer(knowledge.lexicon).analyze
    words = sorted(
        {word for text in texts for word in analyze(text).words if len(word) > 1 and word.isalpha()}
    )
    answers = [entry.answer for entry in knowledge.entries]
    made_of: dict[str, str] = {}
    entries = []
    for number in range(count // PHRASINGS):
        word, phrasings = chance.choice(words), chance.sample(texts, PHRASINGS)
        asked = tuple(f"{word}の{number}、{text}" for text in phrasings)
        made_of |= dict(zip(asked, phrasings, strict=True))
        answer = chance.choice(answers)
        entries.append(Entry(id=f"e{number}", question=asked[0], also_asked=asked[1:], answer=answer))
    return Knowledge(entries=tuple(entries), lexicon=knowledge.lexicon), made_of


def built(knowledge: Knowledge, made_of: dict[str, str]) -> Release:
    """Build a grown FAQ; each of its texts has the vector of the one that it was made of, moved a little.

    To encode them would take minutes.
    """
    chance, store = np.random.default_rng(1), VectorStore()

    def origin(text: str) -> str:
        return made_of.get(text) or made_of.get(text.partition(" ")[0], text)

    def encode(encoder: SentenceEncoder, texts: Sequence[str]) -> Vectors:
        origins = {text: number for number, text in enumerate(dict.fromkeys(map(origin, texts)))}
        rows = store.encode(encoder, list(origins), keep=False)
        taken = rows[[origins[origin(text)] for text in texts]]
        return unit(
            taken + NOISE / np.sqrt(rows.shape[1]) * chance.standard_normal(taken.shape, dtype=np.float32)
        )

    return build(knowledge, [packaged("use")], encode=encode)


def measured(sizes: Sequence[int], questions: int) -> dict[str, Any]:
    """Return the stages of a reply of the built-in FAQ and of grown ones, and how exact closeness is there."""
    knowledge = load(builtin())
    releases = {"built-in": build(knowledge, [packaged("use")], encode=VectorStore().encode)}
    releases |= {f"{size:,} phrasings": built(*grown(knowledge, size)) for size in sizes}
    texts = list(dict.fromkeys(each.q for each in knowledge.expectations))
    random.Random(2).shuffle(texts)  # noqa: S311 -- not for secrets
    asked = iter(texts)
    for release in releases.values():
        for _ in range(WARMING):
            converse(release, next(asked), ConversationState(), today=TODAY)
    spent: dict[str, list[dict[str, float]]] = {name: [] for name in releases}
    for _ in range(questions):
        for name, release in releases.items():
            spent[name].append(_stages(release, next(asked)))
    found = {
        name: {
            stage: round(1e3 * statistics.median(each[stage] for each in times), 3)
            for stage in (*STAGES, "all")
        }
        for name, times in spent.items()
    }
    for name, release in releases.items():
        found[name]["recall"] = recall(release.index, texts[:questions])
    return found


def recall(index: Index, texts: Sequence[str]) -> float:
    """Return how many of the ten entries that are nearest by meaning are found when one question is asked alone."""
    (encoded,), shares = index.compiled.vectors.values(), []
    for text in texts:
        row = index.encoders[0].encode([text])
        alone, exact = (
            best(nearest_mean(encoded.near(rows).phrasings[:1], index.first, index.sizes)[0], NEAREST_ENTRIES)
            for rows in (row, np.concatenate([row, row]))
        )
        shares.append(len({*alone} & {*exact}) / len(exact))
    return statistics.fmean(shares)


def _stages(release: Release, text: str) -> dict[str, float]:
    clock = Clock()
    with ExitStack() as patches:
        for owner, name, stage in (
            (Analyzer, "analyze", "analyze"),
            (type(packaged("use")), "encode", "encode"),
            (Index, "evidence", "evidence"),
            (Model, "rank", "decide"),
            (Policy, "decide", "decide"),
        ):
            patches.enter_context(patch.object(owner, name, clock.timed(stage, getattr(owner, name))))
        with clock.running("render"):
            converse(release, text, ConversationState(), today=TODAY)
    return clock.spent | {"all": sum(clock.spent.values())}
