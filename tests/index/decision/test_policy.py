from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.model import Knowledge
from index.analysis.questions import Question
from index.decision.model import Ranking
from index.decision.point import Point
from index.decision.policy import (
    FAR,
    HALF,
    LACKING,
    NEAR,
    ONLY,
    REFERRED,
    UNLIKELY_BESIDE,
    UTILITIES,
    Calibration,
    Policy,
    Utility,
    Verdict,
    VerdictKind,
    choices_of,
)
from index.library.topics import topics
from index.retrieval.compiling import compile_index
from index.retrieval.evidence import Evidence
from index.retrieval.search import Index
from tests.index.builders import FEW, entry, referral

ENTRIES = (entry("a", "在宅は"), entry("b", "服装は"), referral("r", "給料は"), entry("c", "研修は"))
INDEX = compile_index(Knowledge(entries=ENTRIES), cohort=FEW)
EVIDENCE = INDEX.evidence(INDEX.query(Question("在宅")))
P = st.floats(0, 1)


@dataclass
class Sure:
    """A model that is as sure as it is told."""

    right: float
    offered: float

    def confidence(self, *_: object) -> tuple[float, float]:
        return self.right, self.offered


def decided(  # noqa: PLR0913 -- what a decision depends on
    right: float,
    offered: float,
    refers: float = 0.0,
    utility: Utility = UTILITIES[Point.BALANCED],
    index: Index = INDEX,
    *,
    evidence: Evidence = EVIDENCE,
    likely: Sequence[float] = (),
    **calibration: float,
) -> Verdict:
    """Decide where the first answer, one of the choices and the referral are right with these probabilities."""
    known = np.array(likely or np.where(index.is_referral, refers, 0.1))
    ranking = Ranking(-np.arange(len(known), dtype=np.float64), {}, np.append(known, 0.0), {})
    policy = Policy(Sure(right, offered), utility, Calibration(**calibration))  # type: ignore[arg-type]  # what it asks of a model
    return policy.decide(index, evidence, ranking)


@given(P, P, P, st.sampled_from(list(UTILITIES.values())))
def test_no_other_reply_is_expected_to_be_worth_more(
    right: float, offered: float, refers: float, utility: Utility
) -> None:
    found = decided(right, max(right, offered), refers, utility)
    offer = utility.offered, utility.unhelpful
    worth = {
        VerdictKind.UNKNOWN: 0.0,
        VerdictKind.ANSWER: right * utility.right + (1 - right) * utility.wrong,
        VerdictKind.CHOICES: float(np.dot(offer, (max(right, offered), 1 - max(right, offered)))),
        VerdictKind.REFERRAL: float(np.dot(offer, (refers, 1 - refers))),
    }
    instead = found.kind is VerdictKind.REFERRAL and refers >= REFERRED
    best = VerdictKind.UNKNOWN if instead and worth[found.kind] < 0 else found.kind
    assert worth[best] == pytest.approx(max(worth.values()))
    assert 0 <= found.confidence <= 1
    match found.kind:
        case VerdictKind.ANSWER:
            assert found.entry_ids == ("a",)
        case VerdictKind.REFERRAL:
            assert found.entry_ids == ("r",)
            assert best is VerdictKind.UNKNOWN or refers >= max(right, offered)
        case VerdictKind.CHOICES:
            assert found.entry_ids[:2] == ("a", "b")
            assert found.entry_ids[2:] in {("r",), ()}
        case VerdictKind.UNKNOWN:
            assert found.entry_ids == ()
            assert refers < REFERRED


@pytest.mark.parametrize("right", [0.55, 0.7, 0.85, 0.95])
def test_a_more_careful_point_answers_less(right: float) -> None:
    kinds = [decided(right, right, utility=UTILITIES[point]).kind for point in Point]
    answered = [kind is VerdictKind.ANSWER for kind in kinds]
    assert answered == sorted(answered)
    assert decided(0.99, 0.99, utility=UTILITIES[Point.CAUTIOUS]).kind is VerdictKind.ANSWER


