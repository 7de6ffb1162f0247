from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq.model import Entry, Expectation, Lexicon
from index.analysis.analyzer import Analysis, Analyzer
from index.analysis.questions import question
from index.library.topics import cohort
from index.release.analyses import AnalysisStore
from index.release.building import build
from index.retrieval.encoder import SentenceEncoder
from tests.index.builders import LEXICON, TINY, entry


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


@pytest.mark.parametrize(
    ("opened", "wanted"),
    [
        # Forgotten once others are new, and another lexicon knows nothing of it.
        (["ab", "abc", "-a", "bc", "bcd", "a"], "abcada"),
        # What one new answer did not need is known the next time.
        (["abcdef", "g", "abcdefg"], "abcdefg"),
    ],
)
def test_a_text_is_analyzed_once_for_each_lexicon(
    tmp_path: Path, analyzed: list[str], opened: list[str], wanted: str
) -> None:
    for texts in opened:
        store = AnalysisStore(tmp_path, Lexicon() if texts[0] == "-" else LEXICON)
        for text in texts.removeprefix("-"):
            store.analyze(text)
        store.keep()
    assert analyzed == list(wanted)


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


ENTRY = st.builds(
    lambda number, phrasing, answer: entry(f"e{number}", f"{phrasing}は", phrasing, answer=answer),
    st.integers(0, 3),
    st.sampled_from(["副業", "テレワークの日数", "服装", "更新料", "令和7年度の試験"]),
    st.sampled_from(["できます。", "週に三日までできます。届け出をしてください。", "第二種は十万円です。"]),
)
ANSWERED = st.tuples(
    st.sampled_from(TINY.entries), st.sampled_from(["できません。", "週に四日までできます。"])
)
TAUGHT = st.builds(
    lambda q, gold: Expectation(q=q, gold=gold),
    st.sampled_from(["家で働けますか", "スーツが要りますか", "社食はありますか"]),
    st.sampled_from([{}, {"remote": 2}, {"clothes": 2}]),
)


@given(
    st.lists(ENTRY, max_size=2, unique_by=lambda each: each.id),
    st.lists(ANSWERED, max_size=2),
    st.lists(TAUGHT, max_size=2),
    st.integers(0, 2),
    st.booleans(),
)
@settings(max_examples=12)
def test_what_is_built_upon_a_release_is_what_is_built_from_nothing(  # noqa: PLR0913, PLR0917 -- what changes in a set
    tmp_path_factory: pytest.TempPathFactory,
    use: SentenceEncoder,
    added: list[Entry],
    answered: list[tuple[Entry, str]],
    taught: list[Expectation],
    gone: int,
    turned: bool,  # noqa: FBT001 -- drawn
) -> None:
    answers = {each.id: answer for each, answer in answered}
    entries = [
        each.model_copy(update={"answer": answers.get(each.id, each.answer)}) for each in TINY.entries[gone:]
    ]
    changed = TINY.model_copy(
        update={
            "entries": tuple([*entries, *added][:: -1 if turned else 1]),
            "expectations": tuple(taught),
        }
    )
    store = AnalysisStore(tmp_path_factory.mktemp("home"), LEXICON)
    before = build(TINY, [use], analyze=store.analyze)
    store.keep()
    kept, fresh = build(changed, [use], analyze=store.analyze, before=before), build(changed, [use])
    assert kept.name == fresh.name
    for name, postings in fresh.index.compiled.fields.items():
        other = kept.index.compiled.fields[name]
        assert other.rows == postings.rows
        assert np.array_equal(other.impacts, postings.impacts)
        assert np.array_equal(other.documents, postings.documents)
    encoded, merged = (each.index.compiled.vectors["use"] for each in (fresh, kept))
    for part in ("phrasings", "passages", "plain_passages", "unanswerable", "about", "covered"):
        assert getattr(merged, part) == pytest.approx(
            getattr(encoded, part), abs=1e-3
        )  # as many digits as are kept
    for text in ("在宅勤務は週に何日できますか", "服装は", "副業", "社食はありますか", "更新料"):
        given, expected = (each.reader().read(question(text)) for each in (kept, fresh))
        assert (given.verdict.kind, given.verdict.entry_ids) == (
            expected.verdict.kind,
            expected.verdict.entry_ids,
        )
        assert dict(given.scored) == pytest.approx(dict(expected.scored), abs=1e-6)


def test_norms_after_new_answers_are_those_of_a_build_from_nothing(use: SentenceEncoder) -> None:
    """Of an answer in words of the cohort, of one that says less, and of one without a sentence that is searched."""
    changed = TINY
    for entry_id, answer in (
        ("remote", cohort()[0]),
        ("place", "新宿。"),
        ("grant", "はい。"),
    ):
        changed = changed.with_entry(changed.entry(entry_id).model_copy(update={"answer": answer}))
    kept, fresh = build(changed, [use], before=build(TINY, [use])), build(changed, [use])
    found, expected = (each.index.compiled.norms for each in (kept, fresh))
    for kind in expected.mean:
        assert found.mean[kind] == pytest.approx(expected.mean[kind], abs=1e-6)
        assert found.deviation[kind] == pytest.approx(expected.deviation[kind], abs=1e-6)
