"""A proposal: one change to the knowledge, in a file that a person can read and correct, and as lines of text."""

import datetime
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from bot.output.terminal import one_line
from faq.fields import EntryId, Phrasing, Text, Word
from faq.model import Entry, EntryKind
from faq.wording import worded

TO_WRITE = "(回答はこれから書きます)"
"""Stands for the missing answer of a draft while its effect is worked out; never written to the files."""
_MOST_QUESTIONS = 5
_LONGEST = 60


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NewPhrasing(_Frozen):
    entry: EntryId
    question: str = ""  # of the entry, for people
    text: Phrasing


class NewEntry(_Frozen):
    """A draft of an entry; its answer is empty until a person writes it."""

    id: EntryId
    kind: EntryKind = EntryKind.ANSWER
    category: Word | None = None
    question: Phrasing
    also_asked: tuple[Phrasing, ...] = ()
    answer: Annotated[str, StringConstraints(strip_whitespace=True)] = ""
    as_of: datetime.date | None = None
    topic: Word | None = None

    def entry(self) -> Entry:
        """Return the entry, with `TO_WRITE` for a missing answer."""
        return Entry.model_validate({**dict(self), "answer": self.answer or TO_WRITE})


Change = NewPhrasing | NewEntry


class AskedText(_Frozen):
    """A question as it was asked, masked, and how often."""

    q: Text
    times: Annotated[int, Field(ge=1)] = 1


class Effect(_Frozen):
    """The effect of a change on its questions, counted with repeats, and on the expectations."""

    asked: int
    answered: int  # of these, how many the changed entry answers, or refers
    answered_before: int = 0
    offered: int = 0  # how many more get the changed entry among choices
    expectations: int = 0  # asked of both releases
    changed: int = 0  # how many of them get another reply; a new text of the same entry does not count
    worse: int = 0  # how many of those were answered better before
    refused: int = 0  # how many of those keep the change from being published
    refers: bool = False  # the changed entry is a referral
    release: str = ""  # name of the release with the change


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        return worded({"open": "承認待ち", "approved": "承認", "rejected": "却下"}[self.value])


class Decision(_Frozen):
    by: Text
    at: AwareDatetime
    reason: str = ""
    release: str = ""  # the one that an approval published


class Proposal(_Frozen):
    """One change that waits for a decision, or had one: a new phrasing or a new entry, never both."""

    name: Annotated[str, StringConstraints(pattern=r"^p[1-9][0-9]{0,5}$")] = "p1"  # of its file, once kept
    state: ProposalState = ProposalState.OPEN
    faq: Text  # the path of the knowledge that it changes, resolved
    by: Text
    at: AwareDatetime
    base: str  # name of the release that its effect holds for
    phrasing: NewPhrasing | None = None
    entry: NewEntry | None = None
    questions: tuple[AskedText, ...] = ()  # the most typical one first
    people: int | None = None  # how many who asked chose the entry of a new phrasing
    against: int | None = None  # how many refused it
    effect: Effect | None = None
    decision: Decision | None = None

    @property
    def change(self) -> Change:
        found = self.phrasing or self.entry
        assert found  # checked when the file is read
        return found


def _change_line(change: Change) -> str:
    if isinstance(change, NewPhrasing):
        told = "『{text}』を「{question}」の聞き方に加える"
        return worded(told, text=change.text, question=change.question or change.entry)
    more = worded("(別の聞き方 {count}件)", count=len(change.also_asked)) if change.also_asked else ""
    refers = change.kind is EntryKind.REFERRAL
    told = "新しい案内『{question}』{more}を加える" if refers else "新しい項目『{question}』{more}を加える"
    return worded(told, question=change.question, more=more)


def effect_line(change: Change, effect: Effect | None) -> str:
    """Return a change and, if it is known, its effect.

    >>> effect = Effect(asked=9, answered=7, expectations=1295)
    >>> effect_line(NewPhrasing(entry="training", question="研修は", text="講習は"), effect)
    '『講習は』を「研修は」の聞き方に加える: この9件のうち7件に答えられます。想定質問への影響は0件です。'
    """
    if effect is None:
        return _change_line(change)
    told = "{change}: この{asked}件のうち{answered}件に答えられます。"
    if not isinstance(change, NewPhrasing) and not change.answer:
        told = "{change}: 回答を書くと、この{asked}件のうち{answered}件に答えられます。"
    if effect.refers:
        told = "{change}: この{asked}件のうち{answered}件を案内できます。"
    parts = [worded(told, change=_change_line(change), asked=effect.asked, answered=effect.answered)]
    if effect.answered_before:
        parts.append(worded("いまは{count}件です。", count=effect.answered_before))
    if effect.offered:
        parts.append(worded("ほかに{count}件で候補に出ます。", count=effect.offered))
    if effect.changed:
        told = "想定質問{expectations}件のうち{changed}件の返答が変わります(悪くなるもの{worse}件)。"
        parts.append(worded(told, **effect.model_dump(include={"expectations", "changed", "worse"})))
    else:
        parts.append(worded("想定質問への影響は0件です。"))
    if effect.refused:
        parts.append(worded("うち{count}件のため、公開は止まります。", count=effect.refused))
    return "".join(parts)


def content_lines(proposal: Proposal) -> Iterator[str]:
    """Yield who chose the entry of a proposal, its effect, its answer and its first questions."""
    if proposal.people and proposal.phrasing:
        told = "これを書いた{people}人が「{q}」を選びました。"
        if proposal.against:
            told = "これを書いた{people}人が「{q}」を選びました(違うと答えた人 {against}人)。"
        q = one_line(proposal.phrasing.question, _LONGEST)
        yield f"  {worded(told, people=proposal.people, q=q, against=proposal.against)}"
    yield f"  {effect_line(proposal.change, proposal.effect)}"
    if proposal.entry:
        yield worded("  回答: {text}", text=proposal.entry.answer or worded("(まだ書かれていません)"))
    for each in proposal.questions[:_MOST_QUESTIONS]:
        told = "・「{q}」({times}回)" if each.times > 1 else "・「{q}」"
        yield f"  {worded(told, q=each.q, times=each.times)}"
    rest = len(proposal.questions) - _MOST_QUESTIONS
    if rest > 0:
        yield f"  {worded('・ほか{count}件', count=rest)}"


def proposal_lines(proposal: Proposal) -> Iterator[str]:
    """Yield all that a person needs to decide on a proposal, and the decision."""
    yield f"{proposal.name} {proposal.state.label} {proposal.at.astimezone():%Y-%m-%d %H:%M} {proposal.by}"
    yield from content_lines(proposal)
    if proposal.decision:
        by = proposal.decision
        told = f"{by.at.astimezone():%Y-%m-%d %H:%M} {by.by} {by.reason or by.release}"
        yield f"  {proposal.state.label}: {told.rstrip()}"
