"""The bot of a test on a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.slack.transport.socket import Link
from tests.slack.desks import Office
from tests.slack.double import SlackDouble


@contextmanager
def connected(slack: SlackDouble, bot: Office) -> Iterator[Link]:
    """Connect the bot by Socket Mode."""
    link = Link(bot.app, slack.app_token)
    assert link.open(lambda _: None, lambda _: True)
    slack.until(lambda: slack.sockets)
    try:
        yield link
    finally:
        link.close()
