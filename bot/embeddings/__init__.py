"""The sentence encoders that `FAQ_ENCODER` names, among them one behind a server of the operator's own."""

from collections.abc import Callable

from bot.settings import ENDPOINT, Settings
from faq.wording import worded
from index.retrieval.encoder import EncoderError, SentenceEncoder, packaged


def open_encoders(
    settings: Settings, complain: Callable[[str], None] = lambda _: None
) -> tuple[SentenceEncoder, ...]:
    """Return the encoders that are set, in order; `complain` is told of each that is not installed."""
    found: list[SentenceEncoder] = []
    for name in settings.encoders:
        try:
            found.append(_endpoint(settings) if name == ENDPOINT else packaged(name))
        except EncoderError as error:
            complain(f"{error}\n  {worded('使わずに答えるため、見つかる質問が減ります。')}")
    return tuple(found)


def _endpoint(settings: Settings) -> SentenceEncoder:
    from bot.embeddings.endpoint import EndpointEncoder  # noqa: PLC0415 -- HTTP, which few installations need

    model = settings.embeddings_model
    return EndpointEncoder(
        settings.embeddings_url or "",
        model,
        # What the models called e5 were trained with before a question.
        prefix="query: " if "e5" in model.lower() else "",
        key=settings.embeddings_key.get_secret_value() if settings.embeddings_key else "",
        milliseconds=settings.embeddings_wait,
    )
