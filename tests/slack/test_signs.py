"""Signs that an answer is on its way: posted late enough, and never left behind."""

import threading
from collections.abc import Callable, Iterator
from http.client import IncompleteRead

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.delivery.placeholders import Signs
from bot.slack.delivery.targets import LOST
from bot.slack.messages.block_kit import Message
from tests.patience import PATIENCE_SECONDS


class Sign:
    """A way whose sign is what a function makes of it."""

    def __init__(self, sign: Callable[[], str]) -> None:
        """Show it by calling the function, which returns its mark."""
        self.sign = sign
        self.withdrawn: list[str] = []

    def answer(self, message: Message, mark: str, *, look: bool = False) -> str:
        """Answer nothing."""
        raise NotImplementedError(message, mark, look)

    def withdraw(self, mark: str) -> None:
        """Note which was taken away."""
        self.withdrawn.append(mark)


@pytest.fixture
def signs() -> Iterator[Signs]:
    signs = Signs(0.02)
    yield signs
    signs.close()


def test_an_answer_that_is_there_in_time_has_no_sign(signs: Signs) -> None:
    posted: list[str] = []
    done = threading.Event()

    def post(name: str) -> str:
        posted.append(name)
        done.set()
        return name

    signs.expect("a", Sign(lambda: post("a")))
    signs.expect("b", Sign(lambda: post("b")))
    assert signs.take("a") == ""
    assert done.wait(PATIENCE_SECONDS)
    assert posted == ["b"]
    assert signs.take("b") == "b"


def test_an_answer_waits_for_a_sign_that_is_being_posted(signs: Signs) -> None:
    """Else the sign would come after the answer, and stay."""
    begun, go = threading.Event(), threading.Event()

    def post() -> str:
        begun.set()
        go.wait(PATIENCE_SECONDS)
        return "1.2"

    signs.expect("a", Sign(post))
    assert begun.wait(PATIENCE_SECONDS)
    threading.Timer(0.05, go.set).start()
    assert signs.take("a") == "1.2"


REFUSAL = SlackApiError("no", {"error": "not_in_channel"})  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "mark"), [(OSError("no route"), LOST), (IncompleteRead(b""), LOST), (REFUSAL, "")]
)
def test_a_sign_that_cannot_be_posted_keeps_neither_the_answer_nor_other_signs(
    signs: Signs, error: Exception, mark: str
) -> None:
    """Of one that breaks off, nobody knows whether it is there."""
    tried, posted = threading.Event(), threading.Event()

    def fail() -> str:
        tried.set()
        raise error

    def post() -> str:
        posted.set()
        return "1.2"

    signs.expect("a", Sign(fail))
    assert tried.wait(PATIENCE_SECONDS)
    assert signs.take("a") == mark
    signs.expect("b", Sign(post))
    assert posted.wait(PATIENCE_SECONDS)


def test_an_answer_is_late_from_its_sign_until_it_is_forgotten(signs: Signs) -> None:
    shown = threading.Event()

    def show() -> str:
        shown.set()
        return "1.2"

    signs.expect("a", Sign(show))
    assert shown.wait(PATIENCE_SECONDS)
    assert signs.due() == ("a",)
    signs.forget("a")
    assert signs.due() == ()


def test_an_answer_that_another_process_has_told_has_no_sign() -> None:
    signs, shown = Signs(0, lambda name: name == "a"), threading.Event()

    def show() -> str:
        shown.set()
        return "1.3"

    signs.expect("a", Sign(lambda: "1.2"))
    signs.expect("b", Sign(show))
    assert shown.wait(PATIENCE_SECONDS)
    assert signs.take("a") == ""
    signs.close()


def test_a_sign_that_is_expected_twice_is_shown_once(signs: Signs) -> None:
    shown: list[str] = []
    other = threading.Event()

    def show() -> str:
        shown.append("a")
        return "1.2"

    def show_other() -> str:
        other.set()
        return "1.3"

    assert signs.expect("a", Sign(show))
    assert not signs.expect("a", Sign(show))
    signs.expect("b", Sign(show_other))
    assert other.wait(PATIENCE_SECONDS)
    assert shown == ["a"]


def test_a_sign_that_is_cancelled_is_taken_away_if_it_is_shown() -> None:
    signs, shown = Signs(0), threading.Event()

    def show() -> str:
        shown.set()
        return "1.2"

    early, late = Sign(show), Sign(show)
    signs.expect("a", early)
    assert shown.wait(PATIENCE_SECONDS)
    signs.cancel("a")
    assert early.withdrawn == ["1.2"]
    signs.close()
    signs.cancel("a")
    assert not signs.expect("b", late)
    signs.cancel("b")
    assert late.withdrawn == []
