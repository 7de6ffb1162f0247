"""What only the search can tell of a knowledge set: an unfit tuning, stray phrasings, figures that contradict."""

from collections.abc import Callable, Iterator
from pathlib import Path

from faq.errors import Problem, Severity
from faq.formats.wording import quoted
from faq.reading import Reading
from index.figures import conflicts
from index.reach import Stray, strays
from index.release.misfits import misfits
from index.release.store import open_release


def searched(reading: Reading, path: Path, home: Path, progress: Callable[[str], None]) -> Iterator[Problem]:
    """Yield the problems, those of one kind in order of the files; none for a knowledge that has errors.

    The only errors among them are those of a tuning; while it has one, nothing else is looked for.

    Args:
        reading: Of what lies at `path`.
        path: As for `faq.reading.read`.
        home: Where the index is kept, so that publishing need not compile it again.
        progress: Told, in Japanese, what is being done.
    """
    if reading.knowledge is None:
        return
    unfit = tuple(misfits(reading))
    yield from unfit
    if any(problem.severity is Severity.ERROR for problem in unfit):
        return
    for conflict in conflicts(reading.knowledge):
        first, second = conflict.first, conflict.second
        place = reading.origins[first.entry_id].at("answer")
        yield Problem(
            reading.origins[second.entry_id].at("answer"),
            f"{quoted(second.entry_id)} says {quoted(second.text)} where {quoted(first.entry_id)} says"
            f" {quoted(first.text)} at {place}",
            "make the two agree, or say in both what is different",
            Severity.WARNING,
        )
    index = open_release(path, home=home, progress=progress).index
    progress("どの聞き方がどの項目に近いかを調べています")
    for stray in strays(index):
        if stray.entry_id in reading.origins:  # small talk of the built-in knowledge may have been added
            yield _strayed(stray, reading)


def _strayed(stray: Stray, reading: Reading) -> Problem:
    what = (
        f"finds {quoted(stray.reached)} first"
        if stray.found
        else f"is closer to {quoted(stray.reached)} (as {quoted(stray.alike)}) than to the rest of its own entry"
    )
    return Problem(
        reading.place_of(stray.entry_id, stray.phrasing),
        f"the phrasing {quoted(stray.phrasing)} of {quoted(stray.entry_id)} {what}",
        "word it closer to its own entry, or move it to the other",
        Severity.WARNING,
    )
