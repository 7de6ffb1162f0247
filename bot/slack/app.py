"""The app: Bolt with every listener, made of a desk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt import App

from bot.slack import listeners_admin, listeners_asking, listeners_buttons, listeners_handover
from bot.slack.asking import Asking
from bot.slack.courier import Courier
from bot.slack.desk import Desk
from bot.slack.handover import HandoverDesk


def create_app(desk: Desk, courier: Courier, *, signing_secret: str = "") -> App:
    """Return the app.

    Args:
        desk: What the listeners work with.
        courier: Brings what they accept.
        signing_secret: Needed over HTTP only.
    """
    with _without_oauth():
        # The response waits for the listener, which only keeps what came: what is not kept is not acknowledged.
        app = App(
            client=desk.client,
            signing_secret=signing_secret,
            token_verification_enabled=False,
            process_before_response=True,
            name="faq",
        )
    asking, handovers = Asking(desk, courier), HandoverDesk(desk, courier)
    listeners_asking.listen(app, asking, handovers.take_reply)
    listeners_buttons.listen(app, asking)
    listeners_handover.listen(app, handovers)
    listeners_admin.listen(app, desk)
    return app


@contextmanager
def _without_oauth() -> Iterator[None]:
    """Hide two variables, with which Bolt would turn OAuth on for an app that has its token already."""
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
