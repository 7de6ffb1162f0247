import pytest

from faq.model import Expectation, Knowledge
from index.release.gate import Given, ReplyEffect, compare
from tests.index.builders import TINY

Q = "テレワークはできますか"
ANSWER = Given(reply="answer", ids=("remote",), text="週に二日までです。")
OTHER = Given(reply="answer", ids=("clothes",), text="私服です。")
REWORDED = Given(reply="answer", ids=("remote",), text="週に三日までです。")
CHOICES = Given(reply="choices", ids=("clothes", "remote"), text="どれでしょう。")
WRONG_CHOICES = Given(reply="choices", ids=("clothes", "place"), text="どれでしょう。")
UNKNOWN = Given(reply="unknown", text="見つかりません。")
REFERRAL = Given(reply="referral", ids=("salary",), text="人事へ。")

ANSWERED = Expectation(q=Q, gold={"remote": 1})
WITH_WORDS = Expectation(q=Q, gold={"remote": 1}, answer_has=("二日",))
UNANSWERED = Expectation(q=Q, gold={})


def knowledge(*expectations: Expectation) -> Knowledge:
    return TINY.model_copy(update={"expectations": expectations})


@pytest.mark.parametrize(
    ("expectation", "before", "after", "effect"),
    [
        (ANSWERED, ANSWER, OTHER, ReplyEffect.WRONGED),
        (WITH_WORDS, ANSWER, REWORDED, ReplyEffect.WRONGED),
        (UNANSWERED, UNKNOWN, OTHER, ReplyEffect.FALSE),
        (UNANSWERED, REFERRAL, OTHER, ReplyEffect.FALSE),
        (UNANSWERED, CHOICES, OTHER, ReplyEffect.FALSE),
        (ANSWERED, CHOICES, OTHER, ReplyEffect.WORSE),
        (ANSWERED, UNKNOWN, OTHER, ReplyEffect.WORSE),
        (ANSWERED, ANSWER, CHOICES, ReplyEffect.LOST),
        (ANSWERED, ANSWER, WRONG_CHOICES, ReplyEffect.LOST),
        (ANSWERED, ANSWER, UNKNOWN, ReplyEffect.LOST),
        (ANSWERED, ANSWER, REWORDED, ReplyEffect.CHANGED),
        (ANSWERED, UNKNOWN, ANSWER, ReplyEffect.CHANGED),
        (UNANSWERED, UNKNOWN, REFERRAL, ReplyEffect.CHANGED),
        (ANSWERED, ANSWER, ANSWER, None),
        (ANSWERED, OTHER, OTHER, None),
        (UNANSWERED, OTHER, OTHER, None),
    ],
)
def test_what_a_new_reply_does_to_an_expectation(
    expectation: Expectation, before: Given, after: Given, effect: ReplyEffect | None
) -> None:
    held = knowledge(expectation)
    report = compare(held, held, lambda _: before, lambda _: after)
    assert [finding.effect for finding in report.findings] == ([effect] if effect else [])
    assert report.refused == (effect in {ReplyEffect.WRONGED, ReplyEffect.FALSE})


@pytest.mark.parametrize(
    ("old", "new", "before", "after", "effect"),
    [
        # What was said otherwise is judged as it is said now.
        (UNANSWERED, ANSWERED, UNKNOWN, ANSWER, ReplyEffect.CHANGED),
        (UNANSWERED, ANSWERED, UNKNOWN, OTHER, ReplyEffect.WORSE),
        (ANSWERED, UNANSWERED, ANSWER, UNKNOWN, ReplyEffect.CHANGED),
        (ANSWERED, UNANSWERED, ANSWER, ANSWER, ReplyEffect.UNMET),
        (WITH_WORDS, ANSWERED, ANSWER, REWORDED, ReplyEffect.CHANGED),
        (ANSWERED, WITH_WORDS, REWORDED, REWORDED, ReplyEffect.UNMET),
        # What was deleted still counts.
        (ANSWERED, None, ANSWER, OTHER, ReplyEffect.WRONGED),
        (UNANSWERED, None, UNKNOWN, OTHER, ReplyEffect.FALSE),
        (ANSWERED, None, ANSWER, UNKNOWN, ReplyEffect.LOST),
        (ANSWERED, None, ANSWER, ANSWER, None),
        # What is new counts at once.
        (None, ANSWERED, OTHER, OTHER, ReplyEffect.UNMET),
        (None, ANSWERED, ANSWER, OTHER, ReplyEffect.WRONGED),
        (None, ANSWERED, OTHER, ANSWER, ReplyEffect.CHANGED),
    ],
)
def test_an_expectation_that_is_edited_along_does_not_hide_harm(
    old: Expectation | None, new: Expectation | None, before: Given, after: Given, effect: ReplyEffect | None
) -> None:
    served, edited = (knowledge(*filter(None, [each])) for each in (old, new))
    report = compare(served, edited, lambda _: before, lambda _: after)
    assert [finding.effect for finding in report.findings] == ([effect] if effect else [])
    assert all(finding.deleted == (new is None) for finding in report.findings)
