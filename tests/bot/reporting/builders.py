"""Questions as the journal gives them back, and a report of a few of them, for tests of the report."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.journal.questions import StoredQuestion
from bot.reporting.report import UsageReport, report
from bot.settings import JournalMode
from tests.bot import deciding

NOW = datetime(2025, 6, 8, 9, 30, tzinfo=UTC)
SINCE = datetime(2025, 6, 2, tzinfo=UTC)
WEDNESDAY = datetime(2025, 6, 4, 12, tzinfo=UTC)
HOSTILE = "<script>document.title='x'</script>[bold]&amp;\x1b[31m"
RELEASE = deciding.release()


def recorded(text: str | None = "研修はありますか", **rest: Any) -> StoredQuestion:  # noqa: ANN401 -- of `StoredQuestion`
    """Return a question that was answered on Wednesday, unless `rest` says otherwise."""
    values: dict[str, Any] = {
        "id": "0",
        "asked_at": WEDNESDAY,
        "channel": "slack-dm",
        "person": None,
        "text": text,
        "reply": "answer",
        "entries": ("training",),
        "confidence": 0.9,
        "release": "0123456789ab",
        "milliseconds": 1.5,
        "follows": False,
        "choice_of": "",
        "good": 0,
        "bad": 0,
        "comments": (),
        **rest,
    }
    return StoredQuestion(**values)


def missed(text: str | None, **rest: Any) -> StoredQuestion:  # noqa: ANN401 -- the same
    return recorded(text, **{"reply": "unknown", "entries": (), "confidence": 0.1, **rest})


def reported(
    *asked: StoredQuestion,
    mode: JournalMode = JournalMode.MASKED,
    since: datetime | None = SINCE,
    until: datetime = NOW,
) -> UsageReport:
    return report(asked, RELEASE, since=since, until=until, journal=mode)


@cache
def varied() -> UsageReport:
    """Return a report with something in every part of it, and a hostile text among what people wrote."""
    days = [SINCE + timedelta(days=day, hours=12) for day in range(6)]
    asked = [
        recorded(asked_at=day, good=number % 2, bad=number % 3 // 2, confidence=0.5 + number / 20)
        for number, day in enumerate(days)
        for _ in range(number + 2)
    ]
    asked += [
        recorded(asked_at=days[1], reply="referral", entries=("salary",), confidence=0.8) for _ in range(4)
    ]
    asked += [recorded(asked_at=days[2], reply="choices", entries=("training", "grant"), confidence=0.4)]
    asked += [missed("犬を飼えますか", asked_at=days[3]), missed("犬は飼えますか?", asked_at=days[4])]
    asked += [missed("研修の予算", asked_at=days[4], confidence=0.35), missed(HOSTILE, asked_at=days[5])]
    asked += [recorded("やあ", reply="smalltalk", entries=(), confidence=0.0, asked_at=days[5])]
    return reported(*sorted(asked, key=lambda each: each.asked_at))
