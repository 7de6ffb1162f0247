"""`faq tune`: weights and thresholds fitted to an office's own questions, before and after."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption, PointOption, QuestionsOption
from bot.exits import ExitStatus
from bot.parts import Part
from bot.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faq.model import Expectation
    from index.embeddings import Embedder
    from index.heldout import Fold
    from index.release.building import Release


def tune(  # noqa: PLR0913 -- the options of a command
    *,
    questions: QuestionsOption = None,
    only: Annotated[
        Part | None, typer.Option(help="Choose weights or thresholds alone; both without it.")
    ] = None,
    no_embeddings: Annotated[
        bool, typer.Option("--no-embeddings", help="Choose without the embeddings server that is set.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Write the choice to tuning.yaml in the folder of the FAQ.")
    ] = False,
    path: FaqOption = None,
    point: PointOption = None,
    json: JsonOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Choose weights and thresholds anew on labelled questions, and show before and after.

    The files are as for `faq eval`; conversations in them are not used. The questions are dealt to five
    folds, and each is judged by weights and thresholds that were chosen without its fold, on an index that
    was not taught it. Every figure has its 95 % interval, by bootstrap over the questions.

    Where FAQ_EMBEDDINGS_URL is set, weights and confidence are chosen with the questions' embeddings, and
    a second confidence for when the server does not answer; if it fails meanwhile, nothing is chosen.

    Nothing is kept unless --keep asks for it. Then the choice is written to tuning.yaml beside the other
    files, and `faq publish`, or a bot that runs with --watch, serves it, through the gate; without that
    file all is as before. A choice that is worse beyond chance is not kept. Where the FAQ has many
    expectations it takes minutes; --only thresholds is quicker.

    Example:
        faq tune --questions questions.jsonl --faq my-faq
    """
    from bot.cli.opening import knowledge_path, tell, today  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.console.progress import progress_bar  # noqa: PLC0415 -- the same
    from bot.embedding.ahead import ask_ahead  # noqa: PLC0415 -- the same
    from bot.embedding.opening import open_embedding  # noqa: PLC0415 -- the same
    from bot.evaluating import read_set  # noqa: PLC0415 -- the same
    from bot.keeping import keep as write  # noqa: PLC0415 -- the same
    from bot.keeping import kept_tuning, refuse_place  # noqa: PLC0415 -- the same
    from bot.labels import labelled  # noqa: PLC0415 -- the same
    from bot.record import json_line  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from bot.tuned import Verdict, figures, tuned_record, verdict  # noqa: PLC0415 -- the same
    from bot.tuning import tune as choose  # noqa: PLC0415 -- the same
    from index.release.store import open_release  # noqa: PLC0415 -- the same

    given = [read_set(file) for file in questions or ()]
    settings = read_settings()
    place = knowledge_path(path, settings)
    if keep:
        refuse_place(place)
    bar = partial(progress_bar, no_color=no_color)
    embedding = None if no_embeddings else open_embedding(settings, bar)
    embedder = embedding.embedder if embedding else None
    release = open_release(place, home=settings.home, embedder=embedder, progress=tell)
    release = (embedding.patiently(release) if embedding else release).at(point or settings.point)
    asked = labelled(given, release.knowledge)
    skipped = sum(len(each.dialogues) for each in given)
    ask_ahead(release, (each.q for each in asked))
    folds = _folds(release, asked, settings.home, embedder)
    found = choose(release, asked, folds, today=today(), only=only, bar=bar)
    told = figures(found)
    worse, changed = verdict(told) is Verdict.WORSE, found.fitted or found.new.weights != found.old.weights
    kept = write(place, kept_tuning(release, found, today())) if keep and changed and not worse else None
    if json:
        record = tuned_record(found, told, skipped=skipped, kept=kept)
        typer.echo(json_line({"release": release.label, **record}))
    else:
        from bot.console.tuning import tuning_view  # noqa: PLC0415 -- rich; JSON needs none
        from bot.terminal import rich_console  # noqa: PLC0415 -- the same

        console = rich_console(no_color=no_color)
        console.print(tuning_view(found, told, only=only, skipped=skipped), crop=False)
    _tell_kept(place, settings.home, kept, asked=keep, worse=worse)


def _folds(
    release: "Release", asked: "Sequence[Expectation]", home: Path, embedder: "Embedder | None"
) -> "tuple[Fold, ...]":
    from bot.cli.opening import tell  # noqa: PLC0415 -- with the index
    from bot.tuning import is_expected  # noqa: PLC0415 -- the same
    from index.release.learning import folds_of  # noqa: PLC0415 -- the same

    few = is_expected(release, asked)
    return tuple(folds_of(release, home, embedder=embedder, progress=tell, few=few))


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
