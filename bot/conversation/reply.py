"""What the bot says back: one value for every front end."""

from dataclasses import dataclass
from enum import StrEnum

from faq.model import Entry
from index.decision.reader import Reading


class ReplyKind(StrEnum):
    """The five ways to reply; the words are part of the batch contract."""

    ANSWER = "answer"
    CHOICES = "choices"
    REFERRAL = "referral"
    UNKNOWN = "unknown"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True)
class Reply:
    """One reply to one message."""

    kind: ReplyKind
    entries: tuple[Entry, ...]  # what is shown (answers, choices or referral), in order
    text: str  # the whole reply as plain Japanese text
    confidence: float  # probability, 0 to 1, that what is shown is right; 0 for small talk
    ranking: tuple[tuple[str, float], ...]  # best `(entry id, score)` before the decision, referrals included
    readings: tuple[Reading, ...]  # one for each question found in the message; empty for small talk
    release: str  # its name, with the point where that is not `balanced`
    unanswered: tuple[str, ...] = ()  # what was listed beside what is answered, in the words of who asks
    lacking: str = ""  # the topic that was asked for and that this FAQ seems to lack
    unembedded: str = ""  # why an encoder that is set was not used, in Japanese, for HR and admins

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the entries shown, in order."""
        return tuple(entry.id for entry in self.entries)
