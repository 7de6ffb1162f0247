"""The folder of proposals: a file each, and a note of the approval that goes on, for the case that it is killed."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.proposals.proposal import Decision, Proposal, ProposalState
from faq.exchange.changes import Changes, left_lines, write_file, writing
from faq.files import read_text
from faq.formats.yaml import parse
from faq.formats.yaml_writer import dumped
from faq.loading.validation import validate
from faq.problems import FaqError, Fault, KnowledgeError, Problem, shown
from faq.wording import worded
from index.release.history import History, TakenError, locked
from index.release.store import files_hash

_NAME = re.compile(r"p([1-9][0-9]{0,5})\.yaml")


class ProposalError(FaqError):
    """A proposal that is missing, cannot be kept, or cannot be taken over."""


class Proposals:
    """The proposals of one home; any number of processes may use it at once."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "proposals"
        self.intent = self.folder / ".approving.json"  # of the one that there may be

    def add(self, proposal: Proposal) -> Proposal:
        """Keep a proposal under the next free name, and return it with that name."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for number in itertools.count(max(self._numbers(), default=0) + 1):
                # Whoever creates the file has the name; its content is then written whole.
                with suppress(FileExistsError):
                    self.file(f"p{number}").touch(exist_ok=False)
                    break
        named = proposal.model_copy(update={"name": f"p{number}"})
        self.save(named)
        return named

    def save(self, proposal: Proposal) -> None:
        data = proposal.model_dump(mode="json", exclude={"name"}, exclude_none=True)
        write_file(self.file(proposal.name), dumped(data, _remark(proposal)).encode())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock for decisions; raises as `history.locked` does."""
        with writing(self.folder), locked(self.folder):
            yield

    def find(self, name: str) -> Proposal:
        file = self.file(name)
        if not _NAME.fullmatch(file.name) or not file.exists():
            raise ProposalError.of(Fault.of("no-proposal", name=name))
        return _read(file)

    def all(self) -> tuple[tuple[Proposal, ...], tuple[Problem, ...]]:
        """Return the proposals in order of name, and the problems of those that cannot be read."""
        proposals: list[Proposal] = []
        problems: list[Problem] = []
        for number in sorted(self._numbers()):
            try:
                proposals.append(_read(self.file(f"p{number}")))
            except KnowledgeError as error:
                problems += error.problems
        return tuple(proposals), tuple(problems)

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.yaml"

    def _numbers(self) -> list[int]:
        found = (_NAME.fullmatch(file.name) for file in self.folder.glob("p*.yaml"))
        return [int(each[1]) for each in found if each]


def _read(file: Path) -> Proposal:
    text = read_text(file)
    if isinstance(text, Problem):
        raise KnowledgeError([text])
    document = parse(text, shown(file))
    data = document.data if isinstance(document.data, dict) else {}
    proposal, problems = validate(Proposal, {**data, "name": file.stem}, document.origin)
    problems = [*document.problems, *problems]
    if proposal and (proposal.phrasing is None) == (proposal.entry is None):
        problems.append(Problem(document.origin.at(), Fault.of("one-proposal")))
    if proposal is None or problems:
        raise KnowledgeError(problems)
    return proposal


def _remark(proposal: Proposal) -> str:
    if proposal.state is not ProposalState.OPEN:
        return worded("FAQへの提案 {name}({state})", name=proposal.name, state=proposal.state.label)
    told = (
        "FAQへの提案 {name}(entry の answer が空なら、先に回答を書きます)\n"
        "取り込む: faq approve {name}\n"
        '退ける:   faq reject {name} --reason "理由"'
    )
    return worded(told, name=proposal.name)


class Intent(Changes):
    """An approval that goes on: of which proposal, by whom, and which files it changes."""

    name: str
    faq: Path
    decision: Decision

    def end(self, proposals: Proposals, release: str) -> list[Path]:
        """Note that the proposal was published as that release; without one, restore the files.

        Returns the files that stay because somebody else has changed them.
        """
        changed = list[Path]()
        if release:
            decision = self.decision.model_copy(update={"release": release})
            approved = {"state": ProposalState.APPROVED, "decision": decision}
            proposals.save(proposals.find(self.name).model_copy(update=approved))
        else:
            changed = self.undo()
        proposals.intent.unlink()
        return changed

    def release(self, home: Path) -> str:
        """Return the served release if it was made of the changed files; else empty."""
        served = History(home, self.faq).served()
        written = all(each.now == each.after for each in self.files)
        return served.release if served and written and served.files == files_hash(self.faq) else ""


def end_killed(home: Path) -> Iterator[str]:
    """Finish or undo an approval that was killed, and yield lines that say so; leave one that goes on alone."""
    proposals = Proposals(home)
    if not proposals.intent.exists():
        return
    with suppress(TakenError, FileNotFoundError), locked(proposals.folder, patience_seconds=0):
        intent = Intent.model_validate_json(proposals.intent.read_bytes())
        release = intent.release(home)
        changed = intent.end(proposals, release)
        told = (
            "提案 {name} の取り込みが途中で止まっていたため、ファイルを元に戻しました。→ faq approve {name}"
        )
        if release:
            told = "提案 {name} の取り込みが途中で止まっていました。公開は済んでいたので、取り込み済みにしました。"
        yield worded(told, name=intent.name)
        yield from left_lines(changed, intent.faq)
