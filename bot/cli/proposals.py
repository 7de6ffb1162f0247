"""`faq proposals`, `faq approve`, `faq reject`: a person decides what becomes of a proposal."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import JsonOption
from bot.output.exit_status import ExitStatus
from bot.output.terminal import visible

if TYPE_CHECKING:
    from bot.proposals.approving import Approving, Outlook
    from bot.settings import Settings

Name = Annotated[str, typer.Argument(metavar="NAME", help="Of the proposal, such as p3.")]


def proposals(
    *,
    every: Annotated[bool, typer.Option("--all", help="Those that were decided on, too.")] = False,
    json: JsonOption = False,
) -> None:
    """List the proposals that wait for a person, with what each would do.

    They are files in the folder "proposals" of FAQ_HOME, which a person may read and put right.

    Exits with 1 if one of the files cannot be read.

    Example:
        faq proposals --all
    """
    from bot.conversation.record import json_line  # noqa: PLC0415 -- the same
    from bot.proposals.files import Proposals  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.proposals.proposal import State  # noqa: PLC0415 -- the same
    from bot.proposals.wording import proposal_lines  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same

    held, problems = Proposals(read_settings().home).all()
    shown = [each for each in held if every or each.state is State.OPEN]
    if json:
        records = [each.model_dump(mode="json", exclude_none=True) for each in shown]
        typer.echo(json_line({"proposals": records, "problems": [str(each) for each in problems]}))
    else:
        for each in shown:
            typer.echo(visible("\n".join(proposal_lines(each))))
        if not shown:
            typer.echo("承認を待つ提案はありません。")
    for problem in problems:
        typer.echo(visible(str(problem)), err=True)
    if problems:
        raise typer.Exit(ExitStatus.FAILURE)


def approve(
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask back.")] = False,
) -> None:
    """Take a proposal over: edit the files, and publish them through the gate.

    What it does is worked out anew and shown first. If the check or the gate refuses it, nothing has
    changed: neither the files nor what is served. Comments and order of the files stay.

    Exits with 0 if it was published, with 1 if not.

    Example:
        faq approve p3
    """
    from bot.cli.releasing import audit  # noqa: PLC0415 -- the same
    from bot.serving.publish_report import publish_report  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.settings import read_settings  # noqa: PLC0415 -- the same

    settings = read_settings()
    deciding = _approving(settings)
    outlook = deciding.look(name)
    _tell(outlook)
    if not yes and not outlook.report.refused and not typer.confirm("取り込んで公開しますか", default=False):
        typer.echo("何も変えていません。")
        raise typer.Exit(ExitStatus.FAILURE)
    result = deciding.approve(outlook)
    typer.echo(visible("\n".join(publish_report(result))))
    audit(settings, deciding.by, result)


def reject(
    name: Name,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the proposal.")],
) -> None:
    """Note that a proposal is not wanted, and why.

    Example:
        faq reject p3 --reason "担当課に確認中"
    """
    from bot.settings import read_settings  # noqa: PLC0415 -- pydantic

    if not reason.strip():
        msg = "say why: it is kept with the proposal"
        raise typer.BadParameter(msg, param_hint="--reason")
    rejected = _approving(read_settings()).reject(name, reason.strip())
    typer.echo(visible(f"提案 {rejected.name} を退けました: {reason.strip()}"))


def _tell(outlook: "Outlook") -> None:
    from bot.proposals.wording import effect_line, question_lines  # noqa: PLC0415 -- with the index

    proposal = outlook.proposal
    if outlook.moved:
        typer.echo("提案のあとにFAQが変わりました。いまの内容で、効果を計算し直しました。")
    typer.echo(visible(effect_line(proposal.change, outlook.effect)))
    for line in question_lines(proposal):
        typer.echo(visible(line))


def _approving(settings: "Settings") -> "Approving":
    from bot.cli.opening import tell, today, warn  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.embeddings.encoders import open_encoders  # noqa: PLC0415 -- the same
    from bot.journal.question_record import now  # noqa: PLC0415 -- the same
    from bot.proposals.approving import Approving  # noqa: PLC0415 -- the same
    from bot.serving.operator import whoever_runs_this  # noqa: PLC0415 -- the same

    encoders = open_encoders(settings, warn)
    return Approving(settings.home, whoever_runs_this(), today(), now(), tell, encoders=encoders)
