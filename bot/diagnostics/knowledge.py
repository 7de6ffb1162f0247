"""What only the search can tell of a knowledge set: an old tuning, stray phrasings, figures that contradict."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from faq.loading.loader import Reading
from faq.problems import Fault, Problem, Severity
from index.lint.figures import conflicts
from index.lint.reach import strays
from index.release.store import misfits, open_release
from index.retrieval.encoder import SentenceEncoder, identity_of, patiently


def searched(
    reading: Reading,
    path: Path,
    home: Path,
    progress: Callable[[str], None],
    encoders: Sequence[SentenceEncoder] = (),
) -> Iterator[Problem]:
    """Yield the warnings, those of one kind in order of the files; none for a knowledge that has errors."""
    if reading.knowledge is None:
        return
    yield from misfits(reading, identity_of(encoders))
    for conflict in conflicts(reading.knowledge):
        first, second = conflict.first, conflict.second
        place = reading.origins[first.entry_id].at("answer")
        yield Problem(
            reading.origins[second.entry_id].at("answer"),
            Fault.of(
                "figures-differ",
                id=second.entry_id,
                text=second.text,
                other=first.entry_id,
                other_text=first.text,
                place=str(place),
            ),
            Severity.WARNING,
        )
    with patiently():
        index = open_release(path, home=home, encoders=encoders, progress=progress).index
    progress("どの聞き方がどの項目に近いかを調べています")
    for stray in strays(index):
        if stray.entry_id not in reading.origins:
            continue  # the common small talk is of no file of the set
        yield Problem(
            reading.place_of(stray.entry_id, stray.phrasing),
            Fault.of(
                "stray",
                id=stray.entry_id,
                phrasing=stray.phrasing,
                reached=stray.reached,
                alike=stray.alike,
            ),
            Severity.WARNING,
        )
