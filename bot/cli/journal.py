"""`faq journal`, `faq backup`, `faq restore`: what was asked, what is kept of it, and how to be rid of it."""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Exit, Option

from bot.cli.opening import Office, confirmed, say
from bot.cli.options import FaqOption
from bot.journal.question_record import now, whoever_runs_this
from bot.output.terminal import ExitStatus
from faq.problems import Fault, shown
from faq.wording import worded

if TYPE_CHECKING:
    from bot.journal.questions import StoredQuestion


def journal() -> None:
    """Look at the journal of questions, or delete from it.

    FAQ_JOURNAL says what is kept: off, counts or masked (the default); FAQ_JOURNAL_DAYS for how many
    days (180); FAQ_DATABASE_URL where (a file in FAQ_HOME).

    Example:
        faq journal tail
    """


def policy() -> None:
    """Print what is kept of whom, and until when.

    Example:
        faq journal policy
    """
    from bot.journal.retention import policy as kept

    office = Office()
    say([kept(office.settings, office.journal().database.where)])


def tail(
    *,
    limit: Annotated[int, Option("-n", "--limit", min=1, metavar="N", help="How many questions.")] = 20,
    path: FaqOption = None,
) -> None:
    """Print the newest questions, the newest last.

    Each has its time, where it was asked, the kind of the reply with its entries, the confidence,
    the milliseconds and the feedback; then the text, masked. With --faq or FAQ_PATH, of that FAQ alone,
    else of all that this home serves.

    Example:
        faq journal tail -n 50
    """
    office = Office(path)
    own, names = _own(office, path), _names(office)
    with office.journal() as journal:
        asked = (each for each in journal.questions.between() if own(each.release)) if own else None
        for question in deque(asked, limit) if asked else journal.questions.last(limit):
            say(_lines(question, names))


def export(
    *,
    csv: Annotated[bool, Option("--csv", help="CSV with a byte order mark, for spreadsheets.")] = False,
    path: FaqOption = None,
) -> None:
    """Write the questions to standard output as JSON Lines, oldest first.

    With --faq or FAQ_PATH, those of that FAQ alone, else of all that this home serves.
    In CSV, a text that a spreadsheet would take for a formula begins with an apostrophe.

    Example:
        faq journal export --csv > questions.csv
    """
    from bot.journal.questions import csv_lines, json_lines

    office = Office(path)
    own = _own(office, path)
    with office.journal() as journal:
        found = (each for each in journal.questions.between() if not own or own(each.release))
        for line in csv_lines(found) if csv else json_lines(found):
            sys.stdout.buffer.write(line.encode())
        sys.stdout.buffer.flush()


def events(
    *, limit: Annotated[int, Option("-n", "--limit", min=1, metavar="N", help="How many events.")] = 20
) -> None:
    """Print what admins did and who was refused, the newest last.

    Example:
        faq journal events
    """
    with Office().journal() as journal:
        for event in reversed(journal.events.last(limit)):
            at = f"{event.at.astimezone():%Y-%m-%d %H:%M:%S}"
            line = f"{at} {event.who} {event.what} [{event.outcome}] {event.detail}"
            say([" ".join(line.split())])


def purge() -> None:
    """Delete what is past its time, as happens by itself while questions are asked.

    Example:
        faq journal purge
    """
    from bot.journal.journal import EventOutcome
    from bot.privacy.masking import speakers
    from faq.loading.loader import load

    office = Office()
    with office.journal(speakers(load(office.path))) as journal:
        found = journal.retention.purge(at=now())
        told = worded("{count}件", count=sum(found.values()))
        journal.events.add(whoever_runs_this(), "purge", EventOutcome.DONE, at=now(), detail=told)
    say([worded("削除しました: {what}", what=told) if found else worded("期限の過ぎたものはありません。")])


