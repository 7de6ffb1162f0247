"""The ways to an answer's place: each shows that the answer is on its way, and puts it there in the sign's stead.

A sign has a mark, by which it is known until the answer takes its place; the empty mark is that of no sign.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.context import LOG
from bot.slack.delivery.rate_limit import FAILURES, why
from bot.slack.delivery.response_url import respond
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import SEARCHING, working_message

TOLD, SIGN = "faq_told", "faq_sign"
"""What the metadata of a message says that it is: the thing itself, or the sign that it is on its way."""

LOOK_BACK = 200
"""Messages among which one that may have been told is looked for."""

_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
_SHOWN = "shown"
"""The mark of a sign that is no message which could be found again."""

LOST = "lost"
"""The mark of a sign of which nobody knows whether it is there: Slack broke off."""


@dataclass(frozen=True)
class DeliveryTarget:
    """Where a message goes: to a conversation, to a person's DM, or by a response URL to one person alone.

    Attributes:
        beside: The message in the conversation that is answered.
        command: Whether the response URL is a slash command's. That of a button would replace the button's message.
    """

    channel: str = ""
    thread_ts: str = ""
    user: str = ""
    response_url: str = ""
    beside: str = ""
    command: bool = False

    def payload(self) -> dict[str, Any]:
        """Return it as JSON, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}


class Way(Protocol):
    """How one message gets to its place."""

    def sign(self) -> str:
        """Show that it is on its way, and return the mark of that.

        Raises:
            SlackApiError, LateError, GoneError: it could not be shown.
            OSError, HTTPException: nobody knows whether it is shown.
        """

    def answer(self, message: Message, mark: str, *, look: bool = False) -> str:
        """Put the message there, in the place of the sign, and return the receipt.

        Args:
            message: What to put there.
            mark: Of the sign.
            look: Whether it, or its sign, may be there already.

        Raises:
            SlackApiError, LateError, GoneError: it is not there.
            OSError, HTTPException: nobody knows whether it is there.
        """

    def withdraw(self, mark: str) -> None:
        """Take the sign away as far as Slack allows; nothing comes in its place."""


@dataclass(frozen=True)
class InConversation:
    """A message in a conversation; its sign is a message too, which turns into it.

    Attributes:
        key: Names the message for ever; its metadata carries it.
    """

    client: WebClient
    key: str
    channel: str
    thread_ts: str = ""

    def sign(self) -> str:
        """Post the sign; its mark is its `ts`."""
        return str(self._post(working_message(), SIGN)["ts"])

    def answer(self, message: Message, mark: str, *, look: bool = False) -> str:
        """Turn the sign into the message, or post it."""
        told = ""
        if mark == LOST or (look and not mark):
            told, mark = self._found()
        if told:
            return f"{self.channel}:{told}"
        if mark and self._turned(mark, message):
            return f"{self.channel}:{mark}"
        posted = self._post(message, TOLD)
        return f"{posted['channel']}:{posted['ts']}"

    def withdraw(self, mark: str) -> None:  # noqa: ARG002 -- by now, another process may have turned it into the answer
        """Delete the sign, if that is what still stands there."""

        def delete() -> None:
            if found := self._found()[1]:
                self.client.chat_delete(channel=self.channel, ts=found)

        _tolerate(delete)

    def _turned(self, mark: str, message: Message) -> bool:
        about = _metadata(TOLD, self.key)
        try:
            self.client.chat_update(channel=self.channel, ts=mark, metadata=about, **message.update())
        except SlackApiError as error:
            if error.response["error"] not in _GONE:
                raise
            return False  # somebody deleted the sign; the answer is due all the same
        return True

    def _post(self, message: Message, kind: str) -> Mapping[str, Any]:
        posted = self.client.chat_postMessage(
            channel=self.channel,
            thread_ts=self.thread_ts or None,
            metadata=_metadata(kind, self.key),
            **message.post(),
        )
        return {"channel": posted["channel"], "ts": posted["ts"]}

    def _found(self) -> tuple[str, str]:
        """Return the `ts` of the message with that key, and that of its sign; empty where there is none."""
        if self.thread_ts:
            answer = self.client.conversations_replies(
                channel=self.channel, ts=self.thread_ts, include_all_metadata=True, limit=LOOK_BACK
            )
        else:
            answer = self.client.conversations_history(
                channel=self.channel, include_all_metadata=True, limit=LOOK_BACK
            )
        told = sign = ""
        for each in answer["messages"]:
            about: Mapping[str, Any] = each.get("metadata") or {}
            if (about.get("event_payload") or {}).get("key") == self.key:
                told = each["ts"] if about.get("event_type") == TOLD else told
                sign = each["ts"] if about.get("event_type") == SIGN else sign
        return told, sign


@dataclass(frozen=True)
class BesideStatus(InConversation):
    """A message of an agent, whose sign is a status beside the question; Slack takes it away after two minutes.

    Slack takes it away too when the app posts in the thread of the question, but an answer in a direct message is in
    no thread, so it is always taken away by hand.
    """

    beside: str = ""

    def sign(self) -> str:
        """Set the status."""
        self._set(SEARCHING)
        return _SHOWN

    def answer(self, message: Message, mark: str, *, look: bool = False) -> str:
        """Post the message, and take the status away, which a process before may have set too."""
        receipt = super().answer(message, "", look=look)
        if mark or look:
            self.withdraw(mark)
        return receipt

    def withdraw(self, mark: str) -> None:  # noqa: ARG002 -- a question has one status
        """Empty the status."""
        _tolerate(lambda: self._set(""))

    def _set(self, status: str) -> None:
        # Without a text of its own, Slack shows words of its choice in turn, in English.
        own = [status] if status else None
        self.client.assistant_threads_setStatus(
            channel_id=self.channel, thread_ts=self.beside, status=status, loading_messages=own
        )


@dataclass(frozen=True)
class ByResponse:
    """A message that one person alone sees.

    Its sign stands where the command was run. Slack takes no such message away, and users report that it does not
    replace one either, but adds the answer below it; so the sign's words are to be true in either case.

    Attributes:
        command: Whether a sign may stand there; a button's URL would replace the message of the button.
        waiting: The sign.
    """

    url: str
    command: bool
    waiting: Message

    def sign(self) -> str:
        """Say that the answer will come."""
        respond(self.url, self.waiting)
        return _SHOWN

    def answer(self, message: Message, mark: str, *, look: bool = False) -> str:
        """Answer in the place of the sign, which a process before may have shown too."""
        respond(self.url, message, replace=self.command and (bool(mark) or look))
        return ""

    def withdraw(self, mark: str) -> None:
        """Leave it; Slack has no way."""


def _tolerate(act: Callable[[], object]) -> None:
    try:
        act()
    except FAILURES as error:
        LOG.warning("確認中の印を消せません: %s", why(error))


def _metadata(kind: str, key: str) -> dict[str, Any]:
    return {"event_type": kind, "event_payload": {"key": key}}
