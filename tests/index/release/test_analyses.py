from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Knowledge, Lexicon
from index.analysis.analyzer import Analysis, Analyzer
from index.release.analyses import AnalysisStore
from index.release.building import build
from tests.index.builders import LEXICON, TINY, FakeEncoder, entry
from tests.index.strategies import MESSAGES


@pytest.fixture
def analyzed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the texts that are analyzed from now on."""
    texts: list[str] = []
    real = Analyzer.analyze

    def analyze(self: Analyzer, text: str, *, asked: bool = False) -> Analysis:
        texts.append(text)
        return real(self, text, asked=asked)

    monkeypatch.setattr(Analyzer, "analyze", analyze)
    return texts


@given(st.lists(MESSAGES, max_size=5))
@settings(max_examples=40, deadline=None)
def test_what_was_kept_is_what_the_analyzer_gives(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    home = tmp_path_factory.mktemp("home")
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    for _ in range(2):
        store = AnalysisStore(home, LEXICON)
        for text in texts:
            kept, fresh = store.analyze(text), Analyzer(LEXICON).analyze(text)
            assert (kept.words, kept.concepts, kept.sounds) == (fresh.words, fresh.concepts, fresh.sounds)
        store.keep()


def test_a_text_is_analyzed_once_for_each_lexicon_and_forgotten_once_others_are_new(
    tmp_path: Path, analyzed: list[str]
) -> None:
    for texts, lexicon in (
        ("ab", LEXICON),
        ("abc", LEXICON),
        ("a", Lexicon()),
        ("bc", LEXICON),
        ("bcd", LEXICON),
        ("a", LEXICON),
    ):
        store = AnalysisStore(tmp_path, lexicon)
        for text in texts:
            store.analyze(text)
        store.keep()
    assert analyzed == ["a", "b", "c", "a", "d", "a"]


def test_what_another_analyzer_made_is_not_read(
    tmp_path: Path, analyzed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes it may forget to say so."""
    code = tmp_path / "code"
    code.mkdir()
    monkeypatch.setattr("index.release.analyses._CODE", code)
    for text in ("one", "one", "other"):
        (code / "analyzer.py").write_text(text)
        store = AnalysisStore(tmp_path, LEXICON)
        store.analyze("研修")
        store.keep()
    assert len(analyzed) == 2


@pytest.mark.parametrize("old", [b"", b"{", "研修".encode(), b"]"])
def test_a_damaged_file_is_made_again(tmp_path: Path, old: bytes, analyzed: list[str]) -> None:
    """Cut off, or with other letters in their place: a wrong word would be searched for ever."""
    AnalysisStore(tmp_path, LEXICON).keep()
    store = AnalysisStore(tmp_path, LEXICON)
    store.analyze("研修")
    store.keep()
    (file,) = (tmp_path / "analyses").iterdir()
    content = file.read_bytes()
    file.write_bytes(content.replace(old, "検収".encode()[: len(old)]) if old else content[:-9])
    again = AnalysisStore(tmp_path, LEXICON)
    assert again.analyze("研修").words == ("研修",)
    assert len(analyzed) == 2


def test_what_is_built_from_kept_parts_is_what_is_built_from_nothing(tmp_path: Path) -> None:
    changed = Knowledge(
        entries=(*TINY.entries[1:], entry("new", "副業はできますか", "兼業は", answer="できます。")),
        lexicon=LEXICON,
    )
    before = AnalysisStore(tmp_path, LEXICON)
    build(TINY, [FakeEncoder()], analyze=before.analyze)
    before.keep()
    after = AnalysisStore(tmp_path, LEXICON)
    kept, fresh = build(changed, [FakeEncoder()], analyze=after.analyze), build(changed, [FakeEncoder()])
    for name, postings in fresh.index.compiled.fields.items():
        other = kept.index.compiled.fields[name]
        assert other.rows == postings.rows
        assert np.array_equal(other.impacts, postings.impacts)
        assert np.array_equal(other.documents, postings.documents)
    for kind, mean in fresh.index.compiled.norms.mean.items():
        assert kept.index.compiled.norms.mean[kind] == pytest.approx(mean, abs=1e-9)
