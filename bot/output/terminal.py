"""Text of other people on a terminal, exit statuses, the console, and a progress bar."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, TextIO, TypeVar


class ExitStatus(IntEnum):
    """What a shell script may rely on."""

    OK = 0  # answered, or done
    FAILURE = 1  # something is to be corrected; standard error says what
    USAGE = 2  # the command line is wrong
    NOT_ANSWERED = 3  # choices, a referral, or unknown
    DEAF = 75  # nothing came from Slack any more; a new start may help
    BROKEN_PIPE = 141  # the reader of the output has stopped; a shell shows SIGPIPE so


if TYPE_CHECKING:
    from rich.console import Console

# C1 controls, marks for the direction of writing, line separators, surrogates.
_HARMFUL = (
    *range(0x80, 0xA0),
    0x200E,
    0x200F,
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
)
# Unicode's own pictures of the control characters; the others by their number.
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"} | {0x7F: "␡"}
_PICTURES |= {code: f"\\u{code:04x}" for code in _HARMFUL}


def visible(text: str) -> str:
    r"""Return `text` with control characters, and marks that reorder a line, made visible.

    >>> visible("赤\x1b[31m字\u202e")
    '赤␛[31m字\\u202e'
    >>> visible("二行の\r\n答え\tです"), visible("上書き\r隠す\x9b片\ud83d割れ")
    ('二行の\n答え\tです', '上書き␍隠す\\u009b片\\ud83d割れ')
    """
    return text.replace("\r\n", "\n").translate(_PICTURES)


def one_line(text: str, longest: int | None = None) -> str:
    r"""Return a text on one line, made `visible`; of a long one the beginning.

    >>> one_line("研修は\n何日ですか"), one_line("研修は何日ですか", 5)
    ('研修は 何日ですか', '研修は何…')
    """
    line = " ".join(visible(text).split())
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1]}…"


def rich_console(
    stream: TextIO | None = None, *, width: int | None = None, terminal: bool | None = None
) -> "Console":
    """Return a rich console that shows text as it is: no markup, no emoji names, no highlighting."""
    from rich.console import Console  # noqa: PLC0415 -- 80 ms that `faq ask` does not need

    return Console(
        file=stream,
        width=width,
        force_terminal=terminal,
        markup=False,
        emoji=False,
        highlight=False,
    )


Item = TypeVar("Item")
Step = Callable[[], None]


@contextmanager
def progress_bar(title: str, steps: int) -> Iterator[Step]:
    """Show a progress bar during the block; call the given function once for each of the `steps`."""
    console = rich_console(sys.stderr)
    if not console.is_terminal:
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 -- a person waits for it, a pipe does not

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=steps)
        yield lambda: bar.advance(task)


def tracked(items: Collection[Item], title: str) -> Iterator[Item]:
    """Yield the items, with a progress bar."""
    with progress_bar(title, len(items)) as step:
        for item in items:
            yield item
            step()
