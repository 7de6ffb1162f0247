"""Questions and hand-overs for tests of the journal."""

from typing import Any

from bot.journal.question_record import Channel, QuestionRecord
from tests.bot.journal.conftest import NOW


def asked(text: str = "研修はありますか", **rest: Any) -> QuestionRecord:  # noqa: ANN401 -- of `QuestionRecord`
    """Return a question that was answered at `NOW`, unless `rest` says otherwise."""
    values: dict[str, Any] = {
        "channel": Channel.CONSOLE,
        "user": "U1",
        "reply": "answer",
        "entries": ("training",),
        "confidence": 0.9,
        "release": "0123456789ab",
        "milliseconds": 1.5,
        "at": NOW,
        **rest,
    }
    return QuestionRecord(text, **values)
