"""Documents: entries as they are indexed, together with what labelled questions teach."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faq.model import Entry, EntryKind, Expectation, Knowledge
from index.analysis.normalize import bare
from index.analysis.wanted import OF_SOURCE, holds

_SENTENCES = re.compile(r"(?<=[。！？!?])|\n")
_SHORTEST = 6
"""Characters of a sentence that says something by itself."""


@dataclass(frozen=True)
class Document:
    """One entry as it is searched: 1 phrasing or more, those of the files first, and the sentences of its answer."""

    entry: Entry
    phrasings: tuple[str, ...]
    passages: tuple[str, ...]


def documents(knowledge: Knowledge) -> tuple[Document, ...]:
    """Return the entries that are searched, in order of the files, with the questions that they are known to answer."""
    taught = _taught(knowledge.expectations)
    return tuple(
        Document(entry, _phrasings(entry, taught.get(entry.id, ())), passages(entry))
        for entry in searched(knowledge)
    )


def unanswerable(knowledge: Knowledge) -> tuple[str, ...]:
    """Return the labelled questions that nothing may answer, each once, in order."""
    return tuple(dict.fromkeys(each.q for each in knowledge.expectations if not each.gold))


def searched(knowledge: Knowledge) -> tuple[Entry, ...]:
    """Return the entries that are searched for, in order of the files: all but small talk."""
    return knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)


def passages(entry: Entry) -> tuple[str, ...]:
    """Return the sentences of an answer as they are encoded: after the question, which says what they are about.

    >>> passages(Entry(id="a", question="服装は", answer="ふだんは私服です。はい。"))
    ('服装は ふだんは私服です。',)
    """
    return tuple(f"{entry.question} {each}" for each in sentences(entry.answer))


def told(entry: Entry) -> str:
    """Return all that an answer tells: its text, who said so, and the year in which that was so."""
    year = f"{entry.as_of.year}年" if entry.as_of else ""
    return "\n".join(filter(None, (entry.answer, entry.speaker, year)))


def has(entry: Entry, sort: str) -> bool:
    """Whether an answer has something of a sort; who says so and when counts for a question on just that alone."""
    return holds(told(entry) if sort in OF_SOURCE else entry.answer, sort)


def sentences(answer: str) -> tuple[str, ...]:
    """Return the sentences of an answer that say something by themselves, in order, each once."""
    parts = (part.strip("・●■ \u3000") for part in _SENTENCES.split(answer))
    return tuple(dict.fromkeys(part for part in parts if len(part) >= _SHORTEST))


def _taught(expectations: Sequence[Expectation]) -> Mapping[str, list[str]]:
    """Return the questions that each entry is known to answer best; none of those that several answer as well."""
    taught: dict[str, list[str]] = {}
    for expectation in expectations:
        best = max(expectation.gold.values(), default=0)
        entry_ids = [entry_id for entry_id, grade in expectation.gold.items() if grade == best]
        if len(entry_ids) == 1:
            taught.setdefault(entry_ids[0], []).append(expectation.q)
    return taught


def _phrasings(entry: Entry, taught: Sequence[str]) -> tuple[str, ...]:
    known = set(map(bare, entry.phrasings)) if taught else set()
    return (*entry.phrasings, *(each for each in dict.fromkeys(taught) if bare(each) not in known))