def test_a_referral_that_is_likely_enough_stands_where_nothing_else_would() -> None:
    """It promises nothing, and says whom to ask."""
    assert decided(0.1, 0.1, REFERRED).kind is VerdictKind.REFERRAL
    assert decided(0.1, 0.1, REFERRED - 0.01).kind is VerdictKind.UNKNOWN
    assert decided(0.1, 0.5, REFERRED).kind is VerdictKind.CHOICES
    elsewhere = replace(EVIDENCE, uncovered=np.full(len(topics()), LACKING))
    assert decided(0.1, 0.1, REFERRED, evidence=elsewhere).kind is VerdictKind.UNKNOWN


@pytest.mark.parametrize(
    ("probabilities", "answer", "choices"),
    [
        ([0.4, 0.3, 0.2, 0.1], 0, [0, 1, 2]),
        ([0.1, 0.2, 0.3, 0.4], 0, [3, 2, 0]),
        ([0.1, 0.4, 0.003, 0.005], 0, [1, 0, 3]),
        ([0.002, 0.9, 0.003, 0.004], 1, [1]),
        ([0.001, 0.9, 0.003, 0.004], 0, [1, 0]),
    ],
)
def test_the_best_answer_is_offered_wherever_it_stands_and_no_entry_that_is_unlikely_beside_another(
    probabilities: list[float], answer: int, choices: list[int]
) -> None:
    given = np.array(probabilities)
    assert choices_of(Ranking(np.log(given), {}, np.append(given, 0.0), {}), answer) == choices


def test_a_calibration_decides() -> None:
    assert decided(0.5, 0.5).kind is not VerdictKind.ANSWER
    surer = decided(0.5, 0.5, shift=3.0)
    assert surer.kind is VerdictKind.ANSWER
    assert surer.confidence > 0.95
    unsure = decided(0.9, 0.9, shift=-5.0, offered_shift=-5.0)
    assert unsure.kind is VerdictKind.UNKNOWN


@pytest.mark.parametrize(
    ("right", "offered", "otherwise", "kind"),
    [
        (0.9, 0.9, VerdictKind.ANSWER, VerdictKind.CHOICES),
        (0.2, 0.9, VerdictKind.CHOICES, VerdictKind.CHOICES),
        (0.0, 0.0, VerdictKind.UNKNOWN, VerdictKind.UNKNOWN),
    ],
)
def test_a_topic_that_no_entry_is_about_is_named_and_not_answered(
    right: float, offered: float, otherwise: VerdictKind, kind: VerdictKind
) -> None:
    uncovered = np.zeros(len(topics()))
    for likely, wanted in (
        (LACKING, (kind, topics()[3].name)),
        (LACKING - 0.01, (otherwise, "")),
    ):
        uncovered[3] = likely
        asked = replace(EVIDENCE, raw={**EVIDENCE.raw, "coverage": np.full(len(ENTRIES), HALF - 0.01)})
        verdict = decided(right, offered, evidence=replace(asked, uncovered=uncovered))
        assert (verdict.kind, verdict.lacking) == wanted


@pytest.mark.parametrize(("verbatim", "coverage"), [(0, 0.0), (None, HALF)])
def test_what_an_entry_has_word_for_word_or_by_half_is_answered_whatever_it_seems_to_be_about(
    verbatim: int | None, coverage: float
) -> None:
    evidence = replace(
        EVIDENCE,
        raw={**EVIDENCE.raw, "coverage": np.full(len(ENTRIES), coverage)},
        uncovered=np.full(len(topics()), LACKING),
        verbatim=verbatim,
    )
    assert decided(0.9, 0.9, evidence=evidence).kind is VerdictKind.ANSWER


