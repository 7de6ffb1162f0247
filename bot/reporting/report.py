"""The report as a value, as JSON, and in the words that the console and the page share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.conversation.reply import Json, ReplyKind, jsonable
from bot.journal.handover import STATE_LABELS, HandoverState
from bot.output.labels import REPLIES, day
from bot.output.terminal import one_line
from bot.settings import JournalMode
from faq.model import EntryKind
from faq.wording import Labels, worded
from index.clustering.groups import Group, Nearest
from index.decision.policy import VerdictKind

TITLE = "質問の報告"
STATES = Labels(STATE_LABELS)
UNANSWERED = "答えられなかった質問({times}件、{groups}組)"
LONGEST_NEAR = 40
GONE = "(今のFAQにない項目)"


class BucketLength(StrEnum):
    """How long a part is; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Period:
    """From one moment, or for as long as anything is kept, up to another; aware of the zone whose days are meant."""

    since: datetime | None
    until: datetime


def whole_days(since: datetime | None, now: datetime) -> Period:
    """Return the period from the first midnight since a moment, so that no day is shown in part but today.

    >>> from datetime import UTC
    >>> now = datetime(2025, 6, 15, 9, 30, tzinfo=UTC)
    >>> whole_days(now - timedelta(days=7), now).since
    datetime.datetime(2025, 6, 9, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if since is None:
        return Period(None, now)
    since = since.astimezone(now.tzinfo)
    midnight = datetime.combine(since.date(), time(), now.tzinfo)
    return Period(midnight if midnight == since else midnight + timedelta(days=1), now)


@dataclass(frozen=True)
class Quartiles:
    """How values are spread: a quarter lies below `low`, half below `middle`, a quarter above `high`."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Bucket:
    """A day, a week or a month, and what was asked in it."""

    first: date
    asked: int
    replies: Mapping[ReplyKind, int]


@dataclass(frozen=True)
class EntryUse:
    """How often an entry was shown, or offered as one of several choices, and the 👍 and 👎 to these replies."""

    id: str
    kind: EntryKind | None  # of one that is no longer in the FAQ `None`
    question: str
    shown: int
    offered: int
    good: int
    bad: int


@dataclass(frozen=True)
class NearMiss:
    """A question, as it was asked and masked, that got no answer and for which an entry came close."""

    text: str
    times: int
    nearest: Nearest  # in the release of today, which may answer it by now


@dataclass(frozen=True)
class HandoverUse:
    """Questions that were passed to HR in the period."""

    opened: int
    states: Mapping[HandoverState, int]  # how many are in each now, zeros included
    taken_seconds: Quartiles | None  # until somebody first took or answered one
    answered_seconds: Quartiles | None  # until the first answer
    oldest_waiting: datetime | None  # opened when, of those that nobody has answered or closed


@dataclass(frozen=True)
class UsageReport:
    """What was asked in a period, and how it went."""

    period: Period
    release: str  # what is served, by which groups and candidates are found
    mode: JournalMode  # how much of each question is kept now
    asked: int
    replies: Mapping[ReplyKind, int]  # zeros included
    good: int
    bad: int
    step: BucketLength
    parts: tuple[Bucket, ...]  # in order of time without a gap; empty if nothing was asked
    entries: tuple[EntryUse, ...]  # those shown, most often first, ties in order of the id
    unreached: tuple[EntryUse, ...]  # answers that no reply showed, in order of the files, unless expired
    unanswered: (
        int  # questions that got no answer that helped: "unknown", or a reply that more people disliked
    )
    untold: int  # of these, those whose text was not kept, so that they are in no group
    leaning: int  # those that went on with a conversation: the text alone does not say what was meant
    near_misses: tuple[NearMiss, ...]  # one of a group at most, best candidate first
    groups: tuple[Group, ...]  # the one asked most often first
    handovers: HandoverUse
    elsewhere: int = 0  # questions to other FAQs of the same home, which are left out


def record(report: UsageReport) -> dict[str, Json]:
    """Return the report as one object of JSON. Its keys are part of the contract, and new ones come at the end.

    Most are named as above. `since` is null for all that is kept; moments are in ISO 8601 with the zone. `unreached`
    and `unreached_referrals` are ids. `groups` has `{times, representative, questions: [{text, times}], nearest}` and
    `near_misses` has `{text, times, nearest}`, where `nearest` is the closest entry and what today's release says to
    that text: `{id, phrasing, score, confidence, now, shown}`, or null.
    """
    as_they_are = ("asked", "replies", "good", "bad", "step", "parts", "entries")
    told = {
        "release": report.release,
        "journal": report.mode,
        "since": _moment(report.period.since, report.period),
        "until": _moment(report.period.until, report.period),
        **{name: getattr(report, name) for name in as_they_are},
        "unreached": [use.id for use in report.unreached],
        **{name: getattr(report, name) for name in ("unanswered", "untold", "leaning")},
        "near_misses": [
            {"text": miss.text, "times": miss.times, "nearest": _nearest(miss.nearest)}
            for miss in report.near_misses
        ],
        "groups": [
            {
                "times": group.times,
                "representative": group.representative,
                "questions": [
                    {"text": text, "times": times}
                    for text, times in zip(group.questions, group.counts, strict=True)
                ],
                "nearest": _nearest(group.nearest) if group.nearest else None,
            }
            for group in report.groups
        ],
        "handovers": {
            **vars(report.handovers),
            "oldest_waiting": _moment(report.handovers.oldest_waiting, report.period),
        },
        "elsewhere": report.elsewhere,
    }
    return jsonable(told)  # type: ignore[no-any-return]  # an object gives an object


