"""How the process does: a line a question in its log, and what a monitor asks on a port of this machine."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from bot.journal.database import JournalError
from bot.journal.journal import Journal
from bot.journal.question_record import QuestionRecord
from faq.problems import FaqError, Fault

_LOG = logging.getLogger("faq.slack")
HOST = "127.0.0.1"
DEAF_SECONDS = 300.0  # without a sign of Slack on its socket, a process is not ready, and ends


class DeafError(FaqError):
    """The socket has been without a sign of Slack for too long; another process may do better."""


class Health:
    """Counts what is answered, and tells what keeps the process from its work."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.silent_seconds: Callable[[], float] = lambda: 0.0  # since Slack's last sign on its socket
        self.registry = CollectorRegistry()
        own: dict[str, Any] = {"registry": self.registry}
        self._questions = Counter(
            "faq_questions", "Questions answered, by the kind of the reply", ["reply"], **own
        )
        buckets = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
        self._seconds = Histogram("faq_reply_seconds", "Time to find a reply", buckets=buckets, **own)

        def gauge(name: str, told: str, value: Callable[[], float]) -> None:
            Gauge(name, told, **own).set_function(value)

        unrecorded = "Questions answered that the journal did not take"
        gauge("faq_questions_unrecorded", unrecorded, lambda: journal.lost)
        gauge("faq_deliveries_waiting", "Messages that Slack has not taken yet", self._waiting)
        writable = "1 if the journal can be written"
        gauge("faq_journal_writable", writable, lambda: not self._journal_trouble())
        silent = "Time since Slack's last sign"
        gauge("faq_socket_silent_seconds", silent, lambda: self.silent_seconds())  # noqa: PLW0108 -- it is set later

    def answered(self, record: QuestionRecord, *, kept: bool = True) -> None:
        """Count a question that was answered, and log it without its text and without who asked."""
        self._questions.labels(record.reply).inc()
        self._seconds.observe(record.milliseconds / 1_000)
        facts = {
            "question": record.id,
            "channel": record.channel.value,
            "reply": record.reply,
            "entries": " ".join(record.entries),
            "release": record.release,
            "milliseconds": round(record.milliseconds, 1),
            "kept": kept,
        }
        _LOG.info(" ".join(f"{name}={value}" for name, value in facts.items()), extra={"facts": facts})

    def troubles(self) -> list[str]:
        silent = self.silent_seconds()
        found = [self._journal_trouble()]
        if silent > DEAF_SECONDS:
            found.append(f"socket: no sign of Slack for {silent:.0f} seconds")
        return [each for each in found if each]

    def check_socket(self) -> None:
        if (silent := self.silent_seconds()) > DEAF_SECONDS:
            raise DeafError.of(Fault.of("slack-deaf", seconds=round(silent)))

    def _journal_trouble(self) -> str:
        try:
            self._journal.check()
        except JournalError as error:
            return f"journal: {' '.join(str(error).split())}"
        return ""

    def _waiting(self) -> float:
        try:
            return self._journal.outbox.waiting()
        except JournalError:
            return float("nan")

    @contextmanager
    def served(self, port: int | None) -> Iterator[None]:
        """Answer /healthz, /readyz and /metrics on a port of this machine until the block ends; not without a port."""
        if port is None:
            yield
            return
        metrics = make_wsgi_app(self.registry)

        def app(environ: Any, start: Any) -> Any:  # noqa: ANN401 -- WSGI's own
            match environ["PATH_INFO"]:
                case "/metrics":
                    return metrics(environ, start)
                case "/healthz":
                    status, body = HTTPStatus.OK, ["alive"]
                case "/readyz":
                    body = self.troubles()
                    status = HTTPStatus.SERVICE_UNAVAILABLE if body else HTTPStatus.OK
                case _:
                    status, body = HTTPStatus.NOT_FOUND, []
            start(f"{status.value} {status.phrase}", [("Content-Type", "text/plain; charset=utf-8")])
            return ["\n".join([*(body or ["ready"]), ""]).encode()]

        try:
            server = make_server(HOST, port, app, ThreadingWSGIServer, _Silent)
        except OSError as error:
            raise FaqError.of(Fault.of("slack-no-port", where=f"{HOST}:{port}")) from error
        thread = threading.Thread(target=server.serve_forever, name="health", daemon=True)
        thread.start()
        _LOG.info("health on http://%s:%d", HOST, server.server_port)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Log no request: a monitor asks every few seconds."""


class JsonLines(logging.Formatter):
    """A record as one object of JSON on one line, with its facts as keys of their own."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def begin_log(*, as_json: bool) -> None:
    """Log to standard error: what this program says from INFO on, what libraries say from WARNING on."""
    handler = logging.StreamHandler()
    plain = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if as_json else plain)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("faq").setLevel(logging.INFO)
    # Its words are for developers; ours are for people.
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
