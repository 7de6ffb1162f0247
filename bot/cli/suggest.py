"""`faq suggest`: from what nobody could answer to what could be written next."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import FaqOption, JsonOption
from bot.output.terminal import visible

if TYPE_CHECKING:
    from bot.proposals.effect import Trial
    from bot.proposals.offered import Offered
    from bot.proposals.suggesting import Suggestion
    from bot.settings import Settings

_LONGEST = 60


def suggest(  # noqa: PLR0913 -- each is an option
    *,
    path: FaqOption = None,
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="How far back: 24h, 7d, 2w, or a day as 2025-06-01.")
    ] = "7d",
    limit: Annotated[
        int, typer.Option(min=1, max=50, metavar="N", help="Most groups of questions, the largest first.")
    ] = 5,
    accept: Annotated[
        int | None,
        typer.Option("--accept", min=1, metavar="N", help="Make a proposal of the last list's number N."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With --accept, do not ask back.")] = False,
    json: JsonOption = False,
) -> None:
    """Propose what to write next, for groups of questions that got no answer or a bad one.

    For each group, a new phrasing of the entry that is closest, a draft of an entry, or a draft of a
    referral. Each is tried out: the knowledge is compiled with it, and the group's questions and all
    expectations are asked of both, for two proposals a group at most, which takes minutes with thousands
    of expectations. An answer is never made up: a draft's is empty until a person writes it.

    --accept works the effect out once more, asks back, and writes a proposal for a person to approve (faq
    proposals, faq approve); it changes nothing that is served.

    Example:
        faq suggest --faq my-faq --since 7d
    """
    from bot.cli.opening import knowledge_path  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.proposals.offered import read_offers  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same

    settings = read_settings()
    wanted = knowledge_path(path, settings)
    if accept is not None:
        _accept(read_offers(settings.home, wanted), accept, wanted, settings, yes=yes)
        return
    offered = _suggested(wanted, settings, since, limit)
    if json:
        from bot.conversation.record import json_line  # noqa: PLC0415 -- with the index

        numbered = enumerate(offered.suggestions, start=1)
        found = [_record(number, each) for number, each in numbered]
        typer.echo(json_line({"path": str(wanted), "release": offered.base, "suggestions": found}))
        return
    for line in _lines(offered):
        typer.echo(visible(line))


def _suggested(path: Path, settings: "Settings", since: str, limit: int) -> "Offered":
    from bot.cli.opening import tell, today, warn  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.cli.since import since as moment  # noqa: PLC0415 -- the same
    from bot.embeddings.encoders import open_encoders  # noqa: PLC0415 -- the same
    from bot.journal.journal import Journal  # noqa: PLC0415 -- the same
    from bot.journal.question_record import now  # noqa: PLC0415 -- the same
    from bot.proposals.effect import Trial  # noqa: PLC0415 -- the same
    from bot.proposals.offered import Offered, save_offers  # noqa: PLC0415 -- the same
    from bot.proposals.suggesting import asks_something  # noqa: PLC0415 -- the same
    from bot.proposals.unanswered import unanswered  # noqa: PLC0415 -- the same
    from bot.reporting.unanswered import grouped  # noqa: PLC0415 -- the same

    begin = moment(since, now())
    with Journal(settings, complain=warn) as journal:
        asked = unanswered(journal.questions.between(begin))
    trial = Trial(path, settings.home, today(), tell, encoders=open_encoders(settings, warn))
    groups = [each for each in grouped(trial.base, asked, trial.today) if asks_something(trial, each)][:limit]
    offered = Offered(str(path.resolve()), trial.base.name, tuple(_tried(trial, groups)))
    try:
        save_offers(settings.home, offered)
    except OSError as error:
        warn(f"{settings.home} に書けないため、--accept は使えません({error.strerror})")
    return offered


def _tried(trial: "Trial", groups: Any) -> "Iterator[Suggestion]":  # noqa: ANN401 -- a type of the index
    import sys  # noqa: PLC0415 -- nothing else needs it

    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 -- rich

    from bot.output.terminal import rich_console  # noqa: PLC0415 -- the same
    from bot.proposals.suggesting import suggest as suggestions  # noqa: PLC0415 -- the index

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("組"))
    console = rich_console(sys.stderr)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("効果を試しています", total=len(groups))
        yield from suggestions(trial, groups, lambda done: progress.update(task, completed=done))


def _lines(offered: "Offered") -> Iterator[str]:
    from bot.proposals.wording import effect_line  # noqa: PLC0415 -- with the index

    if not offered.suggestions:
        yield "答えられなかった質問はありません。"
        return
    group = 0
    for number, each in enumerate(offered.suggestions, start=1):
        if each.group != group:
            yield from ([""] if group else [])
            group = each.group
            times = sum(question.times for question in each.questions)
            yield f"■ 「{_short(each.representative)}」など {len(each.questions)}種類 のべ{times}回"
            yield from (
                f"   ・{_short(question.q)}"
                for question in each.questions[:3]
                if question.q != each.representative
            )
        yield f" [{number}] {effect_line(each.change, each.effect)}"
    yield ""
    yield "提案として残すには: faq suggest --accept 番号 (公開は、人が `faq approve` で承認してからです)"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def _record(number: int, each: "Suggestion") -> dict[str, Any]:
    from bot.proposals.proposal import NewPhrasing  # noqa: PLC0415 -- with the index

    kind = "phrasing" if isinstance(each.change, NewPhrasing) else "entry"
    return {
        "number": number,
        "group": each.group,
        "representative": each.representative,
        "questions": [question.model_dump() for question in each.questions],
        "kind": kind,
        "change": each.change.model_dump(mode="json", exclude_none=True),
        "closeness": round(each.closeness, 4),
        "effect": each.effect.model_dump(),
    }


def _accept(offered: "Offered", number: int, path: Path, settings: "Settings", *, yes: bool) -> None:
    from bot.cli.opening import tell, today, warn  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.embeddings.encoders import open_encoders  # noqa: PLC0415 -- the same
    from bot.journal.question_record import now  # noqa: PLC0415 -- the same
    from bot.output.progress import progress_bar  # noqa: PLC0415 -- the same
    from bot.proposals.effect import Trial  # noqa: PLC0415 -- the same
    from bot.proposals.files import Proposals  # noqa: PLC0415 -- the same
    from bot.proposals.wording import proposal_lines  # noqa: PLC0415 -- the same
    from bot.serving.operator import whoever_runs_this  # noqa: PLC0415 -- the same

    offered.acceptable(number)
    trial = Trial(path, settings.home, today(), tell, encoders=open_encoders(settings, warn))
    with progress_bar("想定質問で効果を確かめています", len(trial.base.knowledge.expectations)) as step:
        proposal = offered.proposal(number, trial, whoever_runs_this(), now(), step=step)
    typer.echo(visible("\n".join(list(proposal_lines(proposal))[1:])))
    if not yes and not typer.confirm("提案として残しますか", default=False):
        typer.echo("残しませんでした。")
        return
    proposals = Proposals(settings.home)
    kept = proposals.add(proposal)
    typer.echo(visible(f"提案 {kept.name} を残しました: {proposals.file(kept.name)}"))
    typer.echo(f"次に: faq approve {kept.name}", err=True)
