import pytest

from bot.evaluation.error_analysis import Diagnosis, diagnose
from faq.model import Expectation
from index.evaluation.judgements import Judgement, Miss, Outcome
from tests.bot.deciding import release

SERVED = release()


def miss(q: str, gold: str, judgement: Judgement, reply: str, *ids: str) -> Miss:
    return Miss(Expectation(q=q, gold={gold: 1} if gold else {}), Outcome(reply, ids, ids), judgement)


def told(found: Diagnosis) -> str:
    return "\n".join(found.remedies)


def test_the_entry_wanted_stands_beside_the_one_shown_with_what_each_kind_gave() -> None:
    wrong = miss("研修で服装は自由ですか", "training", Judgement.WRONG, "answer", "clothes")
    result = diagnose(SERVED, wrong)
    assert result.wanted
    assert result.shown
    assert (result.wanted.entry_id, result.shown.entry_id) == ("training", "clothes")
    assert result.wanted.rank == 2
    assert result.shown.rank == 1
    assert sum(each.gap for each in result.differences) == pytest.approx(
        result.wanted.score - result.shown.score
    )
    gaps = [abs(each.gap) for each in result.differences]
    assert gaps == sorted(gaps, reverse=True)
    assert "clothes より前にするには、差" in told(result)
    assert "training は質問の語「服装・自由」を持っていません。also_asked に" in told(result)


def test_a_false_answer_is_to_be_expected_or_referred() -> None:
    result = diagnose(SERVED, miss("服装は自由ですか", "", Judgement.FALSE, "answer", "clothes"))
    assert (result.wanted, result.differences) == (None, ())
    assert result.shown
    assert result.shown.entry_id == "clothes"
    assert "expectations.jsonl" in told(result)


def test_a_right_entry_that_was_not_sure_enough_is_told() -> None:
    offered = miss("服装は自由ですか", "clothes", Judgement.OFFERED, "choices", "clothes", "training")
    assert "clothes が1位ですが、答えるには確信度が足りないか、質問の形でありません" in told(
        diagnose(SERVED, offered)
    )


def test_an_entry_that_is_not_there_is_told() -> None:
    gone = diagnose(SERVED, miss("服装は", "gone", Judgement.WRONG, "answer", "clothes"))
    assert gone.remedies == ("期待の項目 gone がありません。IDを直してください。",)


def test_of_a_question_without_known_words_all_words_lack() -> None:
    nothing = diagnose(SERVED, miss("宇宙飛行", "clothes", Judgement.MISSED, "unknown"))
    assert nothing.wanted
    assert "宇宙" in told(nothing)
