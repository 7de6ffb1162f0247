"""`faq eval`: how the FAQ does on labelled questions."""

from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption, PointOption, QuestionsOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ablation import Ablation
    from bot.evaluating import QuestionSet
    from index.heldout import Fold
    from index.release.building import Release


def evaluate(  # noqa: PLR0913 -- the options of a command
    *,
    questions: QuestionsOption = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="Each question that went wrong, why, and what would turn it.")
    ] = False,
    reliability: Annotated[
        bool, typer.Option("--reliability", help="Confidence, expected against seen.")
    ] = False,
    curve: Annotated[
        bool, typer.Option("--curve", help="Right against false answers, with the operating points.")
    ] = False,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="What each kind of evidence gives, on every set.")
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

    Where an embeddings server is set, it is waited for, and if it fails, nothing is counted.

    What the FAQ learned from an expectation in the same words is left out. For --reliability and
    --curve no question is judged by a fit that has seen it: if expectations are asked, indexes are
    built that were not taught them, which takes minutes. So does --ablation, which fits again without
    each kind of evidence.

    Example:
        faq eval --questions questions.jsonl --errors
    """
    from bot.cli.opening import open_knowledge, today  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.console.progress import progress_bar  # noqa: PLC0415 -- the same
    from bot.embedding.ahead import ask_ahead  # noqa: PLC0415 -- the same
    from bot.evaluated import ablation_record, evaluation_record  # noqa: PLC0415 -- the same
    from bot.evaluating import calibrated, embedding_of, evaluate_set, read_set  # noqa: PLC0415 -- the same
    from bot.record import json_line  # noqa: PLC0415 -- the same
    from index.heldout import ask_folds  # noqa: PLC0415 -- the same

    given = [read_set(file) for file in questions or ()]
    release = open_knowledge(path, point, patient=True)
    sets = given or [_expected(release)]
    ask_ahead(release, (message for each in sets for message in each.messages))
    with progress_bar("質問しています", sum(map(len, sets)), no_color=no_color) as step:
        found = [evaluate_set(release, each, today=today(), step=step) for each in sets]
    folds = cache(lambda: _folds(release))
    if reliability or curve:
        of = embedding_of(release)
        held = cache(lambda: ask_folds(folds(), embedding_of=of) if folds() else None)
        found = [calibrated(each, release, held) for each in found]
    ablations = _ablations(release, sets, folds(), no_color=no_color) if ablation else ()
    if json:
        records = [
            evaluation_record(each, release, errors=errors, reliability=reliability, curve=curve)
            for each in found
        ]
        named = [{"questions": each.asked.name, **told} for each, told in zip(found, records, strict=True)]
        told = records[0] if len(records) == 1 else {"sets": named}
        extra = {"ablation": ablation_record(ablations)} if ablation else {}
        typer.echo(json_line({"release": release.label, **told, **extra}))
        return
    from bot.console.ablating import ablation_view  # noqa: PLC0415 -- rich; JSON needs none
    from bot.console.evaluating import Wanted, evaluation_view  # noqa: PLC0415 -- the same
    from bot.terminal import rich_console  # noqa: PLC0415 -- the same

    console = rich_console(no_color=no_color)
    wanted = Wanted(titled=len(found) > 1, errors=errors, reliability=reliability, curve=curve)
    for number, each in enumerate(found):
        shown = evaluation_view(each, release, wanted)
        console.print(*([""] if number else []), shown, sep="\n", crop=False)
    if ablations:
        console.print("", ablation_view(ablations, titled=len(found) > 1), sep="\n", crop=False)


def _expected(release: "Release") -> "QuestionSet":
    from bot.evaluating import QuestionsError, QuestionSet  # noqa: PLC0415 -- with the index

    if not release.knowledge.expectations:
        msg = "the knowledge holds no expectations; give a file with --questions"
        raise QuestionsError(msg)
    return QuestionSet("", release.knowledge.expectations)


def _folds(release: "Release") -> "tuple[Fold, ...]":
    from bot.cli.opening import tell  # noqa: PLC0415 -- with the index
    from bot.console.progress import progress_bar  # noqa: PLC0415 -- the same
    from bot.embedding.opening import open_embedding  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from index.release.learning import folds_of  # noqa: PLC0415 -- the same

    settings = read_settings()
    embedding = open_embedding(settings, progress_bar) if release.embeds else None
    embedder = embedding.embedder if embedding else None
    return tuple(folds_of(release, settings.home, embedder=embedder, progress=tell))


def _ablations(
    release: "Release", sets: "Sequence[QuestionSet]", folds: "Sequence[Fold]", *, no_color: bool
) -> "tuple[Ablation, ...]":
    from bot.ablation import ablate, steps  # noqa: PLC0415 -- with the index
    from bot.cli.opening import today  # noqa: PLC0415 -- the same
    from bot.console.progress import progress_bar  # noqa: PLC0415 -- the same

    with progress_bar("根拠を1つずつ外しています", steps(release, sets, folds), no_color=no_color) as step:
        return ablate(release, sets, folds, today=today(), step=step)
