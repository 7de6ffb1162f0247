import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from faq.model import Expectation
from faq.problems import KnowledgeError
from faq.wording import telling
from index.decision.model import ENGINE
from index.release import store
from index.release.building import Release
from index.release.gate import Given, ReplyEffect
from index.release.history import History, PublicationKind, TakenError, locked
from index.release.publishing import Publishing, PublishingError, PublishingOutcome
from index.release.serving import open_serving
from index.release.store import OtherEngineError, Store
from index.retrieval.encoder import SentenceEncoder, Vectors, patient
from tests.index.builders import FakeEncoder
from tests.index.release.publishers import ENCODERS, EXPECTED, ask, changed, publisher, write
from tests.patience import PATIENCE_SECONDS

Q = EXPECTED[0].q
TWO = "週に二日までできます。"
LIKE = ("テレワークは何日", "テレワークは週に何日", "テレワークは何日できますか")
Publish = Callable[..., Publishing]


@pytest.fixture
def publish(folder: Path, home: Path) -> Publish:
    return publisher(folder, home).publish


def told(home: Path, folder: Path, question: str = Q) -> str:
    return ask(open_serving(folder, home=home, encoders=ENCODERS).release, question).text


def test_nothing_changed_publishes_nothing(folder: Path, home: Path, publish: Publish) -> None:
    publish()
    assert publish().outcome is PublishingOutcome.UNCHANGED
    (folder / "lexicon.yaml").write_text("lexicon: {}\n", encoding="utf-8")
    assert open_serving(folder, home=home, encoders=ENCODERS).unpublished
    assert publish().outcome is PublishingOutcome.UNCHANGED
    assert not open_serving(folder, home=home, encoders=ENCODERS).unpublished
    assert len(History(home, folder).publications()) == 1
    shutil.rmtree(folder)
    assert told(home, folder) == TWO


class WaitedFor(FakeEncoder):
    """An encoder that tells whether a server would be waited for."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        assert patient.get()
        return super().encode(texts)


def test_whatever_is_encoded_to_open_or_publish_is_waited_for_however_long_it_takes(
    folder: Path, home: Path
) -> None:
    """Of a story with a question at its end, that question is encoded when the gate asks it."""
    encoder = WaitedFor()
    story = Expectation(q="エンジニアを三年しています。服装は自由ですか", gold={"clothes": 1})
    write(folder, expectations=[story])
    open_serving(folder, home=home, encoders=[encoder])
    opened = len(encoder.asked)
    publisher(folder, home, encoders=[encoder]).publish()
    assert 0 < opened < len(encoder.asked)


def refused(result: Publishing) -> list[tuple[str, ReplyEffect]]:
    assert result.outcome is PublishingOutcome.REFUSED
    assert result.report
    return [
        (finding.q, finding.effect) for finding in result.report.of(ReplyEffect.WRONGED, ReplyEffect.FALSE)
    ]


def test_what_the_check_calls_an_error_is_not_published(folder: Path, home: Path, publish: Publish) -> None:
    publish()
    write(folder, changed("remote", answer="三日です。", related=("gone",)))
    with pytest.raises(KnowledgeError, match="gone"):
        publish()
    assert told(home, folder) == TWO


NEAR, FAR = "在宅勤務と補助金のことを教えてください", "講習を受けるとき、スーツを着ますか"
SHARED = (
    Expectation(q=NEAR, gold={"remote": 1, "grant": 1}),
    Expectation(q=FAR, gold={"training": 1, "clothes": 1}),
)
LEARNED = Expectation(q="補助金の面接", gold={"interview": 1})
OFFERED = Expectation(q="契約社員の服装は自由でしょうか", gold={})
CLOSE = Expectation(q="できますか、在宅勤務は何日", gold={})
WEAR = ("服装は自由ですか", "服装は自由でしょうか", "服装は自由", "服装の自由")


@pytest.mark.parametrize(
    ("encoders", "entry_id", "before", "after", "again"),
    [
        # Also of the questions that two entries answer equally well, which no entry has learned.
        (ENCODERS, "grant", {}, {"answer": "上限は十万円です。在宅勤務の人にも出ます。"}, NEAR),
        # It is known word for word now, though all that its entry learned of it was known before.
        (ENCODERS, "interview", {}, {"also_asked": (LEARNED.q,)}, LEARNED.q),
        # Though its words are those that it had, and it is as near in meaning as it was.
        (
            (),
            "remote",
            {"also_asked": ("在宅勤務はできますか",)},
            {"also_asked": ("在宅勤務はできますか", "テレワークは二日できますか")},
            Q,
        ),
        (
            ENCODERS,
            "remote",
            {"also_asked": (*LIKE, "在宅勤務はできますか", "在宅勤務")},
            {"also_asked": (*LIKE, "在宅勤務はできますか")},
            Q,
        ),
        # Its words are those that the entry had, which is closer now.
        (ENCODERS, "remote", {}, {"also_asked": ("在宅勤務はできますか", "できますか、在宅勤務は")}, CLOSE.q),
        # The phrasing may name the people who were asked about, and be near to nothing that was asked.
        (ENCODERS, "clothes", {"also_asked": WEAR}, {"also_asked": (*WEAR, "アルバイト")}, OFFERED.q),
    ],
    ids=["a word", "learned", "one more, by words alone", "one less", "closer", "offered"],
)
def test_only_what_a_change_may_bear_on_is_asked_again(  # noqa: PLR0913, PLR0917 -- a change and what it bears on
    folder: Path,
    home: Path,
    encoders: Sequence[SentenceEncoder],
    entry_id: str,
    before: dict[str, Any],
    after: dict[str, Any],
    again: str,
) -> None:
    expected = (*EXPECTED, *SHARED, LEARNED, OFFERED, CLOSE)
    asked: list[str] = []

    def noted(release: Release, text: str) -> Given:
        asked.append(text)
        given = ask(release, text)
        return (
            given.model_copy(update={"reply": "choices", "ids": ("clothes",)})
            if text in {OFFERED.q, CLOSE.q}
            else given
        )

    for fields in (before, after):
        asked.clear()
        write(folder, changed(entry_id, **fields), expected)
        publisher(folder, home, ask=noted, encoders=encoders).publish(reason="試し")
    assert again in asked
    assert FAR not in asked


def test_files_that_change_while_they_are_read_are_read_again(
    folder: Path, home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release must be of the files that its hash names."""
    hashes = iter(["a", "b", "b", "b", "b", "b"])
    with monkeypatch.context() as patch:
        patch.setattr(store, "files_hash", lambda _: next(hashes))
        assert publish().outcome is PublishingOutcome.PUBLISHED
    served = History(home, folder).served()
    assert served
    assert served.files == "b"
    numbers = iter(range(100))
    monkeypatch.setattr(store, "files_hash", lambda _: str(next(numbers)))
    with pytest.raises(KnowledgeError, match="ファイルが変わり続けています"):
        publish()


