"""`/faq-admin`: acknowledged at once; what came of it is told to that person alone."""

from slack_bolt import Ack, App

from bot.journal.errors import JournalError
from bot.journal.outbox import OutboxMessage
from bot.slack.context import LOG
from bot.slack.delivery.targets import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker, packed
from bot.slack.listeners.actions import Body
from bot.slack.messages.notices import APOLOGY, busy_message, notice
from bot.slack.services.admin import administer
from bot.slack.services.processed_events import act_key


def add_admin_listeners(app: App, worker: DeliveryWorker) -> None:
    """Add the listener."""

    @app.command("/faq-admin")
    def asked(ack: Ack, body: Body) -> None:
        ack()
        to = DeliveryTarget(response_url=body["response_url"], command=True)
        worker.announce(act_key(body), to, busy_message())
        worker.context.hands.do(lambda: _answer(worker, body, to))


def _answer(worker: DeliveryWorker, body: Body, to: DeliveryTarget) -> None:
    context, key, user = worker.context, act_key(body), body["user_id"]
    try:
        message = administer(context, user, body.get("text", ""))
    except Exception:  # noqa: BLE001 -- the rim: whoever writes to the bot gets a reason
        LOG.exception("/faq-admin に答えられません")
        message = notice(APOLOGY)
    try:
        outbox_message = OutboxMessage(key, f"admin {user}", "post", packed(to, message))
        context.journal.outbox.plan(outbox_message, at=context.clock())
        worker.wake()
    except JournalError as error:  # of which an admin is to hear all the same
        LOG.error("%s", error)
        worker.send(key, to, message)
