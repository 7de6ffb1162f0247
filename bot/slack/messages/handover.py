"""The way to HR and back: the candidate's form, HR's card and forms, the candidate's news."""

from collections.abc import Callable

from bot.journal.handovers import Handover, HandoverState
from bot.slack.messages import block_kit as kit
from bot.slack.messages.block_kit import Action, Block, Field, Form, Message, Value
from bot.slack.messages.text import cut, shown, split

LONGEST_PART = 1_000
"""Characters of a question, a proposed answer and a reply, each, on a card; the whole stands in the forms."""

BELOW = "このカードのスレッドに書いた文章は、質問者に届きます。@名前 で始めた発言とファイルは届きません。"
"""What HR must know before they talk about a card below it."""

RECEIVED = "採用の担当者にお伝えしました。お返事は、このダイレクトメッセージに届きます。"
TAKEN = "{}さんが、ご質問の確認を始めました。"
DONE = "ご質問への対応が完了しました。ほかにもあれば、いつでもお尋ねください。"
NO_PROPOSAL = "ボットの回答案はありません(FAQに見つかりませんでした)。"

CARD_REPLIES = 3  # replies shown on a card: the latest ones


_STATES = {
    HandoverState.OPEN: "未対応",
    HandoverState.TAKEN: "対応中",
    HandoverState.ANSWERED: "対応中",
    HandoverState.CLOSED: "完了",
}

Name = Callable[[str], str]  # gives a person's name, as it is shown, by id


def handover_view(value: Value) -> Block:
    """Return the form that passes a question to HR, with the question of `value` filled in."""
    return kit.modal(
        "人事に聞く",
        [
            *kit.written("採用の担当者が確認し、このアプリのメッセージでお返事します。"),
            kit.text_input(Field.QUESTION, "お尋ねになりたいこと", initial=value.question),
            kit.context("お名前はSlackの表示名で担当者に伝わります。"),
        ],
        form=Form.HANDOVER,
        value=value,
        submit="送信",
    )


def card_message(handover: Handover, name: Name) -> Message:
    """Return HR's card as the hand-over stands, to post first and to update with after every step."""
    worked = [step for step in handover.steps if step.state in {HandoverState.TAKEN, HandoverState.ANSWERED}]
    facts = [
        f"質問者: {name(handover.user)}",
        f"受付: {handover.steps[0].at.astimezone():%Y-%m-%d %H:%M}",
        *([f"カテゴリー: {handover.category}"] if handover.category else []),
        *([f"担当: {name(worked[-1].who)}"] if worked else []),
    ]
    replies = [
        block
        for step in [step for step in worked if step.state is HandoverState.ANSWERED][-CARD_REPLIES:]
        for block in (kit.context(f"{name(step.who)}さんの回答"), kit.quoted(step.text, LONGEST_PART))
    ]
    said = kit.written(cut(shown(handover.said), LONGEST_PART))
    proposal = [kit.context("ボットの回答案"), *said] if said else [kit.context(NO_PROPOSAL)]
    state = _STATES[handover.state]
    blocks = [
        kit.header(f"人事への質問: {state}"),
        kit.context(" / ".join(facts)),
        kit.quoted(handover.question, LONGEST_PART),
        *proposal,
        *replies,
        *([] if handover.state is HandoverState.CLOSED else [kit.context(BELOW)]),
        kit.actions(*_card_buttons(handover)),
    ]
    return Message(f"人事への質問({state}): {handover.question}", tuple(blocks))


def _card_buttons(handover: Handover) -> list[Block]:
    value = Value(handover.id)
    is_open = handover.state is HandoverState.OPEN
    take = kit.button("引き受ける", Action.CASE_TAKE, value, style="primary")
    reply = kit.button("回答する", Action.CASE_REPLY, value, style="" if is_open else "primary")
    draft = kit.button("FAQに追加", Action.CASE_DRAFT, value)
    if handover.state is HandoverState.CLOSED:
        return [draft]
    close = kit.button("閉じる", Action.CASE_CLOSE, value)
    return [take, reply, draft, close] if is_open else [reply, draft, close]


def case_reply_view(handover: Handover, name: Name) -> Block:
    """Return HR's form to answer the candidate; what the bot would have said is filled in, to be corrected."""
    return kit.modal(
        "質問に回答する",
        [
            kit.context(f"質問者: {name(handover.user)}"),
            kit.quoted(handover.question),
            kit.text_input(Field.ANSWER, "回答", initial=handover.said),
            kit.context("回答は、回答した方のお名前とともに質問者に届きます。"),
        ],
        form=Form.CASE_REPLY,
        value=Value(handover.id),
        submit="送信",
    )


def case_draft_view(handover: Handover) -> Block:
    """Return HR's form for a draft of an entry: the question, and the latest reply as its answer."""
    replies = [step.text for step in handover.steps if step.state is HandoverState.ANSWERED]
    return kit.modal(
        "FAQに追加",
        [
            *kit.written("下書きとして保存します。FAQに載せるのは、管理者が確かめてからです。"),
            kit.text_input(Field.QUESTION, "質問", initial=handover.question),
            kit.text_input(Field.ANSWER, "回答", initial=replies[-1] if replies else handover.said),
            kit.text_input(Field.CATEGORY, "カテゴリー", initial=handover.category, optional=True),
        ],
        form=Form.CASE_DRAFT,
        value=Value(handover.id),
        submit="保存",
    )


def news_message(text: str, question: str) -> Message:
    """Return the candidate's news about a question, such as `RECEIVED`."""
    return Message(text, (*kit.written(text), kit.quoted(question, LONGEST_PART)))


def step_messages(state: HandoverState, question: str, answer: str, who: str) -> tuple[Message, ...]:
    """Return what the candidate is told of a step: HR's answer in several messages if one does not hold it."""
    if state is not HandoverState.ANSWERED:
        return (news_message(TAKEN.format(who) if state is HandoverState.TAKEN else DONE, question),)
    first, *more = split(shown(answer).strip(), kit.TEXT) or ("-",)
    title = f"{who}さん(採用担当)からの回答です。"
    begin = [*kit.written(title, bold=True), kit.quoted(question, LONGEST_PART)]
    return (
        Message(f"{title}\n{first}", (*begin, *kit.written(first))),
        *(Message(piece, tuple(kit.written(piece))) for piece in more if piece.strip()),
    )
