"""The way to HR and back: the candidate's form, HR's card and forms, the candidate's news."""

from bot.journal.handover import STATE_LABELS, Handover, HandoverState, Step
from bot.slack.messages import block_kit as kit
from bot.slack.messages.block_kit import Action, Block, ButtonValue, Field, Message
from bot.slack.messages.text import cut, person, shown

LONGEST_PART = 1_000  # of a question, a proposed answer or a reply on a card; the whole stands in the forms
LONGEST_EXCERPT = 200
CARD_WORDS = 3  # answers and replies shown on a card: the latest ones

RECEIVED = "採用の担当者にお伝えしました。お返事は、このダイレクトメッセージに届きます。"
KNOWN = "このご質問は、すでに担当者にお伝えしています。お返事をお待ちください。"
UNREACHED = (
    "申し訳ありません。ご質問を担当者に届けられませんでした。採用サイトの問い合わせ先にご連絡ください。"
)
BELOW = "このスレッドに書いた文章は候補者に届きません。届くのは「回答する」か「候補者に送る」で送った文章だけです。"
DONE = "ご質問への対応が完了しました。ほかにもあれば、いつでもお尋ねください。"
UNANSWERED = "このご質問の受付を、個別の回答のないまま終えました。お困りのときは、もう一度お尋ねください。"
UNANSWERED_SO_FAR = "候補者に届いた回答がありません。候補者には、回答せずに終えたことを伝えます。"
CORRECTED = "担当者が内容を直しました。"
PASSED = "担当者に伝えました。"
NO_PROPOSAL = "ボットの回答案はありません(FAQに見つかりませんでした)。"
NOT_SENT = "この文章は候補者に届いていません。"
UNREAD = "この文章を送れませんでした。お手数ですが「回答する」から送ってください。"
NO_FILES = "ファイルは候補者に届きません。届くのは文章だけです。"
NO_FILES_TO_HR = "ファイルは担当者に届きません。届くのは文章だけです。"

_WHY_UNREACHED = {
    (
        "user_disabled",
        "account_inactive",
        "user_not_found",
    ): "候補者がこのワークスペースを使えなくなっています",
    ("cannot_dm_bot",): "宛先がボットです",
    ("messages_tab_disabled",): "アプリの「メッセージ」タブが使えない設定です",
    ("is_archived", "channel_not_found", "not_in_channel"): "候補者との会話が閉じられています",
    ("msg_blocks_too_long", "msg_too_long"): "一度に送れる長さを超えています。分けて書けば送れます",
    ("restricted_action", "user_not_visible", "not_allowed"): "ワークスペースの設定で禁じられています",
}


def handover_view(value: ButtonValue) -> Block:
    return kit.modal(
        "人事に聞く",
        [
            *kit.written("採用の担当者が確認し、このアプリのメッセージでお返事します。"),
            kit.text_input(Field.QUESTION, "お尋ねになりたいこと", initial=value.question),
            kit.context("お名前はSlackの表示名で担当者に伝わります。"),
        ],
        form=Action.HANDOVER,
        value=value,
        submit="送信",
    )


def card_message(handover: Handover, place: str = "") -> Message:
    """Return HR's card as the hand-over stands, to post first and to update with after every step.

    `place` is the address of the message below which it was asked, if HR can see that.
    """
    facts = [
        f"候補者: {person(handover.user)}",
        f"受付: {handover.steps[0].at.astimezone():%Y-%m-%d %H:%M}",
        *([f"カテゴリー: {handover.category}"] if handover.category else []),
        *([f"担当: {person(handover.taker)}"] if handover.taker else []),
    ]
    words: list[Block] = []
    for step in handover.words[-CARD_WORDS:]:
        replied = step.state is HandoverState.REPLIED
        whose = "候補者の返信" if replied else f"{person(step.who)}さんの回答"
        words += [kit.context(whose), kit.quoted(step.text, LONGEST_PART)]
    said = kit.written(cut(shown(handover.said), LONGEST_PART))
    proposal = [kit.context("ボットの回答案"), *said] if said else [kit.context(NO_PROPOSAL)]
    state = STATE_LABELS[handover.state]
    is_unreached = handover.state is HandoverState.UNREACHED
    unreached = unreached_text("回答", handover.steps[-1].text, place) if is_unreached else ""
    blocks = [
        kit.header(f"人事への質問: {state}"),
        kit.context(" / ".join(facts)),
        kit.quoted(handover.question, LONGEST_PART),
        *(kit.written(f"質問された場所: {place}") if place else []),
        *proposal,
        *words,
        *kit.written(unreached, bold=True),
        *([] if handover.state is HandoverState.CLOSED else [kit.context(BELOW)]),
        kit.actions(*_card_buttons(handover)),
    ]
    return Message(f"人事への質問({state}): {handover.question}", tuple(blocks))


def _card_buttons(handover: Handover) -> list[Block]:
    value = ButtonValue(handover.id)
    draft = kit.button("FAQに追加", Action.CASE_DRAFT, value)
    if handover.state is HandoverState.CLOSED:
        return [kit.button("再開する", Action.CASE_REOPEN, value), draft]
    free = not handover.taker
    take = kit.button("引き受ける", Action.CASE_TAKE, value, style="primary")
    reply = kit.button("回答する", Action.CASE_REPLY, value, style="" if free else "primary")
    sure = "" if handover.is_answered else UNANSWERED_SO_FAR
    close = kit.button("閉じる", Action.CASE_CLOSE, value, confirm=sure)
    return [*([take] if free else []), reply, draft, close]


