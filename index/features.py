"""What a decision is made from: how well an entry covers the question, and what it leaves open."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from index.bm25 import Floats
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


_NEAREST = 15
"""Phrasings that are looked at for what the questions around this one are."""


@dataclass(frozen=True)
class Coverage:
    """How the words of a question are covered by one entry.

    Attributes:
        mass: idf by word; a word of the story before the question counts its weight only.
        matched: The words that the entry has, or that mean the same as one that it has.
    """

    mass: Mapping[str, float]
    matched: frozenset[str]


def coverage(index: Index, scores: Scores, number: int) -> Coverage:
    """Return which words of the query the entry of that number covers."""
    return Coverage(scores.query.masses, _matched(index, scores, number))


def _matched(index: Index, scores: Scores, number: int) -> frozenset[str]:
    """Return the words of the query that an entry has, or means; worked out once."""
    found = scores.matched.get(number)
    if found is None:
        query, concepts = scores.query, index.concepts_of[number]
        held = {
            term
            for lane, term, _, _ in scores.found.on(len(index.phrasings) + number)
            if lane.name == "words" and lane.channel.name == "entry"
        }
        found = scores.matched[number] = frozenset(
            word
            for word in query.masses
            if word in held or not concepts.isdisjoint(query.meanings.get(word, ()))
        )
    return found


def features(index: Index, scores: Scores, number: int) -> Floats:
    """Return the feature vector of a question and one entry, in the order of `names`.

    Shares are 0 to 1 and leads -1 to 1 of the entry's score; "newest", "missing" and "elsewhere" are shares of the
    highest idf; "facet" is 0 or 1; "length", "trend", "matched" and "unmatched" are logarithms; "crowd" is a share and
    "alike" a difference of cosines. The embedding's leads are -1 to 1.
    """
    found = coverage(index, scores, number)
    highest = index.words.unknown_idf
    unmatched = {word: mass for word, mass in found.mass.items() if word not in found.matched}
    named = {word: mass for word, mass in found.mass.items() if word in scores.query.nouns}
    own = float(scores.entries[number])
    if index.is_referral[number]:
        # A question that nothing answers speaks for saying where to ask, not against it.
        peers, rivals = index.referrals, index.answers
    else:
        peers, rivals = index.answers, index.rivals
    rival = int(rivals[scores.entries[rivals].argmax()]) if len(rivals) else None
    theirs = coverage(index, scores, rival).matched if rival is not None else frozenset()
    best = index.best_phrasing(scores, number)
    return np.array(
        [
            min(1.0, own / (_ceiling(index, scores) or 1.0)),
            # A question without a content word covers nothing, rather than all of nothing.
            1 - _part(unmatched, found.mass) if found.mass else 0.0,
            _part({word: mass for word, mass in named.items() if word in unmatched}, named),
            max((mass for word, mass in unmatched.items() if _is_new(index, scores, word)), default=0)
            / highest,
            max(unmatched.values(), default=0) / highest,
            max((mass for word, mass in unmatched.items() if _referred(index, word)), default=0) / highest,
            float(not scores.query.facets <= index.compiled.facets[number]),
            _echo(index, scores, best),
            _sound_share(scores, best),
            _lead(own, scores.entries[peers[peers != number]]),
            _lead(own, scores.entries[rivals]),
            _part({word: mass for word, mass in unmatched.items() if word in theirs}, found.mass),
            _part(
                {word: mass for word, mass in found.mass.items() if word in found.matched - theirs},
                found.mass,
            ),
            1 - _echo(index, scores, index.best_phrasing(scores, rival)) if rival is not None else 0.0,
            math.log1p(len(found.mass)),
            _crowd(index, scores),
            _alike(index, scores, number),
            _trend(index, scores, number),
            math.log1p(sum(mass for word, mass in found.mass.items() if word in found.matched)),
            math.log1p(sum(unmatched.values())),
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


def _part(some: Mapping[str, float], whole: Mapping[str, float]) -> float:
    return sum(some.values()) / (sum(whole.values()) or 1.0)


def _referred(index: Index, word: str) -> bool:
    """Whether a referral has the word: it may be the one that tells what is really asked."""
    return bool(index.is_rival[index.words.holders(word)].any())


def _is_new(index: Index, scores: Scores, word: str) -> bool:
    concepts = index.channel("concept").postings
    meanings = scores.query.meanings.get(word, frozenset())
    return word not in index.words and not any(concept in concepts for concept in meanings)


def _ceiling(index: Index, scores: Scores) -> float:
    """Return the score of an entry that is the question itself: the best that this question could reach."""
    reach, words = scores.query.reach, sum(scores.query.masses.values())
    by_phrasing = (
        channel.weight * reach[channel.lists[0]]
        for channel in index.compiled.by_phrasing
        if channel.lists[0] in reach
    )
    return sum(by_phrasing) + index.channel("entry").weight * words


def _echo(index: Index, scores: Scores, phrasing: int) -> float:
    """Return the share of a phrasing's idf mass that the question has too."""
    meanings = index.compiled.meanings[phrasing]
    asked, concepts = scores.query.terms["words"], scores.query.terms["concepts"]
    mass = index.words.masses(dict.fromkeys(meanings, 1.0))
    shared = (word for word in mass if word in asked or not meanings[word].isdisjoint(concepts))
    return sum(mass[word] for word in shared) / (sum(mass.values()) or 1.0)


def _sound_share(scores: Scores, phrasing: int) -> float:
    best = scores.query.reach["sounds"]
    found = sum(
        weight * impact
        for lane, _, weight, impact in scores.found.on(phrasing)
        if lane.channel.name == "sound"
    )
    return min(1.0, found / (best or 1.0))


def _crowd(index: Index, scores: Scores) -> float:
    """Return what share of the phrasings nearest to the question, each by its squared score, nothing may answer."""
    # Looked for among those that scored: the many zeros would take ten times as long.
    nearest = scores.phrasings.nonzero()[0]
    if len(nearest) > _NEAREST:
        nearest = nearest[scores.phrasings[nearest].argpartition(-_NEAREST)[-_NEAREST:]]
    weights = scores.phrasings[nearest] ** 2
    unanswered = nearest >= index.first[len(index.entries)]
    return float(weights[unanswered].sum() / (weights.sum() or 1.0))


def _alike(index: Index, scores: Scores, number: int) -> float:
    """Return by how much the likeness of the entry's phrasings exceeds that of any other document; a cosine."""
    likeness = scores.likeness.get("likeness")
    if likeness is None or len(likeness) == 1:
        return 0.0
    others = np.delete(likeness, number)
    mass = float(index.weights.likeness * sum(scores.query.masses.values()))
    return float(likeness[number] - others.max()) / (mass or 1.0)


def _trend(index: Index, scores: Scores, number: int) -> float:
    found = (
        weight * impact
        for lane, _, weight, impact in scores.found.on(len(index.phrasings) + number)
        if lane.channel.name == "classifier"
    )
    return math.log1p(max(0.0, sum(found)))


def _lead(own: float, others: Floats) -> float:
    if not len(others) or not own:
        return 0.0
    return max(-1.0, (own - float(others.max())) / own)
