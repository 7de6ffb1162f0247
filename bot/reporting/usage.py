"""Counting: replies by part of the period, entries by how often they were shown, hand-overs by how long they took."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, tzinfo

import numpy as np

from bot.conversation.reply import ReplyKind
from bot.journal.handovers import Handover, HandoverState
from bot.journal.questions import StoredQuestion
from bot.reporting.period import Step, start, starts, step_for
from bot.reporting.report import EntryUse, HandoverUse, Part, Quartiles
from faq.model import Entry, EntryKind

_WAITING = frozenset({HandoverState.OPEN, HandoverState.TAKEN})


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """Return the quartiles, between two values by their distance; `None` without values.

    >>> quartiles([1.0, 2.0, 3.0, 4.0, 9.0])
    Quartiles(low=2.0, middle=3.0, high=4.0)
    """
    if not values:
        return None
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]).tolist()
    return Quartiles(low, middle, high)


def replies(asked: Iterable[StoredQuestion]) -> dict[ReplyKind, int]:
    """Return how often each kind of reply was given, in order of the kinds, zeros included."""
    found = Counter(each.reply for each in asked)
    return {kind: found[kind.value] for kind in ReplyKind}


def parts(
    asked: Sequence[StoredQuestion], zone: tzinfo | None, first: date | None, last: date
) -> tuple[Step, tuple[Part, ...]]:
    """Return the questions by part of the period, without a gap, and how long the parts are.

    Args:
        asked: Oldest first; without any, there are no parts.
        zone: Whose days are meant.
        first: The first day; that of the first question without it.
        last: The last day.
    """
    if not asked:
        return Step.DAY, ()
    first = first or asked[0].asked_at.astimezone(zone).date()
    step = step_for(first, last)
    by_start: dict[date, list[StoredQuestion]] = {day: [] for day in starts(first, last, step)}
    for each in asked:
        by_start.setdefault(start(each.asked_at.astimezone(zone).date(), step), []).append(each)
    return step, tuple(
        Part(day, replies(found), quartiles([each.confidence for each in found if _has_confidence(each)]))
        for day, found in sorted(by_start.items())
    )


def _has_confidence(each: StoredQuestion) -> bool:
    return each.reply != ReplyKind.SMALLTALK.value


def entry_uses(asked: Iterable[StoredQuestion], entries: Sequence[Entry]) -> tuple[EntryUse, ...]:
    """Return every entry of the FAQ or the replies, those shown most often first, ties in order of the id.

    What people thought of a reply counts for each entry in it.
    """
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
            entry_id,
            entry.kind if (entry := known.get(entry_id)) else None,
            entry.question if entry else "",
            shown[entry_id],
            offered[entry_id],
            good[entry_id],
            bad[entry_id],
        )
        for entry_id in {*known, *shown, *offered}
    )
    return tuple(sorted(found, key=lambda use: (-use.shown, -use.offered, use.entry_id)))


def unreached(
    uses: Iterable[EntryUse], entries: Iterable[Entry], kind: EntryKind, today: date
) -> tuple[EntryUse, ...]:
    """Return the entries of a kind that are served and that no reply showed, in order of the files."""
    idle = {use.entry_id: use for use in uses if not use.shown and not use.offered}
    return tuple(
        idle[entry.id]
        for entry in entries
        if entry.kind is kind and entry.id in idle and entry.served_on(today)
    )


def handover_use(handovers: Sequence[Handover]) -> HandoverUse:
    """Return how hand-overs went."""
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
    """Return how long it took until the first step into one of these states, where there is one."""
    firsts = (
        next((step.at - each.steps[0].at for step in each.steps if step.state in states), None)
        for each in handovers
    )
    return quartiles([took.total_seconds() for took in firsts if took is not None])
