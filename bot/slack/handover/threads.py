"""The two threads of a question that HR has: what HR writes below the card, and the candidate below HR's answer."""

from collections.abc import Mapping
from typing import Any

from bot.journal.handover import Handover, HandoverState
from bot.journal.handovers import HandoverError
from bot.journal.outbox import Delivery, OutboxMessage
from bot.slack.context import Admission
from bot.slack.delivery.sending import DeliveryTarget, Kind, message_key, standing
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.handover.cards import below_card
from bot.slack.handover.handovers import HandoverService
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import ButtonValue
from bot.slack.messages.notices import TOO_MANY, notice
from bot.slack.messages.text import has_words, is_to_somebody, typed
from faq.problems import FaqError

Event = Mapping[str, Any]  # of a message


class HandoverThreads:
    """Reads both; what HR writes stays where it is until somebody sends it."""

    def __init__(self, worker: DeliveryWorker, handovers: HandoverService) -> None:
        self._context, self._worker, self._handovers = worker.context, worker, handovers
        worker.kinds["line"] = Kind(self._send_line, self._not_sent)

    def take(self, event: Event) -> bool:
        """Take a message in one of the threads, and tell whether it was in one."""
        context = self._context
        root = f"{event['channel']}:{event.get('thread_ts', '')}"
        if (case := context.journal.outbox.handover_of(root)) is None:
            return False
        if event.get("channel_type") != "im":
            self._offer_to_send(case, event)
            return True
        if context.journal.handovers.find(case).state is HandoverState.CLOSED:
            return False
        try:
            self._pass_to_hr(case, event)
        except HandoverError:  # closed in the meantime: then it is a question like any other
            return False
        return True

    def change(self, channel: str, message: Event) -> bool:
        """Take over a change of what was sent from one of the threads, and tell whether it was that."""
        key = message_key(channel, message["ts"])
        if self._context.journal.handovers.of_step(key) is None:
            return False
        text, edited = typed(message, self._context.bot_user), message["edited"]["ts"]
        if text:
            self._handovers.rewrite(key, text, edited)
        return True

    def delete(self, channel: str, ts: str) -> bool:
        """Take back what the candidate deleted, ask HR about a line of theirs, and tell whether it was either."""
        key = message_key(channel, ts)
        if (handover := self._context.journal.handovers.of_step(key)) is None:
            return False
        step = next(step for step in handover.steps if step.key == key)
        if step.state is HandoverState.REPLIED:
            self._handovers.rewrite(key, "", "deleted")
        elif step.text and handover.has_reached(step):
            self._handovers.tell_hr(handover.id, f"deleted {key}", messages.deleted_message(step))
        return True

    def tell_rewritten(self, handover: Handover, key: str, text: str) -> None:
        message = messages.candidate_reply_message(handover, text, "候補者が、元の質問を書き直しました。")
        self._handovers.tell_hr(handover.id, f"rewritten {key}", message)

    def _offer_to_send(self, case: str, event: Event) -> None:
        """Tell whoever wrote below a card, alone, that it stays there; what is said to somebody needs no telling."""
        if is_to_somebody(event.get("text", "")) or not has_words(typed(event, self._context.bot_user)):
            return
        channel, ts = event["channel"], event["ts"]
        offer = messages.not_sent_message(case, f"{channel}:{ts}").respond()
        where = {"channel": channel, "thread_ts": event["thread_ts"], "user": event["user"]}
        self._context.background.do(lambda: self._context.client.chat_postEphemeral(**where, **offer))

    def _pass_to_hr(self, case: str, event: Event) -> None:
        user, key = event["user"], message_key(event["channel"], event["ts"])
        text = typed(event, self._context.bot_user)
        to = DeliveryTarget(event["channel"], event["thread_ts"])
        late = self._context.flood.admit(user, key, self._context.clock()) is not Admission.ANSWER
        if text and not late:
            told = messages.passed_message(text, event.get("files"))
            self._handovers.reply(case, user, key, text, to, told)
        else:
            told = notice(TOO_MANY if late else messages.NO_FILES_TO_HR)
            self._worker.post(f"untold {key}", f"dm {user}", to, told)

    def send(self, value: ButtonValue, user: str, thread_ts: str) -> None:
        """Send the line of HR that a button is about, which somebody has pressed, once."""
        payload = {"handover": value.key, "message": value.message, "thread_ts": thread_ts, "user": user}
        self._worker.plan(OutboxMessage(f"line {value.message}", f"case {value.key}", "line", payload))

    def _send_line(self, delivery: Delivery) -> None:
        """Send a line of HR as it stands now; Slack is asked for it."""
        held = delivery.payload
        channel, _, ts = held["message"].partition(":")
        message = standing(self._context.client, channel, held["thread_ts"], ts)
        text = typed(message, self._context.bot_user) if message else ""
        key, case = message_key(channel, ts), held["handover"]
        try:
            if text:
                self._handovers.answer(case, held["user"], key, text)
            if message and message.get("files"):
                self._handovers.tell_hr(case, f"files {key}", notice(messages.NO_FILES))
        except FaqError as error:
            self._handovers.tell_hr(case, f"refused {key}", notice(str(error)))

    def _not_sent(self, delivery: Delivery, _reason: str) -> OutboxMessage:
        return below_card(delivery.payload["handover"], f"refused {delivery.key}", notice(messages.UNREAD))