def _moment(at: datetime | None, period: Period) -> str | None:
    return at.astimezone(period.until.tzinfo).isoformat(timespec="seconds") if at else None


def _nearest(nearest: Nearest) -> dict[str, Json]:
    return {
        "id": nearest.entry_id,
        "phrasing": nearest.phrasing,
        "score": nearest.score,
        "confidence": nearest.confidence,
        "now": nearest.verdict,
        "shown": nearest.shown,
    }


STEPS = Labels({BucketLength.DAY: "日ごと", BucketLength.WEEK: "週ごと", BucketLength.MONTH: "月ごと"})

_HOUR, _DAY = 3600, 24 * 3600


def span(period: Period) -> str:
    """Return the period as it is headed.

    >>> from datetime import UTC
    >>> span(Period(datetime(2025, 6, 9, tzinfo=UTC), datetime(2025, 6, 15, 9, 30, tzinfo=UTC)))
    '2025年6月9日から2025年6月15日 9:30まで(UTC)'
    """
    told = "{since}から{day} {hour}:{minute}まで({zone})"
    since = day(period.since) if period.since else worded("保存している最も古い質問")
    hour, minute = period.until.hour, f"{period.until:%M}"
    return worded(
        told, since=since, day=day(period.until), hour=hour, minute=minute, zone=period.until.tzname()
    )


def heading(first: date, step: BucketLength) -> str:
    """Return what a part of the period is called where there is little room.

    >>> [heading(date(2025, 6, 9), each) for each in BucketLength]
    ['6/9(月)', '6/9〜', '2025/6']
    """
    match step:
        case BucketLength.DAY:
            weekdays = worded("月、火、水、木、金、土、日").split("、")
            told = "{month}/{day}({weekday})"
            return worded(told, month=first.month, day=first.day, weekday=weekdays[first.weekday()])
        case BucketLength.WEEK:
            return worded("{month}/{day}〜", month=first.month, day=first.day)
        case BucketLength.MONTH:
            return f"{first.year}/{first.month}"


def took(seconds: float) -> str:
    """Return how long something took, in the largest unit that says enough.

    >>> took(40), took(5400), took(200_000)
    ('1分', '1.5時間', '2.3日')
    """
    if seconds < _HOUR:
        return worded("{minutes}分", minutes=max(1, round(seconds / 60)))
    if seconds < _DAY:
        return worded("{hours:.1f}時間", hours=seconds / _HOUR)
    return worded("{days:.1f}日", days=seconds / _DAY)


def share(count: int, total: int) -> str:
    """Return a part of a whole in per cent; a dash where there is no whole.

    >>> share(1, 3), share(0, 0)
    ('33%', '—')
    """
    return f"{count / total:.0%}" if total else "—"


def near(nearest: Nearest | None) -> str:
    """Return how the closest entry is asked, its confidence, and what today's release says if it knows something."""
    if nearest is None:
        return worded("近い項目はありません")
    values = {"phrasing": one_line(nearest.phrasing, LONGEST_NEAR), "confidence": nearest.confidence}
    if nearest.verdict is VerdictKind.UNKNOWN:
        return worded("「{phrasing}」 確信度 {confidence:.2f}", **values)
    told = "「{phrasing}」 確信度 {confidence:.2f} (今の版の返事は「{reply}」)"
    return worded(told, **values, reply=REPLIES[ReplyKind(nearest.verdict)])


def handover_lines(use: HandoverUse) -> Iterator[str]:
    """Yield how many hand-overs there were, and how long they took."""
    states = tuple(
        worded("{name} {count}件", name=STATES[state], count=count) for state, count in use.states.items()
    )
    yield worded("{count}件(いまは{states})", count=use.opened, states=states)
    taken, answered = (
        "引き受けまで 中央値 {middle}、4件に3件は {high} 以内",
        "最初の回答まで 中央値 {middle}、4件に3件は {high} 以内",
    )
    for told, seconds in ((taken, use.taken_seconds), (answered, use.answered_seconds)):
        if seconds:
            yield worded(told, middle=took(seconds.middle), high=took(seconds.high))


def waiting_line(since: datetime, until: datetime) -> str:
    """Return for how long the oldest hand-over has been waiting."""
    waited = max(timedelta(), until - since).total_seconds()
    return worded("回答を待っている最も古いもの: {time}前から", time=took(waited))


def remarks(report: UsageReport) -> Iterator[str]:
    """Yield what a reader has to know of how the report was made; mostly nothing."""
    if report.mode is JournalMode.OFF:
        yield worded("質問を記録していません(FAQ_JOURNAL=off)。前に記録した分だけの報告です。")
    elif report.mode is JournalMode.COUNTS:
        yield worded(
            "質問の文を記録していません(FAQ_JOURNAL=counts)。組にできるのは、前に文を記録した分だけです。"
        )
    if report.untold:
        told = "答えられなかった質問のうち{count}件は、文が記録されていないため組に入っていません。"
        yield worded(told, count=report.untold)
    if report.leaning:
        told = "会話の続きの{count}件は、文だけでは何のことか決まらないため組に入っていません。"
        yield worded(told, count=report.leaning)
    if report.elsewhere:
        yield worded("同じ FAQ_HOME の別のFAQへの質問{count}件は、数えていません。", count=report.elsewhere)
