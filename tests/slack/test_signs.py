"""Signs that an answer is on its way: posted late enough, and never left behind."""

import threading
from collections.abc import Iterator

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.signs import Signs


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

    signs.expect("a", lambda: post("a"))
    signs.expect("b", lambda: post("b"))
    assert signs.take("a") == ""
    assert done.wait(20)
    assert posted == ["b"]
    assert signs.take("b") == "b"


def test_an_answer_waits_for_a_sign_that_is_being_posted(signs: Signs) -> None:
    """Else the sign would come after the answer, and stay."""
    begun, go = threading.Event(), threading.Event()

    def post() -> str:
        begun.set()
        go.wait(20)
        return "1.2"

    signs.expect("a", post)
    assert begun.wait(20)
    threading.Timer(0.05, go.set).start()
    assert signs.take("a") == "1.2"


REFUSAL = SlackApiError("no", {"error": "not_in_channel"})  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("error", [OSError("no route"), REFUSAL])
def test_a_sign_that_cannot_be_posted_keeps_neither_the_answer_nor_other_signs(
    signs: Signs, error: Exception
) -> None:
    tried, posted = threading.Event(), threading.Event()

    def fail() -> str:
        tried.set()
        raise error

    def post() -> str:
        posted.set()
        return "1.2"

    signs.expect("a", fail)
    assert tried.wait(20)
    assert signs.take("a") == ""
    signs.expect("b", post)
    assert posted.wait(20)


def test_a_sign_that_was_forgotten_is_not_known() -> None:
    signs = Signs(60)
    signs.expect("a", lambda: "1.2")
    assert signs.knows("a")
    signs.forget("a")
    assert not signs.knows("a")
    signs.close()
