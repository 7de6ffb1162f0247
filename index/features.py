"""What a decision is made from: how well an entry covers the question, and what it leaves open."""

import math

import numpy as np

from index.bm25 import Floats
from index.coverage import coverage, covered, echo
from index.scores import Scores
from index.search import Index

NAMES = {
    "share": "質問に対する一致の強さ",
    "covered": "質問の語を項目が持つ割合",
    "nouns": "質問の名詞のうち項目にないものの割合",
    "newest": "どの項目にもない語の重さ",
    "missing": "項目にない語のうち最も重い語",
    "elsewhere": "項目になく、対象外の項目にある語の重さ",
    "facet": "項目が答えない種類の問い(金額・時期・人数など)",
    "echo": "最も近い言い回しが質問に含まれる割合",
    "sound": "読みの一致",
    "lead": "同じ種類の次の項目との差",
    "rival": "違う種類の項目(回答と対象外)との差",
    "beyond": "違う種類の項目だけが持つ質問の語の割合",
    "own": "この項目だけが持つ質問の語の割合",
    "narrow": "違う種類の項目の言い回しのうち質問にない部分",
    "length": "質問の長さ",
    "crowd": "近い言い回しのうち、回答のない質問の割合",
    "alike": "文の近さでの次の項目との差",
    "trend": "言い回しの傾向の一致",
    "matched": "項目が持つ質問の語の重さ",
    "unmatched": "項目にない質問の語の重さ",
}
"""Every feature, in the order of the vector, with the name that people read."""

EMBEDDED = {
    "meant": "埋め込みで最も近い言い回しとの近さ",
    "meant_lead": "埋め込みでの、同じ種類の次の項目との差",
    "meant_rival": "埋め込みでの、違う種類の項目との差",
}
"""Those that follow where the question's embedding is known."""


def features(index: Index, scores: Scores, number: int) -> Floats:
    """Return the feature vector of a question and one entry, in the order of `names`.

    Shares are 0 to 1 and leads -1 to 1 of the entry's score; "newest", "missing" and "elsewhere" are shares of the
    highest idf; "facet" is 0 or 1; "length", "trend", "matched" and "unmatched" are logarithms; "crowd" is a share and
    "alike" a difference of cosines. The embedding's leads are -1 to 1.
    """
    own, highest = float(scores.entries[number]), index.words.unknown_idf
    if index.is_referral[number]:
        # A question that nothing answers speaks for saying where to ask, not against it.
        peers, rivals = index.referrals, index.answers
    else:
        peers, rivals = index.answers, index.rivals
    against = scores.entries[rivals]
    rival = int(rivals[against.argmax()]) if len(rivals) else None
    theirs = covered(index, scores, rival) if rival is not None else frozenset()
    words = coverage(index, scores.query, covered(index, scores, number), theirs)
    mass, best = words.mass or 1.0, index.best_phrasing(scores, number)
    return np.array(
        [
            min(1.0, own / (_ceiling(index, scores, words.mass) or 1.0)),
            # A question without a content word covers nothing, rather than all of nothing.
            1 - words.unmatched / mass if scores.query.masses else 0.0,
            words.unmatched_nouns / (words.nouns or 1.0),
            words.new / highest,
            words.missing / highest,
            words.referred / highest,
            float(not scores.query.facets <= index.compiled.facets[number]),
            echo(index, scores, best),
            _sound_share(scores, best),
            _lead(own, scores.entries[peers[peers != number]]),
            _lead(own, against),
            words.elsewhere / mass,
            words.alone / mass,
            1 - echo(index, scores, index.best_phrasing(scores, rival)) if rival is not None else 0.0,
            math.log1p(len(scores.query.masses)),
            _crowd(index, scores),
            _alike(index, scores, number, words.mass),
            _trend(index, scores, number),
            math.log1p(words.matched),
            math.log1p(words.unmatched),
            *_meant(index, scores, number),
        ]
    )


def names(*, embedded: bool) -> dict[str, str]:
    """Return the features that there are, in the order of the vector, with the names that people read."""
    return NAMES | EMBEDDED if embedded else NAMES


def _meant(index: Index, scores: Scores, number: int) -> tuple[float, ...]:
    if scores.nearness is None:
        return ()
    asked = scores.nearness.asked
    own = float(asked[number])
    peers, rivals = (
        (index.referrals, index.answers) if index.is_referral[number] else (index.answers, index.rivals)
    )
    return own, *(own - float(asked[others].max(initial=0.0)) for others in (peers[peers != number], rivals))


def _ceiling(index: Index, scores: Scores, words: float) -> float:
    """Return the score of an entry that is the question itself: the best that this question could reach."""
    reach = scores.query.reach
    by_phrasing = (
        channel.weight * reach[channel.lists[0]]
        for channel in index.compiled.by_phrasing
        if channel.lists[0] in reach
    )
    return sum(by_phrasing) + index.channel("entry").weight * words


def _sound_share(scores: Scores, phrasing: int) -> float:
    best = scores.query.reach["sounds"]
    found = sum(
        weight * impact
        for channel, (_, _, weight), impact in scores.found.on(phrasing)
        if channel.name == "sound"
    )
    return min(1.0, found / (best or 1.0))


def _trend(index: Index, scores: Scores, number: int) -> float:
    found = (
        weight * impact
        for channel, (_, _, weight), impact in scores.found.on(len(index.phrasings) + number)
        if channel.name == "classifier"
    )
    return math.log1p(max(0.0, sum(found)))


def _crowd(index: Index, scores: Scores) -> float:
    """Return what share of the phrasings nearest to the question, each by its squared score, nothing may answer."""
    weights = scores.phrasings[scores.nearest] ** 2
    unanswered = scores.nearest >= index.first[len(index.entries)]
    return float(weights[unanswered].sum() / (weights.sum() or 1.0))


def _alike(index: Index, scores: Scores, number: int, mass: float) -> float:
    """Return by how much the likeness of the entry's phrasings exceeds that of any other document; a cosine."""
    likeness = scores.likeness.get("likeness")
    if likeness is None or len(likeness) == 1:
        return 0.0
    others = max(likeness[:number].max(initial=0.0), likeness[number + 1 :].max(initial=0.0))
    return float(likeness[number] - others) / (index.weights.likeness * mass or 1.0)


def _lead(own: float, others: Floats) -> float:
    if not len(others) or not own:
        return 0.0
    return max(-1.0, (own - float(others.max())) / own)
