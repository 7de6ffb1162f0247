"""The figures of README's table: one command that anyone can run, and that writes them there.

python -m tests.bench.figures           prints them as Markdown
python -m tests.bench.figures --write   writes them into README.md, between its markers
python -m tests.bench.figures --check   exits with 1 if README.md says otherwise

With `--localgov FOLDER`, which holds `faq.jsonl` and `queries.jsonl` of the benchmark localgovFAQ (not part of the
repository), its line is made too; without, the one in README.md stays.

With `--embeddings` the figures are those with the embeddings server that FAQ_EMBEDDINGS_URL names, which have a place
of their own in README.md. All questions wait for that server.
"""

import argparse
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bot.cli.opening import tell
from bot.console.progress import progress_bar
from bot.embedding.opening import Embedding, open_embedding
from bot.evaluating import Evaluation, QuestionSet, evaluate_set, read_set
from bot.settings import read_settings
from faq.reading import builtin
from index.evaluation import Judgement
from index.release.building import Release
from index.release.store import open_release
from index.sudachi import fingerprint as analyzed_with
from index.vectors import fingerprint as vectors

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DATA = ROOT / "tests" / "data"
SETS = ("shared", "reporting", "apart")
PARTS = ("in_scope", "out_of_scope", "dialogues")
TODAY = date(2025, 6, 1)
"""The day on which questions are asked, so that no entry drops out of the figures later."""

BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"
EMBEDDED = ("<!-- embedding figures -->\n", "<!-- end of embedding figures -->\n")
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
    parts = [read_set(DATA / name / f"{part}.jsonl") for part in PARTS]
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


def opened(path: Path, home: Path, progress: Callable[[str], None], embedding: Embedding | None) -> Release:
    """Return the release of a knowledge path, which waits for the embeddings of questions, if there are any."""
    embedder = embedding.embedder if embedding else None
    release = open_release(path, home=home, embedder=embedder, progress=progress)
    return embedding.patiently(release) if embedding else release


def table(
    home: Path, progress: Callable[[str], None] = lambda _: None, embedding: Embedding | None = None
) -> str:
    """Return the Markdown table of the built-in FAQ."""
    release = opened(builtin(), home, progress, embedding)
    rows = [COLUMNS, tuple("---" for _ in COLUMNS)]
    rows += [row(evaluate_set(release, whole(name), today=TODAY)) for name in SETS]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def localgov(
    folder: Path,
    home: Path,
    progress: Callable[[str], None] = lambda _: None,
    embedding: Embedding | None = None,
) -> str:
    """Return the line about localgovFAQ."""
    release = opened(folder / "faq.jsonl", home, progress, embedding)
    report = evaluate_set(release, read_set(folder / "queries.jsonl"), today=TODAY).report
    sizes = f"{report.in_scope} queries, {len(release.index.entries):,} municipal questions and answers"
    return (
        f"On half of the judged queries of localgovFAQ ({sizes}; not in this repository):\n"
        f"nDCG@10 {report.ndcg_at_10:.3f}, Recall@10 {report.recall_at_10:.3f}.\n"
    )


def made_with() -> str:
    """Return what else decides the figures: another dictionary cuts some words in another way."""
    return f"Made with {analyzed_with()}, {vectors() or 'no word vectors'}.\n"


def shown(begin: str = BEGIN, end: str = END) -> str:
    """Return what README.md says between its markers."""
    return README.read_text(encoding="utf-8").split(begin)[1].split(end)[0]


def main() -> None:
    """Print the figures, write them or compare them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--localgov", type=Path, metavar="FOLDER", help="faq.jsonl and queries.jsonl")
    parser.add_argument(
        "--embeddings", action="store_true", help="with the server that FAQ_EMBEDDINGS_URL names"
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--write", action="store_true", help="write them into README.md")
    act.add_argument("--check", action="store_true", help="exit with 1 if README.md says otherwise")
    given = parser.parse_args()
    settings = read_settings()
    embedding = open_embedding(settings, progress_bar) if given.embeddings else None
    if given.embeddings and embedding is None:
        sys.exit("FAQ_EMBEDDINGS_URL is not set")
    begin, end = EMBEDDED if embedding else (BEGIN, END)
    home, before = settings.home, shown(begin, end)
    kept = _LOCALGOV.search(before)
    line = localgov(given.localgov, home, tell, embedding) if given.localgov else kept[0] if kept else ""
    model = f"Made with {embedding.embedder.model.name}.\n" if embedding else made_with()
    figures = f"{table(home, tell, embedding)}\n{line}\n{model}"
    sys.stdout.write(figures)
    if given.write:
        text = README.read_text(encoding="utf-8")
        new = text.replace(f"{begin}{before}{end}", f"{begin}{figures}{end}")
        README.write_text(new, encoding="utf-8")
    elif given.check and figures != before:
        sys.exit("README.md says otherwise; python -m tests.bench.figures --write")


if __name__ == "__main__":
    main()
