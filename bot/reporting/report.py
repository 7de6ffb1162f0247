"""The report as a value: everything that the console, the page and JSON show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.conversation.reply import ReplyKind
from bot.journal.handovers import HandoverState
from bot.reporting.period import Period, Step
from bot.settings import JournalMode
from faq.model import EntryKind
from index.clustering.groups import Group, Nearest


@dataclass(frozen=True)
class Quartiles:
    """How values are spread: a quarter lies below `low`, half below `middle`, a quarter above `high`."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Part:
    """A day, a week or a month.

    Attributes:
        first: Its first day.
        replies: How often each kind of reply was given, in order of the kinds, zeros included.
        confidence: Of all replies but small talk; `None` where there was none.
    """

    first: date
    replies: Mapping[ReplyKind, int]
    confidence: Quartiles | None

    @property
    def asked(self) -> int:
        """How many questions."""
        return sum(self.replies.values())


@dataclass(frozen=True)
class EntryUse:
    """How often an entry was shown, and what people thought of the replies in which it was.

    Attributes:
        kind: `None` for an entry that is no longer in the FAQ.
        question: Empty for the same.
        shown: As an answer or a referral.
        offered: As one of several choices.
        good: 👍 to these replies.
        bad: 👎 to them.
    """

    entry_id: str
    kind: EntryKind | None
    question: str
    shown: int
    offered: int
    good: int
    bad: int


@dataclass(frozen=True)
class NearMiss:
    """A question that got no answer and for which an entry came close.

    Attributes:
        text: As it was asked, masked.
        times: How often this text was asked without an answer.
        nearest: Its best candidate in the release of today, which may answer it by now.
    """

    text: str
    times: int
    nearest: Nearest


@dataclass(frozen=True)
class Unanswered:
    """What got no answer that helped: "unknown", or a reply that more people found unhelpful than helpful.

    Attributes:
        times: How many questions.
        untold: Of these, those whose text was not kept, so that they are in no group.
        leaning: Of these, those that went on with a conversation, so that their text alone does not say what was meant.
        groups: Near in meaning, the one asked most often first.
        near_misses: One of a group at most, best candidate first.
    """

    times: int
    untold: int
    followups: int
    groups: tuple[Group, ...]
    near_misses: tuple[NearMiss, ...]


@dataclass(frozen=True)
class HandoverUse:
    """Questions that were passed to HR in the period.

    Attributes:
        opened: How many.
        states: How many are in each state now, zeros included.
        taken: Seconds until somebody first took or answered one; `None` if nobody did.
        answered: Seconds until the first answer; the same.
        oldest_waiting: Opened when, of those that nobody has answered or closed; `None` for none.
    """

    opened: int
    states: Mapping[HandoverState, int]
    taken: Quartiles | None
    answered: Quartiles | None
    oldest_waiting: datetime | None


@dataclass(frozen=True)
class UsageReport:
    """What was asked in a period, and how it went. Questions of `faq batch` are counted and otherwise left out.

    Attributes:
        release: What is served, by which groups and candidates are found.
        mode: How much of each question is kept now.
        asked: How many questions.
        batch: How many more came from `faq batch`.
        replies: How often each kind of reply was given, zeros included.
        good: 👍 to all replies.
        bad: 👎 to all replies.
        step: How long each part is.
        parts: In order of time without a gap; empty if nothing was asked.
        entries: Those shown, the ones shown most often first, ties in order of the id.
        unreached: Answers that no reply showed, in order of the files; expired ones are left out.
        unreached_referrals: Referrals that no reply showed, the same way.
    """

    period: Period
    release: str
    mode: JournalMode
    asked: int
    batch: int
    replies: Mapping[ReplyKind, int]
    good: int
    bad: int
    step: Step
    parts: tuple[Part, ...]
    entries: tuple[EntryUse, ...]
    unreached: tuple[EntryUse, ...]
    unreached_referrals: tuple[EntryUse, ...]
    unanswered: Unanswered
    handovers: HandoverUse
