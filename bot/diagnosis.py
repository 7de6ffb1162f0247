"""Why a labelled question went wrong: the entry wanted beside the one shown, and what would have turned it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.expectations import FILE
from index.coverage import covered
from index.decision import Factor, confidence_in
from index.evaluation import Judgement, Miss
from index.evidence import Evidence, QueryTerm
from index.kinds import CHANNELS
from index.points import SHARES, Point
from index.question import question
from index.reasons import hit
from index.release.building import Release
from index.scores import Scores
from index.search import Index

MOST_TERMS = 6
_LEAST = 0.05
_MOST_FACTOR = 3.0


@dataclass(frozen=True)
class Side:
    """One entry of the comparison.

    Attributes:
        rank: In the ranking, 1 for the best; `None` if it shares nothing with the question.
        score: 0 if it shares nothing.
        phrasing: The phrasing that comes closest.
        confidence: Probability that it is what the question wants.
        lacking: Words of the question that it does not have, heaviest first.
    """

    entry_id: str
    title: str
    rank: int | None
    score: float
    phrasing: str
    confidence: float
    lacking: tuple[QueryTerm, ...]


@dataclass(frozen=True)
class Difference:
    """What one term gives to each side.

    Attributes:
        channel: As in `Evidence`.
        term: Empty for the sounds, which are told together.
    """

    channel: str
    term: str
    wanted: float
    shown: float

    @property
    def gap(self) -> float:
        """How much it speaks for the entry wanted; below 0, for the one shown."""
        return self.wanted - self.shown


@dataclass(frozen=True)
class Diagnosis:
    """What became of a question and why.

    Attributes:
        wanted: The best of the entries that may answer; `None` if none may.
        shown: What came before it or was shown in its place; `None` if nothing was found.
        differences: The terms that made the difference, greatest first; empty where there are no two entries.
        factors: What lowered, or for a false answer raised, the confidence most.
        answer: The confidence from which on the release answers.
        remedies: What would have turned it, in Japanese.
    """

    miss: Miss
    wanted: Side | None
    shown: Side | None
    differences: tuple[Difference, ...]
    factors: tuple[Factor, ...]
    answer: float
    remedies: tuple[str, ...]


def diagnose(release: Release, miss: Miss) -> Diagnosis:
    """Read the question of a miss again, as one question, and compare what it wanted with what it got."""
    index = release.index
    asked = question(miss.expectation.q)
    query = index.query(
        asked.text, asked.background, release.embedded([asked.whole]).vectors.get(asked.whole)
    )
    scores = index.score(query, rehearsed=True)
    fit = release.fit.of(embedded=scores.nearness is not None)
    release = replace(release, fit=fit)
    wanted = _best(index, scores, miss)
    shown = _other(index, scores, miss, wanted)
    differences = (
        _differences(index, scores, wanted, shown) if wanted is not None and shown is not None else ()
    )
    of_interest = shown if wanted is None or shown is not None else wanted
    factors = _factors(release, scores, miss, of_interest, wanted)
    left, right = (None if each is None else _side(release, scores, each) for each in (wanted, shown))
    remedies = tuple(_remedies(release, miss, (left, right), differences))
    return Diagnosis(miss, left, right, differences, factors, fit.answer, remedies)


def _best(index: Index, scores: Scores, miss: Miss) -> int | None:
    known = [index.numbers[each] for each in miss.expectation.gold if each in index.numbers]
    return max(known, key=lambda number: (float(scores.entries[number]), -number), default=None)


def _other(index: Index, scores: Scores, miss: Miss, wanted: int | None) -> int | None:
    """Return the entry to compare with: what was shown, else what stands before or after the one wanted."""
    gold = miss.expectation.gold
    told = [index.numbers[each] for each in miss.outcome.ids if each in index.numbers and each not in gold]
    ranked = [int(number) for number in scores.order[:10] if index.entries[number].id not in gold]
    return next((number for number in (*told, *ranked) if number != wanted), None)


def _side(release: Release, scores: Scores, number: int) -> Side:
    index = release.index
    order = scores.order.tolist()
    masses, found = scores.query.masses, covered(index, scores, number)
    lacking = sorted((word for word in masses if word not in found), key=lambda word: -masses[word])
    return Side(
        index.entries[number].id,
        index.entries[number].question,
        order.index(number) + 1 if number in order else None,
        float(scores.entries[number]),
        index.phrasings[index.best_phrasing(scores, number)],
        confidence_in(index, scores, number, release.fit)[0],
        tuple(QueryTerm(word, masses[word], matched=False) for word in lacking),
    )


def _parts(evidence: tuple[Evidence, ...], words: Mapping[str, str]) -> Mapping[tuple[str, str], float]:
    parts: dict[tuple[str, str], float] = {}
    for each in evidence:
        key = (each.channel, "" if each.channel == "sound" else words.get(each.term, each.term))
        parts[key] = parts.get(key, 0.0) + each.score
    return parts


def _differences(index: Index, scores: Scores, wanted: int, shown: int) -> tuple[Difference, ...]:
    words = scores.query.words_of_concepts()
    left, right = (_parts(hit(index, scores, number).evidence, words) for number in (wanted, shown))
    found = (
        Difference(*key, left.get(key, 0.0), right.get(key, 0.0))
        for key in sorted(left.keys() | right.keys())
    )
    return tuple(sorted(found, key=lambda each: -abs(each.gap)))


def _factors(
    release: Release, scores: Scores, miss: Miss, number: int | None, wanted: int | None
) -> tuple[Factor, ...]:
    if (
        miss.judgement in {Judgement.MISSED, Judgement.OFFERED, Judgement.WRONG_CHOICES}
        and wanted is not None
    ):
        number = wanted
    if number is None:
        return ()
    sign = 1 if miss.judgement in {Judgement.FALSE, Judgement.OFFERED_UNASKED, Judgement.WRONG} else -1
    factors = confidence_in(release.index, scores, number, release.fit)[1]
    telling = [factor for factor in factors if sign * factor.effect > _LEAST]
    return tuple(telling[:3])


def _remedies(
    release: Release,
    miss: Miss,
    sides: tuple[Side | None, Side | None],
    differences: tuple[Difference, ...],
) -> Iterator[str]:
    wanted, shown = sides
    if miss.expectation.gold and wanted is None:
        yield f"期待の項目 {'、'.join(miss.expectation.gold)} がありません。IDを直してください。"
        return
    yield from _by_point(release, miss, sides)
    if wanted is None:
        yield (
            f"この質問を「答えない」想定質問({FILE})に加えるか、よく聞かれるなら、"
            "答えを持つ窓口への案内(kind: referral)を書いてください。"
        )
        return
    if shown is not None and (wanted.rank is None or shown.rank is None or wanted.rank > shown.rank):
        yield from _by_term(wanted, shown, differences)
        yield from _by_weight(wanted, shown, differences)
    lacking = "・".join(term.text for term in wanted.lacking[:3])
    if lacking:
        yield f"{wanted.entry_id} は質問の語「{lacking}」を持っていません。also_asked にこの言い方を足すと届きます。"
    else:
        yield f"この質問を {wanted.entry_id} の also_asked に、または想定質問({FILE})に加えてください。"


def _by_point(release: Release, miss: Miss, sides: tuple[Side | None, Side | None]) -> Iterator[str]:
    """Yield the operating point at which the reply would have been another one."""
    wanted, shown = sides
    points = release.fit.points
    if miss.judgement in {Judgement.FALSE, Judgement.WRONG} and shown is not None:
        stricter = [name for name in SHARES if name in points and points[name].answer > shown.confidence]
        if stricter:
            name = stricter[-1]
            from_there = f"回答は {points[name].answer:.2f} 以上"
            yield f"動作点 {name}({from_there})なら、確信度 {shown.confidence:.2f} では答えません。"
        else:
            yield f"確信度 {shown.confidence:.2f} は、どの動作点でも答える高さです。しきい値では防げません。"
    if miss.judgement in {Judgement.MISSED, Judgement.OFFERED} and wanted is not None:
        lacks = release.fit.answer - wanted.confidence
        first = wanted.rank is not None and (shown is None or shown.rank is None or wanted.rank < shown.rank)
        eager = points.get(Point.EAGER)
        if first and lacks <= 0:
            yield "答える確信度はありましたが、質問の形でないか、ほかの問いと一緒だったため、候補にとどめました。"
        if first and lacks > 0:
            least = release.fit.answer
            text = (
                f"確信度 {wanted.confidence:.2f} が、回答のしきい値 {least:.2f} に {lacks:.2f} 足りません。"
            )
            if eager and eager.answer <= wanted.confidence and release.point is not Point.EAGER:
                text += f"動作点 eager({eager.answer:.2f} 以上)なら答えます。"
            yield text


def _by_term(wanted: Side, shown: Side, differences: tuple[Difference, ...]) -> Iterator[str]:
    """Yield the terms that would have been enough: without what they gave the entry shown, the other comes first."""
    gap, needed = shown.score - wanted.score, []
    for each in sorted(differences, key=lambda each: each.gap):
        if each.gap >= 0 or gap < 0:
            break
        needed.append(each.term or "読み")
        gap += each.gap
    if gap < 0 and needed and len(needed) <= MOST_TERMS:
        terms = "・".join(dict.fromkeys(needed))
        yield f"「{terms}」の差がなければ、{wanted.entry_id} が先になります(差 {shown.score - wanted.score:.2f})。"


def _by_weight(wanted: Side, shown: Side, differences: tuple[Difference, ...]) -> Iterator[str]:
    """Yield the one weight whose smallest change turns the order, if one between nothing and three times does."""
    gap = wanted.score - shown.score
    by_channel: dict[str, float] = {}
    for each in differences:
        by_channel[each.channel] = by_channel.get(each.channel, 0.0) + each.gap
    factors = {name: 1 - gap / part for name, part in by_channel.items() if abs(part) > _LEAST}
    within = {name: factor for name, factor in factors.items() if 0 <= factor <= _MOST_FACTOR}
    if within:
        name = min(within, key=lambda name: abs(within[name] - 1))
        yield (
            f"根拠「{CHANNELS.get(name, name)}」の重みが {within[name]:.2f} 倍なら順番が入れ替わります"
            "(ほかの質問も動きます。`faq tune` が全体で確かめます)。"
        )
