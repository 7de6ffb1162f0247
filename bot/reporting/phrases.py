"""The report's own words, in Japanese, that the console and the page share."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.conversation.texts import japanese_day
from bot.journal.handovers import STATE_LABELS
from bot.output.labels import REPLIES
from bot.output.terminal import one_line
from bot.reporting.report import HandoverUse, Period, Step, UsageReport
from bot.settings import JournalMode
from index.clustering.groups import Nearest
from index.decision.policy import VerdictKind

TITLE = "質問の報告"
STEPS = {Step.DAY: "日ごと", Step.WEEK: "週ごと", Step.MONTH: "月ごと"}
LONGEST_NEAR = 40
GONE = "(今のFAQにない項目)"

_HOUR, _DAY = 3600, 24 * 3600


def span(period: Period) -> str:
    """Return the period as it is headed.

    >>> from datetime import UTC
    >>> span(Period(datetime(2025, 6, 9, tzinfo=UTC), datetime(2025, 6, 15, 9, 30, tzinfo=UTC)))
    '2025年6月9日から2025年6月15日 9:30まで(UTC)'
    """
    since = f"{japanese_day(period.since)}から" if period.since else "保存している最も古い質問から"
    return f"{since}{japanese_day(period.until)} {period.until.hour}:{period.until:%M}まで({period.until.tzname()})"


def heading(first: date, step: Step) -> str:
    """Return what a part of the period is called where there is little room.

    >>> heading(date(2025, 6, 9), Step.DAY), heading(date(2025, 6, 9), Step.WEEK), heading(date(2025, 6, 1), Step.MONTH)
    ('6/9(月)', '6/9〜', '2025/6')
    """
    match step:
        case Step.DAY:
            return f"{first.month}/{first.day}({'月火水木金土日'[first.weekday()]})"
        case Step.WEEK:
            return f"{first.month}/{first.day}〜"
        case Step.MONTH:
            return f"{first.year}/{first.month}"


def took(seconds: float) -> str:
    """Return how long something took, in the largest unit that says enough.

    >>> took(40), took(5400), took(200_000)
    ('1分', '1.5時間', '2.3日')
    """
    if seconds < _HOUR:
        return f"{max(1, round(seconds / 60))}分"
    return f"{seconds / _HOUR:.1f}時間" if seconds < _DAY else f"{seconds / _DAY:.1f}日"


def share(count: int, total: int) -> str:
    """Return a part of a whole in per cent; a dash where there is no whole.

    >>> share(1, 3), share(0, 0)
    ('33%', '—')
    """
    return f"{count / total:.0%}" if total else "—"


def near(nearest: Nearest | None) -> str:
    """Return how the closest entry is asked, its confidence, and what today's release says if it knows something."""
    if nearest is None:
        return "近い項目はありません"
    told = f"「{one_line(nearest.phrasing, LONGEST_NEAR)}」 確信度 {nearest.confidence:.2f}"
    if nearest.verdict is VerdictKind.UNKNOWN:
        return told
    return f"{told} (今の版の返事は「{REPLIES[nearest.verdict]}」)"  # type: ignore[index]  # the same words


def handover_lines(use: HandoverUse) -> Iterator[str]:
    """Yield how many hand-overs there were, and how long they took."""
    states = "、".join(f"{STATE_LABELS[state]} {count}件" for state, count in use.states.items())
    yield f"{use.opened}件(いまは{states})"
    for name, seconds in (("引き受けまで", use.taken_seconds), ("最初の回答まで", use.answered_seconds)):
        if seconds:
            yield f"{name} 中央値 {took(seconds.middle)}、4件に3件は {took(seconds.high)} 以内"


def waiting_line(since: datetime, until: datetime) -> str:
    """Return for how long the oldest hand-over has been waiting."""
    waited = max(timedelta(), until - since).total_seconds()
    return f"回答を待っている最も古いもの: {took(waited)}前から"


def remarks(report: UsageReport) -> Iterator[str]:
    """Yield what a reader has to know of how the report was made; mostly nothing."""
    if report.mode is JournalMode.OFF:
        yield "質問を記録していません(FAQ_JOURNAL=off)。前に記録した分だけの報告です。"
    elif report.mode is JournalMode.COUNTS:
        yield "質問の文を記録していません(FAQ_JOURNAL=counts)。組にできるのは、前に文を記録した分だけです。"
    unanswered = report.unanswered
    if unanswered.untold:
        yield f"答えられなかった質問のうち{unanswered.untold}件は、文が記録されていないため組に入っていません。"
    if unanswered.leaning:
        yield f"会話の続きの{unanswered.leaning}件は、文だけでは何のことか決まらないため組に入っていません。"
    if report.elsewhere:
        yield f"同じ FAQ_HOME の別のFAQへの質問{report.elsewhere}件は、数えていません。"
