"""What is wrong with the tuning of a knowledge, which only the search can tell, with its place and what to do."""

from collections.abc import Iterable, Iterator

from faq.errors import KnowledgeError, Problem, Severity
from faq.formats.document import Origin
from faq.formats.wording import quoted, suggestion
from faq.model import Knowledge
from faq.reading import Reading
from faq.tuning import Confidence, Tuning
from index.channel import EMBEDDING
from index.documents import searched
from index.features import names
from index.points import Point
from index.release.building import search_of
from index.release.tuned import WEIGHTS, products_of
from index.vectors import fingerprint

GROWN = 0.25
"""Share of its entries by which a knowledge may change before its tuning is called old."""

_AGAIN = "run 'faq tune --questions FILE --keep' again, or remove the tuning"


def fitting(reading: Reading) -> Knowledge:
    """Return the knowledge of a reading, whose tuning can be used.

    Raises:
        KnowledgeError: something in it, the tuning included, cannot be read or used.
    """
    knowledge, found = reading.sure(), tuple(misfits(reading))
    if any(problem.severity is Severity.ERROR for problem in found):
        raise KnowledgeError(found)
    return knowledge


def misfits(reading: Reading) -> Iterator[Problem]:
    """Yield errors of a tuning that cannot be used, and warnings of one that is old; nothing without a tuning.

    A tuning that was chosen for another search is not used, and so only a warning.
    """
    tuning, origin = reading.sound.tuning, reading.tuned_at
    if tuning is None or origin is None:
        return
    if tuning.search != search_of(reading.sound, fingerprint()):
        what = (
            "the tuning was chosen with another version of the program, without or with other word vectors, or for"
            " entries with more or fewer phrasings, and is not used"
        )
        yield Problem(origin.at("search"), what, _AGAIN, Severity.WARNING)
        return
    yield from _unknown("weight", tuning.weights, WEIGHTS, origin.within("weights"))
    if tuning.confidence:
        yield from _odd_confidence(tuning.confidence, origin.within("confidence"), embedded=False)
    if tuning.embedded:
        yield from _unknown(
            "weight", tuning.embedded.weights, EMBEDDING, origin.within("embedded", "weights")
        )
    if tuning.embedded and tuning.embedded.confidence:
        within = origin.within("embedded", "confidence")
        yield from _odd_confidence(tuning.embedded.confidence, within, embedded=True)
    if old := _aged(tuning, reading):
        yield Problem(origin.at("entries"), old, _AGAIN, Severity.WARNING)


def _odd_confidence(confidence: Confidence, origin: Origin, *, embedded: bool) -> Iterator[Problem]:
    points = tuple(point.value for point in Point)
    # A feature that is not there changes nothing; the standard fit has not all of them.
    yield from _unknown(
        "feature", confidence.features, tuple(names(embedded=embedded)), origin.within("features")
    )
    yield from _unknown("operating point", confidence.thresholds, points, origin.within("thresholds"))
    if lacking := [point for point in points if point not in confidence.thresholds]:
        what = f"the operating point {', '.join(map(quoted, lacking))} is missing"
        yield Problem(origin.at("thresholds"), what, _AGAIN)
    known = products_of(confidence.features)
    for pair in confidence.products:
        if pair not in known:
            what = f"{quoted(pair)} names no two of the features above"
            yield Problem(origin.at("products", pair), what, _AGAIN)


def _unknown(noun: str, given: Iterable[str], known: tuple[str, ...], origin: Origin) -> Iterator[Problem]:
    for name in given:
        if name not in known:
            yield Problem(origin.at(name), f"there is no {noun} {quoted(name)}", suggestion(name, known))


def _aged(tuning: Tuning, reading: Reading) -> str:
    count = len(searched(reading.sound))
    if abs(count - tuning.entries) <= GROWN * tuning.entries:
        return ""
    return f"the tuning was chosen when there were {tuning.entries} entries, and now there are {count}"
