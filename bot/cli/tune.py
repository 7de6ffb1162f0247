"""`faq tune`: probabilities moved to fit an office's own questions, before and after."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption, PointOption, QuestionsOption
from bot.output.exit_status import ExitStatus
from bot.output.terminal import visible


def tune(  # noqa: PLR0913 -- the options of a command
    *,
    questions: QuestionsOption = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Write the calibration to tuning.yaml in the folder of the FAQ.")
    ] = False,
    path: FaqOption = None,
    point: PointOption = None,
    json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Calibrate the probabilities on labelled questions, and show before and after.

    How sure the bot must be is decided by what replies are worth; how sure it is comes from questions of
    many FAQs. On questions of your own it learns by how much it is too sure here, or not sure enough. The
    files are as for `faq eval`; conversations in them are not used. The questions are dealt to five folds,
    and each is judged by a calibration that was made without its fold. Every figure has its 95 % interval,
    by bootstrap over the questions.

    Nothing is kept unless --keep asks for it. Then the calibration is written to tuning.yaml beside the
    other files, and `faq publish`, or a bot that runs with --watch, serves it, through the gate; without
    that file all is as before. A calibration that is worse beyond chance is not kept.

    Example:
        faq tune --questions questions.jsonl --faq my-faq
    """
    from bot.cli.opening import knowledge_path, tell, today, warn  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.conversation.record import json_line  # noqa: PLC0415 -- the same
    from bot.embeddings.encoders import open_encoders  # noqa: PLC0415 -- the same
    from bot.embeddings.endpoint import patiently  # noqa: PLC0415 -- the same
    from bot.evaluation.runner import held_out, read_set  # noqa: PLC0415 -- the same
    from bot.evaluation.tuner import Verdict, figures, labelled, tuned_record, tuning_of, verdict  # noqa: PLC0415 -- the same
    from bot.evaluation.tuner import tune as calibrate  # noqa: PLC0415 -- the same
    from bot.evaluation.tuning_file import refuse_place, write_tuning  # noqa: PLC0415 -- the same
    from bot.output.progress import progress_bar  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from index.release.store import open_release  # noqa: PLC0415 -- the same

    given = [read_set(file) for file in questions or ()]
    settings = read_settings()
    place = knowledge_path(path, settings)
    if keep:
        refuse_place(place)
    with patiently():
        release = open_release(
            place, home=settings.home, encoders=open_encoders(settings, warn), progress=tell
        ).at(point or settings.point)
    asked = labelled(given, release.knowledge)
    releases = [release] * len(asked) if given else held_out(release, settings.home, tell)
    with progress_bar("質問しています", 2 * len(asked), no_color=no_color) as step:
        found = calibrate(release, asked, releases, today=today(), step=step)
    told, skipped = figures(found, release), sum(len(each.dialogues) for each in given)
    worse = verdict(told) is Verdict.WORSE
    kept = None
    if keep and not worse and found.new != found.old:
        kept = write_tuning(place, tuning_of(release, found.new, len(asked), today()))
    if json:
        record = tuned_record(found, told, skipped=skipped, kept=kept)
        typer.echo(json_line({"release": release.label, **record}))
    else:
        from bot.output.terminal import rich_console  # noqa: PLC0415 -- the same
        from bot.output.tuning import tuning_view  # noqa: PLC0415 -- rich; JSON needs none

        rich_console(no_color=no_color).print(tuning_view(found, told, skipped=skipped), crop=False)
    _tell_kept(place, settings.home, kept, asked=keep, worse=worse)


def _tell_kept(place: Path, home: Path, kept: Path | None, *, asked: bool, worse: bool) -> None:
    """Say what was kept and how it comes to be served, or why nothing was.

    Raises:
        typer.Exit: something was to be kept, and is not as it would be worse.
    """
    from index.release.history import History  # noqa: PLC0415 -- with the index

    if not asked:
        typer.echo("何も変えていません。残すには --keep を付けます。", err=True)
    elif kept:
        publish = f"faq publish {place}"
        typer.echo(visible(f"{kept} に残しました。消すと元に戻ります。"), err=True)
        if History(home, place).served():
            typer.echo(visible(f"公開中の内容は変わっていません。{publish} で公開します。"), err=True)
        else:
            told = f"このFAQはまだ公開していないため、次の質問から使われます。{publish} で公開します。"
            typer.echo(visible(told), err=True)
    elif worse:
        typer.echo("偶然の範囲を超えて悪くなるため、残しませんでした。何も変えていません。", err=True)
        raise typer.Exit(ExitStatus.FAILURE)
    else:
        typer.echo("いまのままが選ばれたため、残すものはありません。", err=True)
