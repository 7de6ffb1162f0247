"""How close two entries are by the letters they share: which row of a sheet may be an entry that was worded anew."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from faq.model import Entry, folded

_CLOSE = 0.6
_FAR_QUESTION = 0.3
_SAME_ANSWER = 0.85
_TELLING = 20
_NEAREST = 10
_MOST_COMMON = 400
"""A pair of letters that more entries have says nothing of which one is meant."""


def closest(rows: Sequence[Entry], held: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of a row and the entry that it may be, the closest first; each of both at most once.

    Close are questions that share most of their pairs of letters, less of them where the answers are alike too, or
    long answers that are nearly the same.
    """
    found: dict[tuple[int, int], float] = {}
    asked = [[_bigrams(folded(entry.question)) for entry in each] for each in (rows, held)]
    answered = [[_bigrams(folded(entry.answer)) for entry in each] for each in (rows, held)]
    for row, entry in _sharing(*asked):
        closeness = _dice(asked[0][row], asked[1][entry])
        if closeness >= _FAR_QUESTION:
            closeness = max(closeness, (closeness + _dice(answered[0][row], answered[1][entry])) / 2)
        if closeness >= _CLOSE:
            found[row, entry] = closeness
    for row, entry in _sharing(
        *([bag if len(bag) >= _TELLING else Counter() for bag in each] for each in answered)
    ):
        closeness = _dice(answered[0][row], answered[1][entry])
        if closeness >= _SAME_ANSWER:
            found[row, entry] = max(closeness, found.get((row, entry), 0))
    taken_rows: set[int] = set()
    taken: set[int] = set()
    for row, entry in sorted(found, key=lambda pair: (-found[pair], pair)):
        if row not in taken_rows and entry not in taken:
            taken_rows.add(row)
            taken.add(entry)
            yield rows[row], held[entry]


def _sharing(bags: Sequence[Counter[str]], others: Sequence[Counter[str]]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of texts with those of the others that share most pairs of letters which are not everywhere."""
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(others):
        for pair in bag:
            holding[pair].append(number)
    for number, bag in enumerate(bags):
        near = Counter(other for pair in bag if len(holding[pair]) <= _MOST_COMMON for other in holding[pair])
        yield from ((number, other) for other, _ in near.most_common(_NEAREST))


def _dice(bag: Counter[str], other: Counter[str]) -> float:
    return 2 * (bag & other).total() / ((bag.total() + other.total()) or 1)


def _bigrams(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))
