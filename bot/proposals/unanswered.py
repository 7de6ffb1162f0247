"""The questions of the journal that somebody should write something for, in groups."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from bot.conversation.engine import reader_on
from bot.conversation.reply import ReplyKind
from bot.conversation.smalltalk import Smalltalk
from bot.journal.question_record import Channel
from bot.journal.questions import StoredQuestion
from index.clustering.groups import Group, group
from index.release.building import Release


def unanswered(recorded: Iterable[StoredQuestion]) -> Mapping[str, int]:
    """Return how often each text was asked to which the bot had nothing to say, or whose reply did not help.

    Left out are evaluations, and questions that lean on a conversation: their text alone does not say what was meant.
    """
    return Counter(
        each.text
        for each in recorded
        if each.text and each.channel != Channel.BATCH.value and is_unanswered(each) and stands_alone(each)
    )


def is_unanswered(each: StoredQuestion) -> bool:
    """Tell whether the bot had nothing to say to a question, or said what helped fewer people than it did not."""
    return each.reply == ReplyKind.UNKNOWN.value or each.bad > each.good


def stands_alone(each: StoredQuestion) -> bool:
    """Tell whether a question's text was kept and says by itself what was meant."""
    return bool(each.text and each.text.strip()) and not each.follows


def grouped(release: Release, texts: Mapping[str, int], today: date) -> tuple[Group, ...]:
    """Return texts, each with how often it was asked, in groups near in meaning; greetings do not count."""
    return group(reader_on(release, today), texts, without=Smalltalk(release.knowledge).without)
