"""A socket's troubles at its beginning and its end."""

import threading
from collections.abc import Callable

from bot.slack.transport.socket import SocketConnection
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import SlackDouble
from tests.slack.office import Office

HOUR = 3_600


class Crowd:
    """A lock, taken by whoever makes it, that tells how many wait for it."""

    def __init__(self, changed: threading.Condition) -> None:
        """Take it; `changed` is told of everybody who comes to wait."""
        self.waiting = 0
        self._changed = changed
        self._lock = threading.Lock()
        self._lock.acquire()

    def disperse(self) -> None:
        """Let them in, one after the other."""
        self._lock.release()

    def __enter__(self) -> None:
        with self._changed:
            self.waiting += 1
            self._changed.notify_all()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def in_threads(*acts: Callable[[], object]) -> tuple[list[threading.Thread], list[BaseException]]:
    failed: list[BaseException] = []

    def work(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 -- shown by the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=[act], daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    return threads, failed


def test_a_socket_that_is_lost_while_it_is_being_closed_does_no_harm(slack: SlackDouble, bot: Office) -> None:
    """Up to 3.47, slack-sdk looked whether there was a socket before it had the lock, so that the second one failed."""
    link = SocketConnection(bot.app, slack.app_token, ping_seconds=60)
    assert link.open(lambda _: None, lambda _: True)
    session = link._handler.client.current_session  # noqa: SLF001 -- slack-sdk's own
    assert session
    crowd = Crowd(slack.workspace.changed)
    session.sock_send_lock = crowd  # type: ignore[assignment]
    threads, failed = in_threads(session.disconnect, link.close)
    slack.until(lambda: crowd.waiting == len(threads))
    crowd.disperse()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert failed == []
    assert not any(thread.is_alive() for thread in threads)


def test_who_may_not_connect_for_an_hour_is_told_and_may_end_at_once(slack: SlackDouble, bot: Office) -> None:
    slack.refuse("apps.connections.open", retry_after=HOUR)
    told: list[str] = []
    pauses: list[float] = []

    def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return True

    link = SocketConnection(bot.app, slack.app_token)
    assert not link.open(told.append, pause)
    link.close()
    assert told == ["Slackにつながりません(ratelimited)。3600秒後にもう一度試します。"]
    assert pauses == [HOUR]


def test_who_may_not_connect_again_for_an_hour_may_end_at_once(slack: SlackDouble, bot: Office) -> None:
    """What replaces a lost connection is a thread of slack-sdk, which would sleep for the hour."""
    link = SocketConnection(bot.app, slack.app_token)
    assert link.open(lambda _: None, lambda _: True)
    slack.until(lambda: slack.sockets)
    slack.refuse("apps.connections.open", retry_after=HOUR, times=9)
    before = len(slack.requests)
    slack.disconnect()
    slack.until(lambda: [each.status for each in slack.requests[before:]])
    (thread,), failed = in_threads(link.close)
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    assert failed == []
