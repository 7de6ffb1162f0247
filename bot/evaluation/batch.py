"""Many questions as JSON Lines: no line is lost, the order stays, and all cores answer many of them."""

import json
import math
import signal
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from io import BufferedReader
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, BinaryIO

from bot.conversation.engine import converse
from bot.conversation.reply import Json, json_line, reply_record
from bot.conversation.state import ConversationState
from faq.problems import FaqError, Fault
from index.release.building import Release

LONGEST_LINE = 1 << 20  # bytes of an input line; a longer one gives an error
_BOM = b"\xef\xbb\xbf"
_BUFFER = 1 << 16
_MANY = 32  # lines waiting at once that are worth the start of other processes
_AT_ONCE = 256  # most lines read before their answers are written


class Batch:
    """One run over a stream of lines; several processes answer if many lines wait at once."""

    def __init__(self, release: Release, *, today: date, top: int, processes: int) -> None:
        self.lines = 0  # read so far
        self.failed = 0  # those that gave an error instead of a reply
        self._release, self._today, self._top = release, today, top
        self._states: dict[str, ConversationState] = {}
        self._processes = processes
        self._helpers: list[Connection] = []
        self._threads: dict[str, int] = {}  # the helper that knows a thread
        self._turns = cycle(range(processes))

    def run(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yield a line of JSON in UTF-8 for each line of `stream`, in order."""
        raw: Any = getattr(stream, "raw", stream)
        lines = BufferedReader(raw, _BUFFER)
        while there := lines.peek():
            count = min(_AT_ONCE, max(1, there.count(b"\n")))
            for answer in self._answers([self._next(lines) for _ in range(count)]):
                self.failed += "error" in answer
                yield f"{json_line(answer)}\n".encode()

    def _next(self, stream: BinaryIO) -> dict[str, Json]:
        """Return the question of the next line, or the error to answer."""
        raw = rest = stream.readline(LONGEST_LINE + 1)
        self.lines += 1
        while len(raw) > LONGEST_LINE and rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
        found = _parsed(raw.removeprefix(_BOM) if self.lines == 1 else raw)
        return {**found, "line": self.lines}

    def _answers(self, lines: Sequence[dict[str, Json]]) -> Iterator[dict[str, Json]]:
        if self._processes > 1 and len(lines) >= _MANY and not self._helpers:
            yield self._answer(lines[0])  # loads what all processes use
            lines = lines[1:]
            self._fork()
        if not self._helpers:
            yield from map(self._answer, lines)
            return
        whose = [None if "error" in each else self._helper_for(each["key"]) for each in lines]
        # The id and thread of a question stay here: they may be nested too deeply to be sent.
        bare = [{**each, "id": None, "thread": None} for each in lines]
        try:
            for number, helper in enumerate(self._helpers):
                helper.send([each for each, at in zip(bare, whose, strict=True) if at == number])
            answers = [iter(helper.recv()) for helper in self._helpers]
        except (EOFError, ConnectionError) as error:
            raise FaqError.of(Fault.of("batch-died", line=self.lines - len(lines) + 1)) from error
        for line, at in zip(lines, whose, strict=True):
            if at is None:
                yield line
            else:
                yield {**next(answers[at]), "id": line["id"], "thread": line["thread"]}

    def _helper_for(self, thread: str) -> int:
        """Return the number of the process that answers: always the same for a thread, as it remembers it."""
        turn = next(self._turns)
        return self._threads.setdefault(thread, turn) if thread else turn

    def _fork(self) -> None:
        """Start processes that share the memory of this one, with all conversations so far; they end with it."""
        context = get_context("fork")
        for _ in range(self._processes):
            ours, theirs = context.Pipe()
            self._helpers.append(ours)
            context.Process(target=self._help, args=(theirs,), daemon=True).start()
            theirs.close()

    def _help(self, orders: Connection) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for each in self._helpers:
            each.close()
        with suppress(EOFError):
            while True:
                orders.send(list(map(self._answer, orders.recv())))

    def _answer(self, line: dict[str, Json]) -> dict[str, Json]:
        if "error" in line:
            return line
        q, thread, name, key = line["q"], line["thread"], line["id"], line["key"]
        before = self._states.get(key, ConversationState())
        try:
            reply, after = converse(self._release, q, before, today=self._today, top=self._top)
        except Exception as error:  # noqa: BLE001 -- a bug in one line must not lose the others
            traceback.print_exc()
            msg = f"internal error: {type(error).__name__}; please report it with the text on standard error"
            return {"id": name, "thread": thread, "error": msg, "line": line["line"]}
        if key:
            self._states[key] = after
        return reply_record(reply, q, name=name, thread=thread)


def _parsed(raw: bytes) -> dict[str, Json]:
    r"""Return `q`, `thread`, its `key` and `id` of an input line; or the error.

    >>> _parsed(b'{"q": "hello", "id": 7}')
    {'q': 'hello', 'thread': None, 'id': 7, 'key': ''}
    """
    if len(raw) > LONGEST_LINE:
        return {"error": f"the line is longer than {LONGEST_LINE} bytes; shorten it"}
    wanted = 'write an object such as {"q": "…"} on each line'
    try:
        line = json.loads(raw.decode(), parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        return {"error": f"not JSON in UTF-8 ({error}); {wanted}"}
    known = {name: line[name] for name in ("id", "thread") if name in line} if isinstance(line, dict) else {}
    if not isinstance(line, dict) or not isinstance(line.get("q"), str):
        return {**known, "error": f"'q' is missing or no string; {wanted}"}
    thread = line.get("thread")
    key = "" if thread is None else json.dumps(thread)
    return {"q": line["q"], "thread": thread, "id": line.get("id"), "key": key}


def _finite(number: str) -> float:
    if math.isfinite(found := float(number)):
        return found
    msg = f"{number} is no JSON"
    raise ValueError(msg)
