"""How much better it gets with each question that somebody confirmed: figures against how many were taught."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Group, RenderableType

from bot.evaluation.runner import QuestionsError, QuestionSet, evaluate_set
from bot.output.labels import JUDGEMENTS
from bot.output.tables import NOTE, Prose, number_column, table
from faq.model import Expectation
from faq.problems import Fault
from faq.wording import worded
from index.evaluation.judgements import IN_SCOPE, Judgement
from index.release.building import Release, build
from index.retrieval.encoder import patiently
from index.retrieval.vectors import VectorStore

SEED = 1
_STEPS = (0, 10, 20, 45, *(90 * 2**number for number in range(10)))
_COLUMNS = (Judgement.RIGHT, Judgement.OFFERED, Judgement.WRONG, Judgement.WRONG_CHOICES, Judgement.MISSED)
_LEAST = 2


@dataclass(frozen=True)
class CurvePoint:
    """How every question of a set was replied to, each by a release that was taught so many others."""

    taught: int
    asked: int
    first_right: int  # questions whose ranking begins with what may answer them, shown or not
    counts: dict[Judgement, int]


def steps(most: int) -> list[int]:
    """Return how many questions are taught at each point, up to all of a half.

    >>> steps(200)
    [0, 10, 20, 45, 90, 180, 200]
    """
    return [*(number for number in _STEPS if number < most), most]


def halves(asked: QuestionSet) -> tuple[tuple[Expectation, ...], tuple[Expectation, ...]]:
    """Return the questions, shuffled, in two halves; raises `QuestionsError` where there are not two."""
    questions = list(asked.questions)
    if len(questions) < _LEAST:
        raise QuestionsError.of(Fault.of("few-questions", count=len(questions), least=_LEAST))
    random.Random(SEED).shuffle(questions)  # noqa: S311 -- no secret
    middle = len(questions) // 2
    return tuple(questions[:middle]), tuple(questions[middle:])


def learning_curve(
    release: Release,
    parts: Sequence[tuple[Expectation, ...]],
    home: Path,
    *,
    today: date,
    step: Callable[[], None] = lambda: None,
) -> Iterator[CurvePoint]:
    """Yield a point for each number of `steps`: of either half so many are taught, and the other half is asked.

    So all questions are asked at each point, and never of who was taught them. The knowledge's own expectations are
    taught at every point.
    """
    knowledge, store = release.knowledge, VectorStore(home)
    for taught in steps(min(map(len, parts))):
        counts: Counter[Judgement] = Counter()
        first_right = 0
        for learned, asked in zip(parts, reversed(parts), strict=True):
            more = knowledge.model_copy(update={"expectations": (*knowledge.expectations, *learned[:taught])})
            with patiently():
                built = build(more, release.index.encoders, encode=store.encode).at(release.point)
            report = evaluate_set(built, QuestionSet("", asked), today=today, step=step).report
            counts.update(report.counts)
            first_right += round(report.p_at_1 * report.in_scope)
        yield CurvePoint(taught, sum(map(len, parts)), first_right, dict(counts))


def curve_view(points: Sequence[CurvePoint]) -> RenderableType:
    """Return the table, in percent of what may be answered; 「誤って回答」 of what must not be."""
    inside = sum(points[0].counts[each] for each in IN_SCOPE)
    outside = points[0].asked - inside
    judged = (JUDGEMENTS[each] for each in (*_COLUMNS, Judgement.FALSE))
    names = (worded("教えた質問"), *judged, worded("1位が正解"))
    rows = table(*map(number_column, names))
    for point in points:
        counts = [
            *((point.counts[each], inside) for each in _COLUMNS),
            (point.counts[Judgement.FALSE], outside),
        ]
        shares = (f"{count / of:.1%}" if of else "" for count, of in (*counts, (point.first_right, inside)))
        rows.add_row(str(point.taught), *shares)
    told = (
        "答えられる質問 {inside}件、答えない質問 {outside}件を、どの行でもすべて尋ねています。\n"
        "質問を2つに分け、一方から教えて、もう一方に尋ねます。"
    )
    return Group(rows, "", Prose(worded(told, inside=inside, outside=outside), NOTE))
