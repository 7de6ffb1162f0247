"""The conversation as the gate asks it: one question to one release, and what came of it."""

from datetime import date

from bot.conversation.engine import converse
from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.embeddings.endpoint import patiently
from index.decision.policy import Point
from index.release.building import Release
from index.release.gate import Given
from index.release.publishing import Ask
from index.retrieval.encoder import EncoderError


def asker(today: date, point: Point = Point.BALANCED) -> Ask:
    """Return what puts a question to a release on that day at that point, in a conversation of its own.

    A release knows its expectations by heart; what it would say without tells how it does on others like them.
    It raises `EncoderError` where an encoder fails: without it, the reply would be another one.
    """

    def ask(release: Release, question: str) -> Given:
        with patiently():  # the ranking is not looked at
            reply, _ = converse(
                release.at(point), question, ConversationState(), today=today, top=1, exclude_learned=True
            )
        if reply.unembedded:
            raise EncoderError(reply.unembedded)
        return given(reply)

    return ask


def given(reply: Reply) -> Given:
    """Return the parts of a reply that another release's are compared with."""
    words = (term.text for reading in reply.readings for term in reading.terms if term.matched)
    return Given(
        reply=reply.kind.value,
        ids=reply.ids,
        text=reply.text,
        confidence=reply.confidence,
        words=tuple(dict.fromkeys(words)),
    )
