import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from faq.model import Expectation
from faq.problems import KnowledgeError
from index.decision.model import ENGINE
from index.release import publishing, store
from index.release.building import Release
from index.release.gate import Effect, Given
from index.release.history import History, PublicationKind
from index.release.published import Publishing, PublishingError, PublishingOutcome
from index.release.serving import open_serving
from index.release.store import Store
from index.release.unreadable import OtherEngineError, ReleaseError
from tests.index.builders import TINY, FakeEncoder
from tests.index.release.publishers import EXPECTED, ask, changed, publisher, write
from tests.patience import PATIENCE_SECONDS

Q = EXPECTED[0].q
ENCODERS = [FakeEncoder()]
Publish = Callable[..., Publishing]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "faq")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def publish(folder: Path, home: Path) -> Publish:
    def publish(reason: str | None = None, tried: Release | None = None) -> Publishing:
        return publisher(folder, home).publish(reason=reason, tried=tried)

    return publish


def told(home: Path, folder: Path, question: str = Q) -> str:
    return ask(open_serving(folder, home=home, encoders=ENCODERS).release, question).text


def test_the_first_publication_is_served_whatever_becomes_of_the_files(
    folder: Path, home: Path, publish: Publish
) -> None:
    assert open_serving(folder, home=home, encoders=ENCODERS).publication is None
    result = publish()
    assert (result.outcome, result.before, result.differences) == (PublishingOutcome.PUBLISHED, None, None)
    write(folder, changed("remote", answer="毎日できます。"))
    serving = open_serving(folder, home=home, encoders=ENCODERS)
    assert serving.release.name == result.release.name
    assert serving.unpublished
    assert told(home, folder) == "週に二日までできます。"
    shutil.rmtree(folder)
    assert told(home, folder) == "週に二日までできます。"


def test_nothing_changed_publishes_nothing(folder: Path, home: Path, publish: Publish) -> None:
    publish()
    assert publish().outcome is PublishingOutcome.UNCHANGED
    (folder / "lexicon.yaml").write_text("lexicon: {}\n", encoding="utf-8")
    assert open_serving(folder, home=home, encoders=ENCODERS).unpublished
    assert publish().outcome is PublishingOutcome.UNCHANGED
    assert not open_serving(folder, home=home, encoders=ENCODERS).unpublished
    assert len(History(home, folder).publications()) == 1


def refused(result: Publishing) -> list[tuple[str, Effect]]:
    assert result.outcome is PublishingOutcome.REFUSED
    assert result.report
    return [(finding.q, finding.effect) for finding in result.report.of(Effect.WRONGED, Effect.FALSE)]


def test_an_answer_that_loses_its_words_is_caught(folder: Path, home: Path, publish: Publish) -> None:
    publish()
    write(folder, changed("remote", answer="週に三日までできます。"))
    result = publish()
    assert refused(result) == [(Q, Effect.WRONGED)]
    assert result.release.knowledge.entry("remote").answer == "週に二日までできます。"
    assert told(home, folder) == "週に二日までできます。"


def test_a_stolen_phrasing_is_caught(folder: Path, publish: Publish) -> None:
    publish()
    swapped = {"clothes": "training", "training": "clothes"}
    write(folder, [each.model_copy(update={"id": swapped.get(each.id, each.id)}) for each in TINY.entries])
    assert refused(publish()) == [(EXPECTED[1].q, Effect.WRONGED)]


def test_deleting_what_speaks_against_it_does_not_help(folder: Path, publish: Publish) -> None:
    publish()
    write(folder, changed("remote", answer="週に三日までできます。"), EXPECTED[1:])
    result = publish()
    assert refused(result) == [(Q, Effect.WRONGED)]
    assert result.report
    assert result.report.findings[0].deleted


def test_saying_what_is_right_now_does(folder: Path, home: Path, publish: Publish) -> None:
    publish()
    new = Expectation(q=Q, gold={"remote": 1}, answer_has=("三日",))
    write(folder, changed("remote", answer="週に三日までできます。"), (new, *EXPECTED[1:]))
    assert publish().outcome is PublishingOutcome.PUBLISHED
    assert told(home, folder) == "週に三日までできます。"


def test_force_lets_it_through_and_is_recorded(folder: Path, home: Path, publish: Publish) -> None:
    first = publish().release.name
    write(folder, changed("remote", answer="週に三日までできます。"))
    publish(reason="制度が変わった")
    newest = History(home, folder).publications()[-1]
    assert (newest.before, newest.reason, newest.by, newest.forced) == (
        first,
        "制度が変わった",
        "suzuki",
        True,
    )
    assert newest.report
    assert [finding.q for finding in newest.report.findings] == [Q]
    assert told(home, folder) == "週に三日までできます。"


def test_files_with_errors_change_nothing_and_are_all_told(
    folder: Path, home: Path, publish: Publish
) -> None:
    publish()
    write(folder, (*changed("remote", related=("nobody",)), TINY.entries[0]))
    with pytest.raises(KnowledgeError) as caught:
        publish(reason="だめでも")
    text = str(caught.value)
    assert "entries.jsonl:1: error: there is no entry 'nobody'" in text
    assert "the id 'remote' is already used" in text
    assert told(home, folder) == "週に二日までできます。"


