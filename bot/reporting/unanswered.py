"""What got no answer that helped, grouped near in meaning, and how near an answer it came."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from bot.conversation.reply import ReplyKind
from bot.conversation.smalltalk import Smalltalk
from bot.journal.questions import StoredQuestion
from bot.proposals.unanswered import is_unanswered, stands_alone
from bot.reporting.report import NearMiss, Unanswered
from index.clustering.groups import Group, group, nearest
from index.decision.reader import Reader
from index.release.building import Release

MOST_NEAR_MISSES = 20
CLOSE = 0.1
"""Probability from which on a candidate is close: two fifths of that with which choices are worth offering."""


def grouped(release: Release, texts: Mapping[str, int], today: date) -> tuple[Group, ...]:
    """Return texts in groups near in meaning, as one release understands them; greetings do not count.

    Args:
        release: What is served.
        texts: How often each was asked.
        today: Entries that are no longer valid on this day are not the closest.
    """
    return group(_reader(release, today), texts, without=Smalltalk(release.knowledge).without)


def unanswered(release: Release, asked: Iterable[StoredQuestion], today: date) -> Unanswered:
    """Return what got no answer, of all that was asked."""
    missed = [each for each in asked if is_unanswered(each)]
    alone = [each for each in missed if stands_alone(each)]
    texts = Counter(each.text for each in alone if each.text)
    groups = grouped(release, texts, today)
    return Unanswered(
        len(missed),
        sum(each.text is None for each in missed),
        sum(each.text is not None for each in missed) - len(alone),
        groups,
        _near_misses(_reader(release, today), groups, alone, texts),
    )


def _near_misses(
    reader: Reader, groups: Sequence[Group], missed: Iterable[StoredQuestion], texts: Mapping[str, int]
) -> tuple[NearMiss, ...]:
    """Return the question of each group that came closest to an answer when it was asked, best candidate first."""
    confidence: dict[str, float] = {}
    for each in missed:
        if each.text is not None and each.reply == ReplyKind.UNKNOWN.value:
            confidence[each.text] = max(each.confidence, confidence.get(each.text, 0.0))
    closest = sorted(_closest(groups, confidence), key=lambda text: (-confidence[text], text))
    found = (
        NearMiss(text, texts[text], near)
        for text in closest[: 2 * MOST_NEAR_MISSES]
        if (near := nearest(reader, text)) and near.confidence >= CLOSE
    )
    ranked = sorted(found, key=lambda miss: (-miss.nearest.confidence, -miss.times, miss.text))
    return tuple(ranked[:MOST_NEAR_MISSES])


def _closest(groups: Iterable[Group], confidence: Mapping[str, float]) -> Iterator[str]:
    for each in groups:
        known = [text for text in each.questions if text in confidence]
        if known:
            yield max(known, key=confidence.__getitem__)


def _reader(release: Release, today: date) -> Reader:
    return release.reader(hidden_ids=[entry.id for entry in release.dated if not entry.served_on(today)])
