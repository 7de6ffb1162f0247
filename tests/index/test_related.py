from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.model import Lexicon
from faq.reading import builtin, load
from index import related
from index.analyzer import Analyzer
from index.related import NEAREST, Related, never_joined
from index.vectors import Vectors, WordVectors, open_vectors, write_table
from tests.index.test_vectors import needs_package

ANGLES = {f"w{angle}": angle for angle in (0, 5, 10, 20, 30, 40, 50, 59, 61, 90, 180)}
"""Words as directions in a plane: cosines are those of the angles between them."""


def plane(folder: Path, angles: Mapping[str, float]) -> WordVectors:
    radians = np.deg2rad(list(angles.values()))
    found: Vectors = np.column_stack([np.cos(radians), np.sin(radians)]).astype(np.float32)
    write_table([(word, row) for row, word in enumerate(angles)], found, folder)
    return WordVectors(folder)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    return plane(tmp_path_factory.mktemp("table"), ANGLES)


def near(table: WordVectors, word: str, *never: tuple[str, str]) -> list[str]:
    return list(Related([*ANGLES, "unknown"], table, frozenset(map(frozenset, never))).near(word))


def test_the_nearest_come_first_and_there_are_five_at_most(table: WordVectors) -> None:
    assert near(table, "w0") == ["w5", "w10", "w20", "w30", "w40"]
    assert len(near(table, "w0")) == NEAREST


def test_a_cosine_of_a_half_is_near_and_less_is_not(table: WordVectors) -> None:
    few = Related(["w0", "w59", "w61"], table, frozenset())
    assert few.near("w0") == pytest.approx({"w59": np.cos(np.deg2rad(59))}, abs=1e-3)
    assert Related(["w180", "w90"], table, frozenset()).near("w0") == {}


@pytest.mark.parametrize("word", ANGLES)
def test_no_word_is_near_itself(table: WordVectors, word: str) -> None:
    assert word not in near(table, word)


def test_words_of_one_vector_are_near_with_one_at_most(tmp_path: Path) -> None:
    same = plane(tmp_path, {"給料": 33, "給与": 33})
    assert Related(["給与"], same, frozenset()).near("給料") == pytest.approx({"給与": 1.0}, abs=1e-3)
    assert max(Related(["給与"], same, frozenset()).near("給料").values()) <= 1


def test_a_forbidden_pair_makes_room_for_the_next(table: WordVectors) -> None:
    assert near(table, "w0", ("w5", "w0")) == ["w10", "w20", "w30", "w40", "w50"]
    assert near(table, "w5", ("w5", "w0"))[0] != "w0"


def test_a_word_without_a_vector_has_none_near(table: WordVectors) -> None:
    assert near(table, "unknown") == near(table, "") == []
    assert Related([], table, frozenset()).near("w0") == {}


@given(st.lists(st.sampled_from([*ANGLES, "unknown"]), max_size=30), st.integers(1, 4))
def test_what_is_remembered_changes_no_result(table: WordVectors, words: list[str], cached: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(related, "_CACHED", cached)
        used = Related(list(ANGLES), table, frozenset())
        for word in words:
            fresh = Related(list(ANGLES), table, frozenset())
            assert list(used.near(word).items()) == list(fresh.near(word).items())


def test_a_word_that_two_bring_in_gets_the_most_of_one(table: WordVectors) -> None:
    few = Related(["w0", "w10", "w20"], table, frozenset())
    found = few.expand({"w0": 1.0, "w20": 0.4}, 0.3)
    assert found == pytest.approx({"w10": 0.3 * np.cos(np.deg2rad(10))}, abs=1e-3)
    assert few.expand({}, 0.3) == {}


def test_a_word_of_several_terms_is_forbidden_by_those_the_other_lacks() -> None:
    analyzer = Analyzer(Lexicon())
    assert never_joined(analyzer, [("服装", "研修")]) == {frozenset({"服装", "研修"})}
    assert never_joined(analyzer, [("服装", "服装")]) == frozenset()
    assert never_joined(analyzer, []) == frozenset()


KNOWLEDGE = load(builtin())


@pytest.mark.parametrize(("left", "right"), KNOWLEDGE.lexicon.never)
def test_no_forbidden_pair_shares_a_concept_by_the_synonym_dictionary(left: str, right: str) -> None:
    """In both directions: what one means as a question, the other must not mean in the knowledge."""
    analyzer = Analyzer(KNOWLEDGE.lexicon)
    for asked, written in ((left, right), (right, left)):
        own, other = analyzer.analyze(asked, asked=True), analyzer.analyze(written)
        apart = set(own.words) - set(other.words), set(other.words) - set(own.words)
        for one, another in product(*apart):
            groups = own.meanings.get(one, frozenset()) & other.meanings.get(another, frozenset())
            assert not {group for group in groups if group.startswith("syn:")}


@needs_package
@pytest.mark.parametrize(("left", "right"), KNOWLEDGE.lexicon.never)
def test_no_forbidden_pair_of_the_built_in_lexicon_is_near(
    home_vectors: WordVectors, left: str, right: str
) -> None:
    analyzer = Analyzer(KNOWLEDGE.lexicon)
    never = never_joined(analyzer, KNOWLEDGE.lexicon.never)
    for one, other in ((left, right), (right, left)):
        terms, others = (set(analyzer.analyze(word).words) for word in (one, other))
        found = Related(sorted(terms | others), home_vectors, never)
        for term in terms - others:
            assert (others - terms).isdisjoint(found.near(term))


@pytest.fixture(scope="module")
def home_vectors(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    found = open_vectors(tmp_path_factory.mktemp("home"))
    assert found
    return found
