"""Questions passed to HR and back: every step is in the journal, with what is to be told, before Slack hears of it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from bot.journal.handovers import Handover, HandoverError, HandoverState, UnknownHandoverError
from bot.journal.outbox import Delivery, OutboxMessage
from bot.proposals.folder import ProposalError, Proposals
from bot.proposals.proposal import AskedText, NewEntry, Proposal, State
from bot.settings import SettingsError
from bot.slack.context import AppContext
from bot.slack.delivery import DeliveryTarget, DeliveryWorker, Kind, Prepared, packed
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Message, Value
from bot.slack.messages.notices import notice
from bot.slack.messages.text import is_to_somebody, shown, typed
from bot.slack.services.questions import message_key
from faq.formats.items import made_id
from faq.model import LONGEST_PHRASING
from faq.problems import Fault

UNREACHED = (
    "申し訳ありません。ご質問を担当者に届けられませんでした。採用サイトの問い合わせ先にご連絡ください。"
)
NO_FILES = "ファイルは質問者に届きません。届くのは文章だけです。"
EVERYTHING = ""  # the category of the channel for questions of every other category
_NAMED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def hr_channels(setting: str) -> dict[str, str]:
    """Return HR's channels by category.

    >>> hr_channels("C01, 給与=C02")
    {'': 'C01', '給与': 'C02'}

    Raises:
        SettingsError: a part is no channel.
    """
    found = {}
    for part in filter(None, (each.strip() for each in setting.split(","))):
        category, _, channel = part.rpartition("=")
        channel = channel.strip()
        if not (channel.isascii() and channel.isalnum() and channel[0] in "CG"):
            raise SettingsError.of(Fault.of("slack-no-channel", part=part))
        found[category.strip()] = channel
    return found


class ActionContext(NamedTuple):
    """Who does something, and the name by which the same click is known again."""

    user: str
    key: str


class HandoverService:
    """Passes questions to HR, and what HR does back to who asked."""

    def __init__(self, context: AppContext, worker: DeliveryWorker) -> None:
        """Show cards when the worker claims them."""
        self.context, self._worker = context, worker
        self.channels = hr_channels(context.settings.hr_channels)
        worker.kinds["card"] = Kind(self._prepare_card, self._unreached)
        worker.kinds["card state"] = Kind(self._prepare_card)

    def open(self, action: ActionContext, question: str, value: Value) -> None:
        """Pass a question to HR."""
        said, category = self._would_say(question, value)
        channels = self.channels
        place = channels.get(category) or channels.get(EVERYTHING) or next(iter(channels.values()))

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield OutboxMessage(f"card {handover.id}", f"case {handover.id}", "card", {"channel": place})
            yield _to_candidate(handover, action.key, messages.news_message(messages.RECEIVED, question))

        release = self.context.live.release.name
        told = {"question": question, "said": said, "category": category, "release": release}
        handovers, at = self.context.journal.handovers, self.context.clock()
        handovers.open(action.key, user=action.user, at=at, tell=tell, **told)
        self._worker.wake()

    def take(self, handover_id: str, action: ActionContext) -> None:
        """Note that somebody of HR works on it."""
        news = messages.TAKEN.format(self.context.name(action.user))
        self._move(
            handover_id, HandoverState.TAKEN, action, lambda asked: [messages.news_message(news, asked)]
        )

    def reply(self, handover_id: str, action: ActionContext, text: str) -> None:
        """Send the candidate what HR wrote."""
        name, answered = self.context.name(action.user), HandoverState.ANSWERED
        self._move(
            handover_id, answered, action, lambda asked: messages.reply_messages(asked, text, name), text
        )

    def close(self, handover_id: str, action: ActionContext) -> None:
        """Note that nothing is left to do."""
        self._move(
            handover_id,
            HandoverState.CLOSED,
            action,
            lambda asked: [messages.news_message(messages.DONE, asked)],
        )

    def take_reply(self, event: Mapping[str, Any]) -> bool:
        """Take a message in a thread for what HR says below a card, and tell whether it was that.

        What begins with somebody's name is said to that person, and goes no further.
        """
        context = self.context
        handover_id = context.journal.outbox.handover_of(f"{event['channel']}:{event['thread_ts']}")
        if handover_id is None:
            return False
        said, key = event.get("text", ""), message_key(event["channel"], event["ts"])
        if is_to_somebody(said):
            return True
        text = typed(_NAMED.sub(lambda found: f"@{context.name(found[1])}", said), context.bot_user)
        try:
            if text:
                self.reply(handover_id, ActionContext(event["user"], key), text)
            if event.get("files"):
                self.tell_hr(handover_id, f"files {key}", notice(NO_FILES))
        except (HandoverError, UnknownHandoverError) as error:
            self.tell_hr(handover_id, f"refused {key}", notice(str(error)))
        return True

    def tell_hr(self, handover_id: str, key: str, message: Message) -> None:
        """Write below the card."""
        if card := self._card(handover_id):
            to = DeliveryTarget(card.channel, thread_ts=card.ts)
            planned = OutboxMessage(key, f"case {handover_id}", "post", packed(to, message))
            self.context.journal.outbox.plan(planned, at=self.context.clock())
            self._worker.wake()

    def propose(self, user: str, question: str, answer: str, category: str) -> Proposal:
        """Keep a draft of an entry, its question masked, as a proposal; the same draft pressed twice is one.

        Raises `ProposalError` if it cannot be a draft, or cannot be written.
        """
        context = self.context
        asked = context.journal.masker.mask(" ".join(question.split()))
        try:
            entry = NewEntry(id=made_id(asked), question=asked, answer=answer, category=category or None)
        except ValidationError as error:
            msg = f"質問は{LONGEST_PHRASING}字まで、カテゴリーは60字までにしてください。"
            raise ProposalError(msg) from error
        proposals, faq = Proposals(context.live.home), str(context.live.path.resolve())
        for known in proposals.all()[0]:
            if (known.state, known.faq, known.entry) == (State.OPEN, faq, entry):
                return known
        by, base, questions = context.name(user), context.live.release.name, (AskedText(q=asked),)
        made = Proposal(faq=faq, by=by, at=context.clock(), base=base, entry=entry, questions=questions)
        return proposals.add(made)

    def _move(
        self,
        handover_id: str,
        state: HandoverState,
        action: ActionContext,
        news: Callable[[str], Iterable[Message]],
        text: str = "",
    ) -> None:
        """Make a step; `news` gives what the candidate is told about it, by the question."""

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield OutboxMessage(f"state {action.key}"[:200], f"case {handover.id}", "card state", {})
            for number, message in enumerate(news(handover.question)):
                yield _to_candidate(handover, f"{action.key} {number}", message)

        self.context.journal.handovers.move(
            handover_id, state, who=action.user, key=action.key, at=self.context.clock(), text=text, tell=tell
        )
        self._worker.wake()

    def _would_say(self, question: str, value: Value) -> tuple[str, str]:
        """Return what the bot said or would say, and the category of the entry nearest to the question."""
        release = self.context.live.release
        known = {entry.id: entry for entry in release.knowledge.entries}
        reply, _ = self.context.converse(release, question, ConversationState(), today=self.context.today())
        found = reply.entries if reply.kind in {ReplyKind.ANSWER, ReplyKind.REFERRAL} else ()
        # A question that follows on another may find nothing alone; one that was rewritten is another.
        same = question.strip() == shown(value.question).strip()
        said = [known[each] for each in value.entry_ids if each in known] if same else []
        entries = said or found
        near = entries[0] if entries else known.get(reply.ranking[0][0]) if reply.ranking else None
        return "\n\n".join(entry.answer for entry in entries), (near.category or "") if near else ""

    def _card(self, handover_id: str) -> DeliveryTarget | None:
        """Return where the card stands; `None` while it is not posted."""
        channel, _, ts = self.context.journal.outbox.receipt(f"card {handover_id}").partition(":")
        return DeliveryTarget(channel, ts=ts) if ts else None

    def _prepare_card(self, delivery: Delivery) -> Prepared | None:
        """Post the card where its payload says, or bring the one that stands there up to date."""
        handover, channel = self._find(delivery), delivery.payload.get("channel")
        to = DeliveryTarget(channel) if channel else self._card(handover.id)
        return Prepared(to, messages.card_message(handover, self.context.name)) if to else None

    def _unreached(self, delivery: Delivery) -> OutboxMessage:
        handover = self._find(delivery)
        return _to_candidate(handover, f"unreached {handover.id}", notice(UNREACHED))

    def _find(self, delivery: Delivery) -> Handover:
        return self.context.journal.handovers.find(str(delivery.handover_id))


def _to_candidate(handover: Handover, key: str, message: Message) -> OutboxMessage:
    to = DeliveryTarget(user=handover.user)
    return OutboxMessage(f"news {key}"[:200], f"dm {handover.user}", "post", packed(to, message))
