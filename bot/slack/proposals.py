"""What HR want in the FAQ: drafts that they write in Slack, and what they decide about proposals."""

from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import ValidationError
from slack_bolt import Ack, App

from bot.embeddings import open_encoders
from bot.journal.journal import EventOutcome
from bot.output.publish_report import publish_report
from bot.proposals.approving import Approving
from bot.proposals.folder import ProposalError, Proposals
from bot.proposals.proposal import AskedText, NewEntry, Proposal, ProposalState
from bot.proposals.suggesting import grouped, unanswered
from bot.serving.publication import Order, carry_out
from bot.settings import JournalMode, Settings
from bot.slack.context import AppContext
from bot.slack.handover.handovers import HandoverService
from bot.slack.listeners.interactions import Body, action_key, field_of, open_form, value_of
from bot.slack.manifest import DRAFT_SHORTCUT
from bot.slack.messages.block_kit import Action, Block, Field, Message, modal
from bot.slack.messages.handover import draft_view
from bot.slack.messages.notices import BLANK, NOT_HR, notice
from bot.slack.messages.text import named, person, typed
from faq.fields import LONGEST_PHRASING
from faq.formats.sheets.rows import made_id
from faq.problems import FaqError
from faq.wording import Language, read_in
from index.analysis.questions import asks, sentences
from index.clustering.groups import Group
from index.release.publishing import Publishing


def waiting(context: AppContext) -> list[Proposal]:
    faq = str(context.live.path.resolve())
    found, _ = Proposals(context.live.home).all()
    return [each for each in found if each.state is ProposalState.OPEN and each.faq == faq]


def keep_draft(context: AppContext, by: str, question: str, answer: str, category: str) -> Proposal:
    """Keep a draft as a proposal; the same one pressed twice is one. Raises `ProposalError` if it cannot be kept."""
    try:
        entry = NewEntry(id=made_id(question), question=question, answer=answer, category=category or None)
    except ValidationError as error:
        msg = f"質問は{LONGEST_PHRASING}字まで、カテゴリーは60字までにしてください。"
        raise ProposalError(msg) from error
    for known in waiting(context):
        if known.entry == entry:
            return known
    faq, base, asked = str(context.live.path.resolve()), context.live.release.name, (AskedText(q=question),)
    made = Proposal(faq=faq, by=by, at=context.clock(), base=base, entry=entry, questions=asked)
    return Proposals(context.live.home).add(made)


def decide(context: AppContext, user: str, name: str, *, approve: bool) -> Message:
    """Do with a proposal what HR want, as `faq approve` and `faq reject` do, and return what to tell them."""
    with read_in(Language.JAPANESE):
        try:
            by, day = context.name(user), context.today()
            deciding = Approving(context.live.home, by, day, context.clock())
            if approve:
                proposal = context.beside(_look, deciding, name, context.settings)
                result = deciding.approve(proposal, partial(_publish, context, by))
                context.live.refresh()
                context.live.follower(user, result)
                lines = publish_report(result)
            else:
                deciding.reject(name, "")
                lines = [f"提案 {name} を退けました。"]
        except FaqError as error:
            context.live.refresh()  # a process that died may have published before
            return notice(str(error))
    return notice("\n".join(lines))


def _look(deciding: Approving, name: str, settings: Settings) -> Proposal:
    return deciding.look(name, open_encoders(settings))


def _publish(context: AppContext, by: str, path: Path, tried: str) -> Publishing:
    """Publish beside what answers: if that process dies, whoever has edited the files puts them back."""
    order = Order(path, context.today(), by, tried=tried)
    result: Publishing = context.beside(carry_out, order, context.settings)
    return result


def unanswered_groups(context: AppContext) -> tuple[Group, ...]:
    if context.settings.journal is not JournalMode.MASKED:
        return ()
    asked = context.journal.questions.between(context.clock() - timedelta(days=7))
    return grouped(context.live.release, dict(Counter(unanswered(asked)).most_common(50)), context.today())


LABELS = {Field.QUESTION: "質問", Field.ANSWER: "回答", Field.CATEGORY: "カテゴリー"}


def add_draft_listeners(app: App, handovers: HandoverService) -> None:
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

    @app.view(Action.CASE_DRAFT.value)
    def drafted(ack: Ack, body: Body) -> None:
        fields = {name: field_of(body, name) for name in LABELS}
        blank = next((name for name in (Field.QUESTION, Field.ANSWER) if not fields[name]), None)
        if blank:
            ack(response_action="errors", errors={blank.value: BLANK})
            return
        user, by = body["user"]["id"], body["user"]["name"]
        fields[Field.QUESTION] = context.journal.mask(" ".join(fields[Field.QUESTION].split()))
        with read_in(Language.JAPANESE):
            kept = keep_draft(context, by, *fields.values())
        detail = "\n".join(f"{LABELS[name]}: {text}" for name, text in fields.items() if text)
        context.journal.events.add(user, "proposal", EventOutcome.DONE, at=context.clock(), detail=detail)
        text = f"{person(user)}さんが、FAQへの追加案 {kept.name} を保存しました。アプリのホームから公開できます。"
        if case := value_of(body).key:
            handovers.tell_hr(case, f"proposal {action_key(body)}", notice(text))
            ack()
        else:
            shown = named(notice(text).blocks, lambda _: by)
            ack(response_action="update", view=modal("FAQに追加", shown))
