"""The app: Bolt with every listener, made of its context."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.slack.context import AppContext
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.listeners.actions import add_action_listeners
from bot.slack.listeners.admin import add_admin_listeners
from bot.slack.listeners.handover import add_handover_listeners
from bot.slack.listeners.questions import add_question_listeners
from bot.slack.services.card_thread import take_reply
from bot.slack.services.handover import HandoverService
from bot.slack.services.intake import QuestionService


def create_app(context: AppContext, worker: DeliveryWorker, *, signing_secret: str = "") -> App:
    """Return the app.

    Args:
        context: What the listeners work with.
        worker: Brings what they accept.
        signing_secret: Needed over HTTP only.
    """
    client = copy(context.client)
    client.token = None
    known = AuthorizeResult(
        enterprise_id=None, team_id=None, bot_user_id=context.bot_user, bot_token=context.client.token
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
    questions, handovers = QuestionService(context, worker), HandoverService(context, worker)
    add_question_listeners(app, questions, partial(take_reply, handovers))
    add_action_listeners(app, questions)
    add_handover_listeners(app, handovers)
    add_admin_listeners(app, worker)
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
