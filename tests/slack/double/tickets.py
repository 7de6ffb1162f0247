"""What a person's act allows the app to do for a short time: open one view, answer a few times."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.slack.double.model import Posted, RefusedError

TRIGGER_SECONDS = 3
RESPONSE_SECONDS = 1_800
RESPONSE_USES = 5


@dataclass
class Ticket:
    """A permission, whose it is, and where.

    Attributes:
        message: The one whose button was pressed, if any.
    """

    user: str
    channel: str
    made: float
    message: Posted | None = None
    uses: int = 0


class Tickets:
    """The triggers and response URLs of a workspace, by its own clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Begin with none."""
        self._now = now
        self._triggers: dict[str, Ticket] = {}
        self._responses: dict[str, Ticket] = {}

    def trigger(self, user: str) -> str:
        """Return a trigger for one view within 3 seconds."""
        name = f"{len(self._triggers) + 1}.1760000000.trigger"
        self._triggers[name] = Ticket(user, "", self._now())
        return name

    def use_trigger(self, name: object) -> str:
        """Return whose trigger it is; it is spent then."""
        ticket = self._triggers.get(str(name))
        if ticket is None:
            raise RefusedError("invalid_trigger_id")
        if ticket.uses:
            raise RefusedError("exchanged_trigger_id")
        if self._now() - ticket.made > TRIGGER_SECONDS:
            raise RefusedError("expired_trigger_id")
        ticket.uses += 1
        return ticket.user

    def response(self, user: str, channel: str, message: Posted | None = None) -> str:
        """Return the name of a way to answer what a person did: five times within 30 minutes."""
        name = f"R{len(self._responses) + 1:04d}"
        self._responses[name] = Ticket(user, channel, self._now(), message)
        return name

    def use_response(self, name: str) -> Ticket:
        """Return what may be answered, once more."""
        ticket = self._responses.get(name)
        if ticket is None or self._now() - ticket.made > RESPONSE_SECONDS:
            raise RefusedError("expired_url")
        if ticket.uses >= RESPONSE_USES:
            raise RefusedError("used_url")
        ticket.uses += 1
        return ticket
