"""`faq eval`: how the FAQ does on labelled questions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption, PointOption

if TYPE_CHECKING:
    from bot.evaluating import Evaluation


def evaluate(  # noqa: PLR0913 -- the options of a command
    *,
    questions: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE.jsonl",
            help="Labelled questions, as often as wanted; those of the knowledge without.",
        ),
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List each question that went wrong.")] = False,
    reliability: Annotated[
        bool, typer.Option("--reliability", help="Confidence, expected against seen.")
    ] = False,
    curve: Annotated[
        bool, typer.Option("--curve", help="Right against false answers, with the operating points.")
    ] = False,
    path: FaqOption = None,
    point: PointOption = None,
    json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Put labelled questions to the FAQ and count how it does.

    A line of the file is {"q": "…", "gold": ["id", …]}, or graded {"q": "…", "gold": {"id": 2}};
    an empty gold means that the question must not be answered. "kind" is a word to count by.

    Of questions in scope, right is an answer of one or two entries with a gold one, offered is choices
    or a longer answer with one, missed is no answer, and wrong is an answer without a gold entry.
    Of questions out of scope, false is any answer, offered is choices, and quiet is the rest.

    For --reliability and --curve no question is judged by a fit that has seen it: those that are
    expectations of the knowledge are judged across folds.

    Example:
        faq eval --questions questions.jsonl --errors
    """
    from bot.cli.opening import open_knowledge, today  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.console.progress import progress_bar  # noqa: PLC0415 -- the same
    from bot.evaluating import QuestionsError, evaluate_set, read_questions  # noqa: PLC0415 -- the same
    from bot.record import json_line  # noqa: PLC0415 -- the same

    asked = {str(file): read_questions(file) for file in questions or ()}
    release = open_knowledge(path, point)
    asked = asked or {"": release.knowledge.expectations}
    if not any(asked.values()):
        msg = "the knowledge holds no expectations; give a file with --questions"
        raise QuestionsError(msg)
    with progress_bar("質問しています", sum(map(len, asked.values())), no_color=no_color) as step:
        found = [
            evaluate_set(release, name, each, today=today(), step=step, calibrated=reliability or curve)
            for name, each in asked.items()
        ]
    if json:
        records = [_record(each, errors=errors, reliability=reliability, curve=curve) for each in found]
        named = [{"questions": each.name, **told} for each, told in zip(found, records, strict=True)]
        sets = records[0] if len(records) == 1 else {"sets": named}
        typer.echo(json_line({"release": release.label, **sets}))
        return
    from bot.console.evaluating import evaluation_view  # noqa: PLC0415 -- rich; JSON needs none
    from bot.terminal import rich_console  # noqa: PLC0415 -- the same

    console = rich_console(no_color=no_color)
    for number, each in enumerate(found):
        shown = evaluation_view(
            each, release.point, titled=len(found) > 1, errors=errors, reliability=reliability, curve=curve
        )
        console.print(*([""] if number else []), shown, sep="\n", crop=False)


MEANS = ("p_at_1", "mrr", "ndcg_at_10", "recall_at_10")
DIGITS = 4


def _record(found: "Evaluation", *, errors: bool, reliability: bool, curve: bool) -> dict[str, Any]:
    report = found.report
    told: dict[str, Any] = {
        "in_scope": report.in_scope,
        "out_of_scope": report.out_of_scope,
        **{judgement.value: count for judgement, count in report.counts.items()},
        **{name: round(getattr(report, name), DIGITS) for name in MEANS},
        "by_kind": report.by_kind,
    }
    if reliability and found.reliability:
        told["reliability"] = _rounded(found.reliability)
    if curve:
        told["curve"] = [_rounded(each) for each in found.curve]
    if errors:
        told["errors"] = [
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
    return told


def _rounded(value: object) -> Any:  # noqa: ANN401 -- a value as the json module writes it
    from dataclasses import asdict, is_dataclass  # noqa: PLC0415 -- `faq --help` needs none

    match value:
        case float():
            return round(value, DIGITS)
        case dict():
            return {name: _rounded(each) for name, each in value.items()}
        case list() | tuple():
            return [_rounded(each) for each in value]
    return _rounded(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else value
