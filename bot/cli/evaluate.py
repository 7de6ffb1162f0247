"""`faq eval`: how the FAQ does on labelled questions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption

if TYPE_CHECKING:
    from index.evaluation import Report


def evaluate(
    *,
    questions: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="Labelled questions; those of the knowledge without."),
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List each question that went wrong.")] = False,
    path: FaqOption = None,
    json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Put labelled questions to the FAQ and count how it does.

    A line of the file is {"q": "…", "gold": ["id", …]}, or graded {"q": "…", "gold": {"id": 2}};
    an empty gold means that the question must not be answered. "kind" is a word to count by.

    Of questions in scope, right is an answer of one or two entries with a gold one, offered is choices
    or a longer answer with one, missed is no answer, and wrong is an answer without a gold entry.
    Of questions out of scope, false is any answer, offered is choices, and quiet is the rest.

    Example:
        faq eval --questions questions.jsonl --errors
    """
    from bot.cli.opening import open_knowledge, today  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.evaluating import QuestionsError, evaluate_release, read_questions  # noqa: PLC0415 -- the same
    from bot.record import json_line  # noqa: PLC0415 -- the same

    asked = read_questions(questions) if questions else ()
    release = open_knowledge(path)
    asked = asked or release.knowledge.expectations
    if not asked:
        msg = "the knowledge holds no expectations; give a file with --questions"
        raise QuestionsError(msg)
    report = evaluate_release(release, asked, today=today())
    if json:
        typer.echo(json_line({"release": release.name, **_record(report, errors=errors)}))
        return
    from bot.console.scores import scores_view  # noqa: PLC0415 -- rich; JSON needs none
    from bot.terminal import rich_console  # noqa: PLC0415 -- the same

    shown = scores_view(report, misses=len(report.misses) if errors else 0)
    rich_console(no_color=no_color).print(shown, crop=False)


MEANS = ("p_at_1", "mrr", "ndcg_at_10", "recall_at_10")
DIGITS = 4


def _record(report: "Report", *, errors: bool) -> dict[str, Any]:
    means = {name: round(getattr(report, name), DIGITS) for name in MEANS}
    misses = [
        {
            "q": miss.expectation.q,
            "gold": list(miss.expectation.gold),
            "kind": miss.expectation.kind,
            "judgement": miss.judgement,
            "reply": miss.outcome.reply,
            "ids": list(miss.outcome.ids),
        }
        for miss in report.misses
    ]
    return {
        "in_scope": report.in_scope,
        "out_of_scope": report.out_of_scope,
        **{judgement.value: count for judgement, count in report.counts.items()},
        **means,
        "by_kind": report.by_kind,
        **({"errors": misses} if errors else {}),
    }
