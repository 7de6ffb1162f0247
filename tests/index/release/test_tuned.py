from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from faq.errors import KnowledgeError
from faq.formats.authoring import dump
from faq.model import Knowledge
from faq.reading import Reading, read
from faq.tuning import Tuning
from index.channel import Weights
from index.compiling import standard_weights
from index.features import NAMES
from index.points import Point
from index.release import building
from index.release.building import build, embedded_search_of, name_of, search_of, weights_of
from index.release.fits import standard_fit
from index.release.misfits import misfits
from index.release.published import PublishingOutcome
from index.release.serving import open_serving
from index.release.store import Store, open_release
from index.release.tuned import WEIGHTS, embedded_tuning_of, in_force, tuned_fit, tuning_of
from index.vectors import fingerprint
from tests.index.builders import TINY, entry
from tests.index.embedders import known
from tests.index.release.publishers import publisher

USUAL = standard_weights(TINY)
OTHER = replace(USUAL, likeness=0.7, sound=0.0)
FIT = standard_fit().model_copy(update={"bias": -0.25})


def tuning(vectors: str = "", **changes: Any) -> Tuning:  # noqa: ANN401 -- whatever a tuning has
    made = tuning_of(
        TINY, USUAL, OTHER, FIT, questions=200, search=search_of(TINY, vectors), made_on=date(2025, 6, 1)
    )
    return made.model_copy(update=changes)


def tuned(vectors: str = "", **changes: Any) -> Knowledge:  # noqa: ANN401 -- the same
    return TINY.model_copy(update={"tuning": tuning(vectors, **changes)})


def write(folder: Path, knowledge: Knowledge) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "faq.yaml").write_text(dump(knowledge), encoding="utf-8")
    return folder


def problems(reading: Reading, folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder}/", "") for problem in misfits(reading)]


@pytest.fixture
def home(tmp_path: Path, vectors: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "vectors").symlink_to(vectors)
    return home


def test_only_weights_that_are_others_are_kept_and_a_fit_comes_back_to_six_decimals() -> None:
    kept = tuning()
    assert kept.weights == {"sound": 0.0, "likeness": 0.7}
    assert kept.entries == 8
    back = tuned_fit(kept)
    assert back is not None
    assert back.asked == 200
    assert back.weights == {name: round(weight, 6) for name, weight in FIT.weights.items()}
    assert back.points[Point.EAGER].offer == pytest.approx(FIT.points[Point.EAGER].offer, abs=1e-6)
    assert (back.answer, back.offer) == tuple(back.points[Point.BALANCED].model_dump().values())


def test_a_release_has_the_weights_and_the_confidence_that_were_kept() -> None:
    release = build(tuned())
    assert release.index.weights == OTHER
    assert release.fit == tuned_fit(tuning())
    plain = build(TINY)
    assert (plain.index.weights, plain.fit) == (USUAL, standard_fit())
    assert build(tuned(confidence=None)).fit == standard_fit()


def test_the_name_changes_with_what_was_kept() -> None:
    names = {name_of(each) for each in (TINY, tuned(), tuned(weights={}), tuned(confidence=None))}
    assert len(names) == 4
    assert build(tuned()).name == name_of(tuned())


NAME = known(TINY).name
FIT_WITH = FIT.model_copy(update={"embedded": FIT.model_copy(update={"bias": 0.5})})


def tuned_with_embeddings(name: str = NAME, **changes: Any) -> Knowledge:  # noqa: ANN401 -- the same
    chosen, search = replace(OTHER, embedding=9.0), embedded_search_of(TINY, name)
    more = embedded_tuning_of(USUAL, chosen, FIT_WITH, model="hashed", search=search)
    assert more is not None
    return tuned(embedded=more.model_copy(update=changes))


def test_with_embeddings_a_release_has_what_was_kept_for_them_and_what_was_kept_for_when_there_are_none() -> (
    None
):
    release = build(tuned_with_embeddings(), embedded=known(TINY))
    assert release.index.weights == replace(OTHER, embedding=9.0)
    assert release.fit.embedded is not None
    assert (release.fit.bias, release.fit.embedded.bias) == (-0.25, 0.5)
    assert release.name == name_of(tuned_with_embeddings(), embeddings=NAME)
    without = build(tuned_with_embeddings())
    assert (without.index.weights, without.fit.bias, without.fit.embedded) == (OTHER, -0.25, None)


def test_what_was_kept_for_another_model_is_left_out() -> None:
    release = build(tuned_with_embeddings("another 48"), embedded=known(TINY))
    assert release.index.weights == OTHER
    assert (release.fit.bias, release.fit.embedded) == (-0.25, None)


def test_what_of_embeddings_does_not_fit_is_an_error_with_its_line(tmp_path: Path) -> None:
    odd = tuned_with_embeddings(weights={"embeding": 1.0})
    assert in_force(odd, search_of(odd)) is None
    more = odd.tuning.embedded  # type: ignore[union-attr]
    folder = write(tmp_path, tuned(fingerprint(), embedded=more))
    lines = (folder / "faq.yaml").read_text(encoding="utf-8").splitlines()
    assert problems(read(folder), folder) == [
        f"faq.yaml:{at(lines, 'embeding:')}: error: there is no weight 'embeding'; did you mean 'embedding'?"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"search": "000000000000"},
        {"weights": {"likenes": 1.0}},
        {"confidence": tuning().confidence.model_copy(update={"products": {"share shrae": 1.0}})},  # type: ignore[union-attr]
        {"confidence": tuning().confidence.model_copy(update={"thresholds": {}})},  # type: ignore[union-attr]
    ],
    ids=["another search", "no such weight", "no such product", "no thresholds"],
)
def test_what_does_not_fit_the_search_is_never_used_even_if_it_was_stored(changes: dict[str, Any]) -> None:
    knowledge = tuned(**changes)
    assert in_force(knowledge, search_of(knowledge)) is None
    release = build(knowledge)
    assert (release.index.weights, release.fit) == (USUAL, standard_fit())


