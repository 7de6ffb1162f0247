"""`faq ask`: one question, one reply."""

from time import perf_counter
from typing import Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, PointOption
from bot.output.exit_status import ExitStatus
from bot.output.terminal import visible


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What the candidate asks.")],
    *,
    path: FaqOption = None,
    point: PointOption = None,
    json: JsonOption = False,
) -> None:
    """Answer one question from the FAQ, then exit.

    The reply goes to standard output, everything else to standard error.

    The question is journalled, masked, after the reply was written: `faq journal policy` says what is kept.

    Exits with 0 if the question is answered (or is a greeting), with 3 if it is not: several entries
    are offered, it is referred to someone else, or nothing is known.

    Example:
        faq ask "在宅勤務は週に何日できますか"
    """
    from bot.cli.opening import open_journal, open_knowledge, today, warn  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.conversation.engine import converse  # noqa: PLC0415 -- the same
    from bot.conversation.record import json_line, record  # noqa: PLC0415 -- the same
    from bot.conversation.reply import ReplyKind  # noqa: PLC0415 -- the same
    from bot.conversation.state import ConversationState  # noqa: PLC0415 -- the same
    from bot.journal.question_record import Channel, QuestionRecord  # noqa: PLC0415 -- the same
    from bot.serving.operator import whoever_runs_this  # noqa: PLC0415 -- the same

    release = open_knowledge(path, point)
    started = perf_counter()
    reply, _ = converse(release, question, ConversationState(), today=today())
    milliseconds = (perf_counter() - started) * 1000
    typer.echo(json_line(record(reply, question)) if json else visible(reply.text))
    if reply.unembedded:
        warn(reply.unembedded)
    with open_journal(release) as journal:  # the reply is out: nobody waits for the database
        user = whoever_runs_this()
        journal.record(
            QuestionRecord.of(reply, question, channel=Channel.CONSOLE, user=user, milliseconds=milliseconds)
        )
    if reply.kind not in {ReplyKind.ANSWER, ReplyKind.SMALLTALK}:
        raise typer.Exit(ExitStatus.NOT_ANSWERED)
