"""The Home tab of each role, and what admins ask of the bot there and by `/faq-admin`: told to that person alone."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from slack_bolt import Ack, App

from bot.journal.database import JournalError
from bot.journal.journal import EventOutcome
from bot.journal.outbox import OutboxMessage
from bot.output.publish_report import failure_lines, publish_report, switched
from bot.settings import JournalMode
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.sending import ACT, DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.errors import FAILURES, classify
from bot.slack.handover.cards import Cards
from bot.slack.listeners.interactions import Body, action_key, publish_home, value_of
from bot.slack.messages import home as messages
from bot.slack.messages import notices
from bot.slack.messages.block_kit import Action, Block, Message
from bot.slack.messages.notices import BUSY, REFUSAL, notice
from bot.slack.proposals import decide, unanswered_groups, waiting
from faq.problems import FaqError
from faq.wording import Language, read_in, worded
from index.release.publishing import Publishing, PublishingOutcome

USAGE = "使い方: /faq-admin status | reload | rollback | unanswered"
MOST_ROWS = 20  # of the groups of questions that are listed


def administer(context: AppContext, user: str, text: str, served: int) -> Message:
    """Do what somebody asked for, and return what to tell that person alone; a refusal is recorded.

    `served` is the number of the publication that was served when it was asked.
    """
    words = text.split() or ["status"]
    if not is_admin(context, user):
        _record(context, user, words[0], EventOutcome.REFUSED)
        return notice(worded(REFUSAL))
    live = context.live
    try:
        match words:
            case ["status"]:
                message = _status(context)
            case ["reload" as what]:
                message = _publish(context, user, what, lambda: live.publish(by=user))
            case ["rollback" as what]:
                live.refresh()
                if served != _number(context):  # by a process that was killed, maybe
                    return notice(switched(live.release.name))
                message = _publish(context, user, what, lambda: live.rollback(by=user))
            case ["unanswered"]:
                message = _unanswered(context)
            case _:
                message = notice(worded(USAGE))
    except FaqError as error:
        return notice(str(error))
    return message


def _number(context: AppContext) -> int:
    last = context.live.serving.publication
    return last.number if last else 0


def _status(context: AppContext) -> Message:
    serving = context.live.serving
    last = serving.publication
    told = (
        "いまの版: {release}\n公開: {published}\n項目: {entries}件\n未公開の変更: {changes}\n送信待ち: {waiting}件\n"
        "完了していない問い合わせ: {unfinished}件"
    )
    values = {
        "release": context.live.release.name,
        "published": worded("まだ公開していません"),
        "entries": len(context.live.release.index.entries),
        "changes": worded("あります(reload で公開)" if serving.unpublished else "ありません"),
        "waiting": context.journal.outbox.waiting(),
        "unfinished": len(context.journal.handovers.unfinished()),
    }
    if last:
        values["published"] = worded("{at}({by})", at=f"{last.at.astimezone():%Y-%m-%d %H:%M}", by=last.by)
    return notice(worded(told, **values))


def _publish(context: AppContext, user: str, what: str, act: Callable[[], Publishing]) -> Message:
    answering = context.live.release.name
    try:
        lines = publish_report(act())
    except FaqError as error:
        _record(context, user, what, EventOutcome.FAILED, str(error))
        lines = failure_lines(error, answering)
    return notice("\n".join(lines))


def _unanswered(context: AppContext) -> Message:
    if context.settings.journal is not JournalMode.MASKED:
        return notice(worded("質問の文を記録していません(FAQ_JOURNAL=masked で記録します)。"))
    found = unanswered_groups(context)
    rows = [worded("・{q}({times}回)", q=each.representative, times=each.times) for each in found[:MOST_ROWS]]
    if len(found) > MOST_ROWS:
        rows.append(worded("ほか{count}件", count=len(found) - MOST_ROWS))
    return notice("\n".join([worded("答えられなかった質問"), *(rows or [worded("ありません。")])]))


def _record(context: AppContext, user: str, what: str, outcome: EventOutcome, detail: str = "") -> None:
    try:
        context.journal.events.add(user, what[:40], outcome, at=context.clock(), detail=detail)
    except JournalError as error:
        LOG.error("%s", error)


def admins(setting: str) -> frozenset[str]:
    return frozenset(filter(None, (each.strip() for each in setting.split(","))))


def is_admin(context: AppContext, user: str) -> bool:
    """Tell whether a person may do what admins do; nobody may where none is set."""
    known = admins(context.settings.admins)
    if user in known:
        return True
    for group in sorted(each for each in known if each.startswith("S")):
        try:
            if user in context.client.usergroups_users_list(usergroup=group)["users"]:
                return True
        except FAILURES as error:
            LOG.warning("the user group %s cannot be checked: %s", group, classify(error).reason)
    return False


class Home:
    """Shows the tab; who is in one of HR's channels sees the cards that are there, and proposals."""

    def __init__(self, worker: DeliveryWorker, cards: Cards) -> None:
        self._context, self._cards = worker.context, cards
        self._report = ""  # of the last publication, whoever published
        live, follow = worker.context.live, worker.context.live.follower

        def note(by: str, result: Publishing) -> None:
            follow(by, result)
            if result.outcome is not PublishingOutcome.UNCHANGED:
                self._report = "\n".join(publish_report(result))

        live.follower = note

    def show(self, user: str) -> None:
        publish_home(self._context, user, lambda: self._view(user))

    def act(self, held: Mapping[str, Any]) -> Message:
        """Do what an admin or HR wants; who wanted it sees the tab as it is then."""
        user = held["user"]
        try:
            if not (proposal := held.get("proposal")):
                return administer(self._context, user, held["text"], held["served"])
            if not self._cards.read_by(user, self._cards.channels):  # who is no HR any more wants nothing
                return notices.notice(notices.NOT_HR)
            return decide(self._context, user, proposal, approve=held["approve"])
        finally:
            self.show(user)

    def _view(self, user: str) -> Block:
        context, kept = self._context, self._context.journal.handovers
        own: list[Block] = []
        if is_admin(context, user):
            own += messages.admin_blocks(_status(context).text, self._report)
        cards = {each: card for each in kept.unfinished() if (card := self._cards.find(each.id))}
        asked = {*self._cards.channels, *(card.channel for card in cards.values())}
        if channels := self._cards.read_by(user, asked):
            readable = {each: card for each, card in cards.items() if card.channel in channels}
            own += messages.queue_blocks(readable, lambda each: self._cards.address(readable[each].message))
        if channels & {*self._cards.channels}:  # others have old cards only
            with read_in(Language.JAPANESE):
                own += messages.proposal_blocks(waiting(context))
            own += messages.unanswered_blocks(unanswered_groups(context))
        own += messages.own_blocks(kept.of_user(user))
        return messages.home_view(context.catalog(), hands_over=context.hands_over, own=own)


