"""The bot of a test on a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.slack.connection import SocketConnection
from tests.slack.double import SlackDouble
from tests.slack.office import Office


@contextmanager
def connected(slack: SlackDouble, bot: Office) -> Iterator[SocketConnection]:
    """Connect the bot by Socket Mode."""
    link = SocketConnection(bot.app, slack.app_token)
    assert link.open(lambda _: None, lambda _: True)
    slack.until(lambda: slack.sockets)
    try:
        yield link
    finally:
        link.close()
