"""Whether to answer: the reply whose expected utility is highest."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from index.analysis.values import conditions
from index.analysis.wanted import wanted
from index.decision.model import Model, Ranking
from index.decision.point import Point
from index.library.topics import topics
from index.retrieval.documents import has
from index.retrieval.evidence import NEAREST, Evidence
from index.retrieval.explain import nearest_phrasings
from index.retrieval.search import Index

MOST_CHOICES = 3
UNLIKELY = 0.01
"""Share of the likeliest choice's probability below which an entry is not offered beside it."""

UNLIKELY_BESIDE = 0.1
"""The same where a topic is named that no entry is about."""

FAR, NEAR, ONLY = 0.4, 0.6, 0.8
"""Of entries of one phrasing: how near one must be that lacks the last noun of what is asked, how near one that has all
nouns and no competitor, and how likely that one is right."""

LACKING = 0.5
"""How likely a topic of the library must be what is asked, and not what any entry is about, to be named."""

HALF = 0.5
"""Share of what is asked that an answer must have, by the weight of its words, where such a topic is named."""

REFERRED = 0.1
"""How likely a referral must be what is asked to be shown where nothing else would be: it says whom to ask."""


@dataclass(frozen=True)
class Utility:
    """What a reply is worth; not to answer is worth 0.

    Attributes:
        right: An answer, or a referral, that is right.
        offered: Choices with the right entry among them.
        unhelpful: Choices, or a referral, without.
        wrong: An answer with another entry, or to a question that must not be answered.
    """

    right: float = 1.0
    offered: float = 0.6
    unhelpful: float = -0.2
    wrong: float = -1.0

    def of_answer(self, probability: float) -> float:
        """Return what an answer is worth that is right with a probability."""
        return probability * self.right + (1 - probability) * self.wrong

    def of_choices(self, probability: float) -> float:
        """Return what choices are worth that hold the right entry with a probability; a referral is worth the same."""
        return probability * self.offered + (1 - probability) * self.unhelpful


UTILITIES: Mapping[Point, Utility] = {
    Point.CAUTIOUS: Utility(unhelpful=-0.4, wrong=-3.0),
    Point.BALANCED: Utility(unhelpful=-0.15, wrong=-0.6),
    Point.EAGER: Utility(unhelpful=-0.1, wrong=-0.3),
}
"""What each point decides by, most careful first. It is judged by `Utility()`, whatever the point."""


class Calibration(BaseModel):
    """What an FAQ's own questions say of the probabilities: logits are scaled and moved (Platt, 1999)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scale: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    shift: float = Field(default=0.0, allow_inf_nan=False)
    offered_scale: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    offered_shift: float = Field(default=0.0, allow_inf_nan=False)


UNCALIBRATED = Calibration()


class VerdictKind(StrEnum):
    """What is to be done with a question."""

    ANSWER = "answer"
    CHOICES = "choices"
    REFERRAL = "referral"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What was decided: the entries to show, best first, none for `UNKNOWN`.

    `confidence` is the probability that the best answer, or the referral that is shown, is right; `offered` the one
    that one of the first three entries is. `lacking` names what keeps the question from being answered: what it names
    and the best answer does not have, or a topic of the library that no entry is about; empty without one. `beside`
    tells of the one entry that is offered that it is about what was asked, and does not hold what was wanted of it.
    """

    kind: VerdictKind
    entry_ids: tuple[str, ...] = ()
    confidence: float = 0.0
    offered: float = 0.0
    lacking: str = ""
    beside: bool = False


