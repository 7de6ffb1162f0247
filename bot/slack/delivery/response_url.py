"""Writing to a response URL, by which an app answers what one person did, to that person alone or to all."""

from typing import Literal, TypeAlias

from slack_sdk.webhook import WebhookClient

from bot.slack.delivery.rate_limit import SERVER_ERROR, TOO_MANY, retry_after, retry_handlers
from bot.slack.messages.block_kit import Message

Seen: TypeAlias = Literal["ephemeral", "in_channel"]

_TIMEOUT_SECONDS = 15
_OK = 200


class GoneError(Exception):
    """What was to be told can no longer be told there."""


class LateError(Exception):
    """It can be told later.

    Attributes:
        seconds: After how many; 0 if nobody said.
        too_many: Whether it is because Slack was asked too much.
    """

    def __init__(self, why: str, seconds: float = 0, *, too_many: bool = False) -> None:
        """Keep why, and after how long."""
        self.seconds, self.too_many = seconds, too_many
        super().__init__(why)


def respond(
    url: str, message: Message, *, seen: Seen = "ephemeral", replace: bool = False, thread_ts: str = ""
) -> None:
    """Write a message.

    Args:
        url: Five messages within 30 minutes may go there.
        message: What to write.
        seen: By whom.
        replace: Whether it takes the place of the message to which the URL belongs.
        thread_ts: The thread to write in.

    Raises:
        LateError: Slack wants it later.
        GoneError: Slack takes it no more.
        OSError, HTTPException: Slack was not reached, or broke off.
    """
    how = {
        "response_type": seen,
        "replace_original": replace,
        **({"thread_ts": thread_ts} if thread_ts else {}),
    }
    client = WebhookClient(url, timeout=_TIMEOUT_SECONDS, retry_handlers=retry_handlers())
    answer = client.send_dict({**message.respond(), **how})  # `send` knows nothing of threads
    why = f"{answer.status_code} {answer.body[:80]}"
    if answer.status_code == TOO_MANY:
        raise LateError(why, retry_after(answer.headers), too_many=True)
    if answer.status_code >= SERVER_ERROR:
        raise LateError(why)
    if answer.status_code != _OK or '"ok":false' in answer.body.replace(" ", ""):
        raise GoneError(why)
