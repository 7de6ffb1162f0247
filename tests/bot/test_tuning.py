from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest

from bot.choice import Choice, Tuned
from bot.evaluating import outcome_of
from bot.keeping import kept_tuning
from bot.parts import Part
from bot.tuned import MEASURES, Verdict, changed_weights, figures, verdict
from bot.tuning import is_expected, tune
from faq.model import Expectation, Knowledge
from index.bootstrap import interval
from index.channel import Weights
from index.compiling import standard_weights
from index.embeddings import Asked, Model
from index.evaluation import Outcome, evaluate
from index.heldout import FOLDS, Fold, folds
from index.points import Point
from index.release.building import Release, build, weights_of
from index.release.tuned import tuned_weights
from index.tuning import Scope
from tests.bot.labelled import questions
from tests.index.builders import BY_WORDS, TINY
from tests.index.embedders import known

TODAY = date(2025, 6, 1)
ASKED = questions(3)


@pytest.fixture(scope="module")
def release() -> Release:
    return build(TINY)


@pytest.fixture(scope="module")
def found(release: Release) -> Tuned:
    return tune(release, ASKED, (), today=TODAY)


def relabelled(fold: int, asked: Sequence[Expectation] = ASKED) -> tuple[Expectation, ...]:
    """Return the questions with other labels on those that one fold judges: what had an answer has none."""
    return tuple(
        each.model_copy(update={"gold": {} if each.gold else {"place": 1}})
        if number % FOLDS == fold
        else each
        for number, each in enumerate(asked)
    )


def of_fold(outcomes: Sequence[Outcome], fold: int) -> list[Outcome]:
    return list(outcomes[fold::FOLDS])


def test_what_a_question_gets_does_not_depend_on_its_own_label(release: Release, found: Tuned) -> None:
    """Nor on that of any other that is judged with it: else it would be judged by what was chosen on it."""
    other = tune(release, relabelled(3), (), today=TODAY)
    assert of_fold(other.after, 3) == of_fold(found.after, 3)
    assert other.after != found.after
    assert other.new != found.new


def test_questions_in_the_same_words_are_judged_together(release: Release) -> None:
    """One of them in the training of the other would be the same leak."""
    twice = [*ASKED, *(each.model_copy(update={"q": f"{each.q}?"}) for each in ASKED[1:])]
    right = tune(release, twice, (), today=TODAY, only=Part.THRESHOLDS)
    wrong = [*ASKED, *(each.model_copy(update={"q": f"{each.q}?"}) for each in relabelled(0)[1:])]
    wrong = [*relabelled(0)[: len(ASKED)], *wrong[len(ASKED) :]]
    other = tune(release, wrong, (), today=TODAY, only=Part.THRESHOLDS)
    count = len(ASKED)
    judged = [row for row in range(len(twice)) if (row if row < count else row - count + 1) % FOLDS == 0]
    assert [other.after[row] for row in judged] == [right.after[row] for row in judged]
    assert other.after != right.after


def taught(expectations: Sequence[Expectation]) -> tuple[Release, tuple[Fold, ...]]:
    knowledge = Knowledge(entries=TINY.entries, lexicon=TINY.lexicon, expectations=tuple(expectations))
    return build(knowledge), tuple(folds(knowledge, standard_weights(knowledge)))


def test_expectations_too_get_nothing_from_their_own_label() -> None:
    """The index that is asked was not taught it, so that its ranking does not hang on its label.

    Its decision may, by a trace: the indexes of the other folds were taught it, and the confidence is fitted there.
    """
    asked = [*ASKED, *questions(5)[len(ASKED) :]]
    release, held = taught(asked)
    assert release.fit.asked == len(asked)
    right = tune(release, asked, held, today=TODAY, only=Part.THRESHOLDS)
    assert right.expected == len(asked)
    relabelled_release, relabelled_held = taught(relabelled(2, asked))
    other = tune(relabelled_release, relabelled(2, asked), relabelled_held, today=TODAY, only=Part.THRESHOLDS)
    for old, new in ((right.after, other.after), (right.before, other.before)):
        assert [each.ranking for each in of_fold(new, 2)] == [each.ranking for each in of_fold(old, 2)]
    assert [each.ranking for each in other.after] != [each.ranking for each in right.after]


