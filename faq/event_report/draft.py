"""A report into a draft FAQ: what the report says, and the places where a person has to write."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from faq.event_report.markers import plain
from faq.event_report.outline import outline
from faq.event_report.page import Line, read_page
from faq.event_report.structure import LeftOut, Question, Section
from faq.formats.days import read_day
from faq.formats.yaml_writer import Draft, drafted

_TITLE = re.compile(r"レポート|インタビュー|座談会|説明会|対談|記録|Q&A", re.IGNORECASE)
_HOST = re.compile(
    r"(?:^|[。、\s])([^\s。、「」]{2,30}?)主催|主催(?:は|[:：])\s*([^\s。、「」]{2,30}?)(?:です|$|[。、])"
)
_DAY = r"((?:[0-9]{4}|令和[0-9元]{1,2})[年/.-][0-9]{1,2}[月/.-][0-9]{1,2}日?)"
_DAYS = (
    re.compile(_DAY + r"\s*(?:時点|現在)"),
    re.compile(r"(?:開催日|日時|公開日|更新日)[^0-9令]{0,6}" + _DAY),
    re.compile(_DAY),
)
_LONGEST_CATEGORY = 60
_NOTE = """下書きです。「# ←」のところを人が書くまで、FAQとしては使えません(faq check が場所を示します)。
answer はレポートの言葉のままです。事実を変えずに、自分たちの言葉で短く書き直してください。
ふさわしくない項目は消し、id は内容が分かる英数字の名前に変えてください。"""


@dataclass(frozen=True)
class Report:
    """What a report holds.

    Attributes:
        title: Empty where none was found.
        publisher: Who held the event, where the report says so.
        as_of: The day on which its facts held, where it says one.
        sections: With questions, in order.
        left_out: What is neither question nor answer.
    """

    title: str
    publisher: str | None
    as_of: datetime.date | None
    sections: tuple[Section, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in order."""
        return tuple(question for section in self.sections for question in section.questions)


def read_report(content: str) -> Report:
    """Return what an event report holds, written as text or as HTML."""
    page = read_page(content)
    sections, left_out = outline(page.lines)
    title = page.title or _title(page.lines)
    return Report(title, _publisher(page.lines), _day(page.lines), sections, left_out)


def dump(report: Report, *, prefix: str = "report") -> str:
    """Return the draft as YAML, with a note at the end of each line that a person must fill in.

    Args:
        report: With one question or more.
        prefix: What the ids begin with: letters, digits and '-'.
    """
    source: dict[str, object] = {
        "title": report.title or Draft("レポートの題名を書く"),
        "publisher": report.publisher or Draft("発行元を書く"),
        "as_of": report.as_of or Draft("いつの時点の内容かを、2025-02-18 の形で書く"),
    }
    entries: list[dict[str, object]] = []
    titles: dict[int, str] = {}
    for section in report.sections:
        titles[len(entries)] = section.title
        for question in section.questions:
            entries.append(_entry(question, section.title, f"{prefix}-{len(entries) + 1:02}"))
    return drafted({"source": source, "entries": entries}, note=_NOTE, titles=titles)


def _entry(question: Question, section: str, entry_id: str) -> dict[str, object]:
    names = list(dict.fromkeys(answer.speaker for answer in question.answers if answer.speaker))
    entry: dict[str, object] = {"id": entry_id}
    if section:
        entry["category"] = section[:_LONGEST_CATEGORY]
    entry["question"] = question.text
    entry["also_asked"] = Draft("別の聞き方を2つ以上書く")
    said = "\n".join(_said(question))
    entry["answer"] = said or Draft("レポートに答えがないため、書くか、この項目を消す")
    if names:
        entry["speaker"] = "、".join(names)
    entry["review_by"] = Draft("いつまでに見直すかを、2026-03-31 の形で書く")
    return entry


def _said(question: Question) -> Iterator[str]:
    """Yield the answers; where several people speak, each under the name."""
    several = len({answer.speaker for answer in question.answers}) > 1
    for answer in question.answers:
        yield f"【{answer.speaker}】{answer.text}" if several and answer.speaker else answer.text


def _title(lines: Sequence[Line]) -> str:
    named = (
        line.text for line in lines if _TITLE.search(line.text) and not line.text.startswith(("-", "・", "*"))
    )
    return next(named, lines[0].text if lines else "")


def _publisher(lines: Sequence[Line]) -> str | None:
    found = (match for line in lines if (match := _HOST.search(line.text)))
    return next((match[1] or match[2] for match in found), None)


def _day(lines: Sequence[Line]) -> datetime.date | None:
    """Return the first day that the report says to be the one of its facts, else of the event."""
    for form in _DAYS:
        for line in lines:
            found = form.search(plain(line.text))
            day = read_day(found[1]) if found else None
            if day:
                return day
    return None
