"""The way to HR and back: the candidate's form, HR's card and forms, the candidate's news."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.slack.messages.block_kit import (
    Message,
    actions,
    button,
    context,
    header,
    modal,
    quoted,
    text_input,
    written,
)
from bot.slack.messages.limits import TEXT, Block
from bot.slack.messages.text import cut, shown, split
from bot.slack.messages.values import Action, Field, Form, Value

LONGEST_PART = 1_000
"""Characters of a question, a proposed answer and a reply, each, on a card; the whole stands in the forms."""

BELOW = "このカードのスレッドに書いた文章は、質問者に届きます。@名前 で始めた発言とファイルは届きません。"
"""What HR must know before they talk about a card below it."""

NO_PROPOSAL = "ボットの回答案はありません(FAQに見つかりませんでした)。"

CARD_REPLIES = 3
"""Replies shown on a card: the latest ones."""


class CaseState(StrEnum):
    """How far a question passed to HR has come."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"

    @property
    def label(self) -> str:
        """The state's name as both sides see it."""
        return {"open": "未対応", "taken": "対応中", "done": "完了"}[self.value]


@dataclass(frozen=True)
class Card:
    """What HR sees of a question that was passed to them.

    Attributes:
        key: Names the case; every button brings it back.
        question: What the candidate wants to know, as they sent it.
        asked_by: The candidate's name as it is shown.
        received: When it came in, in the time zone to show.
        would_say: What the bot would have said; may be empty.
        category: Of the entry nearest to it; may be empty.
        state: How far it has come.
        taken_by: Name of the person of HR who took it, or replied; empty while nobody has.
        replies: `(name, text)` of what was sent to the candidate, oldest first.
    """

    key: str
    question: str
    asked_by: str
    received: datetime
    would_say: str = ""
    category: str = ""
    state: CaseState = CaseState.OPEN
    taken_by: str = ""
    replies: Sequence[tuple[str, str]] = field(default=())


def handover_view(value: Value) -> Block:
    """Return the form that passes a question to HR, with the question of `value` filled in."""
    return modal(
        "人事に聞く",
        [
            *written("採用の担当者が確認し、このアプリのメッセージでお返事します。"),
            text_input(Field.QUESTION, "お尋ねになりたいこと", initial=value.question),
            context("お名前はSlackの表示名で担当者に伝わります。"),
        ],
        form=Form.HANDOVER,
        value=Value(value.key, value.entry_ids, value.question),
        submit="送信",
    )


def card_message(card: Card) -> Message:
    """Return HR's card in its present state, to post first and to update with after every step."""
    facts = [
        f"質問者: {cut(card.asked_by, 80)}",
        f"受付: {card.received:%Y-%m-%d %H:%M}",
        *([f"カテゴリー: {card.category}"] if card.category else []),
        *([f"担当: {cut(card.taken_by, 80)}"] if card.taken_by else []),
    ]
    shown_replies = [
        block
        for name, text in card.replies[-CARD_REPLIES:]
        for block in (context(f"{cut(name, 80)}さんの回答"), quoted(text, LONGEST_PART))
    ]
    proposal = (
        [context("ボットの回答案"), *written(cut(shown(card.would_say), LONGEST_PART))]
        if card.would_say
        else [context(NO_PROPOSAL)]
    )
    blocks = [
        header(f"人事への質問: {card.state.label}"),
        context(" / ".join(facts)),
        quoted(card.question, LONGEST_PART),
        *proposal,
        *shown_replies,
        *([] if card.state is CaseState.DONE else [context(BELOW)]),
        actions(*_card_buttons(card)),
    ]
    return Message(f"人事への質問({card.state.label}): {card.question}", tuple(blocks))


def _card_buttons(card: Card) -> list[Block]:
    value = Value(card.key)
    take = button("引き受ける", Action.CASE_TAKE, value, style="primary")
    reply_style = "primary" if card.state is CaseState.TAKEN else ""
    reply = button("回答する", Action.CASE_REPLY, value, style=reply_style)
    draft = button("FAQに追加", Action.CASE_DRAFT, value)
    close = button("閉じる", Action.CASE_CLOSE, value)
    match card.state:
        case CaseState.OPEN:
            return [take, reply, draft, close]
        case CaseState.TAKEN:
            return [reply, draft, close]
        case CaseState.DONE:
            return [draft]


def case_reply_view(card: Card) -> Block:
    """Return HR's form to answer the candidate; what the bot would have said is filled in, to be corrected."""
    return modal(
        "質問に回答する",
        [
            context(f"質問者: {cut(card.asked_by, 80)}"),
            quoted(card.question),
            text_input(Field.ANSWER, "回答", initial=card.would_say),
            context("回答は、回答した方のお名前とともに質問者に届きます。"),
        ],
        form=Form.CASE_REPLY,
        value=Value(card.key),
        submit="送信",
    )


def case_draft_view(card: Card) -> Block:
    """Return HR's form for a draft of an entry: the question, and the latest reply as its answer."""
    answer = card.replies[-1][1] if card.replies else card.would_say
    return modal(
        "FAQに追加",
        [
            *written("下書きとして保存します。FAQに載せるのは、管理者が確かめてからです。"),
            text_input(Field.QUESTION, "質問", initial=card.question),
            text_input(Field.ANSWER, "回答", initial=answer),
            text_input(Field.CATEGORY, "カテゴリー", initial=card.category, optional=True),
        ],
        form=Form.CASE_DRAFT,
        value=Value(card.key),
        submit="保存",
    )


def received_message(question: str) -> Message:
    """Return the candidate's receipt: the question has been passed on, and where the reply will come."""
    text = "採用の担当者にお伝えしました。お返事は、このダイレクトメッセージに届きます。"
    return Message(text, (*written(text), quoted(question, LONGEST_PART)))


def taken_message(question: str, taken_by: str) -> Message:
    """Return the candidate's news that a person has taken the question."""
    text = f"{cut(taken_by, 80)}さんが、ご質問の確認を始めました。"
    return Message(text, (*written(text), quoted(question, LONGEST_PART)))


def reply_messages(question: str, answer: str, answered_by: str) -> tuple[Message, ...]:
    """Return HR's reply for the candidate: one message, or several if HR wrote more than one holds.

    Args:
        question: What was asked, quoted above the first.
        answer: What HR wrote, of any length.
        answered_by: Who of HR did.
    """
    first, *more = split(shown(answer).strip(), TEXT) or ("-",)
    title = f"{cut(answered_by, 80)}さん(採用担当)からの回答です。"
    begin = [*written(title, bold=True), quoted(question, LONGEST_PART)]
    return (
        Message(f"{title}\n{first}", (*begin, *written(first))),
        *(Message(piece, tuple(written(piece))) for piece in more if piece.strip()),
    )


def done_message(question: str) -> Message:
    """Return the candidate's news that the question is settled."""
    text = "ご質問への対応が完了しました。ほかにもあれば、いつでもお尋ねください。"
    return Message(text, (*written(text), quoted(question, LONGEST_PART)))
