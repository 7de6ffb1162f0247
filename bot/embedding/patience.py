"""Embeddings for what is made once and waits for them: a release, the gate, an evaluation."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from time import monotonic

from bot.embedding.endpoint import Server
from bot.embedding.reasons import FAILURES, reason
from bot.embedding.wire import Call
from index.embeddings import Asked, EmbeddingError, Model
from index.release.kept_embeddings import embedded_questions, kept_questions
from index.vectors import Vectors

BATCH = 32
"""Texts of one request."""

PATIENCE_SECONDS = 120
"""For one request."""

Bar = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shows how far something is, given its title and its steps; `bot.console.progress.progress_bar` is one."""


class PatientEmbedder:
    """Asks a server for the embeddings of any number of texts, and waits for them."""

    def __init__(self, server: Server, bar: Bar = lambda _title, _steps: nullcontext(lambda: None)) -> None:
        """Ask that server, and show on the bar how far it is."""
        self._server, self._bar = server, bar

    @property
    def model(self) -> Model:
        """Which model is asked."""
        return self._server.model

    def embed(self, texts: Sequence[str]) -> Iterator[Vectors]:
        """Yield the vectors of texts, which have their prefix already, in order: a batch at a time.

        Raises:
            EmbeddingError: the server gives no vectors, or of several lengths.
        """
        size = 0
        with self._bar("埋め込みを求めています", len(texts)) as step:
            for start in range(0, len(texts), BATCH):
                batch = texts[start : start + BATCH]
                found = self._ask(batch)
                size = size or found.shape[1]
                if found.shape[1] != size:
                    raise EmbeddingError(self._told("長さの違うベクトルを返した"))
                for _ in batch:
                    step()
                yield found

    def _ask(self, texts: Sequence[str]) -> Vectors:
        call = Call(self._server.where, self._server.key, monotonic() + PATIENCE_SECONDS)
        try:
            return call.embed(self._server.model.name, texts)
        except FAILURES as error:
            raise EmbeddingError(self._told(reason(error, PATIENCE_SECONDS * 1000))) from error
        finally:
            call.close()

    def _told(self, why: str) -> str:
        return (
            f"埋め込みサーバー {self._server.where} が{why}ため、ベクトルを得られません。\n"
            "  サーバーが動いているか、FAQ_EMBEDDINGS_URL と FAQ_EMBEDDINGS_MODEL が正しいか、確かめてください。"
        )


class PatientQuestions:
    """Embeddings of questions that nobody waits for: kept ones, else the server's, each asked for once."""

    def __init__(self, embedder: PatientEmbedder, home: Path) -> None:
        """Look below `home` first."""
        self._embedder, self._home = embedder, home
        self._known: dict[str, Vectors] = {}

    def __call__(self, model: Model, questions: Sequence[str]) -> Asked:
        """Return the embeddings of a message's questions.

        Raises:
            EmbeddingError: the server does not give them, or has another model than is wanted.
        """
        self._refuse_other(model)
        missing = [each for each in questions if each not in self._known]
        asked = []
        for each in missing:
            kept = self._kept(each)
            if kept is None:
                asked.append(each)
            else:
                self._known[each] = kept
        if asked:
            batches = self._embedder.embed([model.asked(each) for each in asked])
            self._known |= dict(zip(asked, (row for batch in batches for row in batch), strict=True))
        return Asked({each: self._known[each] for each in questions})

    def ahead(self, model: Model, questions: Sequence[str], *, size: int) -> None:
        """Ask for many questions before they are put, some at a time, and keep their vectors.

        Raises:
            EmbeddingError: the server does not give them, or has another model or vectors of another size.
        """
        self._refuse_other(model)
        if questions:
            found = embedded_questions(questions, self._embedder, self._home, size=size)
            self._known |= dict(zip(questions, found.questions(questions), strict=True))

    def _refuse_other(self, model: Model) -> None:
        if model != self._embedder.model:
            msg = (
                f"公開中の版は埋め込みモデル {model.name} で作られ、設定は {self._embedder.model.name} です。\n"
                "  FAQ_EMBEDDINGS_MODEL を直すか、公開し直してください。"
            )
            raise EmbeddingError(msg)

    @cached_property
    def _kept(self) -> Callable[[str], Vectors | None]:
        return kept_questions(self._embedder.model, self._home)
