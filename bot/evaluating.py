"""Labelled questions put to a release."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from bot.conversation import Thread, converse
from faq.errors import FaqError
from faq.model import Expectation
from index.calibration import CurvePoint, Reliability, unseen
from index.calibration import curve as curve_of
from index.calibration import reliability as reliability_of
from index.evaluation import Outcome, Report, evaluate
from index.release.building import Release


class QuestionsError(FaqError):
    """A file of labelled questions that cannot be used; the message has every line to put right."""


@dataclass(frozen=True)
class Evaluation:
    """How a release did on one set of questions.

    Attributes:
        name: Of the set; empty for the expectations of the knowledge.
        reliability: Confidence, expected against seen, by fits that have not seen the question; `None` unless wanted.
        curve: Right against false answers, the same way; empty unless wanted.
    """

    name: str
    report: Report
    reliability: Reliability | None = None
    curve: tuple[CurvePoint, ...] = ()


def evaluate_set(  # noqa: PLR0913 -- what is asked, and how
    release: Release,
    name: str,
    questions: Sequence[Expectation],
    *,
    today: date,
    step: Callable[[], None] = lambda: None,
    calibrated: bool = False,
) -> Evaluation:
    """Ask every question; `step` is called after each. Confidences are looked at only if `calibrated`."""
    report = evaluate_release(release, questions, today=today, step=step)
    if not calibrated:
        return Evaluation(name, report)
    chances, known = unseen(release.index, release.fit, release.knowledge.expectations, questions)
    return Evaluation(
        name, report, reliability_of(chances, known.right.tolist()), curve_of(chances, known, release.fit)
    )


def evaluate_release(
    release: Release,
    questions: Sequence[Expectation],
    *,
    today: date,
    step: Callable[[], None] = lambda: None,
) -> Report:
    """Ask every question in a conversation of its own and count how it went; `step` is called after each.

    What the release learned from an expectation in the same words is left out.
    """

    def ask(question: str) -> Outcome:
        reply, _ = converse(release, question, Thread(), today=today, rehearsed=True)
        step()
        return Outcome(reply.kind.value, reply.ids, tuple(entry_id for entry_id, _ in reply.ranking))

    return evaluate(questions, ask)


def read_questions(file: Path) -> tuple[Expectation, ...]:
    """Return the questions of a JSON Lines file, `{"q", "gold", "kind"?}` a line; other keys are ignored.

    Raises:
        QuestionsError: the file cannot be read or has no questions, or lines of it are wrong.
    """
    try:
        lines = file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        msg = f"{file}: {error.strerror}; give a file of labelled questions"
        raise QuestionsError(msg) from error
    questions: list[Expectation] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            questions += _parse(line)
        except ValueError as error:
            problems.append(f"{file}:{number}: {_reason(error)}")
    if problems or not questions:
        nothing = f'{file}: no questions; write {{"q": "…", "gold": ["id"]}} a line'
        raise QuestionsError("\n".join(problems) or nothing)
    return tuple(questions)


def _parse(line: bytes) -> Iterator[Expectation]:
    if not line.strip():
        return
    value = json.loads(line.decode())
    if not isinstance(value, dict):
        msg = 'not a JSON object; write {"q": "…", "gold": ["id"]}'
        raise ValueError(msg)  # noqa: TRY004 -- every reason to refuse a line is a ValueError
    yield Expectation.model_validate({key: value[key] for key in ("q", "gold", "kind") if key in value})


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        found = [(".".join(map(str, each["loc"])) or "line", each["msg"]) for each in error.errors()]
        return "; ".join(f"{where}: {what}" for where, what in found)
    return str(error)
