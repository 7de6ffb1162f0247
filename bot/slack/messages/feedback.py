"""After 👍 and 👎: a word of thanks, and a small form that asks what was wrong."""

from bot.slack.messages.block_kit import Message, choice_input, context, modal, text_input, written
from bot.slack.messages.limits import Block
from bot.slack.messages.values import Field, Form, Value

REASONS = {
    "wrong": "質問と違うことへの回答だった",
    "incomplete": "知りたいことが足りなかった",
    "outdated": "内容が古い、または間違っている",
    "unclear": "わかりにくかった",
}
"""What may be wrong with an answer: the label of each reason by its value."""

THANKS = "ご意見をありがとうございます。FAQの改善に使います。"


def feedback_view(value: Value) -> Block:
    """Return the form after a 👎; neither field must be filled in.

    Args:
        value: Of the button that was pressed; it is the form's `private_metadata`.
    """
    return modal(
        "回答へのご意見",
        [
            *written("よろしければ、どこがよくなかったか教えてください。何も書かずに閉じてもかまいません。"),
            choice_input(Field.REASON, "よくなかったところ", REASONS, optional=True),
            text_input(Field.COMMENT, "ご意見", optional=True, hint="お名前や連絡先は書かないでください"),
        ],
        form=Form.FEEDBACK,
        value=value,
        submit="送信",
    )


def thanks_message() -> Message:
    """Return the word of thanks for a rating."""
    return Message(THANKS, (context(THANKS),))