def test_a_word_that_only_the_judged_question_taught_is_not_known() -> None:
    """Each has a word of its own that no other text has: an index that was taught it would find its entry by it."""
    names = ("remote", "clothes", "training", "grant")
    made_up = [
        Expectation(q=f"{sound}{tail}", gold={names[number % 4]: 1})
        for number, (sound, tail) in enumerate(
            (sound, tail)
            for sound in ("ヌボメ", "ペユギ", "ゾワヌ", "ギョボ", "リャペ")
            for tail in ("ザポ", "ビヌ", "ゴヨ", "ケピャ")
        )
    ]
    release, held = taught(made_up)
    known = evaluate(made_up, lambda q: Outcome("", (), tuple(_ranked(release, q))))
    assert known.p_at_1 == 1
    told = tune(release, made_up, held, today=TODAY)
    assert figures(told)["p_at_1"].after.estimate < 0.5
    assert figures(told)["p_at_1"].before.estimate < 0.5


def _ranked(release: Release, q: str) -> Iterator[str]:
    index = release.index
    scores = index.score(index.query(q))
    yield from (index.entries[number].id for number in scores.order)


def test_before_is_what_the_release_gives(release: Release, found: Tuned) -> None:
    assert found.before == tuple(outcome_of(release, each.q, today=TODAY) for each in ASKED)
    assert found.questions == ASKED
    assert (found.old.weights, found.old.fit) == (release.index.weights, release.fit)


def test_the_same_questions_choose_the_same(release: Release, found: Tuned) -> None:
    assert tune(release, ASKED, (), today=TODAY) == found


def test_one_part_alone_leaves_the_other(release: Release, found: Tuned) -> None:
    assert (found.scope, found.fitted) == (Scope(confidence=False, thresholds=True), True)
    thresholds = tune(release, ASKED, (), today=TODAY, only=Part.THRESHOLDS)
    assert thresholds.new.weights == release.index.weights
    assert thresholds.new.fit.points != release.fit.points
    weights = tune(release, ASKED, (), today=TODAY, only=Part.WEIGHTS)
    assert weights.new.fit == release.fit
    assert weights.new.weights == found.new.weights


def test_few_questions_of_a_sort_leave_the_thresholds(release: Release) -> None:
    few = [each for each in ASKED if each.gold] + [each for each in ASKED if not each.gold][:19]
    told = tune(release, few, (), today=TODAY, only=Part.THRESHOLDS)
    assert (told.scope.thresholds, told.fitted) == (False, False)
    assert told.new == told.old
    assert told.after == told.before


def test_the_point_decides_by_which_thresholds_is_judged(release: Release) -> None:
    cautious, eager = (
        tune(release.at(point), ASKED, (), today=TODAY, only=Part.THRESHOLDS)
        for point in (Point.CAUTIOUS, Point.EAGER)
    )
    answered = [sum(each.reply == "answer" for each in told.after) for told in (cautious, eager)]
    assert answered[0] < answered[1]
    assert cautious.new.fit.points == eager.new.fit.points


def test_a_weight_that_misleads_is_lowered_and_the_change_is_beyond_chance() -> None:
    """Answers that count forty times as much as they should drown the questions."""
    told = tune(build(TINY, replace(standard_weights(TINY), answer=20.0)), questions(5), (), today=TODAY)
    assert changed_weights(told)["answer"] == (20.0, 0.0)
    assert figures(told)["p_at_1"].difference.low > 0
    assert verdict(figures(told)) is Verdict.BETTER


@pytest.fixture(scope="module")
def embedding() -> Release:
    """Build a release with a server, whose answers' embeddings count forty times as much as they should."""
    embedded = known(TINY, *(each.q for each in ASKED))

    def asks(_model: Model, texts: Sequence[str]) -> Asked:
        return Asked({text: vector for text in texts if (vector := embedded.question(text)) is not None})

    release = build(TINY, replace(standard_weights(TINY), answer_embedding=200.0), embedded=embedded)
    return replace(release, embed_questions=asks)


def test_a_weight_of_embeddings_that_misleads_is_lowered_and_kept_for_that_model(embedding: Release) -> None:
    told = tune(embedding, ASKED, (), today=TODAY, only=Part.WEIGHTS)
    before, after = changed_weights(told)["answer_embedding"]
    assert before == 200
    assert after < before
    assert figures(told)["p_at_1"].difference.low > 0
    kept = kept_tuning(embedding, told, TODAY)
    assert kept.embedded is not None
    assert kept.embedded.weights["answer_embedding"] == after
    assert "answer_embedding" not in kept.weights
    tuned, name = TINY.model_copy(update={"tuning": kept}), known(TINY).name
    assert weights_of(tuned, embeddings=name).answer_embedding == after
    assert weights_of(tuned, embeddings=f"{name} another") == tuned_weights(standard_weights(TINY), kept)
    assert weights_of(tuned).answer_embedding == standard_weights(TINY).answer_embedding


