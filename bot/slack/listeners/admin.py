"""`/faq-admin`: acknowledged at once; what came of it is told to that person alone."""

from slack_bolt import Ack, App

from bot.journal.errors import JournalError
from bot.journal.outbox import Telling
from bot.slack.context import LOG
from bot.slack.delivery.targets import Address
from bot.slack.delivery.worker import Courier, packed
from bot.slack.listeners.actions import Body
from bot.slack.messages.notices import APOLOGY, busy_message, notice
from bot.slack.services.admin import administer
from bot.slack.services.processed_events import act_key


def listen(app: App, courier: Courier) -> None:
    """Add the listener."""

    @app.command("/faq-admin")
    def asked(ack: Ack, body: Body) -> None:
        ack()
        to = Address(response_url=body["response_url"], command=True)
        courier.announce(act_key(body), to, busy_message())
        courier.desk.hands.do(lambda: _answer(courier, body, to))


def _answer(courier: Courier, body: Body, to: Address) -> None:
    desk, key, user = courier.desk, act_key(body), body["user_id"]
    try:
        message = administer(desk, user, body.get("text", ""))
    except Exception:  # noqa: BLE001 -- the rim: whoever writes to the bot gets a reason
        LOG.exception("/faq-admin に答えられません")
        message = notice(APOLOGY)
    try:
        telling = Telling(key, f"admin {user}", "post", packed(to, message))
        desk.journal.outbox.plan(telling, at=desk.clock())
        courier.nudge()
    except JournalError as error:  # of which an admin is to hear all the same
        LOG.error("%s", error)
        courier.send(key, to, message)
