"""`faq eval`: how the FAQ does on labelled questions."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption, PointOption, QuestionsOption


def evaluate(  # noqa: PLR0913 -- the options of a command
    *,
    questions: QuestionsOption = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="Each question that went wrong, why, and what would turn it.")
    ] = False,
    reliability: Annotated[
        bool, typer.Option("--reliability", help="Confidence, expected against seen.")
    ] = False,
    path: FaqOption = None,
    point: PointOption = None,
    json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Put labelled questions to the FAQ and count how it does.

    A line of the file is {"q": "…", "gold": ["id", …]}, or graded {"q": "…", "gold": {"id": 2}};
    an empty gold means that the question must not be answered. "kind" is a word to count by. A line
    {"turns": [{"q": "…", "gold": […]}, …]} is a conversation; "all": true in a turn wants every id.

    Of questions in scope, right is an answer of one or two entries with a gold one, offered is choices
    or a longer answer with one, missed is no answer, and wrong is an answer without a gold entry.
    Of questions out of scope, false is any answer, offered is choices, and quiet is the rest.

    The utility is the mean worth of the replies: what --point says that right and wrong ones are worth.
    Without --questions, the expectations of the knowledge are asked of releases that were not taught
    them, five that were each taught four fifths, which takes a minute with thousands of them. With
    --questions, what the FAQ learned from an expectation in the same words is left out. An encoder
    that fails ends it.

    Example:
        faq eval --questions questions.jsonl --errors
    """
    from bot.cli.opening import open_knowledge, tell, today  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.conversation.record import json_line  # noqa: PLC0415 -- the same
    from bot.evaluation.results import evaluation_record  # noqa: PLC0415 -- the same
    from bot.evaluation.runner import QuestionSet, evaluate_set, held_out, read_set  # noqa: PLC0415 -- the same
    from bot.output.progress import progress_bar  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same

    given = [read_set(file) for file in questions or ()]
    release = open_knowledge(path, point)
    sets = given or [QuestionSet("", release.knowledge.expectations)]
    releases = () if given else held_out(release, read_settings().home, tell)
    with progress_bar("質問しています", sum(map(len, sets)), no_color=no_color) as step:
        found = [evaluate_set(release, each, today=today(), releases=releases, step=step) for each in sets]
    utility = release.policy.utility
    if json:
        records = [evaluation_record(each, errors=errors, reliability=reliability) for each in found]
        named = [{"questions": each.asked.name, **told} for each, told in zip(found, records, strict=True)]
        told = records[0] if len(records) == 1 else {"sets": named}
        typer.echo(json_line({"release": release.label, "worth": asdict(utility), **told}))
        return
    from bot.output.evaluating import evaluation_view  # noqa: PLC0415 -- rich; JSON needs none
    from bot.output.terminal import rich_console  # noqa: PLC0415 -- the same

    console = rich_console(no_color=no_color)
    for number, each in enumerate(found):
        shown = evaluation_view(each, utility, titled=len(found) > 1, errors=errors, reliability=reliability)
        console.print(*([""] if number else []), shown, sep="\n", crop=False)
