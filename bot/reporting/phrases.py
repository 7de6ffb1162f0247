"""The report's own words, in Japanese, that the console and the page share."""

from datetime import date, datetime, timedelta

from bot.journal.handovers import HandoverState
from bot.output.terminal import visible
from bot.reporting.period import Period, Step
from bot.reporting.report import UsageReport
from bot.serving.publish_report import REPLIES
from bot.settings import JournalMode
from index.clustering.groups import Nearest
from index.decision.policy import VerdictKind

TITLE = "質問の報告"
STATES = {
    HandoverState.OPEN: "未対応",
    HandoverState.TAKEN: "対応中",
    HandoverState.ANSWERED: "回答済み",
    HandoverState.CLOSED: "完了",
}
STEPS = {Step.DAY: "日ごと", Step.WEEK: "週ごと", Step.MONTH: "月ごと"}
GONE = "(今のFAQにない項目)"
NOTHING_NEAR = "近い項目はありません"

_HOUR, _DAY = 3600, 24 * 3600


def span(period: Period) -> str:
    """Return the period as it is headed.

    >>> from datetime import UTC
    >>> span(Period(datetime(2025, 6, 9, tzinfo=UTC), datetime(2025, 6, 15, 9, 30, tzinfo=UTC)))
    '2025年6月9日から2025年6月15日 9:30まで'
    """
    since = f"{_day(period.since)}から" if period.since else "保存している最も古い質問から"
    return f"{since}{_day(period.until)} {period.until.hour}:{period.until:%M}まで"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


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


def label(first: date, step: Step) -> str:
    """Return what a part of the period is called below a chart, where there is hardly any room.

    >>> label(date(2025, 6, 9), Step.DAY), label(date(2025, 6, 1), Step.MONTH)
    ('6/9', '2025/6')
    """
    return f"{first.year}/{first.month}" if step is Step.MONTH else f"{first.month}/{first.day}"


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


def now(nearest: Nearest | None) -> str:
    """Return what the release of today does with a question; empty where it still says that it does not know."""
    if nearest is None or nearest.verdict is VerdictKind.UNKNOWN:
        return ""
    return f"(今の版の返事は「{REPLIES[nearest.verdict]}」)"


def closeness(nearest: Nearest | None) -> str:
    """Return the closest entry with its confidence."""
    return f"{nearest.entry_id} 確信度 {nearest.confidence:.2f}" if nearest else NOTHING_NEAR


def one_line(text: str) -> str:
    """Return somebody's text on one line, with what no page and no terminal should act upon written out."""
    return " ".join(visible(text).split())


def waiting(moment: datetime, until: datetime) -> str:
    """Return for how long something has been waiting.

    >>> from datetime import UTC
    >>> waiting(datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 6, 3, tzinfo=UTC))
    '2.0日'
    """
    return took(max(timedelta(), until - moment).total_seconds())


def remarks(report: UsageReport) -> list[str]:
    """Return what a reader has to know of how the report was made; mostly nothing."""
    found = []
    if report.mode is JournalMode.OFF:
        found.append("質問を記録していません(FAQ_JOURNAL=off)。前に記録した分だけの報告です。")
    elif report.mode is JournalMode.COUNTS:
        found.append(
            "質問の文を記録していません(FAQ_JOURNAL=counts)。組にできるのは、前に文を記録した分だけです。"
        )
    if report.unanswered.untold:
        found.append(
            f"答えられなかった質問のうち{report.unanswered.untold}件は、文が記録されていないため組に入っていません。"
        )
    if report.unanswered.followups:
        found.append(
            f"会話の続きの{report.unanswered.followups}件は、文だけでは何のことか決まらないため組に入っていません。"
        )
    if report.batch:
        found.append(f"`faq batch` による{report.batch}件は評価のための質問とみなし、数えていません。")
    return found
