"""`/faq-admin`: acknowledged at once; what came of it is told to that person alone."""

from slack_bolt import Ack, App

from bot.journal.database import JournalError
from bot.journal.outbox import OutboxMessage
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.targets import DeliveryTarget, send
from bot.slack.delivery.worker import DeliveryWorker, packed
from bot.slack.listeners.actions import Body
from bot.slack.messages.notices import APOLOGY, BUSY, notice
from bot.slack.services.admin import administer, takes_time
from bot.slack.services.event_keys import action_key


def add_admin_listeners(app: App, context: AppContext, worker: DeliveryWorker) -> None:
    """Add the listener."""

    @app.command("/faq-admin")
    def asked(ack: Ack, body: Body) -> None:
        if takes_time(body.get("text", "")):
            ack(**notice(BUSY).respond(), response_type="ephemeral")
        else:
            ack()
        context.background.do(lambda: _answer(context, worker, body))


def _answer(context: AppContext, worker: DeliveryWorker, body: Body) -> None:
    key, user, to = action_key(body), body["user_id"], DeliveryTarget(response_url=body["response_url"])
    try:
        message = administer(context, user, body.get("text", ""))
    except Exception:  # noqa: BLE001 -- the rim: whoever writes to the bot gets a reason
        LOG.exception("/faq-admin に答えられません")
        message = notice(APOLOGY)
    try:
        planned = OutboxMessage(key, f"admin {user}", "post", packed(to, message))
        context.journal.outbox.plan(planned, at=context.clock())
        worker.wake()
    except JournalError as error:  # of which an admin is to hear all the same
        LOG.error("%s", error)
        send(context.client, key, to, message)
