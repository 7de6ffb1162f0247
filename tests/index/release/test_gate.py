import pytest

from faq.model import Expectation
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


@pytest.mark.parametrize(
    ("old", "new", "before", "after", "effect"),
    [
        (ANSWERED, ANSWERED, ANSWER, OTHER, ReplyEffect.WRONGED),
        (WITH_WORDS, WITH_WORDS, ANSWER, REWORDED, ReplyEffect.WRONGED),
        (UNANSWERED, UNANSWERED, UNKNOWN, OTHER, ReplyEffect.FALSE),
        (UNANSWERED, UNANSWERED, REFERRAL, OTHER, ReplyEffect.FALSE),
        (UNANSWERED, UNANSWERED, CHOICES, OTHER, ReplyEffect.FALSE),
        (ANSWERED, ANSWERED, CHOICES, OTHER, ReplyEffect.WORSE),
        (ANSWERED, ANSWERED, UNKNOWN, OTHER, ReplyEffect.WORSE),
        (ANSWERED, ANSWERED, ANSWER, CHOICES, ReplyEffect.LOST),
        (ANSWERED, ANSWERED, ANSWER, WRONG_CHOICES, ReplyEffect.LOST),
        (ANSWERED, ANSWERED, ANSWER, UNKNOWN, ReplyEffect.LOST),
        (ANSWERED, ANSWERED, ANSWER, REWORDED, ReplyEffect.CHANGED),
        (ANSWERED, ANSWERED, UNKNOWN, ANSWER, ReplyEffect.CHANGED),
        (UNANSWERED, UNANSWERED, UNKNOWN, REFERRAL, ReplyEffect.CHANGED),
        (ANSWERED, ANSWERED, ANSWER, ANSWER, None),
        (ANSWERED, ANSWERED, OTHER, OTHER, None),
        (UNANSWERED, UNANSWERED, OTHER, OTHER, None),
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
def test_what_a_new_reply_does_to_an_expectation_which_hides_no_harm_if_it_is_edited_along(
    old: Expectation | None, new: Expectation | None, before: Given, after: Given, effect: ReplyEffect | None
) -> None:
    served, edited = (
        TINY.model_copy(update={"expectations": tuple(filter(None, [each]))}) for each in (old, new)
    )
    report = compare(served, edited, lambda _: before, lambda _: after)
    assert [finding.effect for finding in report.findings] == ([effect] if effect else [])
    assert report.refused == (effect in {ReplyEffect.WRONGED, ReplyEffect.FALSE})
    assert all(finding.deleted == (new is None) for finding in report.findings)
