"""The lines of a report into sections, questions and answers, and the other lines of a section."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from faq.event_report.lines import TERM, Line, Said, Speakers, asks_for_others, is_title
from faq.formats.asking import ANSWER, NUMBER, QUESTION, TAIL, asks, normalized, without_mark

_ABOUT_ANSWERS = re.compile(
    r"質疑|質問|Q\s*[&＆]\s*A|Ｑ＆Ａ|トーク|セッション|座談会|対談|鼎談|インタビュー|パネル|ディスカッション|メッセージ|ひとこと|一言",
    re.IGNORECASE,
)
_ABOUT_OTHERS = re.compile(
    r"概要|プロフィール|登壇者|出演者|登壇|スピーカー紹介|講師|目次|終えて|おわりに|終わりに|さいごに|最後に|まとめ|編集後記|"
    r"関連|リンク|お知らせ|お問い?合わ?せ|アーカイブ|エントリー|応募|募集|申込|開催|アンケート結果|アクセス|はじめに"
)
_PART = re.compile(
    r"第[0-9０-９一二三四五六七八九十]+[部章回]|(?:Part|Session|セッション)\s*[0-9]", re.IGNORECASE
)
_RHETORICAL = re.compile(r"(?:でしょうか|ではないか|だろうか|ませんか)$")
_ENDS_A_PARAGRAPH = ("。", "．", ".", "!", "?", "！", "？", "」", "』", ")", "）", "…", "笑", "|")
_THANKS = re.compile(r"(?:どうも)?(?:ありがとう|なるほど|そうですね|そうなんですね|よく分かりました)")


@dataclass
class Answer:
    """The answer of one person to a question; `speaker` is `None` if the report names nobody."""

    speaker: str | None
    lines: list[str]

    @property
    def text(self) -> str:
        """The whole answer, a paragraph a line."""
        return "\n".join(self.lines)


@dataclass
class OutlineQuestion:
    """A question, or a topic such as a closing message, with the level of its line."""

    text: str
    level: int
    answers: list[Answer] = field(default_factory=list)


@dataclass
class Section:
    """A part of a report under one heading, if it has one; `lines` are neither question nor answer."""

    title: str
    level: int = 0
    about_others: bool = False
    questions: list[OutlineQuestion] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


class Outline:
    """Reads each line once, with its neighbours: as a title, a question, an answer, or none of these."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Divide the lines into `sections`."""
        self.sections = [Section("")]
        self._lines = lines
        speakers = Speakers(lines)
        self._said = [speakers.speech(line) for line in lines]
        self._marked = [without_mark(QUESTION, line.text) for line in lines]
        is_answer = [
            not asks_for_others(said.name) if said else without_mark(ANSWER, line.text) is not None
            for line, said in zip(lines, self._said, strict=True)
        ]
        self._is_answered = [*is_answer[1:], False]
        self._last = {line.text: number for number, line in enumerate(lines)}
        self._has_marks = sum(text is not None for text in self._marked) > 1
        self._asked: OutlineQuestion | None = None
        self._was_heading = True
        for number in range(len(lines)):
            self._read_line(number)

    def _read_line(self, number: int) -> None:
        line, said, section = self._lines[number], self._said[number], self.sections[-1]
        if said and not asks_for_others(said.name):
            self._was_heading = False
            if self._asked is None:
                section.lines.append(line)
            else:
                self._asked.answers.append(Answer(said.name, [said.text] if said.text else []))
            return
        question = self._question(number, said)
        asked = asks(line.text) or self._marked[number] is not None
        if asked and self._last[line.text] > number and not self._is_answered[number]:
            # In a table of contents: the line comes again, and here no answer follows.
            section.lines.append(line)
            self._asked = None
        elif question is not None:
            self._asked = OutlineQuestion(question, line.level)
            section.questions.append(self._asked)
            self._was_heading = True
        elif said:
            section.lines.append(line)  # a moderator who asks nothing
        elif self._is_section(number):
            about_others = bool(_ABOUT_OTHERS.search(line.text) and not _ABOUT_ANSWERS.search(line.text))
            self.sections.append(Section(line.text, line.level, about_others))
            self._asked, self._was_heading = None, True
        else:
            self._continue_answer(number)

    def _question(self, number: int, said: Said | None) -> str | None:  # noqa: PLR0911 -- one form each
        """Return the question in a line, without its mark; `None` if there is none."""
        line, section = self._lines[number], self.sections[-1]
        answered, marked = self._is_answered[number], self._marked[number]
        if said:
            return said.text if asks(said.text) or (answered and not _THANKS.match(said.text)) else None
        if marked is not None:
            return marked.strip("」 　")
        if without_mark(ANSWER, line.text) is not None:
            return None
        text = without_mark(NUMBER, line.text) or line.text
        if asks(text):
            return text if answered or (not section.about_others and self._stands_alone(line, text)) else None
        if self._is_inner(line):
            return None
        if answered and not section.about_others and not self._has_marks:
            is_heading = text != line.text or line.level or (is_title(text) and self._may_be_heading(number))
            return text if is_heading else None
        # Level 1 is the title of a page, which says nothing of its parts.
        is_topic = 1 < section.level < line.level < TERM and _ABOUT_ANSWERS.search(section.title)
        return text if is_topic and not _ABOUT_OTHERS.search(line.text) else None

    def _stands_alone(self, line: Line, text: str) -> bool:
        """Whether a question without a speaker below it is a real one, and not part of a speech."""
        if line.level:
            return True
        # What only has the form of a question, as in speech, is none.
        end = TAIL.sub("", normalized(text)).rstrip("?")
        if self._has_marks or _RHETORICAL.search(end):
            return False
        # The answers of this part begin with names.
        return not any(answer.speaker for each in self.sections[-1].questions for answer in each.answers)

    def _is_section(self, number: int) -> bool:
        line = self._lines[number]
        if without_mark(ANSWER, line.text) is not None:
            return False
        if line.level:
            return not self._is_inner(line)
        if not is_title(line.text) or not self._may_be_heading(number):
            return False
        below = number + 1
        return bool(
            _ABOUT_ANSWERS.search(line.text)
            or _ABOUT_OTHERS.search(line.text)
            or _PART.match(line.text)
            or (below < len(self._lines) and self._marked[below] is not None)
        )

    def _is_inner(self, line: Line) -> bool:
        """Whether a heading is inside an answer: below a question that is itself a heading."""
        return self._asked is not None and 0 < self._asked.level < line.level

    def _may_be_heading(self, number: int) -> bool:
        """Whether the line may be a heading: the paragraph above has ended."""
        apart = self._lines[number].apart
        return apart or self._was_heading or self._lines[number - 1].text.endswith(_ENDS_A_PARAGRAPH)

    def _continue_answer(self, number: int) -> None:
        """Add a line to the answer above, or without one to the other lines of the section."""
        line, marked = self._lines[number], without_mark(ANSWER, self._lines[number].text)
        if self._asked is None:
            self.sections[-1].lines.append(line)
        elif self._asked.answers and marked is None:
            self._asked.answers[-1].lines.append(line.text)
        else:
            self._asked.answers.append(Answer(None, [marked or line.text]))
        self._was_heading = False
