"""Which questions a change of the knowledge can touch: only these are asked again when it is published."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from faq.model import EntryKind
from index.analysis.analyzer import Analyze
from index.analysis.normalize import bare
from index.release.building import Release
from index.release.gate import Given, differences
from index.retrieval.encoder import Vectors, identity_of
from index.retrieval.evidence import FIELDS, NEAREST
from index.retrieval.search import HELD, Index

NEAR = 0.4
"""Closeness of meaning from which an entry may matter for a question."""

MOVED = 0.03
"""Least change of closeness for which a question is asked again.

Fourteen edits of the built-in FAQ changed 834 replies and 5 more that were not asked again: unsure choices in another
order or with another third. None was an answer before or after.
"""

RARE = 0.05
"""Most entries, as a share, that may have a term which matters for a question by itself."""

_BEYOND_TEXTS = frozenset({"kind", "topic", "valid_until"})
"""Fields that decide where an entry is shown, without any text changing."""


def untouched(
    before: Release, after: Release, replies: Mapping[str, Given], analyze: Analyze
) -> Mapping[str, Given]:
    """Return the replies of `before` that `after` gives too, as far as can be told without asking again.

    There are none if more changed than some entries. `analyze` is the analyzer of `after`. A question is touched if its
    reply shows a changed entry, but for added phrasings where an encoder decides, if it is a phrasing that was added or
    removed, if it has a rare term that a changed entry gained or lost, or if such an entry is now clearly closer or
    farther in meaning. A new entry may still join unsure choices that are not asked again.
    """
    changes = differences(before.knowledge, after.knowledge)
    entries = (*changes.added, *changes.removed, *(each.after for each in changes.changed))
    same = identity_of(before.index.encoders) == identity_of(after.index.encoders)
    if not same or before.point != after.point or changes.reordered:
        return {}
    if changes.lexicon or changes.about or changes.tuning:
        return {}
    # Small talk is recognized before anything is searched.
    greets = any(each.kind is EntryKind.SMALLTALK for each in entries)
    if greets or any(not _BEYOND_TEXTS.isdisjoint(each.fields) for each in changes.changed):
        return {}
    changed = {entry.id for entry in entries}
    phrasings = [({*each.before.phrasings}, {*each.after.phrasings}) for each in changes.changed]
    phrasings += [(set(), {*each.phrasings}) for each in (*changes.added, *changes.removed)]
    verbatim = {bare(text) for was, now in phrasings for text in was ^ now}
    touched = {
        *_by_terms(before.index, after.index, changed, replies, analyze),
        *_by_meaning(before.index, after.index, changed, list(replies)),
        *(question for question in replies if bare(question) in verbatim),
    }
    shown = set(changed)
    if after.encoders:
        # Replies do not show phrasings, and one more takes nothing from an entry.
        shown -= {
            each.after.id
            for each in changes.changed
            if each.fields == ("also_asked",) and {*each.before.phrasings} <= {*each.after.phrasings}
        }
    return {
        question: given
        for question, given in replies.items()
        if question not in touched
        and shown.isdisjoint(given.ids)
        # Choices may become an answer with one more phrasing.
        and not (given.reply == "choices" and given.ids[0] in changed)
    }


def _by_terms(
    before: Index, after: Index, changed: Collection[str], questions: Mapping[str, object], analyze: Analyze
) -> Iterator[str]:
    """Yield questions with a rare term that a changed entry gained or lost."""
    held, most = after.compiled.fields[HELD], max(2, RARE * len(after.entries))
    moved = {term for _, term in _held(before, changed) ^ _held(after, changed)}
    terms = {term for term in moved if len(held.holders(term)) <= most}
    for name in FIELDS:
        postings = after.compiled.fields[name]
        yield from (after.phrasings[number] for term in terms for number in postings.holders(term))
    # What an entry has learned is a phrasing of it.
    for text in questions.keys() - set(after.phrasings) if terms else ():
        analysis = analyze(text, asked=True)
        if not terms.isdisjoint((*analysis.words, *analysis.concepts)):
            yield text


def _by_meaning(
    before: Index, after: Index, changed: Collection[str], questions: Sequence[str]
) -> Iterator[str]:
    """Yield questions to which a changed entry is near, and clearly closer or farther than before."""
    for encoder in after.encoders if questions else ():
        rows = after.compiled.vectors[encoder.name].space.questions(encoder.encode(questions))
        for each in changed:
            was, now = (_closeness(index, encoder.name, each, rows) for index in (before, after))
            near = np.maximum(was, now).max(axis=1) >= NEAR
            moves = np.abs(now - was)[:, :2].max(axis=1) >= MOVED
            yield from (questions[place] for place in np.flatnonzero(near & moves).tolist())


def _held(index: Index, entry_ids: Collection[str]) -> set[tuple[str, str]]:
    """Return the terms of entries, each with the entry that has it."""
    terms = index.compiled.fields[HELD].terms
    return {
        (each, term) for each in entry_ids if each in index.numbers for term in terms[index.numbers[each]]
    }


def _closeness(index: Index, encoder: str, entry_id: str, questions: Vectors) -> Vectors:
    """Return how close an entry's three nearest phrasings, best sentence and nearest phrasing are to each question."""
    if (number := index.numbers.get(entry_id)) is None:
        return np.zeros((len(questions), 3), dtype=np.float32)
    encoded = index.compiled.vectors[encoder]
    phrasings = np.sort(questions @ encoded.phrasings[index.span(number)].T, axis=1)
    passages = questions @ encoded.passages[index.passage_span(number)].T
    nearest = phrasings[:, -NEAREST:].mean(axis=1)
    return np.stack([nearest, passages.max(axis=1, initial=0.0), phrasings[:, -1]], axis=1)
