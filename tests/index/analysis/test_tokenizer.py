from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from index.analysis.tokenizer import _THREAD, morphemes
from tests.patience import PATIENCE_SECONDS


@pytest.mark.parametrize("char", ["a", "é", "あ", "𠮷"])
def test_long_input_is_read_to_its_end(char: str) -> None:
    """Characters of one to four bytes; Sudachi itself refuses more than 49,149 bytes."""
    text = char * 50_000
    assert "".join(morpheme.surface for morpheme in morphemes(text)) == text


def test_morphemes_are_told_in_sudachis_words() -> None:
    """A name is told from a place, and a normalized form may be English."""
    naming = [(morpheme.surface, morpheme.naming) for morpheme in morphemes("佐藤さんと新宿")]
    assert (naming[0], naming[-1]) == (("佐藤", ("人名", "姓")), ("新宿", ("地名", "一般")))
    (remote,) = morphemes("リモートワーク")
    assert (remote.normalized_form, remote.units) == ("remote work", ("リモート", "ワーク"))
    assert remote.in_dictionary


def test_threads_have_their_own_tokenizers() -> None:
    """A tokenizer that two threads use at once raises, or mixes up what they asked."""
    texts = [
        f"{word}は週に何日できますか。" * 200 for word in ("在宅勤務", "リモートワーク", "研修", "引越し") * 4
    ]
    alone = [list(morphemes(text)) for text in texts]
    together = Barrier(len(texts), timeout=PATIENCE_SECONDS)

    def read(text: str) -> tuple[int, object]:
        together.wait()
        found = list(morphemes(text))
        return id(_THREAD.tokenize.__self__), found

    with ThreadPoolExecutor(len(texts)) as pool:
        results = list(pool.map(read, texts))
    assert [found for _, found in results] == alone
    assert len({tokenizer for tokenizer, _ in results}) == len(texts)
