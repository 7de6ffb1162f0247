"""What a process has of the embeddings server: one way for questions, and one for what waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.embedding.address import address
from bot.embedding.endpoint import Endpoint, Server
from bot.embedding.patience import Bar, PatientEmbedder, PatientQuestions
from bot.journal.masking import Masker, speakers
from bot.settings import Settings
from index.embeddings import Asked, Model
from index.release.building import Release

E5 = ("query: ", "passage: ")
"""What the models called e5 were trained with before a question and before a text that answers one."""

NO_PREFIX = "none"
"""The value of a setting that means no prefix."""


@dataclass(frozen=True)
class Embedding:
    """The embeddings server of a process; any number of threads may share one.

    Attributes:
        embedder: For what is made once.
        home: Where vectors are kept.
    """

    endpoint: Endpoint
    embedder: PatientEmbedder
    home: Path

    def on(self, release: Release) -> Release:
        """Return the release with questions embedded in time for a reply; what tells who asks is masked before."""
        masker = Masker(speakers(release.knowledge))

        def questions(model: Model, texts: Sequence[str]) -> Asked:
            return self.endpoint.ask(model, texts, masker.mask)

        return replace(release, embed_questions=questions)

    def patiently(self, release: Release) -> Release:
        """Return the release with questions embedded as `patient_questions` does."""
        return replace(release, embed_questions=self.patient_questions())

    def patient_questions(self) -> PatientQuestions:
        """Return what embeds questions however long it takes, and raises `EmbeddingError` where the server fails.

        Nothing is masked: labelled questions are not a candidate's.
        """
        return PatientQuestions(self.embedder, self.home)


def open_embedding(settings: Settings, bar: Bar | None = None) -> Embedding | None:
    """Return the embeddings server that is set; `None` if none is."""
    server = server_of(settings)
    if server is None:
        return None
    embedder = PatientEmbedder(server, bar) if bar else PatientEmbedder(server)
    return Embedding(Endpoint(server), embedder, settings.home)


def server_of(settings: Settings) -> Server | None:
    """Return the server that is set; `None` if none is."""
    if settings.embeddings_url is None:
        return None
    return Server(
        address(settings.embeddings_url),
        _model(settings),
        settings.embeddings_key.get_secret_value() if settings.embeddings_key else "",
        settings.embeddings_wait,
    )


def _model(settings: Settings) -> Model:
    name = settings.embeddings_model
    usual = E5 if "e5" in name.lower() else ("", "")
    given = (settings.embeddings_query_prefix, settings.embeddings_passage_prefix)
    query, passage = (
        usually if prefix is None else "" if prefix == NO_PREFIX else prefix
        for usually, prefix in zip(usual, given, strict=True)
    )
    return Model(name, query, passage)
