"""What the bot says back: one value for every front end, and as one line of JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic_core import to_jsonable_python

from faq.model import Entry

if TYPE_CHECKING:
    from index.decision.reader import Reading

Json: TypeAlias = Any  # A value as the json module reads and writes it
DIGITS = 4  # decimals of scores and confidences
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class ReplyKind(StrEnum):
    """The five ways to reply; the words are part of the batch contract."""

    ANSWER = "answer"
    CHOICES = "choices"
    REFERRAL = "referral"
    UNKNOWN = "unknown"
    SMALLTALK = "smalltalk"


SHOWN = frozenset({ReplyKind.ANSWER, ReplyKind.REFERRAL})
"""The kinds that show what an entry says."""
OPEN = frozenset({ReplyKind.UNKNOWN})
"""The kinds that leave a question unanswered, for HR to write about."""


@dataclass(frozen=True)
class Reply:
    """One reply to one message."""

    kind: ReplyKind
    entries: tuple[Entry, ...]  # what is shown (answers, choices or referral), in order
    text: str  # the whole reply as plain Japanese text
    confidence: float  # probability, 0 to 1, that what is shown is right; 0 for small talk
    ranking: tuple[tuple[str, float], ...]  # best `(entry id, score)` before the decision, referrals included
    readings: "tuple[Reading, ...]"  # one for each question found in the message; empty for small talk
    release: str  # its name, with the point where that is not `balanced`
    unanswered: tuple[str, ...] = ()  # what was listed beside what is answered, in the words of who asks
    all_read: bool = True  # not where the message was too long
    lacking: str = ""  # the topic that was asked for and that this FAQ seems to lack
    beside: bool = False  # what is shown is about what was asked, and does not hold what was wanted of it
    unembedded: str = ""  # why an encoder that is set was not used, in Japanese, for HR and admins

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the entries shown, in order."""
        return tuple(entry.id for entry in self.entries)


def reply_record(reply: Reply, question: str, *, name: Json = None, thread: Json = None) -> dict[str, Json]:
    """Return the reply as the object of the batch contract; `name` and `thread` are given back as they came."""
    more = {"unanswered": list(reply.unanswered), "unembedded": reply.unembedded}
    return {
        "id": name,
        "thread": thread,
        "q": question,
        "reply": reply.kind.value,
        "ids": list(reply.ids),
        "confidence": round(reply.confidence, DIGITS),
        "ranking": [[entry_id, round(score, DIGITS)] for entry_id, score in reply.ranking],
        "release": reply.release,
        "text": reply.text,
        **{key: value for key, value in more.items() if value},
    }


def jsonable(value: object) -> Json:
    """Return a value as JSON has it, with few decimals; dataclasses, models, days and enums as pydantic writes them.

    >>> jsonable({"share": 2 / 3, "ids": ("a", "b")})
    {'share': 0.6667, 'ids': ['a', 'b']}
    """
    written = json.dumps(to_jsonable_python(value))
    return json.loads(written, parse_float=lambda number: round(float(number), DIGITS))


def json_line(value: Mapping[str, Json]) -> str:
    r"""Return `value` as one line of JSON that any terminal shows harmlessly and any encoder takes.

    >>> json_line({"q": "在宅\x1b\u202e\ud800"})
    '{"q": "在宅\\u001b\\u202e\\ud800"}'
    """
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
