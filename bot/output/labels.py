"""What people call the things that are counted and shown."""

from bot.conversation.reply import ReplyKind
from faq.model import EntryKind
from index.decision.policy import Utility
from index.evaluation.judgements import Judgement

ENTRY_KINDS = {EntryKind.ANSWER: "回答", EntryKind.REFERRAL: "案内", EntryKind.SMALLTALK: "あいさつ"}

REPLIES = {
    ReplyKind.ANSWER: "回答",
    ReplyKind.CHOICES: "候補",
    ReplyKind.REFERRAL: "案内",
    ReplyKind.UNKNOWN: "わからない",
    ReplyKind.SMALLTALK: "あいさつ",
}

JUDGEMENTS = {
    Judgement.RIGHT: "正答",
    Judgement.OFFERED: "候補",
    Judgement.MISSED: "回答なし",
    Judgement.WRONG: "誤答",
    Judgement.WRONG_CHOICES: "誤った候補",
    Judgement.FALSE: "誤って回答",
    Judgement.OFFERED_UNASKED: "不要な候補",
    Judgement.QUIET: "回答なし",
}

_EVIDENCE = {
    "phrasing": "言い回しの語",
    "concept": "同じ意味の語",
    "sound": "読み",
    "coverage": "語の一致率",
    "meaning": "言い回しの意味",
    "passage": "回答文の意味",
    "subject": "言い回しの主題",
    "passage_subject": "回答文の主題",
    "topic": "話題",
    "prior": "言い回しの数など",
    "named": "名指しされたもの",
    "thread": "会話の流れ",
    "verbatim": "言い回しそのもの",
}


def evidence_label(kind: str) -> str:
    """Return the name of a kind of evidence, with the encoder that gives it.

    >>> evidence_label("meaning:use"), evidence_label("prior")
    ('言い回しの意味(use)', '言い回しの数など')
    """
    name, _, encoder = kind.partition(":")
    known = _EVIDENCE.get(name, name)
    return f"{known}({encoder})" if encoder else known


def utility_label(utility: Utility) -> str:
    """Return what replies are worth."""
    return (
        f"正答 {utility.right:+g}、候補に正解 {utility.offered:+g}、候補に正解なし {utility.unhelpful:+g}、"
        f"誤答 {utility.wrong:+g}、答えない 0"
    )
