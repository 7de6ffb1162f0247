"""The journal and what is served, counted into a report."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from bot.conversation.engine import reader_on
from bot.conversation.reply import ReplyKind
from bot.journal.handover import Handover, HandoverState
from bot.journal.questions import StoredQuestion
from bot.proposals.suggesting import grouped, is_unanswered, stands_alone
from bot.reporting.report import (
    Bucket,
    BucketLength,
    EntryUse,
    HandoverUse,
    NearMiss,
    Period,
    Quartiles,
    UsageReport,
)
from bot.settings import JournalMode
from faq.model import Entry, EntryKind, Knowledge
from index.clustering.groups import Group, nearest_entry
from index.release.building import Release
from index.release.history import History
from index.release.store import ReleaseError, Store

MOST_NEAR_MISSES = 20
_MOST_PARTS = 31
CLOSE = 0.1
"""Probability from which on a candidate is close: two fifths of that with which choices are worth offering."""

_WAITING = frozenset(
    {HandoverState.OPEN, HandoverState.TAKEN, HandoverState.REPLIED, HandoverState.UNREACHED}
)


def own_releases(home: Path, path: Path, release: Release) -> Callable[[str], bool]:
    """Return what tells whether a release, by its name or label, is one of the FAQ at `path`: a home may serve several.

    Those that were published of it are, and those with one of the questions of the `release` that is served. One that
    is no longer stored may be anybody's, and counts as its own.
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
    handovers: Sequence[Handover],
    release: Release,
    period: Period,
    *,
    mode: JournalMode,
    today: date,
    own: Callable[[str], bool] = lambda _: True,
) -> UsageReport:
    """Report on what was recorded in a period, oldest first, and on what was passed to HR in it.

    `own` tells the releases of this FAQ. The same values give the same report.
    """
    found = [(each, own(each.release)) for each in recorded]
    asked = [each for each, is_own in found if is_own]
    step, parts = _parts(asked, period)
    entries = release.index.entries
    uses = _entry_uses(asked, entries)
    idle = {use.id: use for use in uses if not use.shown and not use.offered}
    served = (entry for entry in entries if entry.kind is EntryKind.ANSWER and entry.served_on(today))
    missed = [each for each in asked if is_unanswered(each)]
    untold = sum(each.text is None for each in missed)
    alone = [each for each in missed if stands_alone(each)]
    texts = Counter(each.text for each in alone if each.text)
    groups = grouped(release, texts, today)
    return UsageReport(
        period=period,
        release=release.name,
        mode=mode,
        asked=len(asked),
        elsewhere=len(found) - len(asked),
        replies=_replies(asked),
        good=sum(each.good for each in asked),
        bad=sum(each.bad for each in asked),
        step=step,
        parts=parts,
        entries=tuple(use for use in uses if use.id not in idle),
        unreached=tuple(idle[entry.id] for entry in served if entry.id in idle),
        unanswered=len(missed),
        untold=untold,
        leaning=len(missed) - untold - len(alone),
        near_misses=_near_misses(release, groups, alone, texts, today),
        groups=groups,
        handovers=_handover_use([each for each in handovers if not each.release or own(each.release)]),
    )


def _replies(asked: Iterable[StoredQuestion]) -> dict[ReplyKind, int]:
    found = Counter(each.reply for each in asked)
    return {kind: found[kind.value] for kind in ReplyKind}


def _parts(asked: Sequence[StoredQuestion], period: Period) -> tuple[BucketLength, tuple[Bucket, ...]]:
    """Return how long the parts of the period are, and the questions, oldest first, by part without a gap."""
    if not asked:
        return BucketLength.DAY, ()
    days = [each.asked_at.astimezone(period.until.tzinfo).date() for each in asked]
    first = period.since.date() if period.since else days[0]
    step = step_for(first, period.until.date())
    by_start: dict[date, list[StoredQuestion]] = {day: [] for day in starts(first, period.until.date(), step)}
    for day, each in zip(days, asked, strict=True):
        by_start.setdefault(start(day, step), []).append(each)
    return step, tuple(Bucket(day, len(found), _replies(found)) for day, found in sorted(by_start.items()))


