"""`faq batch`: questions in, replies out, one line of JSON each."""

import sys
from typing import Annotated

import typer

from bot.cli.options import FaqOption, PointOption
from bot.output.exit_status import ExitStatus


def batch(
    *,
    path: FaqOption = None,
    point: PointOption = None,
    top: Annotated[int, typer.Option(min=1, metavar="N", help="Most entries in `ranking`.")] = 10,
    journal: Annotated[
        bool, typer.Option("--journal", help="Journal the questions, which evaluations are not.")
    ] = False,
) -> None:
    """Answer questions from standard input, a line of JSON each.

    In: {"q": "…", "thread": "t1", "id": "7"}; thread and id are optional, and lines with the same
    thread are one conversation.

    Out, in the same order: id, thread, q, reply (answer, choices, referral, unknown or smalltalk),
    ids, confidence, ranking, release, text.

    A line that cannot be read gives {"error": "…", "line": 3} in its place, and exit status 1 at the end.

    Example:
        echo '{"q": "在宅勤務は週に何日できますか"}' | faq batch
    """
    from bot.cli.opening import open_journal, open_knowledge, today  # noqa: PLC0415 -- the same
    from bot.evaluation.batch import Batch  # noqa: PLC0415 -- the index; `faq --help` needs none

    release = open_knowledge(path, point)
    with open_journal(release) as kept:
        replies = Batch(release, today=today(), top=top, record=kept.record if journal else None)
        for line in replies.run(sys.stdin.buffer):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    if replies.failed:
        typer.echo(f"{replies.failed} of {replies.lines} lines could not be answered: see 'error'.", err=True)
        raise typer.Exit(ExitStatus.FAILURE)
