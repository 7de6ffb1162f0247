"""How well questions are answered that nothing was fitted on: the figures of the README, and floors below them."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.evaluation.runner import Evaluation, QuestionSet, evaluate_set
from faq.model import Expectation
from index.evaluation.judgements import IN_SCOPE, Judgement
from tests.bench import figures
from tests.conftest import linked


@pytest.fixture(scope="module")
def evaluations(compiled_builtin: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Evaluation]:
    home = tmp_path_factory.mktemp("figures")
    found = figures.evaluations(linked(compiled_builtin, home / "home"))
    return {each.asked.name: each for each in found}


def test_they_are_those_that_their_command_prints(evaluations: Mapping[str, Evaluation]) -> None:
    """They are renewed by `python -m tests.bench.figures --write`."""
    told = figures.shown()
    if not told.endswith(figures.made_with()):
        made, here = told.strip().splitlines()[-1], figures.made_with().strip()
        pytest.skip(f"README's figures are of other versions, which cut words otherwise: {made} Here: {here}")
    found = figures.table(evaluations.values())
    assert told.startswith(found)


PLAIN = tuple(f"offices/{name}" for name in ("care", "startup", "school", "retail", "city", "npo", "builder"))
FLOORS = {
    # Of what is asked in other words: right, right or offered, first of the ranking, among its first three, at least;
    # wrong, and of what must not be answered answered all the same, at most.
    ("shared",): (0.90, 0.95, 0.95, 0.98, 0.03, 0.05),
    ("reporting",): (0.86, 0.95, 0.95, 0.98, 0.03, 0.05),
    ("apart",): (0.86, 0.95, 0.95, 0.98, 0.03, 0.05),
    # One phrasing an answer, no labelled questions, no lexicon, no synonyms of their own.
    ("offices/hospital",): (0.00, 0.60, 0.55, 0.70, 0.03, 0.10),
    ("offices/maker",): (0.00, 0.60, 0.55, 0.70, 0.03, 0.10),
    PLAIN: (0.40, 0.90, 0.85, 0.90, 0.03, 0.10),
}


@pytest.mark.parametrize("names", FLOORS)
def test_what_is_asked_is_answered_or_offered_and_little_else_is(
    evaluations: Mapping[str, Evaluation], names: tuple[str, ...]
) -> None:
    right, shown, first, near, wrong, false = FLOORS[names]
    reports = [evaluations[name].report for name in names]
    counts = sum((Counter(report.counts) for report in reports), Counter())
    asked, others = (sum(getattr(each, name) for each in reports) for name in ("in_scope", "out_of_scope"))
    misses = [miss for report in reports for miss in report.misses if miss.judgement in IN_SCOPE]
    low = [miss for miss in misses if miss.expectation.gold.keys().isdisjoint(miss.outcome.ranking[:3])]
    assert counts[Judgement.RIGHT] / asked >= right
    assert (counts[Judgement.RIGHT] + counts[Judgement.OFFERED]) / asked >= shown
    assert sum(report.p_at_1 * report.in_scope for report in reports) / asked >= first
    assert 1 - len(low) / asked >= near
    assert counts[Judgement.WRONG] / asked <= wrong
    assert counts[Judgement.FALSE] / others <= false


@pytest.mark.parametrize("name", ["hospital", "maker"])
def test_a_question_as_it_is_written_which_people_try_first_is_answered_or_offered(
    evaluations: Mapping[str, Evaluation], name: str
) -> None:
    release = evaluations[f"offices/{name}"].release
    written = tuple(Expectation(q=entry.question, gold={entry.id: 1}) for entry in release.index.entries)
    report = evaluate_set(release, QuestionSet("", written), today=figures.TODAY).report
    assert report.p_at_1 == 1
    assert report.counts[Judgement.RIGHT] + report.counts[Judgement.OFFERED] == report.in_scope