def forget(
    user: Annotated[str, Argument(metavar="USER", help="A Slack member ID, or the console's user name.")],
) -> None:
    """Delete what is known of one person.

    Questions, feedback, conversations, what is still to be sent and closed hand-overs go, in every month
    that is kept. A hand-over that somebody works on stays, and that is told; then the exit status is 1:
    close it, and repeat.

    Example:
        faq journal forget U012AB3CD
    """
    from bot.journal.journal import EventOutcome

    with Office().journal() as journal:
        found = journal.retention.forget(user, at=now())
        foreign = journal.retention.foreign_months()
        left = found.pop("unfinished_handovers")
        told = worded("{count}件", count=sum(found.values()))
        # Who was forgotten is not written down.
        journal.events.add(whoever_runs_this(), "forget", EventOutcome.DONE, at=now(), detail=told)
    say([worded("削除しました: {what}", what=told)])
    if left:
        say([str(Fault.of("forget-unfinished", count=left))], err=True)
    if foreign:
        say([str(Fault.of("forget-other-key", months=tuple(foreign)))], err=True)
    if left or foreign:
        raise Exit(ExitStatus.FAILURE)


def _own(office: Office, path: Path | None) -> Callable[[str], bool] | None:
    """Return a test for releases of the FAQ that was named; `None` if none was."""
    if not (path or office.settings.path):
        return None
    from bot.reporting.report import own_releases

    return own_releases(office.home, office.path, office.served())


def _names(office: Office) -> Callable[[str, str], str]:
    """Return a function for the name of an entry of a release; the id, if the release is gone."""
    from bot.output.labels import Called, called
    from index.release.store import ReleaseError, Store

    @cache
    def of(release: str) -> Called:
        try:
            return called(Store(office.home).knowledge(release.partition("@")[0]).entries)
        except ReleaseError:
            return str

    return lambda release, entry_id: of(release)(entry_id)


def _lines(question: "StoredQuestion", names: Callable[[str, str], str]) -> Iterator[str]:
    from bot.conversation.reply import ReplyKind
    from bot.output.labels import REPLIES

    at = f"{question.asked_at.astimezone():%Y-%m-%d %H:%M:%S}"
    kind = REPLIES[ReplyKind(question.reply)]
    shown = " ".join((kind, *(names(question.release, each) for each in question.entries)))
    marks = "".join((" 👍" * question.good, " 👎" * question.bad))
    told = "{at} {channel} [{shown}] 確信度 {confidence:.2f} {milliseconds:.0f}ms 版 {release}{marks}"
    values = {name: getattr(question, name) for name in ("channel", "confidence", "milliseconds", "release")}
    yield worded(told, at=at, shown=shown, marks=marks, **values)
    if question.text is not None:
        yield f"  {' '.join(question.text.split())}"
    yield from (worded("  「{text}」", text=" ".join(each.split())) for each in question.comments)


BackupFile = Annotated[Path, Argument(metavar="FILE", help="The backup; only its owner can read it.")]


def backup(file: BackupFile) -> None:
    """Write the journal, what was published and the proposals into one file, while the bot runs.

    Not in it: the FAQ's own files, the settings, and what can be made again. With PostgreSQL it needs
    pg_dump.

    Example:
        faq backup backup.tar.gz
    """
    from bot.journal.backup import back_up

    office = Office()
    with office.journal() as journal:
        back_up(journal.database, office.home, file, now())
    size = file.stat().st_size / 1_000_000
    say([worded("バックアップしました: {file}({size} MB)", file=shown(file), size=f"{size:.1f}")])


def restore(
    file: BackupFile,
    *,
    yes: Annotated[bool, Option("--yes", help="Do not ask back.")] = False,
) -> None:
    """Put a backup in the place of the journal, of what is published and of the proposals.

    The bot may go on running. What was asked since the backup is gone from the journal. With PostgreSQL
    it needs pg_restore.

    Example:
        faq restore backup.tar.gz
    """
    from bot.journal.backup import restore as put_back

    office = Office()
    told = "記録と公開中の内容を {file} のものに置き換えますか(いまの記録は消えます)"
    if not yes and not confirmed(worded(told, file=shown(file))):
        say([worded("何も変えていません。")])
        raise Exit(ExitStatus.FAILURE)
    with office.journal() as journal:
        at = put_back(journal.database, office.home, file)
    say([worded("{at} のバックアップに戻しました。", at=f"{at.astimezone():%Y-%m-%d %H:%M}")])