def test_rolling_back_goes_one_publication_further_each_time(
    folder: Path, home: Path, publish: Publish
) -> None:
    back = publisher(folder, home)
    with pytest.raises(PublishingError, match="まだ公開されていない"):
        back.rollback()
    names = []
    for days in ("二日", "三日", "四日"):
        write(folder, changed("remote", answer=f"週に{days}です。"), EXPECTED[1:])
        names.append(publish().release)
    with pytest.raises(PublishingError, match="すでに公開中"):
        back.rollback(names[2])
    assert back.rollback().release == names[1]
    assert back.rollback().release == names[0]
    with pytest.raises(PublishingError, match="これより前"):
        back.rollback()
    result = back.rollback(names[2][:4])
    assert (result.release, result.unpublished) == (names[2], False)
    assert told(home, folder) == "週に四日です。"
    kinds = [each.kind for each in History(home, folder).publications()]
    assert kinds == [PublicationKind.PUBLISH] * 3 + [PublicationKind.ROLLBACK] * 3


def another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.release.building.ENGINE", ENGINE + 1)


@pytest.mark.parametrize("encoder", [ENCODERS[0], FakeEncoder(identity="fake 2", size=32)])
def test_what_another_engine_or_encoder_published_is_told_and_served_rebuilt(
    folder: Path, home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch, encoder: SentenceEncoder
) -> None:
    name = publish().release
    with monkeypatch.context() as patch:
        if encoder is ENCODERS[0]:
            another_engine(patch)
        with pytest.raises(OtherEngineError, match="別のバージョン"):
            Store(home, [encoder]).read(name)
        serving = open_serving(folder, home=home, encoders=[encoder])
        assert serving.changed
        assert serving.release.name != name
        assert ask(serving.release, Q).text == TWO
    assert open_serving(folder, home=home, encoders=ENCODERS).release.name == name


def test_a_new_engine_that_answers_worse_is_caught_by_what_the_old_one_replied(
    folder: Path, home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    another_engine(monkeypatch)

    def worse(found: Release, question: str) -> Given:
        given = ask(found, question)
        return given.model_copy(update={"ids": ("training",)}) if question == Q else given

    assert refused(publisher(folder, home, ask=worse).publish()) == [(Q, ReplyEffect.WRONGED)]
    assert publish().outcome is PublishingOutcome.PUBLISHED


def test_a_second_publication_waits_for_the_first(folder: Path, home: Path) -> None:
    waits = threading.Event()
    said: list[str] = []

    def hear(text: str) -> None:
        said.append(text)
        waits.set()

    def publish() -> Publishing:
        with telling(hear):
            return publisher(folder, home).publish()

    with ThreadPoolExecutor(1) as pool:
        with locked(home):
            second = pool.submit(publish)
            assert waits.wait(PATIENCE_SECONDS)
            assert said == ["ほかの公開が終わるのを待っています"]
            assert History(home, folder).served() is None
            with pytest.raises(TakenError, match="公開しませんでした"), locked(home, patience_seconds=0):
                pass
        assert second.result(PATIENCE_SECONDS).outcome is PublishingOutcome.PUBLISHED


def test_a_full_disk_keeps_what_was_served(
    folder: Path, home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    write(folder, changed("clothes", answer="何でもよいです。"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_release", full)
    with pytest.raises(PublishingError, match="No space left"):
        publish()
    assert not list((home / "releases").glob(".partial-*"))
    assert told(home, folder, EXPECTED[1].q) == "ふだんは私服です。"
