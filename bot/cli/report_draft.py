"""An event report into a draft file, and what was found in it, in Japanese."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.output.terminal import one_line
from faq.event_report.draft import Report, dump, read_report
from faq.exchange.edits import write_file
from faq.exchange.exporting import refuse_overwriting
from faq.files import decoded, find_text, read_bytes
from faq.problems import EditError, Fault, KnowledgeError, Problem, shown

_NO_ID = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 40


def draft_report(page: Path, output: Path) -> list[str]:
    """Write the draft of a report, and return what was found in it, a line each."""
    report = report_of(page)
    refuse_overwriting([output], overwrite=False)
    write_file(output, dump(report, prefix=prefix_of(page)).encode())
    return [*_found(report), f"書き込み: {shown(output)}", f"次に: faq check {shown(output)}"]


def report_of(page: Path) -> Report:
    """Return what a page holds; raises `FaqError` if it has no questions or cannot be read."""
    report = read_report(_text(page))
    if not report.questions:
        raise EditError.of(Fault.of("page-without-questions", file=shown(page)))
    return report


def prefix_of(page: Path) -> str:
    """Return what the ids of entries made of a page begin with."""
    return _NO_ID.sub("-", page.stem).strip("-")[:_LONGEST] or "report"


def _text(page: Path) -> str:
    data = read_bytes(page)
    if isinstance(data, Problem):
        raise KnowledgeError([data])
    if page.suffix.lower() in {".docx", ".doc"}:
        from faq.event_report.word import page_of

        return page_of(data, shown(page))
    text, _ = find_text(data) or (decoded(data, shown(page)), "")
    if isinstance(text, Problem):
        raise KnowledgeError([text])
    return text


def _found(report: Report) -> Iterator[str]:
    yield f"{report.title or '(題名なし)'}: 質問 {len(report.questions)}件"
    for section in report.sections:
        yield f"■ {section.title or '(見出しなし)'} {len(section.questions)}件"
        for question in section.questions:
            names = "、".join(dict.fromkeys(answer.speaker or "(話者なし)" for answer in question.answers))
            yield f"  {question.line}行 {one_line(question.text, _LONGEST)} … {names or '(答えなし)'}"
    left = "、".join(f"{each.title or '冒頭'} {len(each.lines)}行" for each in report.left_out if each.lines)
    if left:
        yield f"取り込まなかった部分: {left}"
