"""What the journal costs who asks: 1,000 questions with and without it, in turn, on the built-in FAQ.

Run it: `python -m tests.bench.bench_journal`, or with FAQ_DATABASE_URL for another database than a new SQLite file.
"""

import os
import sys
import tempfile
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median, quantiles
from time import perf_counter

from pydantic import SecretStr

from bot.conversation.engine import converse
from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.journal.journal import Journal
from bot.journal.question_record import Channel, QuestionRecord
from bot.privacy.masking import speakers
from bot.settings import Settings
from faq.loading.loader import builtin
from index.release.building import Release
from index.release.store import open_release

QUESTIONS = 1000
WARM_UP = 50
DAY = date(2025, 6, 1)


def main() -> None:
    """Print the figures."""
    complaints: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        release = open_release(builtin(), home=Path(folder))
        url = os.environ.get("FAQ_DATABASE_URL")
        settings = Settings(home=Path(folder), database_url=SecretStr(url) if url else None)
        with Journal(settings, keep=speakers(release.knowledge), complain=complaints.append) as journal:
            before = len(journal.questions.last(10 * QUESTIONS))
            plain, journalled, recording = _measure(release, journal)
            kept = len(journal.questions.last(10 * QUESTIONS)) - before
    lines = [
        f"{kept} of {QUESTIONS + WARM_UP} questions in the journal, {len(complaints)} complaints",
        _line("reply alone", plain),
        _line("reply, journalled", journalled),
        _line("recording", recording),
        f"added, median: {1000 * (median(journalled) - median(plain)):+.3f} ms",
    ]
    sys.stdout.write("\n".join((*lines, "")))


def _measure(release: Release, journal: Journal) -> tuple[list[float], list[float], list[float]]:
    texts = [expectation.q for expectation in release.knowledge.expectations]
    plain: list[float] = []
    journalled: list[float] = []
    recording: list[float] = []
    for number, text in enumerate(islice(cycle(texts), QUESTIONS + WARM_UP)):
        # Each question with and without, first the one and then the other.
        for with_journal in (True, False) if number % 2 else (False, True):
            started = perf_counter()
            reply, _ = converse(release, text, ConversationState(), today=DAY)
            if with_journal:
                replied = perf_counter()
                journal.record(_asked(reply, text, replied - started))
                if number >= WARM_UP:
                    recording.append(perf_counter() - replied)
            if number >= WARM_UP:
                (journalled if with_journal else plain).append(perf_counter() - started)
    return plain, journalled, recording


def _asked(reply: Reply, text: str, seconds: float) -> QuestionRecord:
    return QuestionRecord.of(reply, text, channel=Channel.CONSOLE, user="bench", milliseconds=1000 * seconds)


def _line(name: str, seconds: list[float]) -> str:
    last = quantiles(seconds, n=100)[98]
    figures = (1000 * median(seconds), 1000 * mean(seconds), 1000 * last)
    return f"{name:20}" + "median {:.3f} ms, mean {:.3f} ms, 99 % below {:.3f} ms".format(*figures)


if __name__ == "__main__":
    main()
