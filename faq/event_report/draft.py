"""A report into a draft FAQ: what the report says, and marks where a person must write."""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph
from selectolax.lexbor import LexborHTMLParser

from faq.event_report.lines import read_page
from faq.event_report.outline import Answer, Outline, OutlineQuestion, Section
from faq.formats.asking import questions_in
from faq.formats.parsed_file import Origin
from faq.formats.yaml_writer import Draft, dumped
from faq.loading.validation import validate
from faq.model import Entry
from faq.problems import EditError, Fault

_LONGEST_CATEGORY = 60
_WORD_HEADING = re.compile(r"(?:heading|見出し)\s*([1-6])", re.IGNORECASE)
_WORD_DAMAGE = (LookupError, OSError, PackageNotFoundError, SyntaxError, ValueError, zipfile.BadZipFile)
_LARGEST_UNPACKED = 100_000_000
_NOTE = """下書きです。「# ←」のところを人が書くまで、FAQとしては使えません(faq check が場所を示します)。
answer はレポートの言葉のままです。事実を変えずに、自分たちの言葉で短く書き直してください。
ふさわしくない項目は消し、id は内容が分かる英数字の名前に変えてください。"""


@dataclass(frozen=True)
class EventReport:
    """A report: its sections, some with questions, some with other text alone."""

    title: str
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[OutlineQuestion, ...]:
        """All questions, in order."""
        return tuple(question for section in self.sections for question in section.questions)


def read_report(content: str) -> EventReport:
    """Return the content of a report in text or HTML."""
    title, lines = read_page(content)
    sections = Outline(lines).sections
    told = list(_declared(content))
    if told and len(told) >= sum(len(each.questions) for each in sections):
        # The questions that a page declares are surer than those found by their looks.
        asked = [
            OutlineQuestion(question, 0, [Answer(None, [line.text for line in read_page(answer)[1]])])
            for question, answer in told
        ]
        sections = [Section("", questions=asked)]
    return EventReport(title or (lines[0].text if lines else ""), tuple(sections))


def dump(report: EventReport, *, prefix: str = "report") -> str:
    """Return a report as YAML, with a note on each line that a person must fill in; ids begin with `prefix`."""
    source = {
        "title": report.title or Draft("レポートの題名を書く"),
        "publisher": Draft("発行元を書く"),
        "as_of": Draft("いつの時点の内容かを、2025-02-18 の形で書く"),
    }
    return dumped({"source": source, "entries": _entries(report, prefix)}, _NOTE)


def entries(report: EventReport, *, prefix: str = "report") -> tuple[Entry, ...]:
    """Return the questions with answers as entries, without the fields that a person must fill in."""
    written = (
        {key: value for key, value in entry.items() if not isinstance(value, Draft)}
        for entry in _entries(report, prefix)
    )
    made = (validate(Entry, each, Origin(report.title, {}))[0] for each in written)
    return tuple(entry for entry in made if entry)


def _entries(report: EventReport, prefix: str) -> list[dict[str, object]]:
    asked = [(question, section.title) for section in report.sections for question in section.questions]
    return [
        _entry(question, title, f"{prefix}-{number:02}") for number, (question, title) in enumerate(asked, 1)
    ]


def _entry(question: OutlineQuestion, category: str, entry_id: str) -> dict[str, object]:
    names = list(dict.fromkeys(answer.speaker for answer in question.answers if answer.speaker))
    # If several people answer, each name is written.
    several = len({answer.speaker for answer in question.answers}) > 1
    said = "\n".join(
        f"【{answer.speaker}】{answer.text}" if several and answer.speaker else answer.text
        for answer in question.answers
    )
    first, *others = questions_in(question.text)
    return {
        "id": entry_id,
        **({"category": category[:_LONGEST_CATEGORY]} if category else {}),
        "question": first,
        "also_asked": others or Draft("別の聞き方を2つ以上書く"),
        "answer": said or Draft("レポートに答えがないため、書くか、この項目を消す"),
        **({"speaker": "、".join(names)} if names else {}),
        "review_by": Draft("いつまでに見直すかを、2026-03-31 の形で書く"),
    }


def _declared(content: str) -> Iterator[tuple[str, str]]:
    """Yield the questions that a page declares, each with its answer in HTML, in order of the page."""
    if "schema.org" not in content:
        return
    tree = LexborHTMLParser(content)
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            data = json.loads(node.text(deep=True))
        except ValueError:
            continue  # the text of the page is read all the same
        yield from _declared_in(data)
    for node in tree.css('[itemtype$="schema.org/Question"]'):
        name, text = node.css_first('[itemprop="name"]'), node.css_first('[itemprop="text"]')
        if name and text:
            yield name.text(deep=True, strip=True), f"<div>{text.inner_html or ''}</div>"


def _declared_in(data: object) -> Iterator[tuple[str, str]]:
    if isinstance(data, list):
        for each in data:
            yield from _declared_in(each)
    elif isinstance(data, dict):
        name, answer = data.get("name"), data.get("acceptedAnswer")
        answer = answer[0] if isinstance(answer, list) and answer else answer
        text = answer.get("text") if isinstance(answer, dict) else None
        if data.get("@type") == "Question" and isinstance(name, str) and isinstance(text, str):
            yield name, f"<div>{text}</div>"
        else:
            for each in data.values():
                yield from _declared_in(each)


def word_page(data: bytes, file: str) -> str:
    """Return a Word file as HTML, without text that is struck through; raises `EditError`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > _LARGEST_UNPACKED:
                raise EditError.of(Fault.of("word-huge", file=file))
        document = Document(io.BytesIO(data))
        return f"<html><body>{''.join(_blocks(document.iter_inner_content()))}</body></html>"
    except _WORD_DAMAGE as error:
        raise EditError.of(Fault.of("word-unread", file=file)) from error


def _blocks(parts: Iterator[Paragraph | Table]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Table):
            rows = (
                "".join(f"<td>{''.join(_blocks(cell.iter_inner_content()))}</td>" for cell in row.cells)
                for row in part.rows
            )
            yield f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
            continue
        style = part.style.name if part.style and part.style.name else ""
        level = _WORD_HEADING.match(style)
        tag = f"h{level[1]}" if level else "h1" if style == "Title" else "p"
        yield f"<{tag}>{''.join(_texts(part))}</{tag}>"


def _texts(paragraph: Paragraph) -> Iterator[str]:
    for part in paragraph.iter_inner_content():
        if isinstance(part, Hyperlink):
            yield f'<a href="{html.escape(part.url)}">{html.escape(part.text)}</a>'
        elif not part.font.strike and not part.font.double_strike:
            yield html.escape(part.text).replace("\n", "<br>")
