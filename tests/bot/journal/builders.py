"""Questions for tests of the journal, and what only tests ask of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.conversation.state import ConversationState
from bot.journal.database import Database
from bot.journal.journal import Journal, Memory
from bot.journal.outbox import Delivery
from bot.journal.question_record import Channel, QuestionRecord
from bot.journal.schema import deliveries
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


def remember(
    journal: Journal, key: str, state: ConversationState, *, at: datetime = NOW, user: str = ""
) -> None:
    journal.finish("no delivery", at=at, memory=Memory(key, state, user))


def state_of(database: Database, key: str) -> str | None:
    """Return how far a delivery has got; `None` if it was never planned."""
    with database.reading() as connection:
        return connection.execute(sa.select(deliveries.c.state).where(deliveries.c.key == key)).scalar()


def claimed(journal: Journal, at: datetime) -> list[Delivery]:
    found: list[Delivery] = []
    while more := journal.outbox.claim(at=at, most=2):
        found += more
    return found
