"""A report for HR from the journal and the served release, and the report as JSON."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from bot.conversation.reply import OPEN, SHOWN, Json, ReplyKind, jsonable
from bot.journal.questions import StoredQuestion
from bot.proposals.suggesting import grouped, is_unanswered, stands_alone
from bot.settings import JournalMode
from faq.model import Entry, EntryKind, Knowledge
from index.clustering.groups import Group
from index.release.building import Release
from index.release.history import History
from index.release.store import ReleaseError, Store

MOST_NEAR_MISSES = 20
MOST_COMPARED = 100  # groups in which near misses are looked for: each question takes some milliseconds
CLOSE = 0.1
"""Probability from which a candidate is close: two fifths of that from which choices are offered."""


def whole_days(since: datetime, now: datetime) -> datetime:
    """Return the first midnight since a moment, in the zone of `now`, so that all days but today are whole.

    >>> from datetime import UTC
    >>> now = datetime(2025, 6, 15, 9, 30, tzinfo=UTC)
    >>> whole_days(now - timedelta(days=7), now)
    datetime.datetime(2025, 6, 9, 0, 0, tzinfo=datetime.timezone.utc)
    """
    since = since.astimezone(now.tzinfo)
    midnight = datetime.combine(since.date(), time(), now.tzinfo)
    return midnight if midnight == since else midnight + timedelta(days=1)


@dataclass(frozen=True)
class Day:
    first: date
    asked: int
    replies: Mapping[ReplyKind, int]


@dataclass(frozen=True)
class EntryUse:
    """How often an entry was shown, or offered as a choice, with the 👍 and 👎 for these replies."""

    id: str
    kind: EntryKind
    question: str
    shown: int
    offered: int
    good: int
    bad: int


@dataclass(frozen=True)
class UsageReport:
    release: str  # the served one, with which groups and candidates are found
    journal: JournalMode  # how much of each question is kept now
    since: datetime | None  # None for all that is kept; in the zone of `until`, which is that of the days
    until: datetime
    asked: int
    replies: Mapping[ReplyKind, int]  # zeros included
    good: int
    bad: int
    parts: tuple[Day, ...]  # in order of time without a gap; empty if nothing was asked
    entries: tuple[EntryUse, ...]  # those shown, most often first, ties in order of the id
    unreached: tuple[EntryUse, ...]  # answers that no reply showed, in order of the files, unless expired
    unanswered: int  # questions without a helpful reply: "unknown", or more 👎 than 👍
    near_misses: tuple[Group, ...]  # those for which an entry came close, best candidate first
    groups: tuple[Group, ...]  # the one asked most often first


def own_releases(home: Path, path: Path, release: Release) -> Callable[[str], bool]:
    """Return a test whether a release, by name or label, belongs to the FAQ at `path`: a home may serve several FAQs.

    It does if it was published from that path, shares a question with the served `release`, or is not stored any more.
    """
    published = {each.release for each in History(home, path).publications()}
    asked, store = _questions(release.knowledge), Store(home)

    @cache
    def is_own(label: str) -> bool:
        name = label.partition("@")[0]
        if name == release.name or name in published:
            return True
        try:
            return bool(asked & _questions(store.knowledge(name)))
        except ReleaseError:
            return True

    return is_own


def _questions(knowledge: Knowledge) -> set[tuple[str, str]]:
    return {(entry.id, entry.question) for entry in knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)}


def report(  # noqa: PLR0913 -- all that a report is made of
    recorded: Iterable[StoredQuestion],
    release: Release,
    *,
    since: datetime | None,
    until: datetime,
    journal: JournalMode,
    own: Callable[[str], bool] = lambda _: True,
) -> UsageReport:
    """Report on the recorded questions of a period, oldest first; `own` is the test for releases of this FAQ."""
    asked, today = [each for each in recorded if own(each.release)], until.date()
    entries = release.index.entries
    uses = _entry_uses(asked, entries)
    idle = {use.id: use for use in uses if not use.shown and not use.offered}
    served = (entry for entry in entries if entry.kind is EntryKind.ANSWER and entry.served_on(today))
    missed = [each for each in asked if is_unanswered(each)]
    alone = [each for each in missed if each.text and stands_alone(each)]
    groups = grouped(release, Counter(each.text for each in alone if each.text), today)
    unknown = {each.text for each in alone if each.reply in OPEN}
    return UsageReport(
        release=release.name,
        journal=journal,
        since=since,
        until=until,
        asked=len(asked),
        replies=_replies(asked),
        good=sum(each.good for each in asked),
        bad=sum(each.bad for each in asked),
        parts=_days(asked, since, until),
        entries=tuple(use for use in uses if use.id not in idle),
        unreached=tuple(idle[entry.id] for entry in served if entry.id in idle),
        unanswered=len(missed),
        near_misses=_near_misses([each for each in groups if unknown.intersection(each.questions)]),
        groups=groups,
    )


def _replies(asked: Iterable[StoredQuestion]) -> dict[ReplyKind, int]:
    found = Counter(each.reply for each in asked)
    return {kind: found[kind.value] for kind in ReplyKind}


def _days(asked: Sequence[StoredQuestion], since: datetime | None, until: datetime) -> tuple[Day, ...]:
    if not asked:
        return ()
    days = [each.asked_at.astimezone(until.tzinfo).date() for each in asked]
    first = since.date() if since else days[0]
    found: dict[date, list[StoredQuestion]] = {
        first + timedelta(days=number): [] for number in range((until.date() - first).days + 1)
    }
    for day, each in zip(days, asked, strict=True):
        found.setdefault(day, []).append(each)
    return tuple(Day(day, len(on), _replies(on)) for day, on in sorted(found.items()))


def _entry_uses(asked: Iterable[StoredQuestion], entries: Sequence[Entry]) -> tuple[EntryUse, ...]:
    shown, offered, good, bad = (Counter[str]() for _ in range(4))
    for each in asked:
        counted = shown if each.reply in SHOWN else offered
        for entry_id in each.entries:
            counted[entry_id] += 1
            good[entry_id] += each.good
            bad[entry_id] += each.bad
    uses = [
        EntryUse(
            each.id, each.kind, each.question, *(count[each.id] for count in (shown, offered, good, bad))
        )
        for each in entries
    ]
    return tuple(sorted(uses, key=lambda use: (-use.shown, -use.offered, use.id)))


def _near_misses(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return those of the groups asked most often for which an entry came close, best candidate first."""
    found = ((each.nearest, each) for each in groups[:MOST_COMPARED])
    close = [(near.confidence, each) for near, each in found if near and near.confidence >= CLOSE]
    close.sort(key=lambda miss: (-miss[0], miss[1].representative))
    return tuple(each for _, each in close[:MOST_NEAR_MISSES])


def record(report: UsageReport) -> dict[str, Json]:
    """Return the report as one object of JSON. Its keys are a contract, and new ones come at the end.

    `since` is null for all that is kept. `nearest` is the closest entry, with what the served release replies now.
    """
    told = {
        **vars(report),
        "since": report.since and report.since.isoformat(timespec="seconds"),
        "until": report.until.isoformat(timespec="seconds"),
        "unreached": [use.id for use in report.unreached],
        "near_misses": [
            {"text": group.representative, "times": group.times, "nearest": group.nearest}
            for group in report.near_misses
        ],
        "groups": [
            {
                "times": group.times,
                "representative": group.representative,
                "questions": [
                    {"text": text, "times": times}
                    for text, times in zip(group.questions, group.counts, strict=True)
                ],
                "nearest": group.nearest,
            }
            for group in report.groups
        ],
    }
    return jsonable(told)  # type: ignore[no-any-return]  # an object gives an object
