"""Labelled questions put to a release."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import repeat
from pathlib import Path

from bot.conversation.engine import asker, converse_unlearned
from bot.conversation.state import ConversationState
from bot.output.terminal import tracked
from faq.files import read_text
from faq.formats import jsonl
from faq.loading.validation import validate
from faq.model import Expectation
from faq.problems import FaqError, Fault, Place, Problem, shown
from faq.wording import progress, worded
from index.analysis.analyzer import Analyzer
from index.analysis.questions import question
from index.decision.policy import Utility, choices_of
from index.evaluation.judgements import (
    Dialogue,
    EvaluationReport,
    Judgement,
    Outcome,
    Turns,
    converse_all,
    evaluate,
)
from index.release.building import Release
from index.release.gate import GateReport, compare
from index.release.history import History
from index.release.store import Store
from index.retrieval.compiling import compile_index
from index.retrieval.encoder import patiently
from index.retrieval.vectors import VectorStore

FOLDS = 5


class QuestionsError(FaqError):
    """Labelled questions that cannot be used; the message has every line to correct."""


@dataclass(frozen=True)
class QuestionSet:
    """Labelled questions and conversations of a file; the name is empty for the expectations of the knowledge."""

    name: str
    questions: tuple[Expectation, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """The figures of a release on one set: questions, conversations, and the mean worth of the replies."""

    asked: QuestionSet
    report: EvaluationReport
    turns: Turns
    utility: float
    release: Release


WORTH = Utility()
"""The worth of replies, the same for every operating point."""


def worth(judgement: Judgement) -> float:
    """Return the worth of a reply.

    >>> worth(Judgement.OFFERED_UNASKED)
    -0.2
    """
    return {
        Judgement.RIGHT: WORTH.right,
        Judgement.OFFERED: WORTH.offered,
        Judgement.WRONG_CHOICES: WORTH.unhelpful,
        Judgement.OFFERED_UNASKED: WORTH.unhelpful,
        Judgement.WRONG: WORTH.wrong,
        Judgement.FALSE: WORTH.wrong,
    }.get(judgement, 0.0)


def held_out(release: Release, home: Path) -> tuple[Release, ...]:
    """Return for each expectation a release that was not taught its fold; neighbours are in different folds."""
    knowledge, encode = release.knowledge, VectorStore(home).encode
    known = knowledge.expectations
    if not known:
        raise QuestionsError.of(Fault.of("few-expectations", count=0, least=1))
    analyze = cache(Analyzer(knowledge.lexicon).analyze)
    taught = []
    for fold in range(min(FOLDS, len(known))):
        progress(worded("想定質問を学ばせずに試しています({fold}/{folds})", fold=fold + 1, folds=FOLDS))
        rest = tuple(each for number, each in enumerate(known) if number % FOLDS != fold)
        less = knowledge.model_copy(update={"expectations": rest})
        with patiently():
            index = compile_index(less, release.index.encoders, encode=encode, analyze=analyze)
        taught.append(replace(release, knowledge=less, index=index))
    return tuple(taught[number % FOLDS] for number in range(len(known)))


def labelled(release: Release, file: Path | None, home: Path) -> tuple[QuestionSet, Sequence[Release]]:
    """Return the questions of a file, or the expectations of the knowledge, and the release that each is asked of."""
    if file:
        asked = read_set(file)
        return asked, [release] * len(asked.questions)
    return QuestionSet("", release.knowledge.expectations), held_out(release, home)


def evaluate_set(
    release: Release,
    asked: QuestionSet,
    *,
    today: date,
    releases: Sequence[Release] = (),
) -> Evaluation:
    """Ask each question, of its release in `releases` if given, and hold every conversation; shows progress bars."""

    def begin(of: Release = release) -> Callable[[str], Outcome]:
        state = ConversationState()

        def ask(message: str) -> Outcome:
            nonlocal state
            outcome, state = outcome_of(of, message, today, state)
            return outcome

        return ask

    outcomes = (
        begin(of)(each.q) for each, of in zip(asked.questions, releases or repeat(release), strict=False)
    )
    report = evaluate(tracked(asked.questions, worded("質問しています")), lambda _: next(outcomes))
    total = sum(count * worth(judgement) for judgement, count in report.counts.items())
    turns = converse_all(tracked(asked.dialogues, worded("質問しています")), begin)
    return Evaluation(asked, report, turns, total / max(1, len(asked.questions)), release)


def outcome_of(
    release: Release, message: str, today: date, state: ConversationState | None = None
) -> tuple[Outcome, ConversationState]:
    """Return the outcome of a message by `converse_unlearned`, and the new state."""
    reply, state = converse_unlearned(release, message, state or ConversationState(), today)
    return Outcome(reply.kind.value, reply.ids, tuple(entry_id for entry_id, _ in reply.ranking)), state


def probabilities(release: Release, asked: Expectation) -> tuple[float, bool, float, bool]:
    """Return the uncalibrated probability of the best answer, and whether it is right; then of the first three."""
    index = release.index
    with patiently():
        reading = release.reader(exclude_learned=True).read(question(asked.q))
    answer = reading.ranking.first_of(~index.is_referral)
    if answer is None:
        return 0.0, False, 0.0, False
    right, offered = release.policy.model.confidence(index, reading.evidence, reading.ranking, answer)
    shown = {index.entries[number].id for number in choices_of(reading.ranking, answer)}
    is_right = index.entries[answer].id in asked.gold
    return right, is_right, offered, not shown.isdisjoint(asked.gold)


def read_set(file: Path) -> QuestionSet:
    """Return the questions of a JSON Lines file, `{"q", "gold", "kind"?}` a line, and its conversations."""
    text = read_text(file)
    if isinstance(text, Problem):
        raise QuestionsError(str(text))
    document = jsonl.parse(text, shown(file), held="expectations")
    questions: list[Expectation] = []
    dialogues: list[Dialogue] = []
    lines = document.data if isinstance(document.data, dict) else {}
    for number, line in enumerate(lines.get("expectations", ())):
        origin = document.origin.within("expectations", number)
        turns = line.get("turns")
        if isinstance(turns, list):
            known = [_known(turn, "q", "gold", "all") if isinstance(turn, dict) else turn for turn in turns]
            dialogue, problems = validate(Dialogue, {"turns": known}, origin)
            dialogues += [dialogue] if dialogue else []
        else:
            asked, problems = validate(Expectation, _known(line, "q", "gold", "kind"), origin)
            questions += [asked] if asked else []
        document.problems.extend(problems)
    if not (document.problems or questions or dialogues):
        document.report(Place(document.file), Fault.of("no-questions", form=jsonl.FORMS["expectations"]))
    if document.problems:
        raise QuestionsError("\n".join(map(str, sorted(document.problems, key=lambda each: each.place))))
    return QuestionSet(str(file), tuple(questions), tuple(dialogues))


def _known(value: Mapping[str, object], *keys: str) -> dict[str, object]:
    return {key: value[key] for key in keys if key in value}


def since_published(path: Path, home: Path, release: Release) -> tuple[str, date, GateReport]:
    """Ask a release what the published one was asked, as on that day; return its name, the day and a report."""
    served = History(home, path).served()
    given = Store(home).replies(served.release) if served else None
    if served is None or given is None:
        kind = "replies-lost" if served else "never-published"
        raise FaqError.of(Fault.of(kind, path=shown(path)))
    ask = asker(given.asked_on, release.point)
    now = {asked: ask(release, asked) for asked in tracked(given.replies, worded("質問しています"))}
    report = compare(release.knowledge, release.knowledge, given.replies.__getitem__, now.__getitem__)
    return served.release, given.asked_on, report
