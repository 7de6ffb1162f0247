import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.questions import Question
from index.library.topics import cohort
from index.retrieval.bm25 import Floats
from index.retrieval.evidence import NEAREST, kinds, nearest_mean
from index.retrieval.search import Index

CLOSE = st.lists(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=9), min_size=1, max_size=8)


@given(CLOSE)
def test_the_nearest_of_an_entry_are_averaged_for_each_question(entries: list[list[float]]) -> None:
    sizes = np.array([len(each) for each in entries])
    closeness = np.concatenate(entries).astype(np.float32)
    found = nearest_mean(np.stack([closeness, -closeness]), np.cumsum(sizes) - sizes, sizes)
    expected = [[np.mean(sorted(sign * np.array(each))[-NEAREST:]) for each in entries] for sign in (1, -1)]
    assert found == pytest.approx(np.array(expected), abs=1e-6)


def test_many_questions_find_together_what_each_finds_alone(tiny: Index) -> None:
    texts = [*cohort()[:70], "テレワーク", ""]
    encoder = tiny.encoders[0]
    parts = list(tiny.raw_of_many(texts, {encoder.name: encoder.encode(texts)}, tiny.analyzer.analyze))
    together = {kind: np.concatenate([part[kind] for part in parts]) for kind in parts[0]}
    for number, text in enumerate(texts):
        alone = tiny.evidence(tiny.query(Question(text))).raw
        assert list(alone) == list(together)
        for kind, raw in alone.items():
            assert together[kind][number] == pytest.approx(raw, abs=1e-5), (text, kind)


def test_coverage_is_the_share_of_the_words_that_an_entry_has_or_means(tiny: Index) -> None:
    def covered(question: str) -> tuple[float, float]:
        evidence = tiny.evidence(tiny.query(Question(question)))
        return float(evidence.raw["coverage"][tiny.numbers["remote"]]), evidence.unknown

    assert covered("テレワーク") == pytest.approx((1.0, 0.0))
    assert covered("リモートワーク")[0] > 0.3  # by the dictionary's synonyms
    some, unknown = covered("テレワークと宇宙船")
    assert 0 < some < 1
    assert some + unknown == pytest.approx(1.0)
    assert covered("宇宙船") == pytest.approx((0.0, 1.0))


def test_over_the_cohort_no_entry_is_nearer_than_any_other(tiny: Index) -> None:
    """The z-norm: an entry of many phrasings has many chances, and what is chance is taken off."""
    rows: dict[str, list[Floats]] = {kind: [] for kind in kinds(["use"])}
    for question in cohort():
        raw = tiny.evidence(tiny.query(Question(question))).raw
        for kind, values in raw.items():
            rows[kind].append(tiny.compiled.norms.normalized(kind, values))
    for kind, found in rows.items():
        assert np.mean(found, axis=0) == pytest.approx(0, abs=0.02), kind
