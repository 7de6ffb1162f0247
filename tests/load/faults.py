"""What may be broken around the bot, each until the end of a block, and which fault holds when."""

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import psycopg

from tests.bot.embeddings.embeddings_double import hangs, well
from tests.bot.journal.away import away
from tests.load.office import Office
from tests.slack.double import SlackDouble

POST = "chat.postMessage"
ALL = 1_000_000
SLOW_SECONDS = 1.0
RECOVERY_SECONDS = 10.0
"""How long after a fault its traces may show: what was put off is sent."""
LEASE_SECONDS = 60.0
"""The same of a process that was killed: what it had in hand is another's after that."""
KILLED = "killed"

Fault = Callable[[Office], AbstractContextManager[None]]


@dataclass(frozen=True)
class Slot:
    """A fault that holds from one second of the run to another."""

    fault: str
    begins: float
    ends: float

    @property
    def over(self) -> float:
        """When nothing of it shows any more."""
        return self.ends + (LEASE_SECONDS if self.fault == KILLED else RECOVERY_SECONDS)


def schedule(faults: Sequence[str], seconds: float, *, every: float = 30.0) -> list[Slot]:
    """Return when each fault holds: one in turn so often or more, so that each has its turn, with rests between.

    In the second half the process is left alive, so that its memory can be seen to stay, unless all are killings.

    >>> [(slot.fault, slot.begins) for slot in schedule(["slow", "killed"], 50)]
    [('slow', 6.25), ('killed', 18.75), ('slow', 31.25)]
    """
    if not faults:
        return []
    step = min(every, seconds / 2 / len(faults))
    begins = [step / 2 + step * number for number in range(int(seconds / step) - 1)]
    slots = [Slot(faults[at % len(faults)], each, each + step * 0.3) for at, each in enumerate(begins)]
    lives = {KILLED} if set(faults) != {KILLED} else set()
    return [each for each in slots if each.fault not in lives or each.begins < seconds / 2]


@contextmanager
def resent(office: Office) -> Iterator[None]:
    """Every event comes twice, as where Slack did not hear the acknowledgement."""
    office.times = 2
    yield
    office.times = 1


@contextmanager
def dropped(office: Office) -> Iterator[None]:
    """Slack hangs up, tells the next socket to go, and lets another one hear nothing any more."""
    office.slack.close_sockets()
    yield
    office.slack.disconnect()
    office.slack.go_deaf()


@contextmanager
def slow(office: Office) -> Iterator[None]:
    """Every call waits for a second at most."""
    over = Event()

    def hold() -> None:
        while not over.is_set():
            gate = office.slack.hold(POST)
            over.wait(SLOW_SECONDS)
            gate.open()

    thread = Thread(target=hold)
    thread.start()
    yield
    over.set()
    thread.join()
    office.slack.api.gates[POST].clear()


def failing(begin: Callable[[SlackDouble], None]) -> Fault:
    """Return the fault in which Slack does to calls what was begun."""

    @contextmanager
    def fault(office: Office) -> Iterator[None]:
        begin(office.slack)
        yield
        office.slack.api.faults[POST].clear()

    return fault


API_500 = failing(lambda slack: slack.refuse(POST, "<html>", status=500, times=ALL))


@contextmanager
def locked(office: Office) -> Iterator[None]:
    """Another program holds PostgreSQL's tables; SQLite is locked wherever it is away."""
    with psycopg.connect(office.url) as other:
        other.execute("LOCK TABLE faq_deliveries IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def full(office: Office) -> Iterator[None]:
    """No file of the process can grow, as on a disk that is full."""
    _, most = resource.prlimit(office.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(office.pid, resource.RLIMIT_FSIZE, (0, most))
    yield
    resource.prlimit(office.pid, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def unembedded(office: Office) -> Iterator[None]:
    """Let the embeddings server take questions and say nothing."""
    assert office.embeddings
    office.embeddings.way = hangs
    yield
    office.embeddings.way = well


@contextmanager
def killed(office: Office) -> Iterator[None]:
    office.kill()
    yield
    office.start()


@contextmanager
def away_and_refused(office: Office) -> Iterator[None]:
    """Let Slack refuse what the journal cannot keep."""
    with away(office.url), API_500(office):
        yield


def faults(office: Office) -> dict[str, Fault]:
    """Return those that this office can have, by name."""
    sockets: dict[str, Fault] = {} if office.by_http else {"socket dropped": dropped}
    locks: dict[str, Fault] = {"journal locked": locked} if office.url.startswith("postgresql") else {}
    hang: dict[str, Fault] = {"embeddings hang": unembedded} if office.embeddings else {}
    return {
        "events twice": resent,
        **sockets,
        KILLED: killed,
        "API slow": slow,
        "API 429": failing(lambda slack: slack.refuse(POST, times=ALL)),
        "API 500": API_500,
        "answers broken": failing(lambda slack: slack.break_off(POST, begun=b'{"ok": tr', times=ALL)),
        **locks,
        "journal away": lambda held: away(held.url),
        "disk full": full,
        **hang,
        "journal away, API 500": away_and_refused,
    }