def test_questions_without_their_embeddings_are_judged_too(embedding: Release, release: Release) -> None:
    told = tune(embedding, ASKED, (), today=TODAY, only=Part.THRESHOLDS)
    assert told.away is not None
    assert told.before == tuple(outcome_of(embedding, each.q, today=TODAY) for each in ASKED)
    alone = replace(embedding, embed_questions=None)
    assert told.away.before == tuple(outcome_of(alone, each.q, today=TODAY) for each in ASKED)
    assert told.away.before != told.before
    assert tune(release, ASKED, (), today=TODAY, only=Part.THRESHOLDS).away is None


def test_figures_are_those_of_the_evaluation(found: Tuned) -> None:
    told = figures(found)
    for side, outcomes in (("before", found.before), ("after", found.after)):
        given = dict(zip((each.q for each in ASKED), outcomes, strict=True))
        report = evaluate(ASKED, lambda q, given=given: given[q])  # type: ignore[misc]
        for name in ("right", "offered", "missed", "wrong", "wrong_choices", "false"):
            share = report.counts[name] / (report.out_of_scope if name == "false" else report.in_scope)  # type: ignore[index]
            assert getattr(told[name], side).estimate == pytest.approx(share)
        for name in ("p_at_1", "mrr", "ndcg_at_10", "recall_at_10"):
            assert getattr(told[name], side).estimate == pytest.approx(getattr(report, name))
        net = report.counts["right"] - report.counts["wrong"] - report.counts["false"]  # type: ignore[index]
        assert getattr(told["net"], side).estimate == pytest.approx(net / len(ASKED))
    assert list(told) == list(MEASURES)
    inside = sum(bool(each.gold) for each in ASKED)
    assert [told[name].questions for name in ("net", "right", "false")] == [
        len(ASKED),
        inside,
        len(ASKED) - inside,
    ]


def judged(replies: Sequence[tuple[str, str]]) -> Tuned:
    """Return questions for the remote entry with the replies before and after: "right", "wrong" or "none"."""
    ids = {"right": ("remote",), "wrong": ("place",), "none": ()}

    def outcome(reply: str) -> Outcome:
        return Outcome("answer" if ids[reply] else "unknown", ids[reply], ids[reply])

    same = Choice(Weights(), BY_WORDS)
    return Tuned(
        questions=tuple(Expectation(q=f"質問{number}", gold={"remote": 1}) for number in range(len(replies))),
        before=tuple(outcome(before) for before, _ in replies),
        after=tuple(outcome(after) for _, after in replies),
        old=same,
        new=same,
        scope=Scope(confidence=True, thresholds=True),
        fitted=True,
        expected=0,
        earlier=None,
    )


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([("none", "right")] * 8 + [("right", "right")] * 40, Verdict.BETTER),
        ([("none", "right")] * 2 + [("right", "right")] * 40, Verdict.CHANCE),
        ([("right", "none")] * 8 + [("right", "right")] * 40, Verdict.WORSE),
        ([("none", "right")] * 8 + [("none", "wrong")] * 8 + [("right", "right")] * 40, Verdict.CHANCE),
        ([("none", "wrong")] * 8 + [("none", "none")] * 40, Verdict.WORSE),
        ([("wrong", "none")] * 8 + [("none", "none")] * 40, Verdict.BETTER),
    ],
)
def test_a_change_is_called_by_right_answers_less_wrong_ones(
    replies: list[tuple[str, str]], expected: Verdict
) -> None:
    told = figures(judged(replies))
    assert verdict(told) is expected
    assert "false" not in told
    worth = {"right": 1.0, "wrong": -1.0, "none": 0.0}
    assert told["net"].difference == interval([worth[after] - worth[before] for before, after in replies])


def test_every_bar_is_filled_but_that_of_a_search_that_ends_early(release: Release) -> None:
    bars: list[list[int]] = []

    @contextmanager
    def bar(_title: str, steps: int) -> Iterator[object]:
        bars.append([steps, 0])

        def step() -> None:
            bars[-1][1] += 1

        yield step

    tune(release, ASKED, (), today=TODAY, bar=bar)  # type: ignore[arg-type]
    _, searching, *_, asking = bars
    assert searching[0] >= searching[1] > 0
    assert asking == [2 * len(ASKED), 2 * len(ASKED)]
    assert all(steps == done for steps, done in bars if [steps, done] != searching)


def test_questions_are_expected_if_one_is_in_the_same_words(release: Release) -> None:
    assert not is_expected(release, ASKED)
    known, _ = taught(ASKED[:1])
    assert is_expected(known, [*ASKED[5:], ASKED[0].model_copy(update={"q": f"{ASKED[0].q}?"})])
