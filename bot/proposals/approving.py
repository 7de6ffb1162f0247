"""A person takes a proposal over: the files are edited and published through the gate, or nothing has changed."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.proposals.effect import Trial, edited
from bot.proposals.files import ProposalError, Proposals
from bot.proposals.proposal import Decision, Effect, NewEntry, Proposal, State
from bot.serving.live_release import LiveRelease
from bot.serving.publish_report import report_lines
from faq.errors import FaqError, KnowledgeError, Problem
from faq.formats.files import read_bytes, write_whole
from faq.formats.wording import shown
from faq.importing import refuse_new_errors
from index.release.gate import GateReport
from index.release.history import History
from index.release.lock import locked
from index.release.published import Publishing, PublishingOutcome
from index.release.source import files_hash
from index.retrieval.encoder import SentenceEncoder


@dataclass(frozen=True)
class Outlook:
    """What approving a proposal would do now.

    Attributes:
        effect: On the questions that it is for, and on the expectations.
        report: What the gate would say.
        moved: The knowledge is another than the one that the proposal was made for.
    """

    proposal: Proposal
    effect: Effect
    report: GateReport
    moved: bool


class Approving:
    """Approves and rejects the proposals of one home.

    Attributes:
        by: Who decides: a person.
    """

    def __init__(  # noqa: PLR0913 -- what a decision depends on
        self,
        home: Path,
        by: str,
        today: datetime.date,
        now: datetime.datetime,
        progress: Callable[[str], None] = lambda _: None,
        *,
        encoders: Sequence[SentenceEncoder] = (),
    ) -> None:
        """Decide on that day; what is published is made with these encoders."""
        self.encoders = tuple(encoders)
        self.home, self.by, self.today, self.now, self.progress = home, by, today, now, progress
        self.proposals = Proposals(home)

    def look(self, name: str) -> Outlook:
        """Return what approving a proposal would do now; nothing changes.

        Raises:
            ProposalError: there is no such proposal, it was decided on, its answer is not written yet, or the files
                have changes that are not published.
            EditError: it does not fit the files, such as a phrasing of an entry that is gone.
            KnowledgeError: the files have errors, or would have with it.
        """
        proposal = self._open(name)
        path = Path(proposal.faq)
        if isinstance(proposal.change, NewEntry) and not proposal.change.answer:
            file = shown(self.proposals.file(name))
            msg = f"提案 {name} には回答がまだありません。\n  {file} の answer に書いてから、もう一度実行してください。"
            raise ProposalError(msg)
        served = History(self.home, path).served()
        if served and served.files != files_hash(path):
            msg = (
                f"{shown(path)} に未公開の変更があります。いっしょに公開されてしまうため、取り込みません。\n"
                f"  `faq diff --faq {shown(path)}` で確かめ、先に `faq publish {shown(path)}` で公開してください。"
            )
            raise ProposalError(msg)
        edits = edited(path, proposal.change)
        refuse_new_errors(edits.reading, edits.after(), self.today)
        trial = Trial(path, self.home, self.today, self.progress, encoders=self.encoders)
        effect, report = trial.effect(proposal.change, proposal.questions)
        return Outlook(proposal, effect, report, moved=trial.base.name != proposal.base)

    def approve(self, outlook: Outlook) -> Publishing:
        """Edit the files as the proposal says, and publish them; where that fails, the files are as they were.

        Raises:
            ProposalError: the gate refuses it, or it was decided on meanwhile.
            FaqError: the files cannot be changed or published.
        """
        if outlook.report.refused:
            raise _refused(outlook.proposal, outlook.report)
        with locked(self.proposals.folder, progress=self.progress):
            proposal = self._open(outlook.proposal.name)
            result = self._publish(proposal)
            if result.outcome is PublishingOutcome.REFUSED and result.report:
                raise _refused(proposal, result.report)
            self._decide(proposal, State.APPROVED, release=result.release.name, effect=outlook.effect)
        return result

    def _publish(self, proposal: Proposal) -> Publishing:
        path = Path(proposal.faq)
        # Opened before the files change: of a path that was never published, they are what the gate compares with.
        served = LiveRelease(
            path, self.home, lambda: self.today, encoders=self.encoders, progress=self.progress
        )
        edits = edited(path, proposal.change)
        before = _contents(edits.contents())
        result = None
        try:
            edits.save()
            result = served.publish(by=self.by, progress=self.progress)
        finally:
            if result is None or result.outcome is PublishingOutcome.REFUSED:
                _put_back(before)
        return result

    def reject(self, name: str, reason: str) -> Proposal:
        """Note that a proposal is not wanted, and why.

        Raises:
            ProposalError: there is none, or it was decided on.
        """
        return self._decide(self._open(name), State.REJECTED, reason=reason)

    def _open(self, name: str) -> Proposal:
        proposal = self.proposals.find(name)
        if proposal.state is not State.OPEN:
            msg = (
                f"提案 {name} はすでに決まっています({proposal.state.label})。\n"
                "  `faq proposals --all` で確かめてください。"
            )
            raise ProposalError(msg)
        return proposal

    def _decide(
        self,
        proposal: Proposal,
        state: State,
        *,
        reason: str = "",
        release: str = "",
        effect: Effect | None = None,
    ) -> Proposal:
        decision = Decision(by=self.by, at=self.now, reason=reason, release=release)
        told = {"state": state, "decision": decision, "effect": effect or proposal.effect}
        decided = proposal.model_copy(update=told)
        self.proposals.save(decided)
        return decided


def _refused(proposal: Proposal, report: GateReport) -> ProposalError:
    lines = [
        f"提案 {proposal.name} は取り込みませんでした。答えが悪くなる想定質問があるため、公開できません。",
        "ファイルも公開中の内容も、元のままです。",
        *report_lines(report),
    ]
    return ProposalError("\n".join(lines))


def _contents(files: Mapping[Path, bytes]) -> Mapping[Path, bytes | None]:
    """Return what the files hold now; `None` for those that are not there."""
    held: dict[Path, bytes | None] = {}
    for file in files:
        data = read_bytes(file) if file.exists() else None
        if isinstance(data, Problem):
            raise KnowledgeError([data])
        held[file] = data
    return held


def _put_back(before: Mapping[Path, bytes | None]) -> None:
    for file, data in before.items():
        if data is None:
            with suppress(OSError):
                file.unlink()
        else:
            try:
                write_whole(file, data)
            except OSError as error:
                msg = (
                    f"{shown(file)} を元に戻せませんでした({error.strerror})。`faq diff` で確かめてください。"
                )
                raise FaqError(msg) from error
