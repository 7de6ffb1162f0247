"""Why a labelled question went wrong: the entry wanted beside the one shown, and what would have turned it."""

from collections.abc import Iterator
from dataclasses import dataclass

from faq.exchange.edits import EXPECTATIONS
from faq.wording import worded
from index.analysis.questions import question
from index.decision.reader import Judged
from index.evaluation.judgements import Judgement, Miss
from index.release.building import Release
from index.retrieval.explain import nearest_phrasing
from index.retrieval.search import Index


@dataclass(frozen=True)
class Side:
    """One entry of the comparison."""

    entry_id: str
    rank: int | None  # 1 for the best; None if it is not shown on that day
    score: float  # in logits
    phrasing: str  # the one that comes closest
    probability: float  # that it is meant, of all entries and none
    lacking: tuple[str, ...]  # words of the question that it does not have, heaviest first


@dataclass(frozen=True)
class Diagnosis:
    """Why a question went wrong; `faq eval --json` writes it as it is."""

    wanted: Side | None  # the best of the entries that may answer, if any may
    shown: Side | None  # what came before it or was shown in its place, if there is another entry
    confidence: float  # probability that the best answer is right
    offered: float  # probability that one of the first three entries is
    remedies: tuple[str, ...]  # what would have turned it


def diagnose(release: Release, miss: Miss) -> Diagnosis:
    """Read the question of a miss again, as one question, and compare what it wanted with what it got."""
    index, gold = release.index, miss.expectation.gold
    judged = release.reader(exclude_learned=True).judge(question(miss.expectation.q))
    scores, verdict = judged.ranking.scores, judged.verdict
    known = [index.numbers[each] for each in gold if each in index.numbers]
    wanted = max(known, key=lambda number: (float(scores[number]), -number), default=None)
    told = [index.numbers[each] for each in miss.outcome.ids if each in index.numbers]
    others = (number for number in (*told, *judged.ranking.order) if index.entries[number].id not in gold)
    shown = next(others, None)
    left, right = (None if each is None else _side(index, judged, each) for each in (wanted, shown))
    return Diagnosis(
        left,
        right,
        verdict.confidence,
        verdict.offered,
        tuple(_remedies(miss, left, right)),
    )


def _side(index: Index, judged: Judged, number: int) -> Side:
    ranking, words = judged.ranking, judged.evidence.words
    lacking = words.keys() - index.matched(judged.query, number)
    return Side(
        index.entries[number].id,
        ranking.order.index(number) + 1 if number in ranking.order else None,
        float(ranking.scores[number]),
        nearest_phrasing(index, judged.evidence, number).text,
        float(ranking.probabilities[number]),
        tuple(sorted(lacking, key=lambda word: (-words[word], word))),
    )


def _remedies(miss: Miss, wanted: Side | None, shown: Side | None) -> Iterator[str]:
    gold = miss.expectation.gold
    if gold and wanted is None:
        yield worded("期待の項目 {ids} がありません。IDを直してください。", ids=tuple(gold))
        return
    if wanted is None:
        told = (
            "この質問を「答えない」想定質問({file})に加えるか、よく聞かれるなら、"
            "答えを持つ窓口への案内(kind: referral)を書いてください。"
        )
        yield worded(told, file=EXPECTATIONS)
        return
    if wanted.rank == 1 and miss.judgement in {Judgement.MISSED, Judgement.OFFERED}:
        yield worded(
            "{id} が1位ですが、答えるには確信度が足りないか、質問の形でありません。", id=wanted.entry_id
        )
    elif shown is not None and wanted.rank is not None and wanted.rank > 1:
        told = "{id} より前にするには、差 {gap:.2f} を埋める言い回しが要ります。"
        yield worded(told, id=shown.entry_id, gap=shown.score - wanted.score)
    if wanted.lacking:
        lacking = "・".join(wanted.lacking[:3])
        told = "{id} は質問の語「{words}」を持っていません。also_asked にこの言い方を足すと届きます。"
        yield worded(told, id=wanted.entry_id, words=lacking)
    else:
        told = "この質問を {id} の also_asked に、または想定質問({file})に加えてください。"
        yield worded(told, id=wanted.entry_id, file=EXPECTATIONS)
