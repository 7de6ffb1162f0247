"""What a report is made of: sections with questions, answers by speakers, and what is neither."""

from dataclasses import dataclass

from faq.event_report.page import Line


@dataclass(frozen=True)
class Answer:
    """What one person said to one question; `speaker` is `None` where the report names nobody."""

    speaker: str | None
    text: str


@dataclass(frozen=True)
class Question:
    """A question, or a topic such as a closing message, with the line that it stands on."""

    text: str
    line: int
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Section:
    """A part of the report with questions; the title is empty where it has none."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class LeftOut:
    """Lines that are neither question nor answer, under the heading that they follow."""

    title: str
    lines: tuple[Line, ...]