def step_for(first: date, last: date) -> BucketLength:
    """Return the shortest step in which at most 31 parts cover the days, or months."""
    return next(
        (step for step in BucketLength if len(starts(first, last, step)) <= _MOST_PARTS), BucketLength.MONTH
    )


def start(day: date, step: BucketLength) -> date:
    """Return the first day of the part in which a day lies."""
    match step:
        case BucketLength.DAY:
            return day
        case BucketLength.WEEK:
            return day - timedelta(days=day.weekday())
        case BucketLength.MONTH:
            return day.replace(day=1)


def starts(first: date, last: date, step: BucketLength) -> Sequence[date]:
    """Return the first days of all parts that hold the days from `first` to `last`, in order; 1 or more."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sorted({start(day, step) for day in days})


def _entry_uses(asked: Iterable[StoredQuestion], entries: Sequence[Entry]) -> tuple[EntryUse, ...]:
    """Return every entry of the FAQ or the replies, those shown most often first, ties in order of the id."""
    shown, offered, good, bad = (Counter[str]() for _ in range(4))
    for each in asked:
        counted = offered if each.reply == ReplyKind.CHOICES.value else shown
        for entry_id in each.entries:
            counted[entry_id] += 1
            good[entry_id] += each.good
            bad[entry_id] += each.bad
    known = {entry.id: entry for entry in entries}
    found = (
        EntryUse(
            id=entry_id,
            kind=entry.kind if (entry := known.get(entry_id)) else None,
            question=entry.question if entry else "",
            shown=shown[entry_id],
            offered=offered[entry_id],
            good=good[entry_id],
            bad=bad[entry_id],
        )
        for entry_id in {*known, *shown, *offered}
    )
    return tuple(sorted(found, key=lambda use: (-use.shown, -use.offered, use.id)))


def _near_misses(
    release: Release,
    groups: Sequence[Group],
    missed: Iterable[StoredQuestion],
    texts: Mapping[str, int],
    today: date,
) -> tuple[NearMiss, ...]:
    """Return the question of each group that came closest to an answer when it was asked, best candidate first."""
    confidence: dict[str, float] = {}
    for each in missed:
        if each.text is not None and each.reply == ReplyKind.UNKNOWN.value:
            confidence[each.text] = max(each.confidence, confidence.get(each.text, 0.0))
    known = ([text for text in each.questions if text in confidence] for each in groups)
    closest = [max(texts, key=confidence.__getitem__) for texts in known if texts]
    closest.sort(key=lambda text: (-confidence[text], text))
    reader = reader_on(release, today)
    found = (
        NearMiss(text, texts[text], near)
        for text in closest[: 2 * MOST_NEAR_MISSES]
        if (near := nearest_entry(reader, text)) and near.confidence >= CLOSE
    )
    ranked = sorted(found, key=lambda miss: (-miss.nearest.confidence, -miss.times, miss.text))
    return tuple(ranked[:MOST_NEAR_MISSES])


def _handover_use(handovers: Sequence[Handover]) -> HandoverUse:
    states = Counter(each.state for each in handovers)
    waiting = [each.steps[0].at for each in handovers if each.state in _WAITING]
    return HandoverUse(
        len(handovers),
        {state: states[state] for state in HandoverState},
        _until(handovers, {HandoverState.TAKEN, HandoverState.ANSWERED}),
        _until(handovers, {HandoverState.ANSWERED}),
        min(waiting, default=None),
    )


def _until(handovers: Iterable[Handover], states: set[HandoverState]) -> Quartiles | None:
    """Return how many seconds it took until the first step into one of these states, where there is one."""
    firsts = (
        next((step.at - each.steps[0].at for step in each.steps if step.state in states), None)
        for each in handovers
    )
    seconds = [took.total_seconds() for took in firsts if took is not None]
    return Quartiles(*np.quantile(seconds, [0.25, 0.5, 0.75]).round().tolist()) if seconds else None
