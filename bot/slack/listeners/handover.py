"""人事に聞く, and what HR does with it: forms and buttons, each acknowledged once it is in the journal."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App

from bot.journal.events import Outcome
from bot.journal.question_record import Channel
from bot.slack.listeners.actions import Body, send_ephemeral, show_form, value_of
from bot.slack.messages.answers import reply_view
from bot.slack.messages.handover import case_draft_view, case_reply_view, handover_view
from bot.slack.messages.notices import TOO_MANY, notice
from bot.slack.messages.values import Action, Field, Form
from bot.slack.services.flood import Admission
from bot.slack.services.handover import ActionContext, HandoverService
from bot.slack.services.processed_events import act_key
from bot.slack.services.proposals import propose
from faq.problems import FaqError

NOT_SET = "担当者への引き継ぎは、まだ設定されていません。採用サイトの問い合わせ先にご連絡ください。"
BLANK = "入力してください。"


def add_handover_listeners(app: App, handovers: HandoverService) -> None:
    """Add the listeners."""
    _listen_to_candidates(app, handovers)
    _listen_to_steps(app, handovers)
    _listen_to_forms(app, handovers)


def _listen_to_candidates(app: App, handovers: HandoverService) -> None:
    context = handovers.context

    @app.action(Action.HANDOVER.value)
    def wanted(ack: Ack, body: Body) -> None:
        ack()
        view = (
            handover_view(value_of(body)) if handovers.channels else reply_view(notice(NOT_SET), "人事に聞く")
        )
        context.hands.do(lambda: show_form(context, body, view))

    @app.view(Form.HANDOVER.value)
    def sent(ack: Ack, body: Body) -> None:
        question = _field(body, Field.QUESTION)
        if not question:
            _refuse(ack, Field.QUESTION)
            return
        click = _click(body)
        if context.flood.admit(click.user, click.key, context.clock()) is not Admission.ANSWER:
            ack(response_action="errors", errors={Field.QUESTION.value: TOO_MANY})
            return
        handovers.open(click, question, value_of(body), Channel.SLACK_DM.value)
        ack(response_action="clear")


def _listen_to_steps(app: App, handovers: HandoverService) -> None:
    context = handovers.context

    @app.action(Action.CASE_TAKE.value)
    def taken(ack: Ack, body: Body) -> None:
        _step(handovers, body, lambda: handovers.take(value_of(body).key, _click(body)))
        ack()

    @app.action(Action.CASE_CLOSE.value)
    def closed(ack: Ack, body: Body) -> None:
        _step(handovers, body, lambda: handovers.close(value_of(body).key, _click(body)))
        ack()

    @app.action(Action.CASE_REPLY.value)
    def answering(ack: Ack, body: Body) -> None:
        ack()
        context.hands.do(
            lambda: _step(
                handovers,
                body,
                lambda: show_form(context, body, case_reply_view(handovers.card(value_of(body).key))),
            )
        )

    @app.action(Action.CASE_DRAFT.value)
    def drafting(ack: Ack, body: Body) -> None:
        ack()
        context.hands.do(
            lambda: _step(
                handovers,
                body,
                lambda: show_form(context, body, case_draft_view(handovers.card(value_of(body).key))),
            )
        )


def _listen_to_forms(app: App, handovers: HandoverService) -> None:
    context = handovers.context

    @app.view(Form.CASE_REPLY.value)
    def answered(ack: Ack, body: Body) -> None:
        text = _field(body, Field.ANSWER)
        if not text:
            _refuse(ack, Field.ANSWER)
            return
        try:
            handovers.reply(value_of(body).key, _click(body), text)
        except FaqError as error:
            ack(response_action="errors", errors={Field.ANSWER.value: str(error)[:150]})
            return
        ack()

    @app.view(Form.CASE_DRAFT.value)
    def drafted(ack: Ack, body: Body) -> None:
        fields = {name: _field(body, name) for name in (Field.QUESTION, Field.ANSWER, Field.CATEGORY)}
        for name in (Field.QUESTION, Field.ANSWER):
            if not fields[name]:
                _refuse(ack, name)
                return
        labels = {Field.QUESTION: "質問", Field.ANSWER: "回答", Field.CATEGORY: "カテゴリー"}
        detail = "\n".join(f"{labels[name]}: {text}" for name, text in fields.items() if text)
        user = body["user"]["id"]
        try:
            kept = propose(
                context, user, fields[Field.QUESTION], fields[Field.ANSWER], fields[Field.CATEGORY]
            )
        except FaqError as error:
            ack(response_action="errors", errors={Field.QUESTION.value: str(error)[:150]})
            return
        context.journal.events.add(user, "proposal", Outcome.DONE, at=context.clock(), detail=detail)
        text = f"{context.name(user)}さんが、FAQへの追加案 {kept.name} を保存しました。(承認: faq approve {kept.name})"
        handovers.tell_hr(value_of(body).key, f"proposal {act_key(body)}", notice(text))
        ack()


def _step(handovers: HandoverService, body: Mapping[str, Any], act: Callable[[], None]) -> None:
    """Make a step; who comes too late is told alone."""
    try:
        act()
    except FaqError as error:
        message = notice(str(error))
        handovers.context.hands.do(lambda: send_ephemeral(handovers.context, body, message))


def _refuse(ack: Ack, field: Field) -> None:
    ack(response_action="errors", errors={field.value: BLANK})


def _click(body: Mapping[str, Any]) -> ActionContext:
    return ActionContext(body["user"]["id"], act_key(body))


def _field(body: Mapping[str, Any], field: Field) -> str:
    held = body["view"]["state"]["values"][field.value][field.value].get("value")
    return (held or "").strip()
