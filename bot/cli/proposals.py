"""`faq report`, `suggest`, `proposals`, `approve`, `reject`: what was asked, and what to write next."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Exit, Option

from bot.cli.opening import Office, check_usage, confirmed, emit, moment, say, show, tell, today
from bot.cli.options import FaqOption, JsonOption
from bot.journal.question_record import now, whoever_runs_this
from bot.output.terminal import ExitStatus, progress_bar
from faq.wording import worded

if TYPE_CHECKING:
    from datetime import datetime

    from bot.proposals.approving import Approving, Trial
    from bot.proposals.proposal import Proposal
    from index.release.publishing import Publishing

MOST_GROUPS = 50

Name = Annotated[str, Argument(metavar="NAME", help="Of the proposal, such as p3.")]


def suggest(  # noqa: PLR0913 -- each is an option
    *,
    path: FaqOption = None,
    since: Annotated[
        str, Option(metavar="WHEN", help="How far back: 24h, 7d, 2w, or a day as 2025-06-01.")
    ] = "7d",
    limit: Annotated[
        int, Option(min=1, max=MOST_GROUPS, metavar="N", help="Most groups of questions, the largest first.")
    ] = 5,
    lacking: Annotated[
        bool, Option("--lacking", help="Referrals for what applicants ask often and no entry is about.")
    ] = False,
    each: Annotated[
        bool, Option("--each", help="Ask y or n for each; what is complete and confirmed is published.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Propose what to write next, for groups of questions that are not answered today.

    First those whose choices people pressed: their question becomes a new phrasing of the entry that they
    chose; 👎 and 「どれも違う」 count against it. Then those that got no answer or a bad one: a new phrasing
    of the entry that is closest, a draft of an entry, or a draft of a referral. What the served release
    answers by now is left out.

    The latter are tried out: the knowledge is compiled with each, and the group's questions and the
    expectations that it can touch are asked of both. An answer is never made up: a draft's is empty until
    a person writes it.

    With --lacking, nobody needs to have asked: for topics that applicants ask any employer about and that
    no entry is about, ten at most, a referral is drafted that says whom to ask.

    --each asks for all of them in turn: what is confirmed with y is kept as a proposal, and approved at
    once unless its answer is still to be written (faq proposals, faq approve).

    Example:
        faq suggest --faq my-faq --since 7d
    """
    from bot.conversation.reply import jsonable
    from bot.proposals.lacking import referrals
    from bot.proposals.proposal import content_lines

    check_usage(not (each and json), "usage-one-of", names=("--each", "--json"))
    office = Office(path)
    trial, found = new_trial(office), []
    proposed = list(referrals(trial)) if lacking else of_journal(office, trial, moment(since, now()), limit)
    with progress_bar(worded("効果を試しています"), len(proposed)) as step:
        for proposal in proposed:
            # A phrasing that people chose is tried when somebody confirms it.
            effect = None if proposal.people else trial.effect(proposal.change, proposal.questions)
            found.append(proposal.model_copy(update={"effect": effect}))
            step()
    if each and found:
        _decide_each(office, found)
        return
    if json:
        emit({"path": str(office.path), "release": trial.base.name, "suggestions": jsonable(found)})
    elif found:
        for number, proposal in enumerate(found, start=1):
            say((f"[{number}/{len(found)}]", *content_lines(proposal), ""))
        command = "faq suggest --lacking --each" if lacking else "faq suggest --each"
        say([worded("1つずつ y/n で決める: {command}", command=command)])
    else:
        say([worded("いま答えられない質問で、提案できるものはありません。")])


def new_trial(office: Office) -> "Trial":
    from bot.proposals.approving import Trial

    by = whoever_runs_this()
    return Trial(office.path, office.home, today(), by, now(), office.encoders)


def of_journal(office: Office, trial: "Trial", begin: "datetime", limit: int) -> "list[Proposal]":
    """Return the suggestions from the journal, not tried yet; shows a progress bar."""
    from bot.proposals.suggesting import suggest as suggested
    from bot.reporting.report import own_releases

    served = office.served()
    own = own_releases(office.home, office.path, served)
    with office.journal() as journal:
        recorded = [each for each in journal.questions.between(begin) if own(each.release)]
    return suggested(trial, served, recorded, limit=limit)


