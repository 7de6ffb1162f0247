"""Questions as files that other programs read: CSV for spreadsheets, JSON Lines for scripts."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from bot.conversation.record import json_line
from bot.journal.questions import StoredQuestion

COLUMNS = tuple(each.name for each in fields(StoredQuestion))
_DIGITS = 4
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def json_lines(questions: Iterable[StoredQuestion]) -> Iterator[str]:
    """Yield an object in JSON for each question; times are ISO 8601 in UTC."""
    for question in questions:
        yield f"{json_line(_record(question))}\n"


def csv_lines(questions: Iterable[StoredQuestion]) -> Iterator[str]:
    """Yield CSV as spreadsheets open it: a byte order mark, a heading, then a record for each question.

    Lists are joined by a blank (entries) or a line feed (comments). A cell that a spreadsheet would take for a formula
    begins with an apostrophe.
    """
    yield f"\ufeff{_csv(COLUMNS)}"
    for question in questions:
        record = _record(question)
        record["entries"] = " ".join(question.entries)
        record["comments"] = "\n".join(question.comments)
        yield _csv([_cell(record[name]) for name in COLUMNS])


def _record(question: StoredQuestion) -> dict[str, Any]:
    record = asdict(question)
    record["asked_at"] = question.asked_at.isoformat(timespec="milliseconds")
    record["confidence"] = round(question.confidence, _DIGITS)
    record["milliseconds"] = round(question.milliseconds, _DIGITS)
    return record


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(list(cells))
    return text.getvalue()
