"""Vectors are asked for once: what is kept is not asked for again, and what a failing server gave is not lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from faq.model import Knowledge
from index.embeddings import EmbeddingError, Model, texts_of
from index.release.kept_embeddings import (
    FOLDER,
    KEPT_DAYS,
    embedded_knowledge,
    embedded_questions,
    kept_questions,
)
from tests.index.builders import TINY, entry
from tests.index.embedders import MODEL, SIZE, Hashed, vector

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
TEXTS = texts_of(TINY, MODEL)
GROWN = TINY.model_copy(update={"entries": (*TINY.entries, entry("new", "名刺は要りますか"))})


def test_every_text_has_the_vector_that_the_server_gave_it(tmp_path: Path) -> None:
    found = embedded_knowledge(TINY, Hashed(), tmp_path)
    assert found
    assert (found.size, found.model) == (SIZE, MODEL)
    given = np.array(vector(MODEL.asked("研修はありますか")))
    asked = found.question("研修はありますか")
    assert asked is not None
    assert asked == pytest.approx(given / np.linalg.norm(given), abs=1e-3)
    assert found.question("誰も訊かないこと") is None
    assert embedded_knowledge(Knowledge(entries=()), Hashed(), tmp_path) is None


def test_only_what_is_not_kept_is_asked_for(tmp_path: Path) -> None:
    """A changed answer costs one request, and a release that is built again none: not even a running server."""
    first, second, third = Hashed(), Hashed(most=2), Hashed(most=0)
    before = embedded_knowledge(TINY, first, tmp_path)
    assert first.asked == list(TEXTS)
    embedded_knowledge(GROWN, second, tmp_path)
    assert second.asked == ["query: 名刺は要りますか", "passage: 名刺は要りますか\n人事の回答です。"]
    after = embedded_knowledge(TINY, third, tmp_path)
    assert before
    assert after
    assert after.vectors.tolist() == before.vectors.tolist()


def test_another_model_or_prefix_keeps_vectors_of_its_own(tmp_path: Path) -> None:
    for model in (MODEL, Model("other"), replace(MODEL, answer_prefix="document: ")):
        embedder = Hashed(model=model)
        embedded_knowledge(TINY, embedder, tmp_path)
        assert len(embedder.asked) == len(TEXTS)
    assert len(list((tmp_path / FOLDER).iterdir())) == 3


def test_what_a_server_gave_before_it_failed_is_kept(tmp_path: Path) -> None:
    failing, whole = Hashed(most=6), Hashed()
    with pytest.raises(EmbeddingError):
        embedded_knowledge(TINY, failing, tmp_path)
    assert len(failing.asked) == 6
    embedded_knowledge(TINY, whole, tmp_path)
    assert whole.asked == list(TEXTS[6:])


def test_vectors_of_another_size_under_the_same_name_replace_those_that_are_kept(tmp_path: Path) -> None:
    """The operator put another model behind the same name: vectors of two models must never be mixed."""
    embedded_knowledge(TINY, Hashed(), tmp_path)
    other = Hashed(size=SIZE // 2)
    found = embedded_knowledge(GROWN, other, tmp_path)
    assert found
    assert found.vectors.shape == (len(texts_of(GROWN, MODEL)), SIZE // 2)
    assert set(other.asked) == set(texts_of(GROWN, MODEL))


def test_vectors_that_nothing_was_made_with_for_long_are_forgotten(tmp_path: Path) -> None:
    later = NOW + timedelta(days=KEPT_DAYS)
    embedded_knowledge(GROWN, Hashed(), tmp_path, now=NOW)
    embedded_knowledge(TINY, Hashed(most=0), tmp_path, now=NOW + timedelta(days=1))
    embedded_knowledge(TINY, Hashed(most=0), tmp_path, now=later)
    again = Hashed()
    embedded_knowledge(GROWN, again, tmp_path, now=later)
    assert again.asked == ["query: 名刺は要りますか", "passage: 名刺は要りますか\n人事の回答です。"]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not all of it", b"\x80\x04."])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    embedded_knowledge(TINY, Hashed(), tmp_path)
    (file,) = (tmp_path / FOLDER).iterdir()
    file.write_bytes(damage)
    again = Hashed()
    assert embedded_knowledge(TINY, again, tmp_path)
    assert len(again.asked) == len(TEXTS)


def test_without_a_home_or_one_that_can_be_written_vectors_are_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in (None, tmp_path / "file"):
        assert embedded_knowledge(TINY, Hashed(), home)


def test_kept_questions_are_found_by_their_text(tmp_path: Path) -> None:
    embedded_knowledge(TINY, Hashed(), tmp_path)
    kept = kept_questions(MODEL, tmp_path)
    assert kept("服装は自由ですか") is not None
    assert kept("ふだんは私服です。") is None
    assert kept_questions(Model("other"), tmp_path)("服装は自由ですか") is None


def test_labelled_questions_are_kept_too_and_never_take_the_place_of_vectors_of_another_size(
    tmp_path: Path,
) -> None:
    embedded_knowledge(TINY, Hashed(), tmp_path)
    asked = ["服装は自由ですか", "名刺は要りますか"]
    embedder = Hashed()
    found = embedded_questions(asked, embedder, tmp_path, size=SIZE)
    assert embedder.asked == ["query: 名刺は要りますか"]
    assert found.questions(asked).shape == (2, SIZE)
    embedded_questions(asked, Hashed(most=0), tmp_path, size=SIZE)
    with pytest.raises(EmbeddingError, match=rf"\({SIZE + 1}\).*\({SIZE}\)"):
        embedded_questions(["食堂は"], Hashed(size=SIZE + 1), tmp_path, size=SIZE)
    with pytest.raises(EmbeddingError, match="比べられません"):
        embedded_questions(asked, Hashed(most=0), tmp_path, size=SIZE + 1)
    embedded_knowledge(TINY, Hashed(most=0), tmp_path)
