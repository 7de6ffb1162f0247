"""How well questions are answered that nothing was fitted on: floors, below which a change makes it worse."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from faq.loading.loader import load
from faq.model import Expectation
from index.analysis.questions import question
from index.evaluation.judgements import Judgement, Outcome, Report, evaluate
from index.release.building import Release, build
from index.retrieval.encoder import SentenceEncoder

DATA = Path(__file__).parents[2] / "data"


def labelled(folder: Path) -> list[Expectation]:
    """Return the questions of a folder, each in a message of its own."""
    return [
        Expectation.model_validate_json(line)
        for name in ("in_scope", "out_of_scope")
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def asked(release: Release, questions: Sequence[Expectation]) -> tuple[Report, float]:
    """Return how it went, and how often one of the first three entries was right."""
    reader = release.reader(exclude_learned=True)

    @cache
    def ask(text: str) -> Outcome:
        reading = reader.read(question(text))
        ranking = tuple(entry_id for entry_id, _ in reading.ranking)
        return Outcome(reading.verdict.kind.value, reading.verdict.entry_ids, ranking)

    in_scope = [each for each in questions if each.gold]
    first = sum(not each.gold.keys().isdisjoint(ask(each.q).ranking[:3]) for each in in_scope)
    return evaluate(questions, ask), first / len(in_scope)


@pytest.mark.parametrize(("name", "right"), [("shared", 0.90), ("reporting", 0.86), ("apart", 0.86)])
def test_the_built_in_faq_answers_what_is_asked_in_other_words(
    whole: Release, name: str, right: float
) -> None:
    report, first = asked(whole, labelled(DATA / name))
    assert first >= 0.98
    assert report.counts[Judgement.RIGHT] / report.in_scope >= right
    assert report.counts[Judgement.FALSE] / report.out_of_scope <= 0.05


@pytest.mark.parametrize("name", ["hospital", "maker"])
def test_an_office_that_comes_today_with_one_phrasing_an_answer_is_served(
    use: SentenceEncoder, name: str
) -> None:
    """No labelled questions, no lexicon, no synonyms of its own."""
    folder = DATA / "offices" / name
    release = build(load(folder / "faq.jsonl"), [use])
    report, first = asked(release, labelled(folder))
    shown = report.counts[Judgement.RIGHT] + report.counts[Judgement.OFFERED]
    assert first >= 0.70
    assert shown / report.in_scope >= 0.60
    assert report.counts[Judgement.FALSE] / report.out_of_scope <= 0.10
    # What people try first is a question as it is written.
    written = [Expectation(q=entry.question, gold={entry.id: 1}) for entry in release.index.entries]
    report, first = asked(release, written)
    assert first == 1
    assert report.counts[Judgement.RIGHT] + report.counts[Judgement.OFFERED] == report.in_scope
