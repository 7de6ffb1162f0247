"""The report's own words, that the console and the page share."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.conversation.reply import ReplyKind
from bot.journal.handover import STATE_LABELS
from bot.output.labels import REPLIES, day
from bot.output.terminal import one_line
from bot.reporting.report import HandoverUse, Period, Step, UsageReport
from bot.settings import JournalMode
from faq.wording import Labels, worded
from index.clustering.groups import Nearest
from index.decision.policy import VerdictKind

TITLE = "質問の報告"
STATES = Labels(STATE_LABELS)
STEPS = Labels({Step.DAY: "日ごと", Step.WEEK: "週ごと", Step.MONTH: "月ごと"})
UNANSWERED = "答えられなかった質問({times}件、{groups}組)"
LONGEST_NEAR = 40
GONE = "(今のFAQにない項目)"

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


def heading(first: date, step: Step) -> str:
    """Return what a part of the period is called where there is little room.

    >>> heading(date(2025, 6, 9), Step.DAY), heading(date(2025, 6, 9), Step.WEEK), heading(date(2025, 6, 1), Step.MONTH)
    ('6/9(月)', '6/9〜', '2025/6')
    """
    match step:
        case Step.DAY:
            weekdays = worded("月、火、水、木、金、土、日").split("、")
            told = "{month}/{day}({weekday})"
            return worded(told, month=first.month, day=first.day, weekday=weekdays[first.weekday()])
        case Step.WEEK:
            return worded("{month}/{day}〜", month=first.month, day=first.day)
        case Step.MONTH:
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
    unanswered = report.unanswered
    if unanswered.untold:
        told = "答えられなかった質問のうち{count}件は、文が記録されていないため組に入っていません。"
        yield worded(told, count=unanswered.untold)
    if unanswered.leaning:
        told = "会話の続きの{count}件は、文だけでは何のことか決まらないため組に入っていません。"
        yield worded(told, count=unanswered.leaning)
    if report.elsewhere:
        yield worded("同じ FAQ_HOME の別のFAQへの質問{count}件は、数えていません。", count=report.elsewhere)
