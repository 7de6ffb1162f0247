"""Tells what the journal's outbox holds: once, in the order of each lane, across deaths of the process."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.journal.errors import JournalError
from bot.journal.outbox import Delivery
from bot.slack.blocks_notices import working_message
from bot.slack.desk import LOG, Desk
from bot.slack.elements import Message
from bot.slack.signs import Signs

TOLD, SIGN = "faq_told", "faq_sign"
"""What the metadata of a message says that it is: the thing itself, or the sign that it is on its way."""

MOST_ATTEMPTS = 20
LOOK_BACK = 200
"""Messages among which one that may have been told is looked for."""

_OK, _SERVER_ERROR = 200, 500
_PASSING = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)

Handler = Callable[[Delivery], str]
"""Tells something and returns the receipt."""


@dataclass(frozen=True)
class Address:
    """Where a message goes: to a conversation, to a person's DM, or by a response URL to one person alone."""

    channel: str = ""
    thread_ts: str = ""
    user: str = ""
    response_url: str = ""

    def payload(self) -> dict[str, str]:
        """Return it as JSON, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}


class GoneError(Exception):
    """What was to be told can no longer be told there."""


class Courier:
    """Takes deliveries from the outbox and hands them to the handler of their kind."""

    def __init__(self, desk: Desk) -> None:
        """Know how to post; other kinds are added to `handlers`, and what to do when one fails to `lost`."""
        self.desk = desk
        self.signs = Signs(desk.sign_after_seconds)
        self.handlers: dict[str, Handler] = {"post": self._post}
        self.lost: dict[str, Callable[[Delivery], None]] = {}
        self._in_hand: set[str] = set()
        self._closed = threading.Event()
        self._ticker: threading.Thread | None = None

    def start(self, every_seconds: float = 1.0) -> None:
        """Resume what a process before left, and look from time to time for what is due again."""

        def tick() -> None:
            self.nudge()
            while not self._closed.wait(every_seconds):
                self.nudge()

        self._ticker = threading.Thread(target=tick, name="slack-outbox", daemon=True)
        self._ticker.start()

    def stop(self) -> None:
        """Tell what is in hand, and stop."""
        self._closed.set()
        if self._ticker:
            self._ticker.join()
        self.desk.hands.stop()
        self.signs.close()

    def nudge(self) -> None:
        """Tell what is due, soon."""
        self.desk.hands.do(self.drain)

    def drain(self) -> None:
        """Tell everything that is due."""
        outbox = self.desk.journal.outbox
        try:
            while claimed := outbox.claim(at=self.desk.clock(), limit=1):
                self._take_in_hand(claimed[0])
        except JournalError as error:
            LOG.error("%s", error)  # and tried again

    def send(self, key: str, to: Address, message: Message, *, look: bool = False) -> str:
        """Post a message, in the place of its sign if that was posted; return the receipt.

        Args:
            key: Names the message for ever; its metadata carries it.
            to: Where.
            message: What.
            look: Whether it may have been posted before, so that Slack is asked first.
        """
        if to.response_url:
            return self._respond(to.response_url, message)
        channel, client = self._channel(to), self.desk.client
        ts, sign = "", self.signs.take(key)
        if not sign and look:
            ts, sign = self._found(key, channel, to.thread_ts)
        if not ts:
            about = _metadata(TOLD, key)
            if sign:
                client.chat_update(channel=channel, ts=sign, metadata=about, **message.update())
                ts = sign
            else:
                posted = client.chat_postMessage(
                    channel=channel, thread_ts=to.thread_ts or None, metadata=about, **message.post()
                )
                channel, ts = str(posted["channel"]), str(posted["ts"])
        self.signs.forget(key)
        return f"{channel}:{ts}"

    def announce(self, key: str, to: Address) -> None:
        """Post a sign if nothing is sent under that key in time; one that sees only one person cannot be replaced."""
        if to.response_url:
            return

        def post() -> str:
            posted = self.desk.client.chat_postMessage(
                channel=to.channel,
                thread_ts=to.thread_ts or None,
                metadata=_metadata(SIGN, key),
                **working_message().post(),
            )
            return str(posted["ts"])

        self.signs.expect(key, post)

    def _post(self, delivery: Delivery) -> str:
        to, held = Address(**delivery.payload["to"]), delivery.payload["message"]
        message = Message(held["text"], tuple(held["blocks"]))
        return self.send(delivery.key, to, message, look=may_be_told(delivery))

    def _channel(self, to: Address) -> str:
        if to.channel:
            return to.channel
        return str(self.desk.client.conversations_open(users=[to.user])["channel"]["id"])

    def _respond(self, url: str, message: Message) -> str:
        waiting = [ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler()]
        answer = WebhookClient(url, retry_handlers=waiting).send(
            **message.respond(), response_type="ephemeral", replace_original=False
        )
        if answer.status_code != _OK:
            raise GoneError(f"{answer.status_code} {answer.body[:80]}")  # noqa: EM102, TRY003 -- for the log
        return ""

    def _found(self, key: str, channel: str, thread_ts: str) -> tuple[str, str]:
        """Return the `ts` of the message with that key, and that of its sign; empty where there is none."""
        client = self.desk.client
        if thread_ts:
            answer = client.conversations_replies(
                channel=channel, ts=thread_ts, include_all_metadata=True, limit=LOOK_BACK
            )
        else:
            answer = client.conversations_history(channel=channel, include_all_metadata=True, limit=LOOK_BACK)
        told = sign = ""
        for each in answer["messages"]:
            about: Mapping[str, Any] = each.get("metadata") or {}
            if (about.get("event_payload") or {}).get("key") == key:
                told = each["ts"] if about.get("event_type") == TOLD else told
                sign = each["ts"] if about.get("event_type") == SIGN else sign
        return told, sign

    def _take_in_hand(self, delivery: Delivery) -> None:
        # Slack may take longer than the lease; then it is given out again, which is a new lease and no second telling.
        if delivery.key in self._in_hand:
            return
        self._in_hand.add(delivery.key)
        try:
            self._deliver(delivery)
        finally:
            self._in_hand.discard(delivery.key)

    def _deliver(self, delivery: Delivery) -> None:
        desk = self.desk
        try:
            receipt = self.handlers[delivery.kind](delivery)
        except SlackApiError as error:
            code, wait = str(error.response["error"]), error.response.headers.get("Retry-After")
            passing = code in _PASSING or error.response.status_code >= _SERVER_ERROR
            self._failed(delivery, code, passing=passing, seconds=float(wait or 0))
        except OSError as error:
            self._failed(delivery, str(error), passing=True)
        except GoneError as error:
            self._failed(delivery, str(error), passing=False)
        except JournalError:
            raise
        except Exception as error:  # noqa: BLE001 -- the rim: one that cannot be told must not keep the others
            LOG.exception("%s を送れません", delivery.key)
            self._failed(delivery, repr(error), passing=False)
        else:
            desk.journal.outbox.done(delivery.key, at=desk.clock(), receipt=receipt)

    def _failed(self, delivery: Delivery, why: str, *, passing: bool, seconds: float = 0) -> None:
        outbox, at = self.desk.journal.outbox, self.desk.clock()
        if passing and delivery.attempts < MOST_ATTEMPTS:
            pause = seconds or min(60, 2 * delivery.attempts)
            outbox.later(delivery.key, not_before=at + timedelta(seconds=pause), why=why)
            return
        LOG.error("%s を送れません: %s", delivery.key, why)
        outbox.give_up(delivery.key, at=at, why=why)
        self.signs.forget(delivery.key)
        if act := self.lost.get(delivery.kind):
            act(delivery)


def may_be_told(delivery: Delivery) -> bool:
    """Tell whether a delivery was tried before, so that Slack may have heard of it."""
    return delivery.doubtful or delivery.attempts > 1


def packed(to: Address, message: Message) -> dict[str, Any]:
    """Return the payload of a delivery of kind "post"."""
    return {"to": to.payload(), "message": {"text": message.text, "blocks": list(message.blocks)}}


def _metadata(kind: str, key: str) -> dict[str, Any]:
    return {"event_type": kind, "event_payload": {"key": key}}
