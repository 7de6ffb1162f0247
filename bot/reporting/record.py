"""The report as JSON. Keys are part of the contract: they stand in the docstring, and new ones come at the end."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bot.conversation.record import DIGITS
from bot.reporting.report import EntryUse, HandoverUse, Part, Quartiles, Unanswered, UsageReport
from index.clustering.groups import Group, Nearest


def record(report: UsageReport) -> dict[str, Any]:
    """Return the report as one object.

    `release`, `journal` ("masked", "counts" or "off") and the moments `since` (null for all that is kept) and `until`,
    in ISO 8601 with the zone. `asked` counts questions, `batch` those of `faq batch`, which are left out of everything
    else. `replies` has how often each of the five kinds was given, `good` and `bad` the 👍 and 👎.

    `step` is "day", "week" or "month"; `parts` has `{first, asked, replies, confidence}` for each, `confidence` being
    `{low, middle, high}`, the quartiles, or null. `entries` has what was shown, the most shown first:
    `{id, kind, question, shown, offered, good, bad}`, with a `kind` of null for what is no longer in the FAQ.
    `unreached` has the ids of answers that nobody reached, `unreached_referrals` those of referrals.

    `unanswered` counts questions without an answer that helped, `untold` those of them whose text was not kept and
    `leaning` those that went on with a conversation. The others are in `groups`: `{times, representative, questions:
    [{text, times}], nearest}`, and the closest of them in `near_misses`: `{text, times, nearest}`. `nearest` is the
    closest entry and what today's release says to that text, or null:
    `{id, phrasing, score, confidence, now, shown}`.

    `handovers` has `opened`, `states` (how many are in each now), `taken_seconds` and `answered_seconds` (quartiles of
    the time until the first step, or null) and `oldest_waiting`, a moment or null.
    """
    since = report.period.since
    return {
        "release": report.release,
        "journal": report.mode.value,
        "since": since.isoformat(timespec="seconds") if since else None,
        "until": report.period.until.isoformat(timespec="seconds"),
        "asked": report.asked,
        "batch": report.batch,
        "replies": {kind.value: count for kind, count in report.replies.items()},
        "good": report.good,
        "bad": report.bad,
        "step": report.step.value,
        "parts": [_part(part) for part in report.parts],
        "entries": [_use(use) for use in report.entries],
        "unreached": _ids(report.unreached),
        "unreached_referrals": _ids(report.unreached_referrals),
        **_unanswered(report.unanswered),
        "handovers": _handovers(report.handovers, report),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "first": part.first.isoformat(),
        "asked": part.asked,
        "replies": {kind.value: count for kind, count in part.replies.items()},
        "confidence": _quartiles(part.confidence, DIGITS),
    }


def _quartiles(quartiles: Quartiles | None, digits: int) -> dict[str, float] | None:
    return {name: round(value, digits) for name, value in asdict(quartiles).items()} if quartiles else None


def _use(use: EntryUse) -> dict[str, Any]:
    return {
        "id": use.entry_id,
        "kind": use.kind.value if use.kind else None,
        "question": use.question,
        "shown": use.shown,
        "offered": use.offered,
        "good": use.good,
        "bad": use.bad,
    }


def _ids(uses: Iterable[EntryUse]) -> list[str]:
    return [use.entry_id for use in uses]


def _unanswered(unanswered: Unanswered) -> dict[str, Any]:
    return {
        "unanswered": unanswered.times,
        "untold": unanswered.untold,
        "leaning": unanswered.followups,
        "near_misses": [
            {"text": miss.text, "times": miss.times, "nearest": _nearest(miss.nearest)}
            for miss in unanswered.near_misses
        ],
        "groups": [_group(group) for group in unanswered.groups],
    }


def _group(group: Group) -> dict[str, Any]:
    asked = zip(group.questions, group.counts, strict=True)
    return {
        "times": group.times,
        "representative": group.representative,
        "questions": [{"text": text, "times": times} for text, times in asked],
        "nearest": _nearest(group.nearest) if group.nearest else None,
    }


def _nearest(nearest: Nearest) -> dict[str, Any]:
    return {
        "id": nearest.entry_id,
        "phrasing": nearest.phrasing,
        "score": round(nearest.score, DIGITS),
        "confidence": round(nearest.confidence, DIGITS),
        "now": nearest.verdict.value,
        "shown": list(nearest.shown),
    }


def _handovers(use: HandoverUse, report: UsageReport) -> dict[str, Any]:
    waiting = use.oldest_waiting
    zone = report.period.until.tzinfo
    return {
        "opened": use.opened,
        "states": {state.value: count for state, count in use.states.items()},
        "taken_seconds": _quartiles(use.taken, 0),
        "answered_seconds": _quartiles(use.answered, 0),
        "oldest_waiting": waiting.astimezone(zone).isoformat(timespec="seconds") if waiting else None,
    }