def add_home_listeners(app: App, worker: DeliveryWorker, home: Home) -> None:
    """Add the listeners of what admins and HR want: acknowledged once it is kept, told however often it is killed."""
    context, worker.act = worker.context, home.act

    def keep(key: str, user: str, to: DeliveryTarget, *, publishes: bool, **wanted: object) -> None:
        """Keep what somebody wants done, where that person is told of it, and what is served meanwhile."""
        payload = {"user": user, "to": asdict(to), "served": _number(context), **wanted}
        # Whoever publishes waits for the others: each publication takes a thread here, and the memory of a process.
        ordering_key = "publications" if publishes else f"admin {user}"
        worker.do(OutboxMessage(key[:200], ordering_key, ACT, payload))

    @app.command("/faq-admin")
    def asked(ack: Ack, body: Body) -> None:
        text, to = body.get("text", ""), DeliveryTarget(response_url=body["response_url"])
        publishes = text.split()[:1] in (["reload"], ["rollback"])
        keep(action_key(body), body["user_id"], to, publishes=publishes, text=text)
        if publishes:  # which takes long
            ack(**notice(worded(BUSY)).respond(), response_type="ephemeral")
        else:
            ack()

    @app.action(Action.ADMIN_RELOAD.value)
    @app.action(Action.ADMIN_ROLLBACK.value)
    @app.action(Action.PROPOSAL_APPROVE.value)
    @app.action(Action.PROPOSAL_REJECT.value)
    def pressed(ack: Ack, body: Body) -> None:
        user, value = body["user"]["id"], value_of(body)
        approve = body["actions"][0]["action_id"] == Action.PROPOSAL_APPROVE
        wanted = {"text": value.category, "proposal": value.key, "approve": approve}
        keep(f"admin {action_key(body)}", user, DeliveryTarget(user=user), publishes=True, **wanted)
        ack()

    @app.action(Action.CASE_OPEN.value)
    def led(ack: Ack) -> None:
        ack()
