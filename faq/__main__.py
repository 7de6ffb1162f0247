"""`python -m faq [PATH]` prints every problem of a knowledge file or folder; `faq check` adds what the search finds."""

import datetime
import sys
from pathlib import Path

from faq.checks import check
from faq.loading.loader import builtin, read
from faq.problems import Severity


def main() -> None:
    """Check the path that is given, or the built-in knowledge; exit with 1 on errors."""
    reading = read(Path(sys.argv[1]) if len(sys.argv) > 1 else builtin())
    today = datetime.datetime.now(tz=datetime.UTC).astimezone().date()
    problems = sorted([*reading.problems, *check(reading, today)], key=lambda each: each.place)
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.exit(any(problem.severity is Severity.ERROR for problem in problems))


if __name__ == "__main__":
    main()
