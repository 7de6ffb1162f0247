"""What goes from Slack to the app: an envelope, how often it was sent, and what came back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from tests.slack.double.model import Json

EnvelopeType: TypeAlias = Literal["events_api", "slash_commands", "interactive"]


@dataclass
class Delivery:
    """One event, command or interaction.

    Attributes:
        payload: As it goes to the app, retries included.
        envelope_ids: One for each time that it was sent over a socket.
        acks: What the app acknowledged with, one for each time; `None` or `{}` is a bare acknowledgement.
        status: Of the HTTP answer, where it went by HTTP or through `App.dispatch`.
        attempt: How often it was sent again; `reason` says why the last time.
        on_ack: What Slack does with the first acknowledgement, such as closing the form.
    """

    type: EnvelopeType
    payload: Json
    envelope_ids: list[str] = field(default_factory=list)
    acks: list[Any] = field(default_factory=list)
    status: int = 0
    attempt: int = 0
    reason: str = ""
    on_ack: Callable[[Any], None] = lambda _: None

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged it."""
        return bool(self.acks)

    def acknowledge(self, payload: Any) -> None:  # noqa: ANN401 -- whatever the app answers
        """Keep an acknowledgement, and act on the first."""
        self.acks.append(payload)
        if len(self.acks) == 1:
            self.on_ack(payload or {})

    def retry_headers(self) -> dict[str, str]:
        """Return what HTTP says of a delivery that is sent again."""
        retry = {"X-Slack-Retry-Num": str(self.attempt), "X-Slack-Retry-Reason": self.reason}
        return retry if self.attempt else {}

    def envelope(self, envelope_id: str, attempt: int, reason: str) -> Json:
        """Return it as it went over a socket for the first time, or went again."""
        answers = self.type != "events_api"
        shared = {"envelope_id": envelope_id, "payload": self.payload, "type": self.type}
        retry = {} if answers else {"retry_attempt": attempt, "retry_reason": reason}
        return {**shared, "accepts_response_payload": answers, **retry}