@dataclass(frozen=True)
class Policy:
    """How it is decided; whether a topic of the library is named that no entry is about, an office says."""

    model: Model
    utility: Utility = Utility()
    calibration: Calibration = UNCALIBRATED
    names_topics: bool = True

    def decide(self, index: Index, evidence: Evidence, ranking: Ranking) -> Verdict:
        """Answer, offer choices, refer, or admit that nothing is known.

        The best answer is shown where that is worth most, else the first entries as choices. Where a referral is
        likelier than any of the choices, it is shown in their place: it promises nothing. Where nothing would be worth
        to be shown, it still is, if it is likely enough and the question is not about what no entry is about. No answer
        is given to a question on what it does not have, on a topic that no entry is about unless it has half of its
        words, or where nothing but a sentence of the answer speaks for an entry of one phrasing.
        """
        answer, referral = ranking.first_of(~index.is_referral), ranking.first_of(index.is_referral)
        refers = float(ranking.probabilities[referral]) if referral is not None else 0.0
        right = offered = 0.0
        if answer is not None:
            right, offered = self.model.confidence(index, evidence, ranking, answer)
            by = self.calibration
            right = moved(right, by.scale, by.shift)
            offered = moved(offered, by.offered_scale, by.offered_shift)
            if _is_only(index, evidence, ranking, answer):
                right, offered = max(right, ONLY), max(offered, ONLY)
        is_own = answer is not None and answer == evidence.verbatim
        lacks = {} if answer is None or is_own else evidence.lacking
        named = [name for name, lacking_it in lacks.items() if lacking_it[answer]]
        topic = "" if is_own else lacking(index, evidence)
        is_off = answer is not None and not is_own and _is_off(index, evidence, answer, topic)
        utility = self.utility
        worth = {
            VerdictKind.UNKNOWN: 0.0,
            VerdictKind.ANSWER: -math.inf if named or is_off else utility.of_answer(right),
            VerdictKind.CHOICES: utility.of_choices(offered),
            VerdictKind.REFERRAL: utility.of_choices(refers),
        }
        best = max(worth, key=lambda kind: (worth[kind], kind is VerdictKind.ANSWER))
        beside = best is VerdictKind.ANSWER and answer is not None and _beside(index, evidence, answer)
        elsewhere = evidence.uncovered.max(initial=0.0) >= LACKING
        if best is VerdictKind.UNKNOWN and refers >= REFERRED and not elsewhere:
            best = VerdictKind.REFERRAL
        match best:
            case VerdictKind.ANSWER if answer is not None:
                shown: Sequence[int] = [answer]
            case VerdictKind.CHOICES if answer is not None:
                shown = choices_of(ranking, answer, UNLIKELY_BESIDE if topic else UNLIKELY)
            case VerdictKind.REFERRAL if referral is not None:
                shown, right = [referral], refers
            case _:
                shown = ()
        missed = best in {VerdictKind.CHOICES, VerdictKind.UNKNOWN}
        entry_ids = tuple(index.entries[number].id for number in shown)
        if beside:
            return Verdict(VerdictKind.CHOICES, entry_ids, right, offered, beside=True)
        missing = "・".join(named) or (topic if self.names_topics else "")
        return Verdict(best, entry_ids, right, offered, missing if missed else "")


def _is_off(index: Index, evidence: Evidence, answer: int, topic: str) -> bool:
    """Whether an answer is on something else: too few of the words, or nothing but a sentence of it is near."""
    if topic and evidence.raw["coverage"][answer] < HALF:
        return True
    if not (evidence.encoders and evidence.nouns) or index.sizes[answer] > 1:
        return False
    near = max(evidence.closeness(kind, answer) for kind in ("meaning", "topic"))
    return near < FAR and not index.matched(evidence.nouns[-1:], evidence.meanings, answer)


def _is_only(index: Index, evidence: Evidence, ranking: Ranking, answer: int) -> bool:
    """Whether an entry of one phrasing is near, has every noun of the question, and no other entry is likely."""
    if not evidence.nouns or index.sizes[answer] > 1 or evidence.closeness("meaning", answer) < NEAR:
        return False
    has = index.matched(evidence.nouns, evidence.meanings, answer)
    return has.issuperset(evidence.nouns) and choices_of(ranking, answer) == [answer]


def _beside(index: Index, evidence: Evidence, answer: int) -> bool:
    """Whether an answer does not hold what is wanted, and is not known to answer questions that want it."""
    if answer == evidence.verbatim:
        return False
    missing = {sort for sort in evidence.wanted if not has(index.entries[answer], sort)}
    if not missing:
        return False
    alike = nearest_phrasings(index, evidence, answer, NEAREST)
    whom = map(conditions, index.phrasings[index.span(answer)])
    return not missing.issubset({sort for each in alike for sort in wanted(each.text)}.union(*whom))


def lacking(index: Index, evidence: Evidence) -> str:
    """Return the name of the topic that a question is likely about while no entry is; empty without one.

    What is not asked in its words is not about a sort of job: a question about pets is not about 動物に関わる仕事.
    """
    if not len(evidence.uncovered) or evidence.uncovered.max() < LACKING:
        return ""
    number = int(evidence.uncovered.argmax())
    topic = topics()[number]
    told_of = evidence.uncovered[number] * (1 - index.subjects.told(number)) < LACKING
    of_another = topic.of_trade and not any(word in name for word in evidence.words for name in topic.names)
    return "" if told_of or of_another else topic.name


def moved(probability: float, scale: float, shift: float) -> float:
    """Return a probability whose logit is scaled and then moved."""
    if (scale, shift) == (1.0, 0.0) or not 0 < probability < 1:
        return probability
    logit = scale * math.log(probability / (1 - probability)) + shift
    return 0.5 * (1 + math.tanh(logit / 2))


def choices_of(ranking: Ranking, answer: int, unlikely: float = UNLIKELY) -> list[int]:
    """Return the first three entries of a ranking less those that are unlikely, with the best answer among them."""
    offered = ranking.first(MOST_CHOICES)
    if answer not in offered:
        offered = [*offered[: MOST_CHOICES - 1], answer]
    least = unlikely * max(ranking.probabilities[offered])
    return [number for number in offered if number == answer or ranking.probabilities[number] >= least]
