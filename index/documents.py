"""Documents: entries as they are indexed, together with what labelled questions teach.

A question that an entry is known to answer stands among the phrasings of that entry. A question that nothing may answer
is a document of its own: it is never shown, and holds its ground against the entries that share its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faq.model import Entry, EntryKind, Expectation, Knowledge
from index.text import bare


@dataclass(frozen=True)
class Document:
    """One thing that a question may mean.

    Attributes:
        entry: What would be shown; `None` for a question that must not be answered.
        phrasings: Ways to ask it, 1 or more; those of the files come first.
        answer: Empty where it is not about the question, as in a referral.
    """

    entry: Entry | None
    phrasings: tuple[str, ...]
    answer: str = ""


def documents(knowledge: Knowledge) -> tuple[Document, ...]:
    """Return the entries that are searched, in order of the files, and after them the questions without an answer.

    >>> from faq.model import Entry
    >>> clothes = Entry(id="clothes", question="服装は自由ですか", answer="ふだんは私服です。")
    >>> known = (Expectation(q="スーツですか", gold={"clothes": 1}), Expectation(q="服はどこで買えますか", gold={}))
    >>> [document.phrasings for document in documents(Knowledge(entries=(clothes,), expectations=known))]
    [('服装は自由ですか', 'スーツですか'), ('服はどこで買えますか',)]
    """
    taught = _taught(knowledge.expectations)
    unanswered = dict.fromkeys(
        expectation.q for expectation in knowledge.expectations if not expectation.gold
    )
    return (
        *(_of_entry(entry, taught.get(entry.id, ())) for entry in searched(knowledge)),
        *(Document(None, (question,)) for question in unanswered),
    )


def searched(knowledge: Knowledge) -> tuple[Entry, ...]:
    """Return the entries that are searched for, in order of the files: all but small talk."""
    return knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)


def _taught(expectations: Sequence[Expectation]) -> Mapping[str, list[str]]:
    """Return the questions that each entry is known to answer best; none of those that several answer as well."""
    taught: dict[str, list[str]] = {}
    for expectation in expectations:
        best = max(expectation.gold.values(), default=0)
        entry_ids = [entry_id for entry_id, grade in expectation.gold.items() if grade == best]
        if len(entry_ids) == 1:
            taught.setdefault(entry_ids[0], []).append(expectation.q)
    return taught


def _of_entry(entry: Entry, taught: Sequence[str]) -> Document:
    known = set(map(bare, entry.phrasings))
    added = tuple(question for question in dict.fromkeys(taught) if bare(question) not in known)
    # A referral's answer says where to ask, in words that all referrals share.
    answer = "" if entry.kind is EntryKind.REFERRAL else entry.answer
    return Document(entry, (*entry.phrasings, *added), answer)
