"""What an approval is about to write, kept beside the proposals until it is done: the next start ends a killed one."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.proposals.folder import Proposals
from bot.proposals.proposal import Decision, State
from faq.exchange.edits import writing
from faq.files import write_whole
from faq.problems import shown
from faq.wording import listed, worded
from index.release.history import History, TakenError, locked
from index.release.store import files_hash


class FileChange(BaseModel):
    """A file before, `None` where there was none, and after."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    file: Path
    before: bytes | None
    after: bytes

    @property
    def now(self) -> bytes | None:
        """What stands there."""
        return self.file.read_bytes() if self.file.exists() else None


class Intent(BaseModel):
    """Which proposal is being taken over, by whom, and which files that changes."""

    model_config = ConfigDict(frozen=True)

    name: str
    faq: Path
    decision: Decision
    files: tuple[FileChange, ...]

    def keep(self, proposals: Proposals) -> None:
        """Write it down, before the first file is changed."""
        with writing(file := kept_in(proposals)):
            write_whole(file, self.model_dump_json().encode())

    def done(self, proposals: Proposals, release: str) -> None:
        """Note that the files were published, as that release."""
        decision = self.decision.model_copy(update={"release": release})
        proposal = proposals.find(self.name)
        proposals.save(proposal.model_copy(update={"state": State.APPROVED, "decision": decision}))
        kept_in(proposals).unlink()

    def undo(self, proposals: Proposals) -> list[Path]:
        """Put the files back, and return those that somebody else has changed since, which stay as they are."""
        written = [each for each in self.files if each.now == each.after]
        changed = [each.file for each in self.files if each.now not in {each.before, each.after}]
        for each in written:
            with writing(each.file):
                if each.before is None:
                    each.file.unlink()
                else:
                    write_whole(each.file, each.before)
        kept_in(proposals).unlink()
        return changed

    def release(self, home: Path) -> str:
        """Return the release that is served of the files as they are to be; empty if none is."""
        served = History(home, self.faq).served()
        written = all(each.now == each.after for each in self.files)
        return served.release if served and written and served.files == files_hash(self.faq) else ""


def kept_in(proposals: Proposals) -> Path:
    """Return the file of the one intent that there may be."""
    return proposals.folder / ".approving.json"


def end_killed(home: Path) -> Iterator[str]:
    """Finish an approval that was killed, or undo it, and yield what became of it; one that goes on is left alone."""
    proposals = Proposals(home)
    if not kept_in(proposals).exists():
        return
    with suppress(TakenError, FileNotFoundError), locked(proposals.folder, patience_seconds=0):
        intent = Intent.model_validate_json(kept_in(proposals).read_bytes())
        if release := intent.release(home):
            intent.done(proposals, release)
            told = "提案 {name} の取り込みが途中で止まっていました。公開は済んでいたので、取り込み済みにしました。"
            yield worded(told, name=intent.name)
            return
        changed = intent.undo(proposals)
        told = (
            "提案 {name} の取り込みが途中で止まっていたため、ファイルを元に戻しました。→ faq approve {name}"
        )
        yield worded(told, name=intent.name)
        if changed:
            told = "{files} はその後に変更されているため、戻していません。`faq diff --faq {faq}` で確かめてください。"
            yield worded(told, files=listed(map(shown, changed)), faq=shown(intent.faq))
