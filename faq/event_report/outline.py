"""The lines of a report into sections, questions and answers; what belongs to none of them is left out, and told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from faq.event_report.markers import (
    Said,
    answer_mark,
    asks,
    ends_a_paragraph,
    is_pointer,
    is_rhetorical,
    is_thanks,
    is_title,
    numbered,
    question_mark,
)
from faq.event_report.page import TERM, Line
from faq.event_report.speakers import Speakers, asks_for_others, find_speakers
from faq.event_report.structure import Answer, LeftOut, Question, Section

_ABOUT_ANSWERS = re.compile(
    r"質疑|質問|Q\s*[&＆]\s*A|Ｑ＆Ａ|トーク|セッション|座談会|対談|鼎談|インタビュー|パネル|ディスカッション|メッセージ|ひとこと|一言",
    re.IGNORECASE,
)
_ABOUT_OTHERS = re.compile(
    r"概要|プロフィール|登壇者|出演者|登壇|スピーカー紹介|講師|目次|終えて|おわりに|終わりに|さいごに|最後に|まとめ|編集後記|"
    r"関連|リンク|お知らせ|お問い?合わ?せ|アーカイブ|エントリー|応募|募集|申込|開催|アンケート結果|アクセス|はじめに"
)
_PART = re.compile(
    r"第[0-9０-９一二三四五六七八九十]+[部章回]|Part\s*[0-9]+|(?:Session|セッション)\s*[0-9]", re.IGNORECASE
)
_SHORT_TITLE = 20
_PAGE = 1
"""The level of the title of a page, which says nothing of its parts."""


@dataclass
class _Asked:
    line: Line
    text: str
    answers: list[tuple[str | None, list[str]]] = field(default_factory=list)


@dataclass
class _Part:
    title: str
    level: int = 0
    about_others: bool = False
    asked: list[_Asked] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)


def outline(lines: Sequence[Line]) -> tuple[tuple[Section, ...], tuple[LeftOut, ...]]:
    """Return the sections with questions in their order, and what was left out of them.

    Every line is a title, a question, part of an answer, or left out.
    """
    parts = _Outline(lines).parts()
    sections = [
        Section(
            part.title,
            tuple(
                Question(
                    each.text,
                    each.line.number,
                    tuple(Answer(name, "\n".join(said)) for name, said in each.answers),
                )
                for each in part.asked
            ),
        )
        for part in parts
        if part.asked
    ]
    left = [
        LeftOut(part.title, tuple(part.others))
        for part in parts
        if part.others or (part.title and not part.asked)
    ]
    return tuple(sections), tuple(left)


class _Outline:
    """Goes through the lines once, looking at the neighbours of each."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._speakers: Speakers = find_speakers(lines)
        self._said = [self._speakers.speech(line) for line in lines]
        self._last = {line.text: number for number, line in enumerate(lines)}
        self._parts = [_Part("")]
        self._asked: _Asked | None = None
        self._was_heading = True
        self._has_marks = sum(question_mark(line.text) is not None for line in lines) > 1

    def parts(self) -> list[_Part]:
        for number, line in enumerate(self._lines):
            said = self._said[number]
            if said and not asks_for_others(said.name):
                self._answer(said.name, said.text, line)
                continue
            question = self._question(number, said)
            if self._is_listed(number):
                self._parts[-1].others.append(line)
                self._asked = None
            elif question is not None:
                self._ask(line, question)
            elif said:
                self._parts[-1].others.append(line)  # a moderator who asks nothing
            elif self._is_section(number):
                self._begin(line)
            else:
                self._go_on(number)
        return self._parts

    def _question(self, number: int, said: Said | None) -> str | None:  # noqa: PLR0911 -- one form each
        """Return the question that a line is, without its mark; `None` if it is none."""
        line, part = self._lines[number], self._parts[-1]
        if said:
            thanks = is_thanks(said.text)
            return said.text if asks(said.text) or (self._is_answered(number) and not thanks) else None
        marked = question_mark(line.text)
        if marked is not None:
            return marked
        if answer_mark(line.text) is not None:
            return None
        text = numbered(line.text) or line.text
        if self._is_inner(line) and not asks(text):
            return None
        counted = text != line.text
        answered = self._is_answered(number)
        if asks(text) and (answered or (not part.about_others and self._stands_alone(number, text))):
            return text
        if not answered or part.about_others or self._has_marks:
            return text if self._is_topic(line) else None
        if counted or line.level:
            return text
        return text if is_title(text) and self._is_free(number) else None

    def _is_listed(self, number: int) -> bool:
        """Whether a question stands in a table of contents: it comes again, and no answer is below it here."""
        text = self._lines[number].text
        asked = asks(text) or question_mark(text) is not None
        return asked and self._last[text] > number and not self._is_answered(number)

    def _stands_alone(self, number: int, text: str) -> bool:
        """Whether a question without a name below it is one all the same, and not a part of what somebody says."""
        line = self._lines[number]
        if line.level:
            return True
        if self._has_marks or is_rhetorical(text):
            return False
        return line.apart or not self._is_labelled()

    def _is_topic(self, line: Line) -> bool:
        """Whether a heading of a page is a question in a part that is about questions."""
        part = self._parts[-1]
        return (
            _PAGE < part.level < line.level < TERM
            and bool(_ABOUT_ANSWERS.search(part.title))
            and not _ABOUT_OTHERS.search(line.text)
        )

    def _is_section(self, number: int) -> bool:
        line = self._lines[number]
        if answer_mark(line.text) is not None:
            return False
        if line.level:
            return not self._is_inner(line)
        if not is_title(line.text) or not self._is_free(number):
            return False
        if _ABOUT_ANSWERS.search(line.text) or _ABOUT_OTHERS.search(line.text) or _PART.match(line.text):
            return True
        return self._asks_next(number) or (line.apart and len(line.text) <= _SHORT_TITLE)

    def _is_inner(self, line: Line) -> bool:
        """Whether a heading stands inside an answer: below a question that is a heading itself."""
        return self._asked is not None and 0 < self._asked.line.level < line.level

    def _is_free(self, number: int) -> bool:
        """Whether the paragraph above a line has ended, so that a heading may follow."""
        line = self._lines[number]
        return line.apart or self._was_heading or ends_a_paragraph(self._lines[number - 1].text)

    def _is_answered(self, number: int) -> bool:
        """Whether the next line is an answer by its own mark or by a name."""
        if number + 1 >= len(self._lines):
            return False
        said = self._said[number + 1]
        if said is not None:
            return not asks_for_others(said.name)
        return answer_mark(self._lines[number + 1].text) is not None

    def _asks_next(self, number: int) -> bool:
        if number + 1 >= len(self._lines):
            return False
        text = self._lines[number + 1].text
        return question_mark(text) is not None or (asks(text) and self._is_answered(number + 1))

    def _is_labelled(self) -> bool:
        """Whether the answers of this part begin with names."""
        if self._asked is not None and any(name for name, _ in self._asked.answers):
            return True
        return any(name for each in self._parts[-1].asked for name, _ in each.answers)

    def _begin(self, line: Line) -> None:
        others = bool(_ABOUT_OTHERS.search(line.text)) and not _ABOUT_ANSWERS.search(line.text)
        above = self._parts[-1]
        # What stands below "登壇者プロフィール" in a page belongs to it.
        inner = above.about_others and 0 < above.level < line.level and not _ABOUT_ANSWERS.search(line.text)
        self._parts.append(_Part(line.text, above.level if inner else line.level, others or inner))
        self._asked, self._was_heading = None, True

    def _ask(self, line: Line, text: str) -> None:
        self._asked = _Asked(line, text)
        self._parts[-1].asked.append(self._asked)
        self._was_heading = True

    def _answer(self, name: str | None, text: str, line: Line) -> None:
        self._was_heading = False
        if self._asked is None:
            self._parts[-1].others.append(line)
        else:
            self._asked.answers.append((name, [text] if text else []))

    def _go_on(self, number: int) -> None:
        """Take a line for a part of the answer above it, or leave it out where there is none."""
        line = self._lines[number]
        if self._asked is not None and is_pointer(line.text) and not self._is_bullet_of_answer(number):
            self._asked = None
        if self._asked is None:
            self._parts[-1].others.append(line)
        elif self._asked.answers and answer_mark(line.text) is None:
            self._asked.answers[-1][1].append(line.text)
        else:
            self._asked.answers.append((None, [answer_mark(line.text) or line.text]))
        self._was_heading = False

    def _is_bullet_of_answer(self, number: int) -> bool:
        """Whether a line that leads elsewhere is in the middle of an answer: more of it or another question follows."""
        return any(said for said in self._said[number + 1 :]) or any(
            question_mark(line.text) for line in self._lines[number + 1 :]
        )
