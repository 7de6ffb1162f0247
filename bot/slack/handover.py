"""Questions passed to HR and back: every step is in the journal, with what is to be told, before Slack hears of it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from slack_bolt import Ack, App

from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from bot.journal.handovers import Handover, HandoverError, HandoverState, UnknownHandoverError
from bot.journal.journal import Outcome
from bot.journal.outbox import Delivery, OutboxMessage
from bot.proposals.folder import ProposalError, Proposals
from bot.proposals.proposal import AskedText, NewEntry, Proposal, State
from bot.settings import SettingsError
from bot.slack.context import Admission, AppContext
from bot.slack.delivery import DeliveryTarget, DeliveryWorker, Kind, Prepared, packed
from bot.slack.interactions import (
    Body,
    action_key,
    field_of,
    message_key,
    send_ephemeral,
    show_form,
    value_of,
)
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Action, Field, Form, Message, Value
from bot.slack.messages.notices import NO_HR, TOO_MANY, notice
from bot.slack.messages.text import is_to_somebody, shown, typed
from faq.formats.sheets.items import made_id
from faq.model import LONGEST_PHRASING
from faq.problems import FaqError, Fault

UNREACHED = (
    "申し訳ありません。ご質問を担当者に届けられませんでした。採用サイトの問い合わせ先にご連絡ください。"
)
NO_FILES = "ファイルは質問者に届きません。届くのは文章だけです。"
EVERYTHING = ""  # the category of the channel for questions of every other category
BLANK = "入力してください。"
LABELS = {Field.QUESTION: "質問", Field.ANSWER: "回答", Field.CATEGORY: "カテゴリー"}
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


class Handovers:
    """Passes questions to HR, and what HR does back to who asked; a `key` is by what the same click is known again."""

    def __init__(self, worker: DeliveryWorker) -> None:
        """Show cards when the worker claims them."""
        self.context, self._worker = worker.context, worker
        self._channels = hr_channels(worker.context.settings.hr_channels)
        self.reach_hr = bool(self._channels)
        worker.kinds["card"] = Kind(self._prepare_card, self._unreached)
        worker.kinds["card state"] = Kind(self._prepare_card)

    def open(self, user: str, key: str, question: str, value: Value) -> None:
        """Pass a question to HR."""
        said, category = self._would_say(question, value)
        channels = self._channels
        place = channels.get(category) or channels.get(EVERYTHING) or next(iter(channels.values()))

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield OutboxMessage(f"card {handover.id}", f"case {handover.id}", "card", {"channel": place})
            yield _to_candidate(handover, key, messages.news_message(messages.RECEIVED, question))

        release = self.context.live.release.name
        told = {"question": question, "said": said, "category": category, "release": release}
        self.context.journal.handovers.open(key, user=user, at=self.context.clock(), tell=tell, **told)
        self._worker.wake()

    def move(self, handover_id: str, state: HandoverState, user: str, key: str, text: str = "") -> None:
        """Make a step; the candidate is told of it, with the `text` that HR wrote."""
        name = self.context.name(user)

        def tell(handover: Handover) -> Iterable[OutboxMessage]:
            yield OutboxMessage(f"state {key}"[:200], f"case {handover.id}", "card state", {})
            for number, message in enumerate(messages.step_messages(state, handover.question, text, name)):
                yield _to_candidate(handover, f"{key} {number}", message)

        at = self.context.clock()
        self.context.journal.handovers.move(
            handover_id, state, who=user, key=key, at=at, text=text, tell=tell
        )
        self._worker.wake()

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
                self.move(handover_id, HandoverState.ANSWERED, event["user"], key, text)
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


def add_handover_listeners(app: App, handovers: Handovers) -> None:
    """Add the listeners: forms and buttons, each acknowledged once it is in the journal."""
    context = handovers.context
    _add_hr_forms(app, handovers)

    @app.action(Action.HANDOVER.value)
    def wanted(ack: Ack, body: Body) -> None:
        ack()
        if handovers.reach_hr:
            context.background.do(lambda: show_form(context, body, messages.handover_view(value_of(body))))
        else:  # the button of a message from a time with channels
            context.background.do(lambda: send_ephemeral(context, body, notice(NO_HR)))

    @app.view(Form.HANDOVER.value)
    def sent(ack: Ack, body: Body) -> None:
        question, user, key = field_of(body, Field.QUESTION), body["user"]["id"], action_key(body)
        if not question:
            _refuse(ack, Field.QUESTION, BLANK)
        elif context.flood.admit(user, key, context.clock()) is not Admission.ANSWER:
            _refuse(ack, Field.QUESTION, TOO_MANY)
        else:
            handovers.open(user, key, question, value_of(body))
            ack(response_action="clear")

    @app.action(Action.CASE_TAKE.value)
    @app.action(Action.CASE_CLOSE.value)
    def stepped(ack: Ack, body: Body) -> None:
        takes = body["actions"][0]["action_id"] == Action.CASE_TAKE
        state = HandoverState.TAKEN if takes else HandoverState.CLOSED
        case, user, key = value_of(body).key, body["user"]["id"], action_key(body)
        _unless_refused(context, body, lambda: handovers.move(case, state, user, key))
        ack()

    @app.action(Action.CASE_REPLY.value)
    @app.action(Action.CASE_DRAFT.value)
    def writing(ack: Ack, body: Body) -> None:
        ack()

        def show() -> None:
            handover = context.journal.handovers.find(value_of(body).key)
            replies = body["actions"][0]["action_id"] == Action.CASE_REPLY
            view = messages.case_draft_view(handover)
            show_form(context, body, messages.case_reply_view(handover, context.name) if replies else view)

        context.background.do(lambda: _unless_refused(context, body, show))


def _add_hr_forms(app: App, handovers: Handovers) -> None:
    context = handovers.context

    @app.view(Form.CASE_REPLY.value)
    def answered(ack: Ack, body: Body) -> None:
        text, user, key = field_of(body, Field.ANSWER), body["user"]["id"], action_key(body)
        if not text:
            _refuse(ack, Field.ANSWER, BLANK)
            return
        try:
            handovers.move(value_of(body).key, HandoverState.ANSWERED, user, key, text)
        except FaqError as error:
            _refuse(ack, Field.ANSWER, str(error))
        else:
            ack()

    @app.view(Form.CASE_DRAFT.value)
    def drafted(ack: Ack, body: Body) -> None:
        fields = {name: field_of(body, name) for name in LABELS}
        blank = next((name for name in (Field.QUESTION, Field.ANSWER) if not fields[name]), None)
        if blank:
            _refuse(ack, blank, BLANK)
            return
        user = body["user"]["id"]
        try:
            kept = handovers.propose(user, *fields.values())
        except FaqError as error:
            _refuse(ack, Field.QUESTION, str(error))
            return
        detail = "\n".join(f"{LABELS[name]}: {text}" for name, text in fields.items() if text)
        context.journal.events.add(user, "proposal", Outcome.DONE, at=context.clock(), detail=detail)
        text = f"{context.name(user)}さんが、FAQへの追加案 {kept.name} を保存しました。(承認: faq approve {kept.name})"
        handovers.tell_hr(value_of(body).key, f"proposal {action_key(body)}", notice(text))
        ack()


def _unless_refused(context: AppContext, body: Body, act: Callable[[], None]) -> None:
    """Do something; who comes too late is told alone."""
    try:
        act()
    except FaqError as error:
        message = notice(str(error))
        context.background.do(lambda: send_ephemeral(context, body, message))


def _refuse(ack: Ack, field: Field, why: str) -> None:
    ack(response_action="errors", errors={field.value: why[:150]})
