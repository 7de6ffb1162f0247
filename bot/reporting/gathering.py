"""The journal and what is served, counted into a report."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from bot.conversation.engine import reader_on
from bot.conversation.reply import ReplyKind
from bot.journal.handovers import Handover, HandoverState
from bot.journal.journal import Journal
from bot.journal.question_record import Channel
from bot.journal.questions import StoredQuestion
from bot.proposals.choices import stands_alone
from bot.proposals.suggesting import grouped, is_unanswered
from bot.reporting.report import (
    EntryUse,
    HandoverUse,
    NearMiss,
    Part,
    Period,
    Quartiles,
    Step,
    Unanswered,
    UsageReport,
    start,
    starts,
    step_for,
)
from bot.settings import JournalMode
from faq.model import Entry, EntryKind
from index.clustering.groups import Group, nearest
from index.release.building import Release

MOST_NEAR_MISSES = 20
CLOSE = 0.1
"""Probability from which on a candidate is close: two fifths of that with which choices are worth offering."""

_WAITING = frozenset({HandoverState.OPEN, HandoverState.TAKEN})


def gather(  # noqa: PLR0913 -- what is read, and what of it is meant
    journal: Journal,
    release: Release,
    period: Period,
    *,
    today: date,
    own: Callable[[str], bool] = lambda _: True,
    batch: bool = False,
) -> UsageReport:
    """Read the journal in bulk and report on it; `own` tells the releases of this FAQ, `batch` means `faq batch`."""
    asked = tuple(journal.questions.between(period.since, period.until))
    handovers = () if batch else journal.handovers.opened(period.since, period.until)
    return report(asked, handovers, release, period, mode=journal.mode, today=today, own=own, batch=batch)


def report(  # noqa: PLR0913 -- all that a report is made of
    recorded: tuple[StoredQuestion, ...],
    handovers: tuple[Handover, ...],
    release: Release,
    period: Period,
    *,
    mode: JournalMode,
    today: date,
    own: Callable[[str], bool] = lambda _: True,
    batch: bool = False,
) -> UsageReport:
    """Report on what was recorded, oldest first, and on what was passed to HR; the same values, the same report."""
    of_this = [each for each in recorded if own(each.release)]
    asked = [each for each in of_this if (each.channel == Channel.BATCH.value) == batch]
    step, parts = _parts(asked, period)
    entries = release.index.entries
    uses = _entry_uses(asked, entries)
    idle = {use.id: use for use in uses if not use.shown and not use.offered}
    unreached = [idle[entry.id] for entry in entries if entry.id in idle and entry.served_on(today)]
    return UsageReport(
        period=period,
        release=release.name,
        mode=mode,
        asked=len(asked),
        batch=sum(each.channel == Channel.BATCH.value for each in of_this),
        only_batch=batch,
        elsewhere=len(recorded) - len(of_this),
        replies=_replies(asked),
        good=sum(each.good for each in asked),
        bad=sum(each.bad for each in asked),
        step=step,
        parts=parts,
        entries=tuple(use for use in uses if use.id not in idle),
        unreached=tuple(use for use in unreached if use.kind is EntryKind.ANSWER),
        unreached_referrals=tuple(use for use in unreached if use.kind is EntryKind.REFERRAL),
        unanswered=_unanswered(release, asked, today),
        handovers=_handover_use([each for each in handovers if not each.release or own(each.release)]),
    )


def quartiles(values: Sequence[float], digits: int) -> Quartiles | None:
    """Return the quartiles, between two values by their distance, rounded; `None` without values.

    >>> quartiles([1.0, 2.0, 3.0, 4.0, 9.0], 2)
    Quartiles(low=2.0, middle=3.0, high=4.0)
    """
    if not values:
        return None
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]).round(digits).tolist()
    return Quartiles(low, middle, high)


def _replies(asked: Iterable[StoredQuestion]) -> dict[ReplyKind, int]:
    found = Counter(each.reply for each in asked)
    return {kind: found[kind.value] for kind in ReplyKind}


def _parts(asked: Sequence[StoredQuestion], period: Period) -> tuple[Step, tuple[Part, ...]]:
    """Return how long the parts of the period are, and the questions, oldest first, by part without a gap."""
    if not asked:
        return Step.DAY, ()
    days = [each.asked_at.astimezone(period.until.tzinfo).date() for each in asked]
    first = period.since.date() if period.since else days[0]
    step = step_for(first, period.until.date())
    by_start: dict[date, list[StoredQuestion]] = {day: [] for day in starts(first, period.until.date(), step)}
    for day, each in zip(days, asked, strict=True):
        by_start.setdefault(start(day, step), []).append(each)
    return step, tuple(_part(day, found) for day, found in sorted(by_start.items()))


def _part(first: date, asked: Sequence[StoredQuestion]) -> Part:
    sure = [each.confidence for each in asked if each.reply != ReplyKind.SMALLTALK.value]
    return Part(first, len(asked), _replies(asked), quartiles(sure, 4))


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


def _unanswered(release: Release, asked: Iterable[StoredQuestion], today: date) -> Unanswered:
    missed = [each for each in asked if is_unanswered(each)]
    alone = [each for each in missed if stands_alone(each)]
    untold = sum(each.text is None for each in missed)
    texts = Counter(each.text for each in alone if each.text)
    groups = grouped(release, texts, today)
    near = _near_misses(release, groups, alone, texts, today)
    return Unanswered(len(missed), untold, len(missed) - untold - len(alone), groups, near)


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
        if (near := nearest(reader, text)) and near.confidence >= CLOSE
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
    return quartiles([took.total_seconds() for took in firsts if took is not None], 0)
