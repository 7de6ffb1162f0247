"""`faq eval` and `faq tune`: how the FAQ does on labelled questions, and probabilities moved to fit them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from typer import Option

from bot.cli.opening import Office, check_usage, emit, say, show, today
from bot.cli.options import FaqOption, JsonOption, PointOption, QuestionsOption
from faq.wording import worded


def evaluate(  # noqa: PLR0913 -- the options of a command
    *,
    questions: QuestionsOption = None,
    errors: Annotated[
        bool, Option("--errors", help="Each question that went wrong, what was wanted and what was given.")
    ] = False,
    published: Annotated[
        bool,
        Option("--published", help="What replies now otherwise than when it was published, and figures."),
    ] = False,
    learning_curve: Annotated[
        Path | None, Option(metavar="FILE", help="Figures against how many of these are taught.")
    ] = None,
    path: FaqOption = None,
    point: PointOption = None,
    json: JsonOption = False,
) -> None:
    """Put labelled questions to the FAQ and count how it does.

    A line of the file is {"q": "…", "gold": ["id", …]}, or graded {"q": "…", "gold": {"id": 2}};
    an empty gold means that the question must not be answered. "kind" is a word to count by. A line
    {"turns": [{"q": "…", "gold": […]}, …]} is a conversation; "all": true in a turn wants every id.

    Of questions in scope, right is an answer of one or two entries with a gold one, offered is choices
    or a longer answer with one, missed is no answer, and wrong is an answer without a gold entry.
    Of questions out of scope, false is any answer, offered is choices, and quiet is the rest.

    The utility is the mean worth of the replies, the same for every --point: right 1, offered 0.6, choices
    without a right entry -0.2, wrong or false -1, else 0. Without --questions, the expectations of the
    knowledge are asked of releases that were not taught them, five that were each taught four fifths, which
    takes a minute with thousands of them. With --questions, what the FAQ learned from an expectation in the
    same words is left out. An encoder that fails ends it.

    With --published, the expectations are asked as on the day when the served release was published, and
    compared with what it replied then: that shows what another dictionary or program changes.

    With --learning-curve, the questions of a file are shuffled and split in two; of either half the first
    0, 10, 20, 45, 90, … are taught as expectations, and the other half is asked.

    Example:
        faq eval --questions questions.jsonl --errors
    """
    names = ("--published", "--learning-curve", "--questions", "--errors")
    alone = bool(questions or errors) + published + bool(learning_curve) <= 1
    check_usage(alone, "usage-one-of", names=names)
    if published:
        _evaluate_published(Office(path, point), json=json)
        return
    if learning_curve:
        _evaluate_learning(Office(path, point), learning_curve, json=json)
        return
    from bot.evaluation.runner import WORTH, evaluate_set, labelled
    from bot.evaluation.views import evaluation_record, evaluation_view

    office = Office(path, point)
    release = office.served()
    asked, releases = labelled(release, questions, office.home)
    found = evaluate_set(release, asked, today=today(), releases=releases)
    if json:
        told = evaluation_record(found, errors=errors)
        emit({"release": release.label, "worth": asdict(WORTH), **told})
    else:
        show(evaluation_view(found, errors=errors))


def _evaluate_published(office: Office, *, json: bool) -> None:
    from bot.evaluation.runner import since_published
    from bot.output.labels import called
    from bot.output.publish_report import report_lines

    release = office.served()
    published, day, report = since_published(office.path, office.home, release)
    if json:
        asked = {"published": published, "asked_on": str(day), "release": release.name}
        emit({**asked, **report.model_dump(mode="json")})
        return
    told = "公開したとき({day})の版 {published} と、いまの版 {release} の返答を比べました。"
    say([worded(told, day=day, published=published, release=release.name)])
    say(report_lines(report, names=called(release.knowledge.entries)))
    if not report.findings:
        say([worded("返答が変わった質問はありません。")])


def _evaluate_learning(office: Office, file: Path, *, json: bool) -> None:
    from bot.evaluation.learning import SEED, curve_view, learning_curve
    from bot.evaluation.runner import read_set
    from bot.evaluation.views import evaluation_record

    release = office.served()
    points = learning_curve(release, read_set(file), office.home, today=today())
    if json:
        told = [{"taught": taught, **evaluation_record(found, errors=False)} for taught, found in points]
        emit({"release": release.label, "seed": SEED, "points": told})
    else:
        show(curve_view(points))


def tune(
    *,
    questions: QuestionsOption = None,
    keep: Annotated[
        bool, Option("--keep", help="Write the calibration to tuning.yaml in the folder of the FAQ.")
    ] = False,
    path: FaqOption = None,
    point: PointOption = None,
    json: JsonOption = False,
) -> None:
    """Calibrate the probabilities on labelled questions, and show before and after.

    How sure the bot must be is decided by what replies are worth; how sure it is comes from questions of
    many FAQs. On questions of your own it learns by how much it is too sure here, or not sure enough. The
    files are as for `faq eval`; conversations in them are not used. The questions are dealt to five folds,
    and each is judged by a calibration that was made without its fold. Shown is the mean worth of the replies,
    as for `faq eval`, with its 95 % interval, by bootstrap over the questions.

    Nothing is kept unless --keep asks for it. Then the calibration is written to tuning.yaml beside the
    other files, and `faq publish`, or a bot that runs with --watch, serves it, through the gate; without
    that file all is as before.

    Example:
        faq tune --questions questions.jsonl --faq my-faq
    """
    from bot.conversation.reply import jsonable
    from bot.evaluation import learning
    from bot.evaluation.runner import labelled
    from bot.evaluation.views import tuning_view

    office = Office(path, point)
    if keep:
        learning.refuse_tuning(office.path)
    release = office.compiled()
    asked, releases = labelled(release, questions, office.home)
    found, kept = learning.tune(release, asked.questions, releases, today=today()), None
    skipped = len(asked.dialogues)
    if keep:
        tuning = learning.tuning_of(release, found.new, found.questions, today())
        kept = learning.write_tuning(office.path, tuning)
    if json:
        told = {"release": release.label, "conversations_skipped": skipped, "kept": kept}
        emit(jsonable({**told, **asdict(found), "verdict": found.verdict}))
    else:
        show(tuning_view(found, skipped=skipped))
    if kept:
        say([worded("{file} に残しました。消すと元に戻ります。", file=kept)], err=True)
        say([worded("次に: {command}", command=f"faq publish {office.path}")], err=True)
    else:
        say([worded("何も変えていません。残すには --keep を付けます。")], err=True)