def test_beside_a_topic_that_is_lacking_only_what_is_nearly_as_likely_is_offered() -> None:
    likely = (0.5, 0.6 * UNLIKELY_BESIDE, 0.4 * UNLIKELY_BESIDE, 0.0)
    elsewhere = replace(EVIDENCE, uncovered=np.full(len(topics()), LACKING))
    for evidence, offered in ((EVIDENCE, ("a", "b", "r")), (elsewhere, ("a", "b"))):
        assert decided(0.1, 0.9, evidence=evidence, likely=likely).entry_ids == offered


def asked(index: Index, nouns: tuple[str, ...], meaning: float, topic: float) -> Evidence:
    """Return what a question found whose nouns and closeness to every entry are these."""
    found = index.evidence(index.query(Question("在宅")))
    near = {"meaning:e": np.full(len(index.entries), meaning), "topic:e": np.full(len(index.entries), topic)}
    return replace(found, raw={**found.raw, **near}, passages={"e": np.zeros(0)}, nouns=nouns)


@pytest.mark.parametrize(
    ("nouns", "meaning", "topic", "also_asked", "kind"),
    [
        (("在宅", "手当"), FAR - 0.01, FAR - 0.01, (), VerdictKind.CHOICES),
        (("手当", "在宅"), FAR - 0.01, FAR - 0.01, (), VerdictKind.ANSWER),
        ((), FAR - 0.01, FAR - 0.01, (), VerdictKind.ANSWER),
        (("在宅", "手当"), FAR, FAR - 0.01, (), VerdictKind.ANSWER),
        (("在宅", "手当"), FAR - 0.01, FAR, (), VerdictKind.ANSWER),
        (("在宅", "手当"), FAR - 0.01, FAR - 0.01, ("自宅では",), VerdictKind.ANSWER),
    ],
)
def test_what_lacks_the_last_noun_is_answered_only_where_its_question_or_topic_is_near(
    nouns: tuple[str, ...], meaning: float, topic: float, also_asked: tuple[str, ...], kind: VerdictKind
) -> None:
    """集団討論のテーマ is not answered by what tells that there is a 集団討論."""
    first = ENTRIES[0].model_copy(update={"also_asked": also_asked})
    index = compile_index(Knowledge(entries=(first, *ENTRIES[1:])))
    assert decided(0.9, 0.9, index=index, evidence=asked(index, nouns, meaning, topic)).kind is kind


@pytest.mark.parametrize(
    ("nouns", "meaning", "likely", "also_asked", "kind"),
    [
        (("在宅",), NEAR, (0.5, 0.0, 0.0, 0.0), (), VerdictKind.ANSWER),
        (("在宅", "手当"), NEAR, (0.5, 0.0, 0.0, 0.0), (), VerdictKind.CHOICES),
        ((), NEAR, (0.5, 0.0, 0.0, 0.0), (), VerdictKind.CHOICES),
        (("在宅",), NEAR - 0.01, (0.5, 0.0, 0.0, 0.0), (), VerdictKind.CHOICES),
        (("在宅",), NEAR, (0.5, 0.1, 0.0, 0.0), (), VerdictKind.CHOICES),
        (("在宅",), NEAR, (0.5, 0.0, 0.0, 0.0), ("自宅では",), VerdictKind.CHOICES),
    ],
)
def test_an_entry_without_a_rival_that_has_all_nouns_and_is_near_is_the_answer(
    nouns: tuple[str, ...],
    meaning: float,
    likely: Sequence[float],
    also_asked: tuple[str, ...],
    kind: VerdictKind,
) -> None:
    """Choices of one would only ask whether the entry is meant."""
    first = ENTRIES[0].model_copy(update={"also_asked": also_asked})
    index = compile_index(Knowledge(entries=(first, *ENTRIES[1:])))
    evidence = asked(index, nouns, meaning, 1.0)
    verdict = decided(0.3, 0.5, index=index, evidence=evidence, likely=likely)
    assert (verdict.kind, verdict.confidence) == (kind, ONLY if kind is VerdictKind.ANSWER else 0.3)
    assert verdict.entry_ids[0] == "a"
