"""What was asked lately, to see what a change of the knowledge does to it."""

from collections.abc import Sequence

from bot.settings import JournalMode, Settings

MOST = 500
"""Questions that a change is tried on."""


def recent_questions(settings: Settings) -> Sequence[str]:
    """Return questions asked lately, masked, each once; none where no texts are kept or the journal is out of reach.

    Those that leaned on what was said before are left out: alone, they ask something else.
    """
    from bot.cli.opening import warn  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.journal.database import JournalError  # noqa: PLC0415 -- the same
    from bot.journal.journal import Journal  # noqa: PLC0415 -- the same

    if settings.journal is not JournalMode.MASKED:
        return ()
    with Journal(settings, complain=warn) as journal:
        try:
            return [each.text for each in journal.questions.recent(MOST) if not each.follows]
        except JournalError as error:
            warn(str(error))
            return ()
