"""Many questions at once, as JSON Lines: never a line lost, never two swapped."""

import json
import traceback
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from bot.conversation.engine import converse
from bot.conversation.reply import Json, json_line, reply_record
from bot.conversation.state import ConversationState
from index.release.building import Release

LONGEST_LINE = 1 << 20  # bytes of an input line that are read; a longer one is an error in its place
_BOM = b"\xef\xbb\xbf"


class LineError(ValueError):
    """A line that cannot be asked; `known` holds what can be said of it all the same (`id`, `thread`)."""

    def __init__(self, message: str, known: dict[str, Json] | None = None) -> None:
        """Keep both."""
        self.known = known or {}
        super().__init__(message)


class Batch:
    """One run over a stream of lines."""

    def __init__(self, release: Release, *, today: date, top: int) -> None:
        """Begin with no memory."""
        self.lines = 0  # read so far
        self.failed = 0  # those that gave an error instead of a reply
        self._release, self._today, self._top = release, today, top
        self._states: dict[str, ConversationState] = {}

    def run(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yield a line of JSON in UTF-8 for each line of `stream`, in order, as soon as it is read."""
        while raw := stream.readline(LONGEST_LINE + 1):
            self.lines += 1
            rest = raw
            while len(raw) > LONGEST_LINE and rest and not rest.endswith(b"\n"):
                rest = stream.readline(LONGEST_LINE)
            try:
                answer = self._reply(**parsed_line(raw.removeprefix(_BOM) if self.lines == 1 else raw))
            except LineError as error:
                self.failed += 1
                answer = {**error.known, "error": str(error), "line": self.lines}
            yield f"{json_line(answer)}\n".encode()

    def _reply(self, q: str, thread: Json, id: Json) -> dict[str, Json]:  # noqa: A002 -- the contract's word
        key = json.dumps(thread)
        before = ConversationState() if thread is None else self._states.get(key, ConversationState())
        try:
            reply, after = converse(self._release, q, before, today=self._today, top=self._top)
        except Exception as error:  # the rim: a bug met by one line must not lose the others
            traceback.print_exc()
            msg = f"internal error: {type(error).__name__}; please report it with the text on standard error"
            raise LineError(msg, {"id": id, "thread": thread}) from error
        if thread is not None:
            self._states[key] = after
        return reply_record(reply, q, name=id, thread=thread)


def parsed_line(raw: bytes) -> dict[str, Json]:
    r"""Return `q`, `thread` and `id` of an input line; the last two are any JSON value, or `None`.

    >>> parsed_line(b'{"q": "hello", "id": 7}')
    {'q': 'hello', 'thread': None, 'id': 7}
    """
    if len(raw) > LONGEST_LINE:
        msg = f"the line is longer than {LONGEST_LINE} bytes; shorten it"
        raise LineError(msg)
    try:
        line = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        msg = f"not UTF-8 (byte {error.start + 1} of the line); save the file as UTF-8"
        raise LineError(msg) from error
    except RecursionError as error:
        msg = "JSON nested too deeply; write an object with a string 'q'"
        raise LineError(msg) from error
    except ValueError as error:
        what = "the line is empty" if not raw.strip() else f"not JSON ({error})"
        msg = f'{what}; write an object such as {{"q": "…"}} on each line'
        raise LineError(msg) from error
    if not isinstance(line, dict):
        msg = 'not a JSON object; write {"q": "…"}'
        raise LineError(msg)
    known = {name: line[name] for name in ("id", "thread") if name in line}
    if "q" not in line:
        msg = "'q' is missing; give the question as 'q'"
        raise LineError(msg, known)
    if not isinstance(line["q"], str):
        given = json.dumps(line["q"], ensure_ascii=False)[:40]
        msg = f"'q' is not a string but {given}; put the question in quotes"
        raise LineError(msg, known)
    return {"q": line["q"], "thread": line.get("thread"), "id": line.get("id")}


def _refuse_constant(name: str) -> None:
    msg = f"{name} is no JSON"
    raise ValueError(msg)
