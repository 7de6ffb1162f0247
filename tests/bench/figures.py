"""The figures of README's table: one command that anyone can run, and that writes them there.

python -m tests.bench.figures           prints them as Markdown
python -m tests.bench.figures --write   writes them into README.md, between its markers
python -m tests.bench.figures --check   exits with 1 if README.md says otherwise

With `--localgov FOLDER`, which holds `faq.jsonl` and `queries.jsonl` of the benchmark localgovFAQ (not part of the
repository), its line is made too; without, the one in README.md stays. They are those of the default encoder.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bot.cli.opening import tell
from bot.evaluation.runner import Evaluation, QuestionSet, evaluate_set, read_set
from bot.settings import read_settings
from faq.loading.loader import builtin
from faq.wording import telling
from index.analysis.tokenizer import fingerprint
from index.evaluation.judgements import Judgement
from index.release.store import open_release
from index.retrieval.encoder import identity_of, packaged

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DATA = ROOT / "tests" / "data"
SETS = ("shared", "reporting", "apart")
OFFICES = ("hospital", "maker", "care", "startup", "school", "retail", "city", "npo", "builder")
PARTS = ("in_scope", "out_of_scope", "dialogues")
TODAY = date(2025, 6, 1)
"""The day on which questions are asked, so that no entry drops out of the figures later."""

BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
COLUMNS = (
    "questions",
    "asked",
    "right",
    "offered",
    "wrong",
    "first right",
    "must not be answered",
    "answered all the same",
    "turns of talks",
    "turns right",
)
_LOCALGOV = re.compile(
    r"^On half of the judged queries of localgovFAQ.*?\n(?=\n|\Z)", re.MULTILINE | re.DOTALL
)


def whole(name: str) -> QuestionSet:
    """Return a set of `tests/data`, all of its files together."""
    files = [DATA / name / f"{part}.jsonl" for part in PARTS]
    parts = [read_set(file) for file in files if file.exists()]
    questions = tuple(question for part in parts for question in part.questions)
    return QuestionSet(name, questions, tuple(talk for part in parts for talk in part.dialogues))


def row(found: Evaluation) -> tuple[str, ...]:
    """Return the cells of one set."""
    report, turns, counts = found.report, found.turns, found.report.counts
    false = counts[Judgement.FALSE]
    return (
        f"`tests/data/{found.asked.name}`",
        str(report.in_scope),
        *(
            _share(counts[each], report.in_scope)
            for each in (Judgement.RIGHT, Judgement.OFFERED, Judgement.WRONG)
        ),
        f"{report.p_at_1:.1%}",
        str(report.out_of_scope),
        f"{_share(false, report.out_of_scope)} ({false})",
        str(turns.asked),
        _share(turns.right, turns.asked),
    )


def _share(some: int, of: int) -> str:
    return f"{some / of:.1%}" if of else "–"


def evaluations(home: Path) -> Iterator[Evaluation]:
    """Yield how the built-in FAQ and those of other employers did, one set after the other."""
    encoders = (packaged("use"),)
    release = open_release(builtin(), home=home, encoders=encoders)
    yield from (evaluate_set(release, whole(name), today=TODAY) for name in SETS)
    for office in OFFICES:
        path = DATA / "offices" / office / "faq.jsonl"
        release = open_release(path, home=home, encoders=encoders)
        yield evaluate_set(release, whole(f"offices/{office}"), today=TODAY)


def table(found: Iterable[Evaluation]) -> str:
    """Return the Markdown table of some sets."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *map(row, found)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def localgov(folder: Path, home: Path) -> str:
    """Return the line about localgovFAQ."""
    path = folder / "faq.jsonl"
    release = open_release(path, home=home, encoders=(packaged("use"),))
    report = evaluate_set(release, read_set(folder / "queries.jsonl"), today=TODAY).report
    sizes = f"{report.in_scope} queries, {len(release.index.entries):,} municipal questions and answers"
    return (
        f"On half of the judged queries of localgovFAQ ({sizes}; not in this repository):\n"
        f"nDCG@10 {report.ndcg_at_10:.3f}, Recall@10 {report.recall_at_10:.3f}.\n"
    )


def made_with() -> str:
    """Return what else decides the figures: another dictionary cuts some words in another way."""
    return f"Made with {fingerprint()}, {identity_of((packaged('use'),))}.\n"


def shown() -> str:
    """Return what README.md says between its markers."""
    return README.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--localgov", type=Path, metavar="FOLDER", help="faq.jsonl and queries.jsonl")
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--write", action="store_true", help="write them into README.md")
    act.add_argument("--check", action="store_true", help="exit with 1 if README.md says otherwise")
    given = parser.parse_args()
    home, before = read_settings().home, shown()
    kept = _LOCALGOV.search(before)
    with telling(tell):
        line = localgov(given.localgov, home) if given.localgov else kept[0] if kept else ""
        figures = f"{table(evaluations(home))}\n{line}\n{made_with()}"
    sys.stdout.write(figures)
    if given.write:
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(f"{BEGIN}{before}{END}", f"{BEGIN}{figures}{END}"), encoding="utf-8")
    elif given.check and figures != before:
        sys.exit("README.md says otherwise; python -m tests.bench.figures --write")


if __name__ == "__main__":
    main()
