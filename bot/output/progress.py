"""A bar for what takes long, on standard error and for a person only: a log and a pipe need none."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.output.terminal import rich_console

Step = Callable[[], None]


@contextmanager
def progress_bar(title: str, steps: int) -> Iterator[Step]:
    """Show a bar until the end of the block; call what is given once for each of the `steps` that is done."""
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
