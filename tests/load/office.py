"""The bot as the process that an office runs, started again when it was killed, and what surrounds it."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import Self

from tests.bot.embeddings.embeddings_double import Double
from tests.slack.double import Delivery, Person, SlackDouble, post_to
from tests.slack.double.routes import Route
from tests.slack.processes import environment, process

_PAGES_PER_MB = (1 << 20) / os.sysconf("SC_PAGE_SIZE")
_SENDERS = 32  # events on their way by HTTP at once
_WAITS = {True: "で待っています", False: "質問を待っています"}


@dataclass
class Life:
    """A process from its start to its end, with its memory in megabytes at times of the run."""

    pid: int
    memory: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Office:
    """The bot, started and killed by whoever holds it."""

    slack: SlackDouble
    knowledge: Path
    url: str
    by_http: bool
    replicas: int = 1
    encoder: str = "none"
    embeddings: Double | None = None
    times: int = 1
    """How often each event is sent."""
    lives: list[Life] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    """What the log told of mistakes of the program."""
    admin: Person = field(init=False)
    _running: list[tuple[ExitStack, Route]] = field(default_factory=list)
    _turns: Iterator[int] = field(default_factory=itertools.count)
    _senders: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_SENDERS))

    def __post_init__(self) -> None:
        self.admin = self.slack.person("管理者")
        more = {"FAQ_EMBEDDINGS_URL": self.embeddings.url} if self.embeddings else {}
        self._environment = {
            "FAQ_DATABASE_URL": self.url,
            "FAQ_ENCODER": self.encoder,
            "FAQ_ADMINS": self.admin.id,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            **more,
        }

    def __enter__(self) -> Self:
        for _ in range(self.replicas):
            self.start()
        return self

    def __exit__(self, *_: object) -> None:
        while self._running:
            self.kill()

    @property
    def pid(self) -> int:
        """That of the process that was started last."""
        return self.lives[-1].pid

    def publish(self) -> None:
        """Publish the FAQ as an office has done it long ago."""
        line = [sys.executable, "-m", "bot", "publish"]
        held = environment(self.slack, self.knowledge, **self._environment)
        subprocess.run(line, env=held, stdout=subprocess.DEVNULL, check=True)

    def start(self) -> None:
        """Start a process, and wait until it takes events."""
        running = ExitStack()
        arguments = ["--http", "--port", "0"] if self.by_http else []
        started = running.enter_context(process(self.slack, self.knowledge, *arguments, **self._environment))
        assert started.stderr
        line = next(line for line in started.stderr if _WAITS[self.by_http] in line)
        Thread(target=self._listen, args=(started.stderr,), daemon=True).start()
        post = post_to(line.split(maxsplit=1)[0], self.slack.signing_secret)
        self._running.append((running, post))
        self.lives.append(Life(started.pid))
        if self.by_http:
            self.slack.route = self._post

    def kill(self) -> None:
        running, _ = self._running.pop(0)
        running.close()

    def weigh(self, now: float) -> None:
        with suppress(OSError, ValueError, IndexError):  # it is just being killed
            pages = int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1])
            self.lives[-1].memory.append((now, pages / _PAGES_PER_MB))

    def _post(self, delivery: Delivery) -> None:
        """Bring it to one process after the other, or to another where that one is gone."""

        def sent() -> None:
            turn = next(self._turns)
            for at in range(len(self._running)):
                with suppress(
                    OSError, IndexError, HTTPException
                ):  # where none is left, it is sent again later
                    self._running[(turn + at) % len(self._running)][1](delivery)
                    return

        self._senders.submit(sent)

    def _listen(self, log: Iterable[str]) -> None:
        with suppress(ValueError):  # it is closed when the process is killed
            for line in log:
                if "Traceback" in line or "a fault:" in line:
                    self.bugs.append(line)
                elif self.bugs and line.startswith((" ", "\t")):
                    self.bugs[-1] += line  # where it was