def unreached_text(what: str, code: str, place: str) -> str:
    known = next((why for codes, why in _WHY_UNREACHED.items() if code in codes), "Slackが受け付けません")
    other = f"質問された場所のスレッド( {place} )、メール" if place else "メール"
    return f"⚠ {what}は候補者に届いていません。{known}({code})。{other}など、ほかの方法で伝えてください。"


def case_reply_view(handover: Handover) -> Block:
    return kit.modal(
        "質問に回答する",
        [
            kit.context(f"候補者: {person(handover.user)}"),
            kit.quoted(handover.question),
            kit.text_input(Field.ANSWER, "回答", initial=handover.said),
            kit.context("回答は、回答した方のお名前とともに候補者に届きます。"),
        ],
        form=Action.CASE_REPLY,
        value=ButtonValue(handover.id, answers=len(handover.answers)),
        submit="送信",
    )


def draft_view(handover: Handover | None = None, *, question: str = "", answer: str = "") -> Block:
    category = ""
    if handover:
        replies = [step.text for step in handover.answers]
        question, category = handover.question, handover.category
        answer = replies[-1] if replies else handover.said
    return kit.modal(
        "FAQに追加",
        [
            *kit.written(
                "下書きとして保存します。FAQに載るのは、アプリのホームで「取り込んで公開」を押してからです。"
            ),
            kit.text_input(Field.QUESTION, "質問", initial=question),
            kit.text_input(Field.ANSWER, "回答", initial=answer),
            kit.text_input(Field.CATEGORY, "カテゴリー", initial=category, optional=True),
        ],
        form=Action.CASE_DRAFT,
        value=ButtonValue(handover.id if handover else ""),
        submit="保存",
    )


def news_message(text: str, question: str) -> Message:
    return Message(text, (*kit.written(text), kit.quoted(question, LONGEST_PART)))


def step_message(handover: Handover, step: Step) -> Message:
    match step.state:
        case HandoverState.TAKEN:
            text = f"{person(step.who)}さんが、ご質問の確認を始めました。"
        case HandoverState.OPEN:
            text = "担当者が、ご質問の確認を再開しました。"
        case _:
            text = DONE if handover.is_answered else UNANSWERED
    return news_message(text, handover.question)


def answer_message(handover: Handover, step: Step, *, corrected: bool = False) -> Message:
    """Return HR's answer as the candidate gets it; without text it was taken back."""
    who, said = person(step.who), shown(step.text).strip()
    title = f"{who}さん(採用担当)からの回答です。" if said else f"{who}さん(採用担当)が回答を取り消しました。"
    note = [kit.context(CORRECTED)] if corrected and said else []
    question = kit.quoted(handover.question, LONGEST_PART)
    below = kit.context("このメッセージのスレッドに返信すると、担当者に届きます。")
    blocks = (*kit.written(title, bold=True), question, *kit.written(said), *note, below)
    return Message(f"{title}\n{said}", blocks)


def passed_message(text: str, files: object = None) -> Message:
    """Return what the candidate is told whose words went to HR, with a way to ask the bot in place of HR."""
    ask = kit.button("ボットに聞く", f"{Action.ASK}.0", ButtonValue(question=text))
    told = f"{PASSED}\n{NO_FILES_TO_HR}" if files else PASSED
    return Message(told, (*kit.written(told), kit.actions(ask)))


def not_sent_message(handover_id: str, message: str) -> Message:
    send = kit.button("候補者に送る", Action.CASE_PASS, ButtonValue(handover_id, message=message))
    return Message(NOT_SENT, (kit.context(NOT_SENT), kit.actions(send)))


def sent_message(step: Step, *, corrected: bool = False) -> Message:
    if not step.text:
        return Message(text := "✅ 候補者に送った回答を取り消しました。", tuple(kit.written(text)))
    did = "直しました" if corrected else "候補者に送りました"
    return _retractable(f"✅ {person(step.who)}さんの回答を{did}。", step)


def deleted_message(step: Step) -> Message:
    return _retractable("消された文章は、候補者には届いています。取り消しますか。", step)


def _retractable(text: str, answer: Step) -> Message:
    sure = "候補者に届いた回答を消し、取り消したことを伝えます。"
    back = kit.button("取り消す", Action.CASE_RETRACT, ButtonValue(answer.key), style="danger", confirm=sure)
    return Message(text, (*kit.written(text), kit.quoted(answer.text, LONGEST_EXCERPT), kit.actions(back)))


def candidate_reply_message(
    handover: Handover, text: str, head: str = "候補者から返信がありました。"
) -> Message:
    answer = kit.button("回答する", Action.CASE_REPLY, ButtonValue(handover.id), style="primary")
    return Message(
        f"{head}\n{text}", (*kit.written(head), kit.quoted(text, LONGEST_PART), kit.actions(answer))
    )


def reminder_message(handover: Handover, card: str) -> Message:
    at = f"{handover.steps[0].at.astimezone():%Y-%m-%d %H:%M}"
    text = f"まだ誰も引き受けていない質問があります(受付: {at})。"
    return Message(text, (*kit.written(f"{text}\n{card}"), kit.quoted(handover.question, LONGEST_EXCERPT)))
