"""The names of what is counted and shown."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from bot.conversation.reply import ReplyKind
from bot.output.terminal import one_line
from faq.formats.sheets.columns import KINDS
from faq.model import Entry
from faq.wording import Labels, worded
from index.evaluation.judgements import Judgement

ENTRY_KINDS = Labels(KINDS)

REPLIES = Labels(
    {
        ReplyKind.ANSWER: "回答",
        ReplyKind.CHOICES: "候補",
        ReplyKind.REFERRAL: "案内",
        ReplyKind.UNKNOWN: "わからない",
        ReplyKind.SMALLTALK: "あいさつ",
    }
)

JUDGEMENTS = Labels(
    {
        Judgement.RIGHT: "正答",
        Judgement.OFFERED: "候補",
        Judgement.MISSED: "回答なし",
        Judgement.WRONG: "誤答",
        Judgement.WRONG_CHOICES: "誤った候補",
        Judgement.FALSE: "誤って回答",
        Judgement.OFFERED_UNASKED: "不要な候補",
        Judgement.QUIET: "回答なし",
    }
)

EVIDENCE = Labels(
    {
        "phrasing": "言い回しの語",
        "sound": "読み",
        "coverage": "語の一致率",
        "meaning": "言い回しの意味",
        "passage": "回答文の主題",
        "plain_passage": "回答文の意味",
        "topic": "話題",
        "prior": "言い回しの数など",
        "named": "名指しされたもの",
        "thread": "会話の流れ",
        "verbatim": "言い回しそのもの",
    }
)

Called = Callable[[str], str]
"""Returns what people read in place of the id of an entry."""


def is_made(entry_id: str) -> bool:
    """Whether an id was made of a question: nobody knows such an id."""
    return bool(re.fullmatch("q-[0-9a-f]{8}", entry_id))


def entry_name(entry: Entry) -> str:
    """Return the id of an entry, or its question if the id was made of it.

    >>> entry_name(Entry(id="q-0123abcd", question="服装は", answer="自由です。"))
    '「服装は」'
    """
    return worded("「{text}」", text=one_line(entry.question, 30)) if is_made(entry.id) else entry.id


def called(entries: Iterable[Entry]) -> Called:
    """Return the names of entries by id; an unknown id stays."""
    names = {entry.id: entry_name(entry) for entry in entries}
    return lambda entry_id: names.get(entry_id, entry_id)


def day(when: date) -> str:
    """Return a day as people write it.

    >>> day(date(2025, 2, 18))
    '2025年2月18日'
    """
    return worded("{year}年{month}月{day}日", year=when.year, month=when.month, day=when.day)
