"""`/faq-admin`: what admins ask of the bot, and who they are; what comes of it is told to that person alone."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.journal.database import JournalError
from bot.journal.journal import Outcome
from bot.journal.outbox import OutboxMessage
from bot.output.publish_report import failure_lines, publish_report, switched
from bot.proposals.suggesting import is_unanswered
from bot.settings import JournalMode
from bot.slack.context import LOG, AppContext
from bot.slack.delivery.sending import DeliveryTarget
from bot.slack.delivery.worker import DeliveryWorker
from bot.slack.errors import FAILURES, classify
from bot.slack.listeners.interactions import Body, action_key
from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import BUSY, REFUSAL, notice
from faq.problems import FaqError
from faq.wording import worded
from index.release.publishing import Publishing

USAGE = "使い方: /faq-admin status | reload | rollback [版] | unanswered"
COMMAND = "admin command"  # the kind of what an admin wants done
DAYS = 30  # how far back questions go
MOST_UNANSWERED, MOST_ROWS = 500, 20  # of the questions that are looked at, and of those that are listed


def add_admin_listeners(app: App, worker: DeliveryWorker) -> None:
    """Add the listener; what it acknowledges is kept, and told however often the process is killed."""
    context = worker.context
    worker.acts[COMMAND] = partial(administered, context)

    @app.command("/faq-admin")
    def asked(ack: Ack, body: Body) -> None:
        text, to = body.get("text", ""), DeliveryTarget(response_url=body["response_url"])
        user, payload = body["user_id"], wanted(context, body["user_id"], text, to)
        worker.do(OutboxMessage(action_key(body), f"admin {user}", COMMAND, payload))
        if text.split()[:1] in (["reload"], ["rollback"]):  # which take long
            ack(**notice(worded(BUSY)).respond(), response_type="ephemeral")
        else:
            ack()


def wanted(context: AppContext, user: str, text: str, to: DeliveryTarget) -> dict[str, Any]:
    """Return the payload of a command: what somebody wants done, and where that person is told of it."""
    return {"user": user, "text": text, "to": asdict(to), "served": _number(context)}


def administered(context: AppContext, held: Mapping[str, Any]) -> Message:
    """Do a command."""
    return administer(context, held["user"], held["text"], held["served"])


def administer(context: AppContext, user: str, text: str, served: int | None = None) -> Message:
    """Do what somebody asked for, and return what to tell that person alone; a refusal is recorded.

    `served` is the number of the publication that was served when it was asked.
    """
    word, _, rest = text.strip().partition(" ")
    if not is_admin(context, user):
        _record(context, user, word or "status", Outcome.REFUSED)
        return notice(worded(REFUSAL))
    live = context.live
    try:
        match word:
            case "" | "status":
                message = _status(context)
            case "reload":
                message = _publish(context, user, word, lambda: live.publish(by=user))
            case "rollback":
                live.refresh()
                name, changed = rest.strip(), served not in {None, _number(context)}
                if changed and live.release.name.startswith(
                    name
                ):  # a process that was killed may have gone back
                    return notice(switched(live.release.name))
                message = _publish(context, user, word, lambda: live.rollback(name or None, by=user))
            case "unanswered":
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
        _record(context, user, what, Outcome.FAILED, str(error))
        lines = failure_lines(error, answering)
    return notice("\n".join(lines))


def _unanswered(context: AppContext) -> Message:
    if context.settings.journal is not JournalMode.MASKED:
        return notice(worded("質問の文を記録していません(FAQ_JOURNAL=masked で記録します)。"))
    since = context.clock() - timedelta(days=DAYS)
    asked = context.journal.questions.between(since)
    texts = Counter(each.text for each in asked if each.text and is_unanswered(each))
    found = texts.most_common(MOST_UNANSWERED)
    rows = [worded("・{q}({times}回)", q=text, times=times) for text, times in found[:MOST_ROWS]]
    if len(found) > MOST_ROWS:
        rows.append(worded("ほか{count}件", count=len(found) - MOST_ROWS))
    return notice("\n".join([worded("答えられなかった質問"), *(rows or [worded("ありません。")])]))


def _record(context: AppContext, user: str, what: str, outcome: Outcome, detail: str = "") -> None:
    try:
        context.journal.events.add(user, what[:40], outcome, at=context.clock(), detail=detail)
    except JournalError as error:
        LOG.error("%s", error)


def admins(setting: str) -> frozenset[str]:
    """Return the ids of people and user groups that a setting names."""
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
