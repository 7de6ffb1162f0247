"""How well an entry is found by its own phrasings, each asked as if the entry did not have it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from faq.model import Entry, EntryKind, folded
from index.analysis.analyzer import Analysis
from index.analysis.questions import question
from index.release.building import Release
from index.release.gate import Differences
from index.retrieval.bm25 import Postings
from index.retrieval.documents import told
from index.retrieval.evidence import FIELDS
from index.retrieval.search import HELD, Index

MOST_READ = 10
"""Most phrasings of an entry that are asked."""


@dataclass(frozen=True)
class Findability:
    """How the phrasings of an entry find it; a phrasing that is the only one is not left out.

    Attributes:
        first: How many of the `asked` phrasings have it at the top.
        runner_up: The other entry that came closest, and `by` which phrasing.
        topic: The topic of the library that it is about, or empty; `of_topic` questions on it were asked, and
            `reached` of these show the entry.
    """

    entry: Entry
    asked: int
    first: int
    runner_up: Entry | None = None
    by: str = ""
    topic: str = ""
    of_topic: int = 0
    reached: int = 0

    @property
    def drowned(self) -> bool:
        """Whether most of its phrasings rank another entry first."""
        return 2 * self.first < self.asked


def meant_otherwise(found: Differences) -> tuple[Entry, ...]:
    """Return new entries, and those with another question, phrasing or answer; no small talk."""

    def said(entry: Entry) -> tuple[str, ...]:
        return (entry.kind, folded(entry.answer), *map(folded, entry.phrasings))

    changed = [each.after for each in found.changed if said(each.before) != said(each.after)]
    return tuple(each for each in (*found.added, *changed) if each.kind is not EntryKind.SMALLTALK)


def findability(release: Release, entries: Collection[Entry], day: date) -> Iterator[Findability]:
    """Yield how each entry is found on a day."""
    hidden = [entry.id for entry in release.dated if not entry.served_on(day)]
    index = release.index
    analyze = cache(index.analyzer.analyze)
    for entry in (each for each in entries if each.served_on(day)):
        number = index.numbers[entry.id]
        places = range(index.span(number).start, index.span(number).stop)[: len(entry.phrasings)][:MOST_READ]
        topic = index.subjects.of(number)
        first = 0
        closest: tuple[float, Entry | None, str] = (float("-inf"), None, "")
        for place in places:
            alone = index.sizes[number] == 1
            rest = release if alone else without_phrasing(release, place, analyze)
            reading = rest.reader(hidden_ids=hidden).read(question(index.phrasings[place]))
            first += reading.best == number
            if (
                runner_up := next((each for each in reading.ranking.first(2) if each != number), None)
            ) is not None:
                margin = float(reading.ranking.scores[runner_up] - reading.ranking.scores[number])
                closest = max(
                    closest,
                    (margin, index.entries[runner_up], index.phrasings[place]),
                    key=lambda each: each[0],
                )
        asked = topic.questions[:MOST_READ] if topic else ()
        reader = release.reader(hidden_ids=hidden)
        reached = sum(entry.id in reader.read(question(each)).verdict.entry_ids for each in asked)
        name = topic.name if topic else ""
        yield Findability(entry, len(places), first, closest[1], closest[2], name, len(asked), reached)


def without_phrasing(release: Release, number: int, analyze: Callable[[str], Analysis]) -> Release:
    """Return a release without the phrasing of that number, which is not the only one; the norms stay.

    In it, phrasings that were learned from expectations count as the entry's own.
    """
    index, compiled = release.index, release.index.compiled
    owner = int(index.owners[number])
    document, place = index.documents[owner], number - int(index.first[owner])
    others = document.phrasings[:place] + document.phrasings[place + 1 :]
    analyses = [analyze(text) for text in (index.phrasings[number], *others, told(document.entry))]
    own, *rest = ({*each.words, *each.concepts} for each in analyses)
    fields = {}
    for name in FIELDS:
        postings = compiled.fields[name]
        left = _kept(postings, postings.documents != number)
        behind = (left.documents > number).astype(left.documents.dtype)  # which move up
        count = left.document_count - 1
        fields[name] = replace(left, documents=left.documents - behind, document_count=count)
    held = compiled.fields[HELD]
    row_of = np.repeat(np.arange(len(held.starts) - 1), np.diff(held.starts))
    lost = [held.rows[term] for term in own.difference(*rest)]
    fields[HELD] = _kept(held, ~((held.documents == owner) & np.isin(row_of, lost)))
    vectors = {
        name: replace(each, phrasings=np.delete(each.phrasings, number, axis=0))
        for name, each in compiled.vectors.items()
    }
    documents = [*index.documents]
    documents[owner] = replace(document, phrasings=others)
    left_over = replace(compiled, fields=fields, vectors=vectors)
    found = Index(release.knowledge.lexicon, documents, index.unanswerable, left_over, index.encoders)
    return replace(release, index=found)


def _kept(postings: Postings, keep: npt.NDArray[np.bool_]) -> Postings:
    starts = np.concatenate([[0], np.cumsum(keep)])[postings.starts].astype(postings.starts.dtype)
    return replace(
        postings, starts=starts, documents=postings.documents[keep], impacts=postings.impacts[keep]
    )
