"""The ten best documents for a query's tokens: ours beside rank-bm25, bm25s, tantivy and SQLite FTS5, one thread each.

All get the same documents, of made-up words whose frequencies are as uneven as those of a language (Zipf), and are
asked in turns, so that what else the machine does slows all of them.
"""

import ctypes
import gc
import resource
import sqlite3
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any

import numpy as np

from index.retrieval.bm25 import EntryBM25, best, compile_postings

LIMIT = 10
VOCABULARY = 60_000
QUERIES = 200
TOKENS = 5
SLOW = 20
"""Every which query a program is asked that reads all documents one by one."""

Ask = Callable[[list[str]], Sequence[int]]
Corpus = Sequence[list[str]]


def corpus(count: int) -> Corpus:
    """Return documents of some eleven tokens, always the same."""
    chance = np.random.default_rng(20250601)
    lengths = chance.lognormal(2.4, 0.4, count).clip(3, 60).astype(int)
    share = np.cumsum(1 / np.arange(1, VOCABULARY + 1) ** 1.05)
    words = [f"w{number}" for number in range(VOCABULARY + 1)]
    tokens = [
        words[each] for each in np.searchsorted(share / share[-1], chance.random(lengths.sum())).tolist()
    ]
    ends = np.cumsum(lengths).tolist()
    return [tokens[end - length : end] for end, length in zip(ends, lengths.tolist(), strict=True)]


def queries(documents: Corpus, count: int) -> list[list[str]]:
    """Return some tokens of some documents each."""
    chance = np.random.default_rng(7)
    chosen = [documents[number] for number in chance.integers(0, len(documents), count)]
    return [list(dict.fromkeys(chance.permutation(each)[:TOKENS].tolist())) for each in chosen]


def _ours(documents: Corpus) -> Ask:
    postings = compile_postings(documents, range(len(documents)))
    return lambda tokens: best(postings.scores(dict.fromkeys(tokens, 1.0)), LIMIT)


def _rank_bm25(documents: Corpus) -> Ask:
    bm25 = EntryBM25(documents, range(len(documents)))
    return lambda tokens: np.argsort(-bm25.get_scores(tokens).round(6), kind="stable")[:LIMIT].tolist()


def _bm25s(documents: Corpus) -> Ask:
    bm25 = import_module("bm25s").BM25(k1=1.2, b=0.5, method="lucene", backend="numba")
    bm25.index(documents, show_progress=False)
    bm25.activate_numba_scorer()
    return lambda tokens: bm25.retrieve([tokens], k=LIMIT, show_progress=False, n_threads=1).documents[0]


def _tantivy(documents: Corpus) -> Ask:
    tantivy = import_module("tantivy")
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(200_000_000, num_threads=1)
    for tokens in documents:
        writer.add_document(tantivy.Document(body=" ".join(tokens)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(tokens: list[str]) -> Sequence[int]:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "body", each, "freq")) for each in tokens
        ]
        return [found.doc for _, found in searcher.search(tantivy.Query.boolean_query(terms), LIMIT).hits]

    return ask


def _fts5(documents: Corpus) -> Ask:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE held USING fts5(body, content='')")
    rows = ((number, " ".join(tokens)) for number, tokens in enumerate(documents))
    base.executemany("INSERT INTO held (rowid, body) VALUES (?, ?)", rows)
    asked = "SELECT rowid FROM held WHERE held MATCH ? ORDER BY rank LIMIT ?"
    return lambda tokens: [number for (number,) in base.execute(asked, (" OR ".join(tokens), LIMIT))]


PROGRAMS: Mapping[str, tuple[str, Callable[[Corpus], Ask]]] = {
    "ours": ("numpy", _ours),
    "rank-bm25": ("rank_bm25", _rank_bm25),
    "bm25s": ("bm25s", _bm25s),
    "tantivy": ("tantivy", _tantivy),
    "FTS5": ("sqlite3", _fts5),
}
"""Each program's module, and what makes of documents a function that finds the best for tokens."""


def missing() -> list[str]:
    """Return the names of the programs that are not installed."""
    return [name for name, (module, _) in PROGRAMS.items() if find_spec(module) is None]


def measured(count: int) -> dict[str, Any]:
    """Return by program the median µs of a query, and CPU seconds and MB of the build."""
    documents = corpus(count)
    asks: dict[str, Ask] = {}
    found: dict[str, Any] = {}
    for name, (_, build) in PROGRAMS.items():
        if name in missing():
            continue
        build(documents[:LIMIT])(documents[0])  # what is loaded and compiled once
        held, begun = _megabytes(), process_time()
        asks[name] = build(documents)
        asks[name](documents[0])
        built = process_time() - begun
        found[name] = {"build seconds": round(built, 3), "MB": round(_megabytes() - held, 1)}
    asked = queries(documents, QUERIES)
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for tokens in asked[:SLOW]:
        for name in asks.keys() - {"rank-bm25", "FTS5"}:
            asks[name](tokens)
    alike = []
    for number, tokens in enumerate(asked):
        answers = {}
        for name, ask in _in_turn(asks, number):
            begun = process_time()
            answers[name] = ask(tokens)
            taken[name].append(1e6 * (process_time() - begun))
        if "rank-bm25" in answers:
            alike.append(answers["ours"] == answers["rank-bm25"])
    for name, times in taken.items():
        found[name]["µs"] = round(statistics.median(times), 1)
    if alike:
        found["ours"]["right"] = statistics.fmean(alike)
    return found


def _in_turn(asks: Mapping[str, Ask], number: int) -> Iterator[tuple[str, Ask]]:
    for name, ask in asks.items():
        if name not in {"rank-bm25", "FTS5"} or number % SLOW == 0:
            yield name, ask


def _megabytes() -> float:
    """Return how much memory this process holds now, without what is free."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 -- not a file on a disk
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6
