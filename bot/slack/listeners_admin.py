"""`/faq-admin`: acknowledged at once; what came of it is told to that person alone."""

from slack_bolt import Ack, App
from slack_sdk.webhook import WebhookClient

from bot.slack.admin import administer
from bot.slack.blocks_notices import APOLOGY, notice
from bot.slack.desk import LOG, Desk
from bot.slack.listeners_buttons import Body


def listen(app: App, desk: Desk) -> None:
    """Add the listener."""

    @app.command("/faq-admin")
    def asked(ack: Ack, body: Body) -> None:
        ack()
        desk.hands.do(lambda: _answer(desk, body))


def _answer(desk: Desk, body: Body) -> None:
    try:
        message = administer(desk, body["user_id"], body.get("text", ""))
    except Exception:  # noqa: BLE001 -- the rim: whoever writes to the bot gets a reason
        LOG.exception("/faq-admin に答えられません")
        message = notice(APOLOGY)
    WebhookClient(body["response_url"]).send(**message.respond(), response_type="ephemeral")
