"""Embeddings of many labelled questions, asked for before they are put: some at a time, not one by one."""

from collections.abc import Iterable

from bot.conversation import embedded_texts
from bot.embedding.patience import PatientQuestions
from index.question import question
from index.release.building import Release


def ask_ahead(release: Release, messages: Iterable[str]) -> None:
    """Ask for all that a release will want the embeddings of, for replies to messages and for fits on them.

    Nothing is asked for a release without embeddings or one that does not ask patiently.

    Raises:
        EmbeddingError: the server does not give them, or such as cannot be compared with those of the release.
    """
    embeddings, asks = release.index.compiled.embeddings, release.embed_questions
    if embeddings is None or not isinstance(asks, PatientQuestions):
        return
    wanted = (text for each in messages for text in (*embedded_texts(release, each), question(each).whole))
    asks.ahead(embeddings.model, tuple(dict.fromkeys(wanted)), size=embeddings.size)
