"""Short messages: too many questions, what went wrong, thanks for a rating, and what admins are told."""

from bot.slack.messages import block_kit as kit
from bot.slack.messages.block_kit import Action, Block, ButtonValue, Field, Message
from bot.slack.messages.text import cut

BUSY = "処理しています…終わりしだい、ここに表示します。"
TOO_MANY = "続けてたくさんのご質問をいただいています。1分ほど待ってから、もう一度お尋ねください。"
EMPTY = "ご質問を文章でお書きください。例: /faq 在宅勤務は週に何日できますか"
BLANK = "入力してください。"
APOLOGY = "申し訳ありません。不具合のためお答えできませんでした。しばらくしてから、もう一度お試しください。"
STALE = "このボタンの内容は新しくなりました。お手数ですが、もう一度質問をお書きください。"
PRESS_AGAIN = "時間がかかり、画面を開けませんでした。お手数ですが、もう一度押してください。"
UNKEPT = (
    "いま記録ができないため、受け付けられませんでした。お手数ですが、数分たってから、もう一度送ってください。"
)
NOT_HR = "FAQへの追加は、人事のチャンネルに入っている方だけが使えます。"
NO_HR = "いまは、ここから人事に質問を送れません。お手数ですが、採用の窓口にお尋ねください。"
REFUSAL = "このコマンドは、FAQの管理者だけが使えます。必要な方は管理者にお問い合わせください。"

REASONS = {
    "wrong": "質問と違うことへの回答だった",
    "incomplete": "知りたいことが足りなかった",
    "outdated": "内容が古い、または間違っている",
    "unclear": "わかりにくかった",
}
"""What may be wrong with an answer: the label of each reason by its value."""

THANKS = "ご意見をありがとうございます。FAQの改善に使います。"


def notice(text: str) -> Message:
    return Message(text, tuple(kit.written(cut(text, 3_000)) or kit.written("-")))


def feedback_view(value: ButtonValue) -> Block:
    return kit.modal(
        "回答へのご意見",
        [
            *kit.written(
                "よろしければ、どこがよくなかったか教えてください。何も書かずに閉じてもかまいません。"
            ),
            kit.choice_input(Field.REASON, "よくなかったところ", REASONS, optional=True),
            kit.text_input(Field.COMMENT, "ご意見", optional=True, hint="お名前や連絡先は書かないでください"),
        ],
        form=Action.FEEDBACK,
        value=value,
        submit="送信",
    )


def thanks_message(mark: str) -> Message:
    return Message(text := f"{mark} {THANKS}", (kit.context(text),))
