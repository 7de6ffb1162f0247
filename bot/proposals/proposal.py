"""A proposal: one change to the knowledge, in a file that a person can read and put right."""

import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from faq.fields import EntryId, Phrasing, Text, Word
from faq.model import Entry, EntryKind
from faq.wording import worded

TO_WRITE = "(回答はこれから書きます)"
"""What stands for the answer of a draft while its effect is worked out; it never gets into the files."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewPhrasing(_Frozen):
    """Another way to ask an entry that is there."""

    entry: EntryId
    question: str = ""  # of the entry, for who reads it
    text: Phrasing


class NewEntry(_Frozen):
    """A draft of an entry; its answer is a person's, or empty until one writes it."""

    id: EntryId
    kind: EntryKind = EntryKind.ANSWER
    category: Word | None = None
    question: Phrasing
    also_asked: tuple[Phrasing, ...] = ()
    answer: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    as_of: datetime.date | None = None
    topic: Word | None = None

    def entry(self) -> Entry:
        """Return the entry that it becomes; without an answer yet, `TO_WRITE` stands for it."""
        return Entry.model_validate({**dict(self), "answer": self.answer or TO_WRITE})


Change = NewPhrasing | NewEntry


class AskedText(_Frozen):
    """A question as it was asked, masked, and how often."""

    q: Text
    times: Annotated[int, Field(ge=1)] = 1


class Effect(_Frozen):
    """What a change does to the questions it is for, repeats included, and to the expectations."""

    asked: int
    answered: int  # of these, how many the target answers, or refers, after the change
    answered_before: int = 0
    offered: int = 0  # how many more are offered the target among other choices
    expectations: int = 0  # asked of both releases
    changed: int = 0  # how many of them get another reply; a changed text of the same entry is none
    worse: int = 0  # how many of those were answered better before
    refused: int = 0  # how many of those keep the change from being published
    refers: bool = False  # the target says who knows, and answers nothing itself
    release: str = ""  # name of the release with the change


class State(StrEnum):
    """How far a proposal has come."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        """What people call it."""
        return worded({"open": "承認待ち", "approved": "承認", "rejected": "却下"}[self.value])


class Decision(_Frozen):
    """Who approved or rejected a proposal, when, why, and what was published by it."""

    by: Text
    at: AwareDatetime
    reason: str = ""
    release: str = ""


class Proposal(_Frozen):
    """One change that waits for a person, or had its answer: a new phrasing or a new entry, never both."""

    name: Annotated[str, StringConstraints(pattern=r"^p[1-9][0-9]{0,5}$")] = "p1"  # of its file, once kept
    state: State = State.OPEN
    faq: Text  # the path of the knowledge that it changes, resolved
    by: Text
    at: AwareDatetime
    base: str  # name of the release that it was made for; its effect holds for that one
    phrasing: NewPhrasing | None = None
    entry: NewEntry | None = None
    questions: tuple[AskedText, ...] = ()  # what it is for
    effect: Effect | None = None
    decision: Decision | None = None

    @property
    def change(self) -> Change:
        """What it adds."""
        found = self.phrasing or self.entry
        if found is None:
            msg = "a proposal without 'phrasing' and 'entry'"
            raise ValueError(msg)
        return found


class Suggestion(_Frozen):
    """A proposal that nobody has accepted yet, for one of the groups of questions, counted from 1."""

    group: int
    representative: str  # the question in the middle of the group
    closeness: float  # mean probability, 0 to 1, that the entry of a new phrasing is what the questions want
    people: int = 0  # how many of those who asked chose that entry
    against: int = 0  # how many said that it is not what they had asked
    topic: str = ""  # what it is about, where that is asked often and lacking, and nobody asked it here
    proposal: Proposal
