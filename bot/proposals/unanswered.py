"""The questions of the journal that somebody should write something for."""

from collections import Counter
from collections.abc import Iterable, Mapping

from bot.journal.asked import Channel
from bot.journal.questions import Recorded
from bot.reply import ReplyKind


def unanswered(recorded: Iterable[Recorded]) -> Mapping[str, int]:
    """Return how often each text was asked to which the bot had nothing to say, or whose reply did not help.

    Left out are evaluations, and questions that lean on a conversation: their text alone does not say what was meant.
    """
    return Counter(
        each.text
        for each in recorded
        if each.text
        and each.text.strip()
        and not each.follows
        and each.channel != Channel.BATCH.value
        and (each.reply == ReplyKind.UNKNOWN.value or each.bad > each.good)
    )
