from collections.abc import Iterator, Sequence
from threading import Event

import pytest

from bot.journal.errors import JournalError
from bot.journal.recorder import Recorder

Items = list[int]


class Sink:
    """Takes what is written; fails as told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.written: Items = []
        self.failures: list[Exception] = []
        self.bad: set[int] = set()
        self.writes = 0

    def __call__(self, items: Sequence[int]) -> None:
        """Write, or fail."""
        self.writes += 1
        if self.failures:
            raise self.failures.pop(0)
        if self.bad & set(items):
            msg = "bad item"
            raise JournalError(msg)
        self.written += items


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def recorder(sink: Sink, told: list[str]) -> Iterator[Recorder[int]]:
    made = Recorder[int](sink, told.append, retry=0)
    yield made
    made.close()


def test_what_was_handed_over_is_written_in_order(recorder: Recorder[int], sink: Sink) -> None:
    for number in range(1000):
        recorder.add(number)
    assert recorder.flush()
    assert sink.written == list(range(1000))
    assert sink.writes < 1000


def test_nothing_to_write_is_flushed_at_once(recorder: Recorder[int]) -> None:
    assert recorder.flush(timeout=0)


def test_the_caller_does_not_wait_for_the_database(told: list[str]) -> None:
    writing, go_on = Event(), Event()

    def write(_items: Sequence[int]) -> None:
        writing.set()
        go_on.wait()

    recorder = Recorder[int](write, told.append, linger=0)
    recorder.add(1)
    writing.wait()
    recorder.add(2)  # would never return
    assert not recorder.flush(timeout=0)
    go_on.set()
    recorder.close()
    assert told == []


def test_what_finds_no_room_is_lost_and_told(sink: Sink, told: list[str]) -> None:
    writing, go_on = Event(), Event()

    def write(items: Sequence[int]) -> None:
        writing.set()
        go_on.wait()
        sink(items)

    recorder = Recorder[int](write, told.append, capacity=3, linger=0)
    recorder.add(1)
    writing.wait()
    for number in (2, 3, 4, 5):
        recorder.add(number)
    go_on.set()
    recorder.close()
    assert sink.written == [1, 2, 3]
    assert told == ["質問 2件を記録できませんでした。"]


def test_what_may_work_later_is_tried_again_and_told_once(
    recorder: Recorder[int], sink: Sink, told: list[str]
) -> None:
    sink.failures = [JournalError("down", passing=True)] * 3
    recorder.add(1)
    recorder.add(2)
    assert recorder.flush()
    assert sink.written == [1, 2]
    assert told == ["down"]


def test_after_it_worked_the_next_failure_is_told_again(
    recorder: Recorder[int], sink: Sink, told: list[str]
) -> None:
    for number in (1, 2):
        sink.failures = [JournalError("down", passing=True)]
        recorder.add(number)
        assert recorder.flush()
    assert told == ["down", "down"]


def test_one_bad_value_takes_no_other_with_it(recorder: Recorder[int], sink: Sink, told: list[str]) -> None:
    sink.bad = {2}
    for number in (1, 2, 3):
        recorder.add(number)
    assert not recorder.flush()
    assert sink.written == [1, 3]
    assert told[0] == "bad item"


def test_a_bug_does_not_end_the_journal(recorder: Recorder[int], sink: Sink, told: list[str]) -> None:
    sink.failures = [KeyError("bug")]
    recorder.add(1)
    recorder.flush()
    recorder.add(2)
    recorder.flush()
    assert sink.written == [2]
    assert "KeyError" in told[0]


def test_closing_writes_what_is_left_and_tries_once_more(sink: Sink, told: list[str]) -> None:
    recorder = Recorder[int](sink, told.append, linger=3600, retry=3600)
    sink.failures = [JournalError("down", passing=True)]
    recorder.add(1)
    recorder.close()
    assert (sink.written, told) == ([], ["down"])  # one question, one line


def test_after_closing_nothing_is_taken(sink: Sink, told: list[str]) -> None:
    recorder = Recorder[int](sink, told.append)
    recorder.close()
    recorder.add(1)
    assert not recorder.flush(timeout=0)
    assert sink.written == []
