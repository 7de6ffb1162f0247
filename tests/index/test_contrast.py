import pytest

from faq.model import Knowledge, Lexicon
from index.compiling import compile_index
from index.contrast import contrasted
from index.decision import VerdictKind, decide
from tests.index.builders import entry, fit, referral

SET = Knowledge(
    entries=(
        entry("fresh", "新卒の研修はありますか", answer="入都時にあります。"),
        entry("mid", "中途の研修はありますか", answer="配属先であります。"),
        entry("clothes", "服装は自由ですか", "スーツは必要ですか"),
        entry("moving", "異動の希望は出せますか"),
        referral("place", "研修の場所はどこですか"),
        referral("salary", "給料はいくらですか"),
    ),
    lexicon=Lexicon(groups=(("中途", "キャリア採用"),)),
)
INDEX = compile_index(SET)
SURE = fit(answer=0.5, offer=0.2, chance=0.9)


@pytest.mark.parametrize("question", ["研修はありますか", "研修"])
def test_a_question_that_does_not_say_which_of_two_it_means_gets_both(question: str) -> None:
    found = decide(INDEX, INDEX.score(INDEX.query(question)), SURE)
    assert found.kind is VerdictKind.CHOICES
    assert set(found.entry_ids) == {"fresh", "mid"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [("新卒の研修はありますか", "fresh"), ("キャリア採用の研修はありますか", "mid"), ("服装は", "clothes")],
)
def test_a_question_that_says_which_it_means_is_answered(question: str, answer: str) -> None:
    found = decide(INDEX, INDEX.score(INDEX.query(question)), SURE)
    assert (found.kind, found.entry_ids) == (VerdictKind.ANSWER, (answer,))


def test_what_was_talked_about_tells_the_two_apart() -> None:
    scores = INDEX.score(INDEX.query("研修は"), {"mid": 8.0})
    found = decide(INDEX, scores, SURE)
    assert (found.kind, found.entry_ids) == (VerdictKind.ANSWER, ("mid",))


def test_phrasings_that_differ_by_much_are_about_different_things() -> None:
    far = Knowledge(
        entries=(
            entry("a", "研修に参加する職員の交通費と宿泊費"),
            entry("b", "研修の講師を務める技術者の略歴"),
        )
    )
    index = compile_index(far)
    scores = index.score(index.query("研修"))
    first = int(scores.order[0])
    assert contrasted(index, scores, first) is None


def test_a_word_that_neither_has_may_tell_the_two_apart() -> None:
    scores = INDEX.score(INDEX.query("宇宙の研修はありますか"))
    assert contrasted(INDEX, scores, int(scores.order[0])) is None


def test_a_question_of_which_no_word_is_known_contrasts_nothing() -> None:
    scores = INDEX.score(INDEX.query("ありますか"))
    assert all(contrasted(INDEX, scores, number) is None for number in scores.order.tolist())
