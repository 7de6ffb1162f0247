import re
from dataclasses import replace

import pytest

from bot.diagnosis import Diagnosis, diagnose
from faq.model import Expectation
from index.decision import Thresholds
from index.evaluation import Judgement, Miss, Outcome
from index.points import Point
from index.release.building import Release
from tests.index.builders import TINY, fit, found, release

POINTS = {
    Point.CAUTIOUS: Thresholds(answer=0.95, offer=0.4),
    Point.BALANCED: Thresholds(answer=0.8, offer=0.4),
    Point.EAGER: Thresholds(answer=0.5, offer=0.4),
}


def at(chance: float) -> Release:
    """Return a release that is as sure as that of everything."""
    return release(TINY, fit(answer=0.8, offer=0.4, chance=chance).model_copy(update={"points": POINTS}))


def miss(q: str, gold: str, judgement: Judgement, reply: str, *ids: str) -> Miss:
    return Miss(Expectation(q=q, gold={gold: 1} if gold else {}), Outcome(reply, ids, ids), judgement)


def told(found: Diagnosis) -> str:
    return "\n".join(found.remedies)


def test_the_entry_wanted_stands_beside_the_one_shown_with_what_each_term_gave() -> None:
    result = diagnose(
        at(0.9), miss("研修で服装は自由ですか", "training", Judgement.WRONG, "answer", "clothes")
    )
    assert result.wanted
    assert result.shown
    assert (result.wanted.entry_id, result.shown.entry_id) == ("training", "clothes")
    assert result.wanted.rank == 2
    assert result.shown.rank == 1
    assert sum(each.wanted for each in result.differences) == pytest.approx(result.wanted.score)
    assert sum(each.shown for each in result.differences) == pytest.approx(result.shown.score)
    gaps = [abs(each.gap) for each in result.differences]
    assert gaps == sorted(gaps, reverse=True)
    assert "服装" in [term.text for term in result.wanted.lacking]


def test_the_weight_that_would_turn_the_order_does_turn_it() -> None:
    """It is tried: with a little less than what was said the order is the other one, with a little more it is not."""
    served = at(0.9)
    wrong = miss("研修のスーツ", "clothes", Judgement.WRONG, "answer", "training")
    said = re.search(
        r"根拠「読み」の重みが ([\d.]+) 倍なら順番が入れ替わります", told(diagnose(served, wrong))
    )
    assert said
    first = []
    for nudge in (0.97, 1.03):
        weights = replace(served.index.weights, sound=served.index.weights.sound * float(said[1]) * nudge)
        first.append(found(served.index.reweighed(weights), "研修のスーツ")[0])
    assert first == ["clothes", "training"]


def test_the_terms_that_were_enough_are_named_with_what_to_add() -> None:
    wrong = miss("研修で服装は自由ですか", "training", Judgement.WRONG, "answer", "clothes")
    remedies = told(diagnose(at(0.9), wrong))
    assert "服装・自由」の差がなければ、training が先になります" in remedies
    assert "training は質問の語「服装・自由」を持っていません。also_asked に" in remedies


def test_a_false_answer_names_the_point_that_would_not_have_given_it() -> None:
    wrong = miss("服装は自由ですか", "", Judgement.FALSE, "answer", "clothes")
    result = diagnose(at(0.9), wrong)
    assert result.wanted is None
    assert result.differences == ()
    assert "動作点 cautious(回答は 0.95 以上)なら、確信度 0.90 では答えません" in told(result)
    assert "expectations.jsonl" in told(result)
    assert "どの動作点でも答える" in told(diagnose(at(0.97), wrong))


def test_a_right_entry_that_was_not_sure_enough_names_what_lacks_and_the_point_that_gives_it() -> None:
    offered = miss("服装は自由ですか", "clothes", Judgement.OFFERED, "choices", "clothes", "training")
    assert "0.80 に 0.20 足りません。動作点 eager(0.50 以上)なら答えます" in told(diagnose(at(0.6), offered))
    assert "eager" not in told(diagnose(at(0.45), offered))
    assert "質問の形でない" in told(diagnose(at(0.85), offered))


def test_an_entry_that_is_not_there_and_a_question_that_finds_nothing_are_told() -> None:
    gone = diagnose(at(0.9), miss("服装は", "gone", Judgement.WRONG, "answer", "clothes"))
    assert gone.remedies == ("期待の項目 gone がありません。IDを直してください。",)
    nothing = diagnose(at(0.9), miss("宇宙飛行", "clothes", Judgement.MISSED, "unknown"))
    assert nothing.wanted
    assert nothing.wanted.rank is None
    assert nothing.shown is None
    assert "宇宙" in told(nothing)
