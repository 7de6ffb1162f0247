"""`faq backup`, `faq restore`: all that cannot be made again, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import Office, confirmed, say
from bot.journal.question_record import now
from bot.output.terminal import ExitStatus
from faq.problems import shown
from faq.wording import worded

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup; only its owner can read it.")]


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
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask back.")] = False,
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
        raise typer.Exit(ExitStatus.FAILURE)
    with office.journal() as journal:
        at = put_back(journal.database, office.home, file)
    say([worded("{at} のバックアップに戻しました。", at=f"{at.astimezone():%Y-%m-%d %H:%M}")])
