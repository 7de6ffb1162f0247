"""What the gate of a publication asks: how a release replies, as if it had not learned the question."""

from datetime import date

from bot.conversation.engine import converse
from bot.conversation.state import ConversationState
from index.decision.policy import Point
from index.release.building import Release
from index.release.gate import Given
from index.release.publishing import Ask
from index.retrieval.encoder import EncoderError, patiently


def asker(today: date, point: Point = Point.BALANCED) -> Ask:
    """Return what puts a question to a release, as if it had not learned it; an encoder that fails is an error."""

    def ask(release: Release, question: str) -> Given:
        with patiently():  # the ranking is not looked at
            reply, _ = converse(
                release.at(point), question, ConversationState(), today=today, top=1, exclude_learned=True
            )
        if reply.unembedded:
            raise EncoderError(reply.unembedded)
        words = (term.text for reading in reply.readings for term in reading.terms if term.matched)
        return Given(
            reply=reply.kind.value,
            ids=reply.ids,
            text=reply.text,
            confidence=reply.confidence,
            words=tuple(dict.fromkeys(words)),
        )

    return ask
