"""The app: Bolt with every listener, made of a desk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.slack.context import Desk
from bot.slack.delivery.worker import Courier
from bot.slack.listeners import actions as listeners_buttons
from bot.slack.listeners import admin as listeners_admin
from bot.slack.listeners import handover as listeners_handover
from bot.slack.listeners import questions as listeners_asking
from bot.slack.services.card_thread import take_reply
from bot.slack.services.handover import HandoverDesk
from bot.slack.services.intake import Asking


def create_app(desk: Desk, courier: Courier, *, signing_secret: str = "") -> App:
    """Return the app.

    Args:
        desk: What the listeners work with.
        courier: Brings what they accept.
        signing_secret: Needed over HTTP only.
    """
    client = copy(desk.client)
    client.token = None
    known = AuthorizeResult(
        enterprise_id=None, team_id=None, bot_user_id=desk.bot_user, bot_token=desk.client.token
    )

    def authorize() -> AuthorizeResult:
        return known

    with _without_settings_of_bolt():
        # The response waits for the listener, which only keeps what came: what is not kept is not acknowledged.
        app = App(
            client=client,
            # Bolt would ask Slack who the bot is at the first event, and acknowledge that event if Slack fails.
            authorize=authorize,
            signing_secret=signing_secret,
            process_before_response=True,
            name="faq",
        )
    asking, handovers = Asking(desk, courier), HandoverDesk(desk, courier)
    listeners_asking.listen(app, asking, partial(take_reply, handovers))
    listeners_buttons.listen(app, asking)
    listeners_handover.listen(app, handovers)
    listeners_admin.listen(app, courier)
    return app


@contextmanager
def _without_settings_of_bolt() -> Iterator[None]:
    """Hide what Bolt reads itself: OAuth for an app that has its token already, and that token."""
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN")
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
