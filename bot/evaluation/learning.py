"""What the questions of an office change: a calibration on them, and figures against the number of questions taught."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from rich.console import Group, RenderableType

from bot.evaluation import runner
from bot.evaluation.runner import Evaluation, QuestionsError, QuestionSet
from bot.output.labels import JUDGEMENTS
from bot.output.tables import NOTE, Prose, number_column, table
from bot.output.terminal import tracked
from faq.exchange.changes import write_file
from faq.exchange.edits import refuse_place
from faq.files import read_text
from faq.formats import yaml
from faq.formats.yaml_writer import dumped
from faq.loading.loader import read
from faq.model import Expectation, Tuning
from faq.problems import FaqError, Fault, shown
from faq.wording import worded
from index.decision.policy import Calibration
from index.evaluation.calibration import FEWEST, Interval, fit_calibration, interval
from index.evaluation.judgements import Judgement, judge
from index.release.building import Release, build, search_name
from index.retrieval.encoder import identity_of
from index.retrieval.vectors import VectorStore

FILE = "tuning.yaml"
_HEAD = "`faq tune --keep` がこのファイルを作りました。消すと、元の確率に戻ります。"
SEED = 1
_STEPS = (0, 10, 20, 45, *(90 * 2**number for number in range(10)))
_COLUMNS = (Judgement.RIGHT, Judgement.OFFERED, Judgement.WRONG, Judgement.WRONG_CHOICES, Judgement.MISSED)
_LEAST = 2


@dataclass(frozen=True)
class Tuned:
    """The result: the mean worth of the replies before and after, and the two calibrations."""

    questions: int
    before: Interval
    after: Interval
    difference: Interval
    old: Calibration
    new: Calibration

    @property
    def verdict(self) -> str:
        """Whether it is `better` or `worse` beyond `chance`."""
        if not self.difference.excludes_zero:
            return "chance"
        return "better" if self.difference.estimate > 0 else "worse"


def tune(
    release: Release, questions: Sequence[Expectation], releases: Sequence[Release], *, today: date
) -> Tuned:
    """Make a calibration on all questions, and judge each question by one that was made without its fold.

    Raises `QuestionsError` for few questions, or for an unknown entry in them, which would teach silence.
    """
    if len(questions) < FEWEST:
        raise QuestionsError.of(Fault.of("few-questions", count=len(questions), least=FEWEST))
    wanted = {entry_id for each in questions for entry_id in each.gold}
    if unknown := wanted - {entry.id for entry in release.knowledge.entries}:
        raise QuestionsError("\n".join(str(Fault.of("no-entry", id=each)) for each in sorted(unknown)))

    def worth_of(of: Release, each: Expectation) -> float:
        outcome, _ = runner.outcome_of(of, each.q, today)
        return runner.worth(judge(each.gold, outcome))

    asked, known, before = list(zip(questions, releases, strict=True)), [], []
    for each, of in tracked(asked, worded("質問しています")):
        known.append(runner.probabilities(of, each))
        before.append(worth_of(of, each))
    folds = [
        _fitted([each for row, each in enumerate(known) if row % runner.FOLDS != fold])
        for fold in range(runner.FOLDS)
    ]

    @cache
    def moved(of: Release, fold: int) -> Release:
        tuning = tuning_of(of, folds[fold], len(questions), today)
        return replace(of, knowledge=of.knowledge.model_copy(update={"tuning": tuning}))

    again = enumerate(tracked(asked, worded("質問しています")))
    after = [worth_of(moved(of, row % runner.FOLDS), each) for row, (each, of) in again]
    gained = [now - was for was, now in zip(before, after, strict=True)]
    old, new = release.policy.calibration, _fitted(known)
    return Tuned(len(questions), interval(before), interval(after), interval(gained), old, new)


def tuning_of(release: Release, calibration: Calibration, questions: int, day: date) -> Tuning:
    return Tuning(
        made_on=day,
        questions=questions,
        entries=max(1, len(release.index.entries)),
        search=search_name(identity_of(release.index.encoders)),
        **calibration.model_dump(),
    )


def _fitted(known: Sequence[tuple[float, bool, float, bool]]) -> Calibration:
    return fit_calibration(*zip(*known, strict=True))


def refuse_tuning(path: Path) -> None:
    """Raise an error, before the work is done, if a place cannot take a tuning."""
    refuse_place(path)
    file = path / FILE
    place = read(path).tuned_at
    if place and Path(place.file) != Path(shown(file)):
        raise FaqError.of(Fault.of("tuning-there", place=str(place.at())))
    text = read_text(file) if file.exists() else "tuning:"
    data = yaml.parse(text, FILE).data if isinstance(text, str) else None
    if not isinstance(data, dict) or data.keys() != {"tuning"}:
        raise FaqError.of(Fault.of("tuning-mixed", file=shown(file)))


def write_tuning(path: Path, tuning: Tuning) -> Path:
    """Write the file and return it; call `refuse_tuning` first."""
    text = f"# {worded(_HEAD)}\n" + dumped({"tuning": tuning.model_dump(exclude_defaults=True)})
    return write_file(path / FILE, text.encode())


def learning_curve(
    release: Release, asked: QuestionSet, home: Path, *, today: date
) -> list[tuple[int, Evaluation]]:
    """Return how all questions go, by the number taught of either half: each is asked of who was taught the other one.

    Raises `QuestionsError` for fewer than two.
    """
    questions = list(asked.questions)
    if len(questions) < _LEAST:
        raise QuestionsError.of(Fault.of("few-questions", count=len(questions), least=_LEAST))
    random.Random(SEED).shuffle(questions)  # noqa: S311 -- no secret
    shuffled, middle = QuestionSet("", tuple(questions)), len(questions) // 2
    steps = [*(number for number in _STEPS if number < middle), middle]
    encode = VectorStore(home).encode
    found = []
    for taught in steps:
        releases = []
        for learned, others in ((questions[middle:], middle), (questions[:middle], len(questions) - middle)):
            expected = (*release.knowledge.expectations, *learned[:taught])
            more = release.knowledge.model_copy(update={"expectations": expected})
            built = build(more, release.index.encoders, encode=encode).at(release.point)
            releases += [built] * others
        found.append((taught, runner.evaluate_set(release, shuffled, today=today, releases=releases)))
    return found


def curve_view(points: Sequence[tuple[int, Evaluation]]) -> RenderableType:
    """Return the table, in percent of the questions in scope; 「誤って回答」 of those out of scope."""
    judged = (JUDGEMENTS[each] for each in (*_COLUMNS, Judgement.FALSE))
    rows = table(*map(number_column, (worded("教えた質問"), *judged, worded("1位が正解"))))
    inside, outside = points[0][1].report.in_scope, points[0][1].report.out_of_scope
    for taught, found in points:
        report = found.report
        counts = [
            *((report.counts[each], inside) for each in _COLUMNS),
            (report.counts[Judgement.FALSE], outside),
        ]
        shares = [f"{count / of:.1%}" if of else "" for count, of in counts]
        rows.add_row(str(taught), *shares, f"{report.p_at_1:.1%}" if inside else "")
    told = (
        "答えられる質問 {inside}件、答えない質問 {outside}件を、どの行でもすべて尋ねています。\n"
        "質問を2つに分け、一方から教えて、もう一方に尋ねます。"
    )
    return Group(rows, "", Prose(worded(told, inside=inside, outside=outside), NOTE))