def _decide_each(office: Office, found: "list[Proposal]") -> None:
    from bot.proposals.folder import ProposalError, Proposals
    from bot.proposals.proposal import content_lines
    from faq.exchange.edits import refuse_builtin

    refuse_builtin(office.path)
    proposals = Proposals(office.home)
    for number, each in enumerate(found, start=1):
        say((f"[{number}/{len(found)}]", *content_lines(each)))
        written = each.phrasing or (each.entry and each.entry.answer)
        if not confirmed(worded("加えて公開しますか" if written else "提案として残しますか")):
            continue
        kept = proposals.add(each)
        say([worded("提案 {name} を残しました: {file}", name=kept.name, file=proposals.file(kept.name))])
        if written:
            try:
                _publish(office, _approving(office).look(kept.name, office.encoders))
            except ProposalError as error:  # the others may still be right
                say(str(error).splitlines(), err=True)
        else:
            say([worded("次に: {command}", command=f"faq approve {kept.name}")], err=True)


def proposals(
    *, every: Annotated[bool, Option("--all", help="Those that were decided on, too.")] = False
) -> None:
    """List the proposals that wait for a person, with what each would do.

    They are files in the folder "proposals" of FAQ_HOME, which a person may read and put right.

    Exits with 1 if one of the files cannot be read.

    Example:
        faq proposals --all
    """
    from bot.proposals.folder import Proposals
    from bot.proposals.proposal import ProposalState, proposal_lines

    held, problems = Proposals(Office().home).all()
    shown = [each for each in held if every or each.state is ProposalState.OPEN]
    for each in shown:
        say(proposal_lines(each))
    if not shown:
        say([worded("承認を待つ提案はありません。")])
    say(map(str, problems), err=True)
    if problems:
        raise Exit(ExitStatus.FAILURE)


def approve(name: Name, *, yes: Annotated[bool, Option("--yes", help="Do not ask back.")] = False) -> None:
    """Take a proposal over: edit the files, and publish them through the gate.

    What it does is worked out anew and shown first. If the check or the gate refuses it, nothing has
    changed: neither the files nor what is served. Comments and order of the files stay.

    Exits with 0 if it was published, with 1 if not.

    Example:
        faq approve p3
    """
    from bot.proposals.proposal import content_lines

    office = Office()
    proposal = _approving(office).look(name, office.encoders)
    say(content_lines(proposal))
    refused = proposal.effect and proposal.effect.refused
    if not yes and not refused and not confirmed(worded("取り込んで公開しますか")):
        say([worded("何も変えていません。")])
        raise Exit(ExitStatus.FAILURE)
    _publish(office, proposal)


def reject(
    name: Name, *, reason: Annotated[str, Option(metavar="TEXT", help="Why; kept with the proposal.")]
) -> None:
    """Note that a proposal is not wanted, and why.

    Example:
        faq reject p3 --reason "担当課に確認中"
    """
    check_usage(bool(reason.strip()), "usage-empty", name="--reason")
    _approving(Office()).reject(name, reason.strip())
    say([worded("提案 {name} を退けました: {reason}", name=name, reason=reason.strip())])


def _approving(office: Office) -> "Approving":
    from bot.proposals.approving import Approving

    return Approving(office.home, whoever_runs_this(), today(), now())


def _publish(office: Office, proposal: "Proposal") -> None:
    from bot.serving.publication import Order, carry_out

    by = whoever_runs_this()

    def publish(path: Path, tried: str) -> "Publishing":
        return carry_out(Order(path, today(), by, tried=tried), office.settings)

    office.audit(by, _approving(office).approve(proposal, publish))


def report(
    *,
    since: Annotated[
        str | None,
        Option(
            metavar="WHEN", help="7d, 4w, or a day as 2025-06-01, in whole days; without it all that is kept."
        ),
    ] = None,
    html: Annotated[
        Path | None, Option(metavar="FILE", help="Write one page that opens offline in a browser.")
    ] = None,
    path: FaqOption = None,
    json: JsonOption = False,
) -> None:
    """Report what was asked, how it was answered, and what to write next.

    How many questions and which of the five replies they got, by day; the entries by use and feedback, and
    those nobody reached; near misses; unanswered questions in groups, near in meaning, each with its
    closest entry. Texts are masked.

    Example:
        faq report --since 7d --html report.html
    """
    check_usage(not (html and json), "usage-one-of", names=("--html", "--json"))
    from bot.reporting import report as reporting

    office = Office(path)
    at = now().astimezone()
    begin = reporting.whole_days(moment(since, at), at) if since else None
    release = office.served()
    with office.journal_of(release) as journal:
        tell(worded("質問をまとめています"))
        found = reporting.report(
            journal.questions.between(begin, at),
            release,
            since=begin,
            until=at,
            journal=journal.mode,
            own=reporting.own_releases(office.home, office.path, release),
        )
    if json:
        emit(reporting.record(found))
    elif html:
        from bot.reporting.view import page
        from faq.exchange.changes import write_file

        write_file(html, page(found).encode())
        say([worded("{file} に書きました(質問 {asked}件)。", file=html, asked=found.asked)], err=True)
    else:
        from bot.reporting.view import report_view

        show(report_view(found))
