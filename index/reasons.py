"""Why an entry scored as it did: every part of its score, with the term or likeness that gave it."""

from collections.abc import Iterator, Mapping
from functools import partial
from operator import itemgetter

from index.channel import EMBEDDING
from index.evidence import Evidence, Hit
from index.scores import Scores
from index.search import Index

LIKENESSES: Mapping[str, str] = {
    "likeness": "言い回し全体",
    "whole_likeness": "項目全体",
    "answer_likeness": "回答文とのつながり",
}
"""The weight of each kind of likeness, with what people call that which was compared."""

EMBEDDINGS: Mapping[str, str] = dict(
    zip(EMBEDDING, ("最も近い言い回し", "質問と回答文", "回答文とのつながり"), strict=True)
)
"""The same of nearness by embeddings."""

# A reply makes a hundred pieces of evidence and puts them in order: both without a call of Python for each.
_SCORE = itemgetter(2)
_evidence = partial(tuple.__new__, Evidence)


def hit(index: Index, scores: Scores, number: int) -> Hit:
    """Return the entry of that number; its evidence adds up to its score."""
    entry, best = index.entries[number], index.best_phrasing(scores, number)
    evidence = [*_terms(index, scores, best, number), *_others(index, scores, number)]
    evidence.sort(key=_SCORE, reverse=True)
    return Hit(entry.id, entry.kind, float(scores.entries[number]), index.phrasings[best], tuple(evidence))


def _terms(index: Index, scores: Scores, phrasing: int, number: int) -> Iterator[Evidence]:
    """Yield what the terms of the query gave, by the best phrasing of an entry and by the entry itself."""
    on = scores.found.on
    return map(
        _evidence,
        [
            ("related" if name == "related" else channel.name, term, part)
            for channel, (name, term, weight), impact in (*on(phrasing), *on(len(index.phrasings) + number))
            if (part := channel.weight * weight * impact)
        ],
    )


def _others(index: Index, scores: Scores, number: int) -> Iterator[Evidence]:
    for name, added in scores.likeness.items():
        if added[number]:
            yield Evidence("likeness", LIKENESSES[name], float(added[number]))
    for name, added in scores.embedding.items():
        if added[number]:
            yield Evidence("embedding", EMBEDDINGS[name], float(added[number]))
    entry_id = index.entries[number].id
    if talked := index.weights.thread * scores.thread.get(entry_id, 0.0):
        yield Evidence("thread", entry_id, talked)