def test_a_tuning_is_for_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other word vectors, another shape of the set or another version of the program make other scores."""
    knowledge = tuned()
    assert weights_of(knowledge) == OTHER
    assert weights_of(knowledge, "ja_ginza 5.2.0") == USUAL
    rich = (*TINY.entries, entry("new", "x", *(f"{number}番目" for number in range(200))))
    assert weights_of(knowledge.model_copy(update={"entries": rich})).likeness == Weights().likeness
    monkeypatch.setattr(building, "ENGINE", building.ENGINE + 1)
    assert weights_of(knowledge) == USUAL


def test_a_tuning_that_fits_has_no_problem(tmp_path: Path) -> None:
    reading = read(write(tmp_path, tuned(fingerprint())))
    assert reading.sure().tuning == tuning(fingerprint())
    assert problems(reading, tmp_path) == []
    assert problems(read(write(tmp_path, TINY)), tmp_path) == []


def test_names_that_the_search_does_not_know_are_errors_with_their_lines(tmp_path: Path) -> None:
    confidence = tuning().confidence
    assert confidence is not None
    features, thresholds = dict(confidence.features), dict(confidence.thresholds)
    features["shrae"] = features.pop("share")
    thresholds.pop("eager")
    odd = confidence.model_copy(update={"features": features, "thresholds": thresholds})
    folder = write(tmp_path, tuned(fingerprint(), weights={"likenes": 1.0}, confidence=odd))
    lines = (folder / "faq.yaml").read_text(encoding="utf-8").splitlines()
    again = "run 'faq tune --questions FILE --keep' again, or remove the tuning"
    assert problems(read(folder), folder) == [
        f"faq.yaml:{at(lines, 'likenes:')}: error: there is no weight 'likenes'; did you mean 'likeness'?",
        f"faq.yaml:{at(lines, 'shrae:')}: error: there is no feature 'shrae'; did you mean 'share'?",
        f"faq.yaml:{at(lines, 'thresholds:')}: error: the operating point 'eager' is missing; {again}",
    ]


def at(lines: list[str], key: str) -> int:
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(key))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"search": "0"}, "the tuning was chosen with another version of the program"),
        ({"entries": 4}, "the tuning was chosen when there were 4 entries, and now there are 8"),
    ],
)
def test_an_old_tuning_is_a_warning(tmp_path: Path, changes: dict[str, Any], what: str) -> None:
    (problem,) = problems(read(write(tmp_path, tuned(fingerprint(), **changes))), tmp_path)
    assert ": warning: " in problem
    assert what in problem
    assert problem.endswith("; run 'faq tune --questions FILE --keep' again, or remove the tuning")


def test_some_entries_more_make_a_tuning_no_older(tmp_path: Path) -> None:
    assert problems(read(write(tmp_path, tuned(fingerprint(), entries=7))), tmp_path) == []


def test_a_broken_tuning_is_neither_tried_nor_published(tmp_path: Path, home: Path) -> None:
    folder = write(tmp_path / "faq", tuned(fingerprint()))
    served = publisher(folder, home).publish()
    assert served.release.index.weights == OTHER
    write(folder, tuned(fingerprint(), weights={"likenes": 1.0}))
    with pytest.raises(KnowledgeError, match="there is no weight 'likenes'"):
        open_release(folder, home=home)
    with pytest.raises(KnowledgeError, match="there is no weight 'likenes'"):
        publisher(folder, home).publish()
    assert open_serving(folder, home=home).release.name == served.release.name


def test_publishing_a_tuning_changes_what_is_served_and_removing_it_brings_it_back(
    tmp_path: Path, home: Path
) -> None:
    folder = write(tmp_path / "faq", TINY)
    before = publisher(folder, home).publish().release
    write(folder, tuned(fingerprint()))
    result = publisher(folder, home).publish()
    assert result.outcome is PublishingOutcome.PUBLISHED
    assert result.differences is not None
    assert result.differences.tuning
    kept = Store(home).read(result.release.name)
    assert kept.index.weights == OTHER
    assert kept.fit == tuned_fit(tuning())
    write(folder, TINY)
    assert publisher(folder, home).publish().release.name == before.name


def test_every_weight_and_feature_may_be_kept() -> None:
    everything = replace(USUAL, **dict.fromkeys(WEIGHTS, 0.125))
    kept = tuning_of(
        TINY, USUAL, everything, FIT, questions=1, search=search_of(TINY), made_on=date(2025, 6, 1)
    )
    assert kept.weights.keys() == set(WEIGHTS)
    assert kept.confidence is not None
    assert list(kept.confidence.features) == [name for name in NAMES if name in FIT.weights]
    assert build(TINY.model_copy(update={"tuning": kept})).index.weights == everything
