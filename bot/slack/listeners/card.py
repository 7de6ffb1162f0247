"""What people press and send on the way to HR and back: the candidate's form, HR's card and its forms."""

from collections.abc import Callable
from dataclasses import replace

from pydantic import ValidationError
from slack_bolt import Ack, App

from bot.journal.handovers import HandoverState
from bot.journal.journal import Outcome
from bot.proposals.folder import ProposalError, Proposals
from bot.proposals.proposal import AskedText, NewEntry, Proposal, State
from bot.slack.context import Admission, AppContext
from bot.slack.handover.handovers import Handovers
from bot.slack.handover.threads import HandoverThreads
from bot.slack.listeners.interactions import (
    Body,
    action_key,
    delete_ephemeral,
    field_of,
    message_of,
    refusal,
    send_ephemeral,
    show_form,
    value_of,
)
from bot.slack.messages import handover as messages
from bot.slack.messages.block_kit import Action, Field, Form
from bot.slack.messages.notices import NO_HR, TOO_MANY, notice
from faq.formats.sheets.items import made_id
from faq.model import LONGEST_PHRASING
from faq.problems import FaqError
from faq.wording import Language, read_in

BLANK = "入力してください。"
LABELS = {Field.QUESTION: "質問", Field.ANSWER: "回答", Field.CATEGORY: "カテゴリー"}
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
        if handovers.channels:
            value = replace(value_of(body), message=message_of(body))
            context.background.do(lambda: show_form(context, body, messages.handover_view(value)), quick=True)
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
    @app.action(Action.CASE_REOPEN.value)
    def stepped(ack: Ack, body: Body) -> None:
        state = _STEPS[Action(body["actions"][0]["action_id"])]
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

        context.background.do(lambda: _unless_refused(context, body, show), quick=True)


def _add_hr_forms(app: App, handovers: Handovers) -> None:
    context = handovers.context

    @app.action(Action.CASE_RETRACT.value)
    def retracted(ack: Ack, body: Body) -> None:
        handovers.rewrite(value_of(body).key, "", "back")
        ack()

    @app.view(Form.CASE_REPLY.value)
    def answered(ack: Ack, body: Body) -> None:
        text, user, key = field_of(body, Field.ANSWER), body["user"]["id"], action_key(body)
        if not text:
            _refuse(ack, Field.ANSWER, BLANK)
            return
        try:
            handovers.answer(value_of(body).key, user, key, text)
        except FaqError as error:
            _refuse(ack, Field.ANSWER, refusal(error))
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
        fields[Field.QUESTION] = context.journal.masker.mask(" ".join(fields[Field.QUESTION].split()))
        with read_in(Language.JAPANESE):
            try:
                kept = _propose(context, user, *fields.values())
            except FaqError as error:
                _refuse(ack, Field.QUESTION, refusal(error))
                return
        detail = "\n".join(f"{LABELS[name]}: {text}" for name, text in fields.items() if text)
        context.journal.events.add(user, "proposal", Outcome.DONE, at=context.clock(), detail=detail)
        text = f"{context.name(user)}さんが、FAQへの追加案 {kept.name} を保存しました。(承認: faq approve {kept.name})"
        handovers.tell_hr(value_of(body).key, f"proposal {action_key(body)}", notice(text))
        ack()


def _propose(context: AppContext, user: str, question: str, answer: str, category: str) -> Proposal:
    """Keep a draft of an entry as a proposal; the same draft pressed twice is one.

    Raises `ProposalError` if it cannot be a draft, or cannot be written.
    """
    try:
        entry = NewEntry(id=made_id(question), question=question, answer=answer, category=category or None)
    except ValidationError as error:
        msg = f"質問は{LONGEST_PHRASING}字まで、カテゴリーは60字までにしてください。"
        raise ProposalError(msg) from error
    proposals, faq = Proposals(context.live.home), str(context.live.path.resolve())
    for known in proposals.all()[0]:
        if (known.state, known.faq, known.entry) == (State.OPEN, faq, entry):
            return known
    by, base, questions = context.name(user), context.live.release.name, (AskedText(q=question),)
    made = Proposal(faq=faq, by=by, at=context.clock(), base=base, entry=entry, questions=questions)
    return proposals.add(made)


def _unless_refused(context: AppContext, body: Body, act: Callable[[], None]) -> None:
    """Do something; who comes too late is told alone."""
    try:
        act()
    except FaqError as error:
        message = notice(refusal(error))
        context.background.do(lambda: send_ephemeral(context, body, message))


def _refuse(ack: Ack, field: Field, why: str) -> None:
    ack(response_action="errors", errors={field.value: why[:150]})
