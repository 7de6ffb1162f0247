"""What `faq tune` kept of an FAQ, and whether it still belongs to the search."""

from collections.abc import Iterator

from faq.loading.loader import Reading
from faq.model import Knowledge, Tuning
from faq.problems import Problem, Severity
from index.decision.model import ENGINE
from index.decision.policy import Calibration
from index.retrieval.documents import searched

GROWN = 0.25
"""Share of its entries by which a knowledge may change before its tuning is called old."""

_AGAIN = "run 'faq tune --questions FILE --keep' again, or remove the tuning"


def search_name(encoders: str) -> str:
    """Name the search that a tuning is for; another one where the same probability would mean something else.

    `encoders` names those that take part, as `index.retrieval.encoder.identity_of` does.
    """
    return f"{ENGINE}; {encoders or 'words'}"


def calibration_of(knowledge: Knowledge, encoders: str) -> Calibration:
    """Return the calibration that was kept for the search with these encoders; one that changes nothing without."""
    tuning = knowledge.tuning
    if tuning is None or tuning.search != search_name(encoders):
        return Calibration()
    return Calibration(
        scale=tuning.scale,
        shift=tuning.shift,
        offered_scale=tuning.offered_scale,
        offered_shift=tuning.offered_shift,
    )


def misfits(reading: Reading, encoders: str) -> Iterator[Problem]:
    """Yield warnings of a tuning that is not used or old, with its place and what to do; nothing without a tuning."""
    tuning, origin = reading.sound.tuning, reading.tuned_at
    if tuning is None or origin is None:
        return
    if tuning.search != search_name(encoders):
        what = "the tuning was made with another version of the search or other encoders, and is not used"
        yield Problem(origin.at("search"), what, _AGAIN, Severity.WARNING)
    elif old := _aged(tuning, reading):
        yield Problem(origin.at("entries"), old, _AGAIN, Severity.WARNING)


def _aged(tuning: Tuning, reading: Reading) -> str:
    count = len(searched(reading.sound))
    if abs(count - tuning.entries) <= GROWN * tuning.entries:
        return ""
    return f"the tuning was made when there were {tuning.entries} entries, and now there are {count}"
