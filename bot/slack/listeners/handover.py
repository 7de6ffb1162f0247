"""人事に聞く, and what HR does with it: forms and buttons, each acknowledged once it is in the journal."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App

from bot.journal.journal import Outcome
from bot.slack.context import Admission, AppContext
from bot.slack.listeners.questions import Body, send_ephemeral, show_form, value_of
from bot.slack.messages.block_kit import Action, Field, Form, modal
from bot.slack.messages.handover import case_draft_view, case_reply_view, handover_view
from bot.slack.messages.notices import TOO_MANY, notice
from bot.slack.services.handover import ActionContext, HandoverService
from bot.slack.services.questions import action_key
from faq.problems import FaqError

NOT_SET = "担当者への引き継ぎは、まだ設定されていません。採用サイトの問い合わせ先にご連絡ください。"
BLANK = "入力してください。"
LABELS = {Field.QUESTION: "質問", Field.ANSWER: "回答", Field.CATEGORY: "カテゴリー"}


def add_handover_listeners(app: App, handovers: HandoverService) -> None:
    """Add the listeners."""
    _add_hr_forms(app, handovers)
    context = handovers.context

    @app.action(Action.HANDOVER.value)
    def wanted(ack: Ack, body: Body) -> None:
        ack()
        not_set = modal("人事に聞く", notice(NOT_SET).blocks)
        view = handover_view(value_of(body)) if handovers.channels else not_set
        context.background.do(lambda: show_form(context, body, view))

    @app.view(Form.HANDOVER.value)
    def sent(ack: Ack, body: Body) -> None:
        question, action = _field(body, Field.QUESTION), _action(body)
        if not question:
            _refuse(ack, Field.QUESTION, BLANK)
        elif context.flood.admit(action.user, action.key, context.clock()) is not Admission.ANSWER:
            _refuse(ack, Field.QUESTION, TOO_MANY)
        else:
            handovers.open(action, question, value_of(body))
            ack(response_action="clear")

    @app.action(Action.CASE_TAKE.value)
    @app.action(Action.CASE_CLOSE.value)
    def stepped(ack: Ack, body: Body) -> None:
        step = handovers.take if body["actions"][0]["action_id"] == Action.CASE_TAKE else handovers.close
        _unless_refused(context, body, lambda: step(value_of(body).key, _action(body)))
        ack()

    @app.action(Action.CASE_REPLY.value)
    @app.action(Action.CASE_DRAFT.value)
    def writing(ack: Ack, body: Body) -> None:
        ack()

        def show() -> None:
            handover = context.journal.handovers.find(value_of(body).key)
            replies = body["actions"][0]["action_id"] == Action.CASE_REPLY
            view = case_reply_view(handover, context.name) if replies else case_draft_view(handover)
            show_form(context, body, view)

        context.background.do(lambda: _unless_refused(context, body, show))


def _add_hr_forms(app: App, handovers: HandoverService) -> None:
    context = handovers.context

    @app.view(Form.CASE_REPLY.value)
    def answered(ack: Ack, body: Body) -> None:
        text = _field(body, Field.ANSWER)
        if not text:
            _refuse(ack, Field.ANSWER, BLANK)
            return
        try:
            handovers.reply(value_of(body).key, _action(body), text)
        except FaqError as error:
            _refuse(ack, Field.ANSWER, str(error))
        else:
            ack()

    @app.view(Form.CASE_DRAFT.value)
    def drafted(ack: Ack, body: Body) -> None:
        fields = {name: _field(body, name) for name in LABELS}
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


def _action(body: dict[str, Any]) -> ActionContext:
    return ActionContext(body["user"]["id"], action_key(body))


def _field(body: dict[str, Any], field: Field) -> str:
    held = body["view"]["state"]["values"][field.value][field.value].get("value")
    return (held or "").strip()
