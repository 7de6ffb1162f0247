"""The conversation as the gate asks it: one question to one release, and what came of it."""

from dataclasses import replace
from datetime import date
from functools import cache

from bot.conversation import Thread, converse
from bot.embedding.opening import Embedding
from bot.reply import Reply
from index.points import Point
from index.release.building import Release
from index.release.gate import Given
from index.release.publishing import Ask


def asker(today: date, point: Point = Point.BALANCED, embedding: Embedding | None = None) -> Ask:
    """Return what puts a question to a release on that day at that point, in a conversation of its own.

    A release knows its expectations by heart; what it would say without tells how it does on others like them. With an
    embeddings server, it is asked with the embeddings, however long they take; but a release that was made with those
    of another model is asked without, as it answers without them now.
    """
    questions = embedding.patient_questions() if embedding else None

    @cache
    def ready(release: Release) -> Release:
        made_with = release.index.compiled.embeddings
        same = made_with is not None and embedding is not None and made_with.model == embedding.embedder.model
        return replace(release.at(point), embed_questions=questions if same else None)

    def ask(release: Release, question: str) -> Given:
        # The ranking is not looked at.
        reply, _ = converse(ready(release), question, Thread(), today=today, top=1, rehearsed=True)
        return given(reply)

    return ask


def given(reply: Reply) -> Given:
    """Return the parts of a reply that another release's are compared with."""
    words = (term.text for reading in reply.readings for term in reading.hits.terms if term.matched)
    return Given(
        reply=reply.kind.value,
        ids=reply.ids,
        text=reply.text,
        confidence=reply.confidence,
        words=tuple(dict.fromkeys(words)),
    )
