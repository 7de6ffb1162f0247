"""Days as people in Japan write them, and nothing that could also mean something else."""

import datetime
import re
import unicodedata

_ERAS = {
    "令和": datetime.date(2019, 5, 1),
    "平成": datetime.date(1989, 1, 8),
    "昭和": datetime.date(1926, 12, 25),
}
_FIRST_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_WEEKDAYS = "月火水木金土日"
_DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})|(?P<era>令和|平成|昭和|[RHS])(?P<of_era>[0-9]{1,2}|元))"
    r"(?:年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
    r"|(?P<between>[-/.])(?P<month_2>[0-9]{1,2})(?P=between)(?P<day_2>[0-9]{1,2}))"
    rf"(?:\((?P<weekday>[{_WEEKDAYS}])(?:曜日?)?\))?"
    r"(?:T?00:00(?::00(?:\.0+)?)?)?",  # as other programs write a day
    re.IGNORECASE,
)


def read_day(text: str) -> datetime.date | None:
    """Return the day that a text means; `None` if it means none, or could mean several.

    >>> [str(read_day(text)) for text in ("令和7年2月18日", "2025/2/18", "Ｒ７.2.18（火）", "平成31年4月30日")]
    ['2025-02-18', '2025-02-18', '2025-02-18', '2019-04-30']
    >>> [read_day(text) for text in ("2/18", "25/2/18", "平成40年1月1日", "2025年2月18日(水)", "20250218")]
    [None, None, None, None, None]
    """
    found = _DAY.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return None
    try:
        day = datetime.date(
            _year(found), int(found["month"] or found["month_2"]), int(found["day"] or found["day_2"])
        )
    except ValueError:
        return None
    if found["weekday"] and _WEEKDAYS[day.weekday()] != found["weekday"]:
        return None
    return day if found["year"] or _era_of(day) == _era(found) else None


def _era(found: re.Match[str]) -> str:
    return _FIRST_LETTERS.get(found["era"].upper(), found["era"])


def _year(found: re.Match[str]) -> int:
    if found["year"]:
        return int(found["year"])
    number = 1 if found["of_era"] == "元" else int(found["of_era"])
    return _ERAS[_era(found)].year + number - 1


def _era_of(day: datetime.date) -> str | None:
    return next((era for era, begin in _ERAS.items() if day >= begin), None)
