from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from faq.loading.loader import builtin, load
from faq.wording import telling
from index.library.topics import cohort
from index.retrieval.documents import documents, unanswerable
from index.retrieval.encoder import SentenceEncoder, Vectors
from index.retrieval.search import Index
from index.retrieval.vectors import StoredEncoder, VectorStore
from tests.index.builders import FakeEncoder

TEXTS = ["在宅", "研修", "在宅", "面接"]


def test_a_text_is_encoded_once_and_then_known_by_its_content(tmp_path: Path) -> None:
    first, second = FakeEncoder(), FakeEncoder()
    found = VectorStore(tmp_path).encode(first, TEXTS)
    assert first.asked == ["在宅", "研修", "面接"]
    assert (VectorStore(tmp_path).encode(second, ["服装", *TEXTS])[1:] == found).all()
    assert second.asked == ["服装"]
    assert found == pytest.approx(first.encode(TEXTS), abs=1e-6)


class Stopped(FakeEncoder):
    """An encoder that is stopped after some texts, as by Ctrl-C."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        if len(self.asked) + len(texts) > 6_000:
            raise KeyboardInterrupt
        return super().encode(texts)


def test_what_was_encoded_before_it_was_stopped_is_known_and_the_rest_is_made(tmp_path: Path) -> None:
    """Of ten thousand entries that takes minutes; those of all cores are in order."""
    texts, told = [f"在宅{number}" for number in range(7_000)], list[str]()
    with pytest.raises(KeyboardInterrupt), telling(told.append):
        VectorStore(tmp_path).encode(Stopped(), texts)
    assert [each.split("文")[0:2] for each in told] == [["7,000", "のうち5,120"]]
    again = FakeEncoder()
    found = VectorStore(tmp_path).encode(again, texts)
    assert set(again.asked) == set(texts[5_120:])
    assert found[::50] == pytest.approx(FakeEncoder().encode(texts[::50]), abs=1e-6)


def test_among_very_many_texts_a_question_is_as_close_as_among_few(
    tiny: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are compared in 8 bits, and each cosine is exact to a hundredth: less than what a typing error changes."""
    pytest.importorskip("numkong", reason="an option that is not installed here")
    (encoder,), (encoded,) = tiny.encoders, tiny.compiled.vectors.values()
    row = encoder.encode(["在宅勤務はできますか"])
    exact = encoded.near(row)
    monkeypatch.setattr("index.retrieval.vectors._MANY", 1)
    quick = encoded.near(row)
    for part in ("phrasings", "passages", "plain_passages"):
        assert getattr(quick, part) == pytest.approx(getattr(exact, part), abs=0.01)
        assert (getattr(quick, part) != getattr(exact, part)).any()


def test_what_is_asked_is_kept_only_by_who_says_so(tmp_path: Path) -> None:
    """A folder of questions would hold what people asked."""
    encoder, store = FakeEncoder(), VectorStore(tmp_path)
    StoredEncoder(encoder, store).encode(["お名前はなんですか"])
    assert not (tmp_path / "vectors").exists()
    store.keep(encoder)
    again = FakeEncoder()
    VectorStore(tmp_path).encode(again, ["お名前はなんですか"])
    assert again.asked == []


def test_of_a_damaged_file_no_vector_is_used_and_it_is_made_anew(tmp_path: Path) -> None:
    """Another file, one cut off, and one of which any bit is flipped."""
    found = VectorStore(tmp_path).encode(FakeEncoder(), TEXTS)
    (file,) = (tmp_path / "vectors").iterdir()
    whole = file.read_bytes()
    flipped = (whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :] for place in range(len(whole)))
    for content in (b"", b"no such thing", b"PK\x03\x04", whole[: len(whole) // 2], whole[:-200], *flipped):
        file.write_bytes(content)
        assert (VectorStore(tmp_path).encode(FakeEncoder(), TEXTS) == found).all()
    file.write_bytes(whole[:-200])
    for encoder, asked in ((FakeEncoder(), 3), (FakeEncoder(), 0)):
        VectorStore(tmp_path).encode(encoder, TEXTS)
        assert len(encoder.asked) == asked


def test_a_home_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    """A file stands where the folder should: root may write everywhere else."""
    (tmp_path / "vectors").write_text("in the way", encoding="utf-8")
    assert len(VectorStore(tmp_path).encode(FakeEncoder(), TEXTS)) == 4


def test_the_vectors_of_the_built_in_faq_ship_with_the_program(use: SentenceEncoder) -> None:
    """Encoding its thousands of texts would take the first start half a minute."""
    unasked = FakeEncoder(use.name, use.identity)
    unasked.broken = True
    knowledge, store = load(builtin()), VectorStore()
    texts = [text for each in documents(knowledge) for text in (*each.phrasings, *each.passages)]
    texts += [*unanswerable(knowledge), *cohort()]
    assert len(store.encode(unasked, texts)) == len(texts)
    some = texts[::500]
    assert np.abs(store.encode(unasked, some) - use.encode(some)).max() < 1e-6


def test_where_all_vectors_ship_with_the_program_none_are_kept(tmp_path: Path, use: SentenceEncoder) -> None:
    """As of a copy of the built-in FAQ with fewer entries."""
    VectorStore(tmp_path).keep(use)
    assert list(tmp_path.rglob("*.npz")) == []
