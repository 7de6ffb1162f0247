"""What people press and send on the way to HR and back: the candidate's form, HR's card and its forms."""

from dataclasses import replace

from slack_bolt import Ack, App

from bot.journal.handover import HandoverState
from bot.slack.context import Admission
from bot.slack.handover.handovers import Handovers
from bot.slack.handover.threads import HandoverThreads
from bot.slack.listeners.interactions import (
    Body,
    action_key,
    delete_ephemeral,
    field_of,
    message_of,
    open_form,
    refusal,
    refuse,
    send_ephemeral,
    unless_refused,
    value_of,
)
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Action, Field, Form
from bot.slack.messages.notices import BLANK, NO_HR, TOO_MANY, notice
from faq.problems import FaqError

_STEPS = {
    Action.CASE_TAKE: HandoverState.TAKEN,
    Action.CASE_CLOSE: HandoverState.CLOSED,
    Action.CASE_REOPEN: HandoverState.OPEN,
}


def add_card_listeners(app: App, handovers: Handovers, threads: HandoverThreads) -> None:
    """Add the listeners: forms and buttons, each acknowledged once it is in the journal."""
    context = handovers.context
    _add_hr_forms(app, handovers)

    @app.action(Action.CASE_PASS.value)
    def passed(ack: Ack, body: Body) -> None:
        threads.send(value_of(body), body["user"]["id"], body["container"].get("thread_ts", ""))
        ack()
        context.background.do(lambda: delete_ephemeral(body))

    @app.action(Action.HANDOVER.value)
    def wanted(ack: Ack, body: Body) -> None:
        ack()
        if handovers.cards.channels:
            value = replace(value_of(body), message=message_of(body))
            open_form(context, body, lambda: messages.handover_view(value))
        else:  # the button of a message from a time with channels
            context.background.do(lambda: send_ephemeral(context, body, notice(NO_HR)))

    @app.view(Form.HANDOVER.value)
    def sent(ack: Ack, body: Body) -> None:
        question, user, key = field_of(body, Field.QUESTION), body["user"]["id"], action_key(body)
        if not question:
            refuse(ack, Field.QUESTION, BLANK)
        elif context.flood.admit(user, key, context.clock()) is not Admission.ANSWER:
            refuse(ack, Field.QUESTION, TOO_MANY)
        else:
            handovers.open(user, key, question, value_of(body))
            ack(response_action="clear")

    @app.action(Action.CASE_TAKE.value)
    @app.action(Action.CASE_CLOSE.value)
    @app.action(Action.CASE_REOPEN.value)
    def stepped(ack: Ack, body: Body) -> None:
        state = _STEPS[Action(body["actions"][0]["action_id"])]
        case, user, key = value_of(body).key, body["user"]["id"], action_key(body)
        unless_refused(context, body, lambda: handovers.move(case, state, user, key))
        ack()

    @app.action(Action.CASE_REPLY.value)
    def writing(ack: Ack, body: Body) -> None:
        ack()
        case = value_of(body).key
        open_form(context, body, lambda: messages.case_reply_view(context.journal.handovers.find(case)))


def _add_hr_forms(app: App, handovers: Handovers) -> None:

    @app.action(Action.CASE_RETRACT.value)
    def retracted(ack: Ack, body: Body) -> None:
        handovers.rewrite(value_of(body).key, "", "back")
        ack()

    @app.view(Form.CASE_REPLY.value)
    def answered(ack: Ack, body: Body) -> None:
        text, user, key = field_of(body, Field.ANSWER), body["user"]["id"], action_key(body)
        if not text:
            refuse(ack, Field.ANSWER, BLANK)
            return
        try:
            handovers.answer(value_of(body).key, user, key, text, value_of(body).page)
        except FaqError as error:
            refuse(ack, Field.ANSWER, refusal(error))
        else:
            ack()
