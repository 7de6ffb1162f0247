"""How well questions are answered that nothing was fitted on: the figures of the README, and floors below them."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.evaluation.runner import Evaluation, QuestionSet, evaluate_set
from faq.model import Expectation
from index.evaluation.judgements import IN_SCOPE, EvaluationReport, Judgement
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


def in_first_three(report: EvaluationReport) -> float:
    """Return how often an entry that may answer is among the first three; what was answered rightly is."""
    low = sum(
        miss.judgement in IN_SCOPE and miss.expectation.gold.keys().isdisjoint(miss.outcome.ranking[:3])
        for miss in report.misses
    )
    return 1 - low / report.in_scope


@pytest.mark.parametrize(("name", "right"), [("shared", 0.90), ("reporting", 0.86), ("apart", 0.86)])
def test_the_built_in_faq_answers_what_is_asked_in_other_words(
    evaluations: Mapping[str, Evaluation], name: str, right: float
) -> None:
    report = evaluations[name].report
    assert report.p_at_1 >= 0.95
    assert in_first_three(report) >= 0.98
    assert report.counts[Judgement.RIGHT] / report.in_scope >= right
    assert report.counts[Judgement.FALSE] / report.out_of_scope <= 0.05


@pytest.mark.parametrize("name", ["hospital", "maker"])
def test_an_office_that_comes_today_with_one_phrasing_an_answer_is_served(
    evaluations: Mapping[str, Evaluation], name: str
) -> None:
    """No labelled questions, no lexicon, no synonyms of its own."""
    found = evaluations[f"offices/{name}"]
    report = found.report
    shown = report.counts[Judgement.RIGHT] + report.counts[Judgement.OFFERED]
    assert in_first_three(report) >= 0.70
    assert shown / report.in_scope >= 0.60
    assert report.counts[Judgement.FALSE] / report.out_of_scope <= 0.10
    # What people try first is a question as it is written.
    release = found.release
    written = [Expectation(q=entry.question, gold={entry.id: 1}) for entry in release.index.entries]
    report = evaluate_set(release, QuestionSet("", tuple(written)), today=figures.TODAY).report
    assert report.recall_at_10 == report.p_at_1 == 1
    assert report.counts[Judgement.RIGHT] + report.counts[Judgement.OFFERED] == report.in_scope


def test_on_the_plain_faqs_of_other_employers_little_is_answered_that_no_entry_is_about(
    evaluations: Mapping[str, Evaluation],
) -> None:
    """Nearly all of their questions that must not be answered are near to what they have."""
    plain = ("care", "startup", "school", "retail", "city", "npo", "builder")
    reports = [evaluations[f"offices/{name}"].report for name in plain]
    counts = sum((Counter(report.counts) for report in reports), Counter())
    asked, others = (sum(getattr(each, name) for each in reports) for name in ("in_scope", "out_of_scope"))
    assert counts[Judgement.RIGHT] / asked >= 0.40
    assert (counts[Judgement.RIGHT] + counts[Judgement.OFFERED]) / asked >= 0.90
    assert counts[Judgement.WRONG] / asked <= 0.03
    assert counts[Judgement.FALSE] / others <= 0.10
