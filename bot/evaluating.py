"""Labelled questions put to a release."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from bot.conversation import Thread, converse
from faq.errors import FaqError
from faq.model import Expectation
from index.calibration import CurvePoint, Reliability, curve, reliability, unseen
from index.dialogues import Dialogue, Turns, converse_all
from index.evaluation import Outcome, Report, evaluate
from index.fitting import EmbeddingOf, Sample
from index.release.building import Release


class QuestionsError(FaqError):
    """A file of labelled questions that cannot be used; the message has every line to put right."""


@dataclass(frozen=True)
class QuestionSet:
    """Labelled questions and conversations of one file.

    Attributes:
        name: Of the set; empty for the expectations of the knowledge.
        lines: The line of each question in its file; empty for the expectations of the knowledge.
    """

    name: str
    questions: tuple[Expectation, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    lines: tuple[int, ...] = ()

    @property
    def messages(self) -> tuple[str, ...]:
        """All that is said, in order: the questions, and then the turns of the conversations."""
        turns = (turn.q for dialogue in self.dialogues for turn in dialogue.turns)
        return (*(each.q for each in self.questions), *turns)

    def __len__(self) -> int:
        return len(self.questions) + sum(len(dialogue.turns) for dialogue in self.dialogues)


@dataclass(frozen=True)
class Evaluation:
    """How a release did on one set.

    Attributes:
        report: Of its questions.
        turns: Of its conversations.
        reliability: Confidence, expected against seen, by fits that have not seen the question; `None` unless wanted.
        curve: Right against false answers, the same way; empty unless wanted.
    """

    asked: QuestionSet
    report: Report
    turns: Turns
    reliability: Reliability | None = None
    curve: tuple[CurvePoint, ...] = ()


def evaluate_set(
    release: Release, asked: QuestionSet, *, today: date, step: Callable[[], None] = lambda: None
) -> Evaluation:
    """Ask every question and have every conversation; `step` is called after each question and turn."""

    def begin() -> Callable[[str], Outcome]:
        thread = Thread()

        def ask(question: str) -> Outcome:
            nonlocal thread
            reply, thread = converse(release, question, thread, today=today, rehearsed=True)
            step()
            return Outcome(reply.kind.value, reply.ids, tuple(entry_id for entry_id, _ in reply.ranking))

        return ask

    return Evaluation(
        asked,
        evaluate_release(release, asked.questions, today=today, step=step),
        converse_all(asked.dialogues, begin),
    )


def calibrated(found: Evaluation, release: Release, held: Callable[[], Sample | None]) -> Evaluation:
    """Return an evaluation with how far the confidences can be trusted.

    Args:
        found: Of the release.
        release: What was asked.
        held: Gives the expectations of the knowledge, asked of indexes that were not taught them; only called where
            one of them was asked.
    """
    chances, known = unseen(
        release.index,
        release.fit,
        release.knowledge.expectations,
        found.asked.questions,
        held,
        embedding_of=embedding_of(release),
    )
    return replace(
        found,
        reliability=reliability(chances, known.right.tolist()),
        curve=curve(chances, known, release.fit.of(embedded=embedding_of(release) is not None)),
    )


def embedding_of(release: Release) -> EmbeddingOf | None:
    """Return what gives the embedding of a question; `None` where the release decides without.

    The release must ask patiently: a question without an embedding among others with one would be judged otherwise.
    """
    if not release.embeds or release.fit.embedded is None:
        return None
    return lambda text: release.embedded([text]).vectors.get(text)


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
        outcome = outcome_of(release, question, today=today)
        step()
        return outcome

    return evaluate(questions, ask)


def outcome_of(release: Release, question: str, *, today: date) -> Outcome:
    """Return what a release gives to a question in a conversation of its own, as if it had not learned its words."""
    reply, _ = converse(release, question, Thread(), today=today, rehearsed=True)
    return Outcome(reply.kind.value, reply.ids, tuple(entry_id for entry_id, _ in reply.ranking))


def read_questions(file: Path) -> tuple[Expectation, ...]:
    """Return the questions of a JSON Lines file; conversations in it are passed over.

    Raises:
        QuestionsError: as `read_set`; or it has no questions.
    """
    found = read_set(file).questions
    if not found:
        raise QuestionsError(_nothing(file))
    return found


def read_set(file: Path) -> QuestionSet:
    """Return the labelled questions of a JSON Lines file, `{"q", "gold", "kind"?}` a line, and its conversations.

    A conversation is a line `{"turns": [{"q", "gold", "all"?}, …]}`. Other keys are ignored.

    Raises:
        QuestionsError: the file cannot be read or has no questions, or lines of it are wrong.
    """
    try:
        lines = file.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        msg = f"{file}: {error.strerror}; give a file of labelled questions"
        raise QuestionsError(msg) from error
    questions: dict[int, Expectation] = {}
    dialogues: list[Dialogue] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            match _parse(line):
                case Dialogue() as dialogue:
                    dialogues.append(dialogue)
                case Expectation() as question:
                    questions[number] = question
        except ValueError as error:
            problems.append(f"{file}:{number}: {_reason(error)}")
    if problems or not (questions or dialogues):
        raise QuestionsError("\n".join(problems) or _nothing(file))
    return QuestionSet(str(file), tuple(questions.values()), tuple(dialogues), tuple(questions))


def _nothing(file: Path) -> str:
    return f'{file}: no questions; write {{"q": "…", "gold": ["id"]}} a line'


def _parse(line: bytes) -> Expectation | Dialogue | None:
    if not line.strip():
        return None
    value = json.loads(line.decode())
    if not isinstance(value, dict):
        msg = 'not a JSON object; write {"q": "…", "gold": ["id"]}'
        raise ValueError(msg)  # noqa: TRY004 -- every reason to refuse a line is a ValueError
    turns = value.get("turns")
    if isinstance(turns, list):
        known = [_known(turn, "q", "gold", "all") if isinstance(turn, dict) else turn for turn in turns]
        return Dialogue.model_validate({"turns": known})
    return Expectation.model_validate(_known(value, "q", "gold", "kind"))


def _known(value: Mapping[str, object], *keys: str) -> dict[str, object]:
    return {key: value[key] for key in keys if key in value}


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        found = [(".".join(map(str, each["loc"])) or "line", each["msg"]) for each in error.errors()]
        return "; ".join(f"{where}: {what}" for where, what in found)
    return str(error)
