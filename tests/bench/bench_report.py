"""The report on a week of 5,000 simulated questions: how long it takes, and the ten largest groups it makes.

Run it: `python -m tests.bench.bench_report`, or with the number of questions as its argument. The questions go through
the real recorder into a new SQLite file; the report is timed as `faq report` runs it, as a process of its own.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter

from bot.journal.journal import Journal
from bot.privacy.masking import speakers
from bot.reporting.gathering import gather
from bot.reporting.report import Period
from bot.reporting.view import examples
from bot.settings import Settings
from faq.loading.loader import builtin
from index.release.store import open_release
from tests.bench.week import MONDAY, WEEK, record, simulated

QUESTIONS = 5000
GROUPS = 10
EXAMPLES = 3
RUNS = 3


def main() -> None:
    """Print the figures and the groups."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        release = open_release(builtin(), home=home)
        settings = Settings(home=home)
        keep = speakers(release.knowledge)
        with Journal(settings, keep=keep, complain=_tell, clock=lambda: MONDAY) as journal:
            asked = list(simulated(release, count))
            record(journal, asked)
            started = perf_counter()
            report = gather(journal, release, Period(MONDAY, MONDAY + WEEK), today=MONDAY.date())
            gathered = perf_counter() - started
        took = {kind: [_run(home, *rest) for _ in range(RUNS)] for kind, rest in _WAYS.items()}
    replies = ", ".join(f"{kind} {times}" for kind, times in Counter(each.reply for each in asked).items())
    unanswered = report.unanswered
    lines = [
        f"{report.asked} questions, {len({each.text for each in asked})} different texts: {replies}",
        f"{unanswered.times} unanswered, {len(unanswered.groups)} groups",
        f"reading, counting and grouping: {gathered:.2f} s",
        *(f"faq report{kind}: {', '.join(times)}" for kind, times in took.items()),
    ]
    for number, group in enumerate(unanswered.groups[:GROUPS], start=1):
        near = f"{group.nearest.entry_id} {group.nearest.confidence:.2f}" if group.nearest else "nothing near"
        lines.append(f"{number}. {group.representative} ({group.times}; {near})")
        lines += [f"     {text}" for text in examples(group, EXAMPLES)]
    sys.stdout.write("\n".join((*lines, "")))


_WAYS = {"": (), " --json": ("--json",), " --html": ("--html", "report.html")}


def _run(home: Path, *arguments: str) -> str:
    """Return the seconds that the command takes, start and end of its process included, and those of the processor."""
    started, worked = perf_counter(), _worked()
    subprocess.run(
        [sys.executable, "-m", "bot", "report", "--since", f"{MONDAY:%Y-%m-%d}", *arguments],
        check=True,
        capture_output=True,
        cwd=home,
        env={**os.environ, "FAQ_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return f"{perf_counter() - started:.2f} s ({_worked() - worked:.2f} s of processor)"


def _worked() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tell(message: str) -> None:
    sys.stderr.write(f"{message}\n")


if __name__ == "__main__":
    main()
