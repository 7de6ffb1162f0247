"""A small knowledge set and an encoder without a model, for tests of the search and the conversation."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from faq.model import Entry, EntryKind, Knowledge, Lexicon, OneWay
from index.analysis.normalize import ngrams, plain
from index.analysis.questions import Question
from index.library.topics import cohort
from index.retrieval.bm25 import Floats
from index.retrieval.encoder import EncoderError, Vectors, packed, unit, unpacked
from index.retrieval.evidence import WORDS
from index.retrieval.search import Index

FEW = cohort()[:20]
"""Questions in general, for tests that need no norms of all of them, which take longest to make."""


def entry(
    entry_id: str,
    question: str,
    *also_asked: str,
    answer: str = "人事の回答です。",
    **rest: Any,  # noqa: ANN401 -- whatever an entry has
) -> Entry:
    """Return an entry of kind answer, unless `rest` says otherwise."""
    return Entry(id=entry_id, question=question, also_asked=also_asked, answer=answer, **rest)


def referral(entry_id: str, question: str, *also_asked: str) -> Entry:
    """Return an entry that only says where to ask."""
    return entry(entry_id, question, *also_asked, answer="窓口でお尋ねください。", kind=EntryKind.REFERRAL)


def smalltalk(entry_id: str, question: str, *also_asked: str, **rest: Any) -> Entry:  # noqa: ANN401 -- the same
    """Return an entry that is recognized as a whole sentence; its answer is its id in brackets."""
    return entry(entry_id, question, *also_asked, answer=f"[{entry_id}]", kind=EntryKind.SMALLTALK, **rest)


LEXICON = Lexicon(
    groups=(("テレワーク", "在宅勤務"), ("キャリア活用採用", "中途採用")),
    one_way=(OneWay(word="更新料", means=("補助金",)),),
    terms=("デジタルサービス局",),
)

TINY = Knowledge(
    entries=(
        entry(
            "remote",
            "テレワークは週に何日できますか",
            "在宅勤務はできますか",
            answer="週に二日までできます。",
        ),
        entry("clothes", "服装は自由ですか", "スーツを着ますか", answer="ふだんは私服です。"),
        entry("training", "研修はありますか", "講習を受けられますか", answer="入庁した年に行います。"),
        entry(
            "grant", "資格の補助金は出ますか", "受験の費用を払ってもらえますか", answer="上限は十万円です。"
        ),
        entry("interview", "面接では何を話しますか", answer="これまでの仕事についてです。"),
        entry("place", "デジタルサービス局はどこですか", "勤務地を教えてください", answer="新宿です。"),
        referral("salary", "給料はいくらですか", "年収を知りたい"),
        referral("exam", "試験の日程はいつですか"),
        smalltalk("hello", "こんにちは", "はじめまして", "hello"),
        smalltalk("thanks", "ありがとう", "thx"),
    ),
    lexicon=LEXICON,
)


@cache
def _direction(part: str, size: int) -> Floats:
    seed = int.from_bytes(hashlib.sha256(part.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=size)


class FakeEncoder:
    """An encoder without a model: texts that share runs of two characters are near to each other.

    Named as the one that ships, so that its model decides. It remembers what it was asked for, and may fail.
    """

    def __init__(self, name: str = "use", identity: str = "fake 1", *, size: int = 48) -> None:
        self.name, self.identity, self.size = name, identity, size
        self.asked: list[str] = []
        self.broken = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.broken:
            msg = "壊れています。\n  直してください。"
            raise EncoderError(msg)
        self.asked += texts
        rows = unit(np.array([self._vector(text) for text in texts]).reshape(len(texts), self.size))
        return unpacked(*packed(rows))

    def _vector(self, text: str) -> Floats:
        found = np.full(self.size, 1.0)
        for part in ngrams(plain(text), 2):
            found += _direction(part, self.size)
        return found


def found(index: Index, question: str, background: str = "") -> list[str]:
    """Return the ids of the entries that share a word, a concept or a sound with a question, most of them first."""
    raw = index.evidence(index.query(Question(question, background))).raw
    total = np.sum([raw[name] for name in WORDS], axis=0)
    return [index.entries[number].id for number in np.argsort(-total, kind="stable") if total[number] > 0]
