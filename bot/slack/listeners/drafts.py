"""Drafts of entries that HR write in Slack: from a card, or from any message; an admin, or HR, takes them over."""

from slack_bolt import Ack, App

from bot.journal.journal import Outcome
from bot.proposals.folder import ProposalError
from bot.slack.handover.handovers import Handovers
from bot.slack.listeners.interactions import Body, action_key, field_of, open_form, refusal, refuse, value_of
from bot.slack.manifest import DRAFT_SHORTCUT
from bot.slack.messages.block_kit import Action, Block, Field, Form, modal
from bot.slack.messages.handover import draft_view
from bot.slack.messages.notices import BLANK, NOT_HR, notice
from bot.slack.messages.text import named, person, typed
from bot.slack.proposals import keep_draft
from faq.problems import FaqError
from faq.wording import Language, read_in
from index.analysis.questions import asks, sentences

LABELS = {Field.QUESTION: "質問", Field.ANSWER: "回答", Field.CATEGORY: "カテゴリー"}


def add_draft_listeners(app: App, handovers: Handovers) -> None:
    """Add the listeners; a draft is acknowledged once it is kept."""
    context = handovers.context

    @app.action(Action.CASE_DRAFT.value)
    def of_card(ack: Ack, body: Body) -> None:
        ack()
        case = value_of(body).key
        open_form(context, body, lambda: draft_view(context.journal.handovers.find(case)))

    @app.shortcut(DRAFT_SHORTCUT)
    def of_message(ack: Ack, body: Body) -> None:
        ack()

        def view() -> Block:
            if not handovers.cards.read_by(body["user"]["id"], handovers.cards.channels):
                raise ProposalError(NOT_HR)
            text = typed(body["message"], context.bot_user)
            is_question = any(map(asks, sentences(text)))
            return draft_view(question=text) if is_question else draft_view(answer=text)

        open_form(context, body, view)

    @app.view(Form.CASE_DRAFT.value)
    def drafted(ack: Ack, body: Body) -> None:
        fields = {name: field_of(body, name) for name in LABELS}
        blank = next((name for name in (Field.QUESTION, Field.ANSWER) if not fields[name]), None)
        if blank:
            refuse(ack, blank, BLANK)
            return
        user, by = body["user"]["id"], body["user"]["name"]
        fields[Field.QUESTION] = context.journal.masker.mask(" ".join(fields[Field.QUESTION].split()))
        with read_in(Language.JAPANESE):
            try:
                kept = keep_draft(context, by, *fields.values())
            except FaqError as error:
                refuse(ack, Field.QUESTION, refusal(error))
                return
        detail = "\n".join(f"{LABELS[name]}: {text}" for name, text in fields.items() if text)
        context.journal.events.add(user, "proposal", Outcome.DONE, at=context.clock(), detail=detail)
        text = f"{person(user)}さんが、FAQへの追加案 {kept.name} を保存しました。アプリのホームから公開できます。"
        if case := value_of(body).key:
            handovers.tell_hr(case, f"proposal {action_key(body)}", notice(text))
            ack()
        else:
            shown = named(notice(text).blocks, lambda _: by)
            ack(response_action="update", view=modal("FAQに追加", shown))
