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
    """One reply to one message.

    Attributes:
        entries: What is shown (answers, choices or referral), in order; empty for the other two kinds.
        text: The whole reply as plain Japanese text, as a person reads it in a terminal.
        confidence: Probability, 0 to 1, that what is shown is right; 0 for small talk.
        ranking: Best `(entry id, score)` before the decision, best first, referrals included.
        readings: One for each question found in the message; empty for small talk.
        release: Name of the release, with the point where that is not `balanced`.
        unanswered: What was listed beside what is answered, in the words of who asks.
        unembedded: Why an encoder that is set was not used, in Japanese, for HR and admins; empty if all were.
    """

    kind: ReplyKind
    entries: tuple[Entry, ...]
    text: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    readings: tuple[Reading, ...]
    release: str
    unanswered: tuple[str, ...] = ()
    unembedded: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the entries shown, in order."""
        return tuple(entry.id for entry in self.entries)
