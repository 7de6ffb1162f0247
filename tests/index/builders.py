"""Small knowledge sets, and fits whose decisions can be foreseen, for tests of the search and the conversation."""

import math
from typing import Any

from faq.model import Entry, EntryKind, Knowledge, Lexicon, OneWay
from index.channel import Weights
from index.compiling import compile_index
from index.decision import Fit
from index.evidence import Hit
from index.features import NAMES
from index.reasons import hit
from index.release.building import Release, name_of
from index.search import Index


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


def fit(*, answer: float, offer: float, chance: float = 0.5, centre: float = 0.0, **weights: float) -> Fit:
    """Return a fit that finds `chance` where every feature of `weights` is at `centre`."""
    return Fit(
        centre=dict.fromkeys(NAMES, centre),
        weights=dict.fromkeys(NAMES, 0.0) | weights,
        bias=math.log(chance / (1 - chance)),
        answer=answer,
        offer=offer,
        asked=0,
    )


# Sure of an entry that has three words in four, unsure of one that has half, and nothing else counts.
BY_WORDS = fit(answer=0.8, offer=0.4, centre=0.5, covered=10.0)


def release(knowledge: Knowledge = TINY, fitted: Fit = BY_WORDS) -> Release:
    """Return a release whose decisions depend on the words that an entry has, and on no number of the product."""
    # Not by its shape: small sets would all be taken for pairs, where the answer counts most.
    weights = Weights()
    return Release(name_of(knowledge, weights), knowledge, compile_index(knowledge, weights), fitted)


def find(index: Index, question: str, background: str = "", **rest: Any) -> list[Hit]:  # noqa: ANN401 -- of `score`
    """Return every hit, best first."""
    scores = index.score(index.query(question, background), **rest)
    return [hit(index, scores, int(number)) for number in scores.order]


def found(index: Index, question: str) -> list[str]:
    """Return the ids of every hit, best first."""
    return [hit.entry_id for hit in find(index, question)]
