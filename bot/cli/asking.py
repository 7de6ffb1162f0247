"""`faq ask`, `faq batch`, `faq chat`: questions, replies."""

import os
import sys
from time import perf_counter
from typing import Annotated

from typer import Argument, Exit, Option

from bot.cli.opening import Office, check_usage, say, show_reply, today
from bot.cli.options import FaqOption, JsonOption, PointOption, WatchOption
from bot.journal.question_record import Channel, QuestionRecord, whoever_runs_this
from bot.output.terminal import ExitStatus
from faq.wording import telling, worded


def ask(
    question: Annotated[str, Argument(metavar="QUESTION", help="What the candidate asks.")],
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
    from bot.conversation.engine import converse
    from bot.conversation.reply import ReplyKind
    from bot.conversation.state import ConversationState

    check_usage(bool(question.strip()), "usage-empty", name="QUESTION")
    office = Office(path, point)
    release = office.served()
    started = perf_counter()
    reply, _ = converse(release, question, ConversationState(), today=today())
    took = (perf_counter() - started) * 1000
    show_reply(reply, question, json=json)
    by = whoever_runs_this()
    record = QuestionRecord.of(reply, question, channel=Channel.CONSOLE, user=by, milliseconds=took)
    with office.journal_of(release) as journal:  # the reply is out: nobody waits for the database
        journal.record(record)
    if reply.kind not in {ReplyKind.ANSWER, ReplyKind.SMALLTALK}:
        raise Exit(ExitStatus.NOT_ANSWERED)


def batch(
    *,
    path: FaqOption = None,
    point: PointOption = None,
    top: Annotated[int, Option(min=1, metavar="N", help="Most entries in `ranking`.")] = 10,
) -> None:
    """Answer questions from standard input, a line of JSON each.

    In: {"q": "…", "thread": "t1", "id": "7"}; thread and id are optional, and lines with the same
    thread are one conversation. Where many are there at once, all cores answer.

    Out, in the same order: id, thread, q, reply (answer, choices, referral, unknown or smalltalk),
    ids, confidence, ranking, release, text.

    A line that cannot be read gives {"error": "…", "line": 3} in its place, and exit status 1 at the end.

    Example:
        echo '{"q": "在宅勤務は週に何日できますか"}' | faq batch
    """
    from bot.evaluation.batch import Batch

    office = Office(path, point)
    # Elsewhere a process cannot be forked, or not safely.
    processes = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    replies = Batch(office.served(), today=today(), top=top, processes=processes)
    for line in replies.run(sys.stdin.buffer):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    if replies.failed:
        told = "{lines}行のうち{failed}行に答えられませんでした(その行の error を見てください)。"
        say([worded(told, lines=replies.lines, failed=replies.failed)], err=True)
        raise Exit(ExitStatus.FAILURE)


def chat(*, path: FaqOption = None, point: PointOption = None, watch: WatchOption = False) -> None:
    """Open the console, in which questions are tried.

    It speaks Japanese, and says why it replied as it did; type /help for its commands. In a pipe it
    reads a question or a command a line, and writes plain text without a prompt.

    Questions are journalled, masked; `faq journal policy` says what is kept.

    SIGHUP publishes the files as they are, like /reload. What happens in the background is told above
    the prompt; in a pipe, on standard error.

    Example:
        faq chat --faq my-faq
    """
    from bot.console.session import run

    office = Office(path, point)
    with telling(lambda _: None):  # only what loads behind the prompt is told, beside it
        run(office.path, office.settings, today=today, watch=watch)