def test_files_that_change_while_they_are_read_are_read_again(
    folder: Path, home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release must be of the files that its hash names."""
    hashes = iter(["a", "b", "b", "b", "b", "b"])
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "files_hash", lambda _: next(hashes))
        assert publish().outcome is PublishingOutcome.PUBLISHED
    served = History(home, folder).served()
    assert served
    assert served.files == "b"
    numbers = iter(range(100))
    monkeypatch.setattr(publishing, "files_hash", lambda _: str(next(numbers)))
    with pytest.raises(KnowledgeError, match="are changing while they are read"):
        publish()


def test_rolling_back_goes_one_publication_further_each_time(
    folder: Path, home: Path, publish: Publish
) -> None:
    names = []
    for days in ("二日", "三日", "四日"):
        write(folder, changed("remote", answer=f"週に{days}です。"), EXPECTED[1:])
        names.append(publish().release.name)
    back = publisher(folder, home)
    assert back.rollback().release.name == names[1]
    assert back.rollback().release.name == names[0]
    with pytest.raises(PublishingError, match="これより前"):
        back.rollback()
    result = back.rollback(names[2][:4])
    assert (result.release.name, result.unpublished) == (names[2], False)
    assert told(home, folder) == "週に四日です。"
    kinds = [each.kind for each in History(home, folder).publications()]
    assert kinds == [PublicationKind.PUBLISH] * 3 + [PublicationKind.ROLLBACK] * 3


def test_nothing_published_cannot_be_rolled_back_and_what_is_served_need_not_be(
    folder: Path, home: Path, publish: Publish
) -> None:
    with pytest.raises(PublishingError, match="まだ公開されていない"):
        publisher(folder, home).rollback()
    with pytest.raises(PublishingError, match="すでに公開中"):
        publisher(folder, home).rollback(publish().release.name)


def another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.release.building.ENGINE", ENGINE + 1)


def test_a_release_of_another_engine_is_told_and_its_knowledge_is_served_rebuilt(
    folder: Path, home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = publish().release.name
    another_engine(monkeypatch)
    with pytest.raises(OtherEngineError, match="別のバージョン"):
        Store(home, ENCODERS).read(name)
    serving = open_serving(folder, home=home, encoders=ENCODERS)
    assert serving.rebuilt
    assert serving.release.name != name
    assert told(home, folder) == "週に二日までできます。"


def test_a_new_engine_that_answers_worse_is_caught_by_what_the_old_one_replied(
    folder: Path, home: Path, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    another_engine(monkeypatch)

    def worse(found: Release, question: str) -> Given:
        given = ask(found, question)
        return given.model_copy(update={"ids": ("training",)}) if question == Q else given

    assert refused(publisher(folder, home, ask=worse).publish()) == [(Q, Effect.WRONGED)]
    assert publisher(folder, home).publish().outcome is PublishingOutcome.PUBLISHED


@pytest.mark.parametrize("file", ["knowledge.json", "index.json", "arrays.npz", "manifest.json"])
def test_a_damaged_release_is_told_and_can_be_published_again(
    folder: Path, home: Path, publish: Publish, file: str
) -> None:
    name = publish().release.name
    damaged = home / "releases" / name / file
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    with pytest.raises(ReleaseError, match="壊れていて読めません"):
        open_serving(folder, home=home, encoders=ENCODERS)
    publish()
    assert told(home, folder) == "週に二日までできます。"


def test_a_second_publication_waits_for_the_first(folder: Path, home: Path) -> None:
    asked, release_it, done = threading.Event(), threading.Event(), threading.Event()

    def slow(found: Release, question: str) -> Given:
        asked.set()
        assert release_it.wait(PATIENCE_SECONDS)
        return ask(found, question)

    def other() -> None:
        publisher(folder, home, ask=slow, by="first").publish()
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    assert asked.wait(PATIENCE_SECONDS)
    said: list[str] = []

    def progress(text: str) -> None:
        said.append(text)
        release_it.set()

    result = publisher(folder, home, by="second", progress=progress).publish()
    thread.join(PATIENCE_SECONDS)
    assert done.is_set()
    assert result.outcome is PublishingOutcome.UNCHANGED
    assert said[0] == "ほかの公開が終わるのを待っています"
    assert [each.by for each in History(home, folder).publications()] == ["first"]


def test_a_home_that_cannot_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    """A file stands where the folder should: root may write everywhere else."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(PublishingError, match="書き込めない"):
        publisher(folder, tmp_path / "file").publish()


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


def test_an_encoder_that_fails_publishes_nothing_and_says_what_to_do(folder: Path, home: Path) -> None:
    """A release by words alone would be another one than was asked for."""
    encoder = FakeEncoder()
    encoder.broken = True
    with pytest.raises(PublishingError, match="FAQ_ENCODER=none"):
        publisher(folder, home, encoders=[encoder]).publish()
    assert History(home, folder).served() is None


def test_what_was_never_published_is_served_by_words_where_the_encoder_fails(
    folder: Path, home: Path
) -> None:
    encoder = FakeEncoder()
    encoder.broken = True
    serving = open_serving(folder, home=home, encoders=[encoder])
    assert serving.problem.startswith("壊れています")
    assert serving.release.encoders == ()
    assert ask(serving.release, Q).ids == ("remote",)


def test_with_another_encoder_what_was_published_is_served_rebuilt(
    folder: Path, home: Path, publish: Publish
) -> None:
    name = publish().release.name
    other = FakeEncoder(identity="fake 2", size=32)
    serving = open_serving(folder, home=home, encoders=[other])
    assert serving.rebuilt
    assert serving.release.name != name
    assert ask(serving.release, Q).text == "週に二日までできます。"
    assert open_serving(folder, home=home, encoders=ENCODERS).release.name == name
