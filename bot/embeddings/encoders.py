"""The sentence encoders of a process, as `FAQ_ENCODER` names them."""

from collections.abc import Callable

from bot.embeddings.endpoint import EndpointEncoder
from bot.settings import Encoder, Settings, address
from index.retrieval.encoder import EncoderError, SentenceEncoder, packaged

E5_PREFIX = "query: "
"""What the models called e5 were trained with before a question."""

NO_PREFIX = "none"
"""The value of a setting that means no prefix."""


def open_encoders(
    settings: Settings, complain: Callable[[str], None] = lambda _: None
) -> tuple[SentenceEncoder, ...]:
    """Return the encoders that are set, in order; none for words alone.

    Args:
        settings: Which, and the server of an endpoint.
        complain: Told, in Japanese, of each that is not installed; it is left out.
    """
    found: list[SentenceEncoder] = []
    for name in settings.encoders:
        try:
            found.append(endpoint(settings) if name is Encoder.ENDPOINT else packaged(name.value))
        except EncoderError as error:
            complain(f"{error}\n  使わずに答えるため、見つかる質問が減ります。")
    return tuple(found)


def endpoint(settings: Settings) -> EndpointEncoder:
    """Return the encoder behind the embeddings server that is set."""
    model, given = settings.embeddings_model, settings.embeddings_prefix
    usual = E5_PREFIX if "e5" in model.lower() else ""
    return EndpointEncoder(
        address(settings.embeddings_url or ""),
        model,
        prefix=usual if given is None else "" if given == NO_PREFIX else given,
        key=settings.embeddings_key.get_secret_value() if settings.embeddings_key else "",
        milliseconds=settings.embeddings_wait,
    )
