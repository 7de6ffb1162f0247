"""Which questions a change of the knowledge can touch: only these are asked again when it is published."""

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from faq.model import Changed, EntryKind
from index.analysis.analyzer import Analyze
from index.analysis.wanted import holds, wanted
from index.release.building import Release
from index.release.gate import Given, differences
from index.retrieval.documents import told
from index.retrieval.encoder import Vectors, identity_of
from index.retrieval.evidence import FIELDS
from index.retrieval.search import HELD, Index

TOUCHING = 0.4
"""Closeness of meaning from which a text that came or went may bear on a question.

Of 1,200 labelled questions, a removed entry changed 20 to 25 replies; of 91 for four entries, this found 90, and had
270 to 570 asked again. Four changed sentences changed one reply, which was found.
"""

RARE = 0.05
"""Share of the entries, at most, that have a term which bears on a question by itself."""

_SURE = 0.9
"""Confidence from which an answer is not asked again for what its own words alone changed."""

_BEYOND_TEXTS = frozenset({"kind", "topic", "valid_until"})
"""Fields that decide where an entry is shown, while no text comes or goes."""


def untouched(
    before: Release, after: Release, replies: Mapping[str, Given], analyze: Analyze
) -> Mapping[str, Given]:
    """Return those replies of `before` that `after` gives too; none where more changed than some entries.

    `analyze` does what the analyzer of `after` would. A question is touched where its reply shows an entry that
    changed, where it has a rare term that such an entry won or lost, and where it is near in meaning to a text that
    came or went. A sure answer of which only the words changed is told in the new ones. A new entry may still join the
    choices of others: what is said of a question that nothing answers well is not told anew.
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
    moved = _moved_terms(before.index, after.index, changed)
    touched = set(_touched(before.index, after.index, changed, moved, replies, analyze))
    reworded = {each.after.id: each for each in changes.changed if each.fields == ("answer",)}
    shown = set(changed)
    if reworded.keys() != changed:
        # What is shown with an entry is near to it, and an entry with other questions may take its place.
        shown |= {entry.id for entry in after.knowledge.entries if not changed.isdisjoint(entry.related)}
    same_replies = {}
    for question, given in replies.items():
        if question in touched:
            continue
        if shown.isdisjoint(given.ids):
            same_replies[question] = given
        elif retold := _retold(question, given, reworded, moved, analyze):
            same_replies[question] = retold
    return same_replies


def _retold(
    question: str, given: Given, reworded: Mapping[str, Changed], moved: frozenset[str], analyze: Analyze
) -> Given | None:
    """Return a sure answer of one entry in its new words; `None` where these may make it another reply."""
    change = reworded.get(given.ids[0])
    if change is None or len(given.ids) > 1 or given.reply != "answer" or given.confidence < _SURE:
        return None
    was, now = told(change.before), told(change.after)
    if any(holds(was, sort) != holds(now, sort) for sort in wanted(question)):
        return None
    # What is quoted may be a button, which is told otherwise where there is none.
    if "「" in change.after.answer:
        return None
    terms = analyze(question, asked=True)
    if given.text.count(change.before.answer) != 1 or not moved.isdisjoint((*terms.words, *terms.concepts)):
        return None
    text = given.text.replace(change.before.answer, change.after.answer)
    return given.model_copy(update={"text": text})


def _moved_terms(before: Index, after: Index, changed: Collection[str]) -> frozenset[str]:
    """Return the terms that an entry which changed won or lost."""
    return frozenset(term for _, term in _held(before, changed) ^ _held(after, changed))


def _touched(  # noqa: PLR0913, PLR0917 -- what changed, and what was asked
    before: Index,
    after: Index,
    changed: Collection[str],
    moved: Collection[str],
    questions: Collection[str],
    analyze: Analyze,
) -> Iterator[str]:
    """Yield questions."""
    held, most = after.compiled.fields[HELD], max(2, RARE * len(after.entries))
    terms = {term for term in moved if len(held.holders(term)) <= most}
    known = {text: number for number, text in enumerate(after.phrasings)}
    nothing = {text: number for number, text in enumerate(after.unanswerable)}
    phrasings = [text for text in questions if text in known]
    unanswerable = [text for text in questions if text in nothing and text not in known]
    # Several entries answer these equally well, so none has learned them.
    shared = [text for text in questions if text not in known and text not in nothing]
    for name in FIELDS:
        postings = after.compiled.fields[name]
        yield from (after.phrasings[number] for term in terms for number in postings.holders(term))
    for text in (*unanswerable, *shared) if terms else ():
        analysis = analyze(text, asked=True)
        if not terms.isdisjoint((*analysis.words, *analysis.concepts)):
            yield text
    for encoder in after.encoders:
        encoded = after.compiled.vectors[encoder.name]
        moved_texts = np.concatenate(
            [
                *_only_in(before, after, encoder.name, changed),
                *_only_in(after, before, encoder.name, changed),
            ]
        ).T
        for texts, rows in (
            (phrasings, encoded.phrasings[[known[text] for text in phrasings]]),
            (unanswerable, encoded.unanswerable[[nothing[text] for text in unanswerable]]),
            (shared, encoded.space.questions(encoder.encode(shared)) if shared else encoded.phrasings[:0]),
        ):
            nearest = (rows @ moved_texts).max(axis=1, initial=-1.0)
            yield from (texts[place] for place in np.flatnonzero(nearest >= TOUCHING))


def _held(index: Index, entry_ids: Collection[str]) -> set[tuple[str, str]]:
    """Return the terms of entries, each with the entry that has it."""
    terms = index.compiled.fields[HELD].terms
    return {
        (each, term) for each in entry_ids if each in index.numbers for term in terms[index.numbers[each]]
    }


def _only_in(index: Index, other: Index, encoder: str, entry_ids: Collection[str]) -> Iterator[Vectors]:
    """Yield the vectors of those texts of entries that another index has not; an empty block first."""
    encoded, there = index.compiled.vectors[encoder], {*other.phrasings, *other.passages}
    yield encoded.phrasings[:0]
    for number in (index.numbers[each] for each in entry_ids if each in index.numbers):
        for texts, vectors, span in (
            (index.phrasings, encoded.phrasings, index.span(number)),
            (index.passages, encoded.passages, index.passage_span(number)),
        ):
            yield vectors[[place for place in range(span.start, span.stop) if texts[place] not in there]]
