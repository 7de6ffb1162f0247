"""Questions grouped near in meaning, so that a person reads what many have asked once.

Average linkage (UPGMA: Sokal and Michener, 1958) over the cosine of idf-weighted words and concepts and, where there
are word vectors, the likeness of sentences. It needs the square of the number of texts, so of many thousand the ones
asked most often are linked first and the others join the group that they are near to, or are linked among themselves.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from index.bm25 import Floats
from index.closeness import Closeness
from index.decision import VerdictKind, confidence_in, decide
from index.question import question
from index.reading import Reader
from index.text import bare

NEAR = 0.25
"""Mean closeness, 0 to 1, from which two groups are one. Chosen on labelled questions whose entries were left out."""

LINKED = 3_000
"""Different texts that are linked at once: 3,000 take about a second and 100 MB."""

_STANDING_IN = re.compile("〔[^〔〕]*〕")


@dataclass(frozen=True)
class Nearest:
    """The entry that comes closest to a question.

    Attributes:
        phrasing: Its phrasing that matched best.
        score: Of the search; scores of two questions cannot be compared.
        confidence: Probability, 0 to 1, that this entry is what the question wants.
        verdict: What the release makes of the question, asked alone. Others than "unknown" are possible: the
            question may have been asked of an older release, or somebody said that the reply did not help.
        shown: Ids of the entries that the release would show.
    """

    entry_id: str
    phrasing: str
    score: float
    confidence: float
    verdict: VerdictKind
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Questions near in meaning; one or more.

    Attributes:
        questions: Different texts as they were asked, those asked most often first, ties in order of the text.
        counts: How often each was asked, in the same order.
        representative: The one that is closest to all others, each as often as it was asked: the medoid.
        nearest: The entry closest to the representative; `None` if no entry shares anything with it.
    """

    questions: tuple[str, ...]
    counts: tuple[int, ...]
    representative: str
    nearest: Nearest | None

    @property
    def times(self) -> int:
        """How often all of them together were asked."""
        return sum(self.counts)


def group(
    reader: Reader, asked: Mapping[str, int], *, without: Callable[[str], str] = str
) -> tuple[Group, ...]:
    """Return the questions in groups, the one asked most often first, ties in order of the representative.

    What masking put in place of names and numbers (〔氏名〕) is passed over. Texts without a single term are one group.

    Args:
        reader: Whose analyzer, idf and word vectors tell what is near, and whose entries come closest.
        asked: How often each text was asked, 1 or more; their order changes nothing.
        without: Returns a text without what does not count in it, such as greetings.

    Returns:
        Every text in exactly one group; nothing if nothing was asked.
    """
    spelled: dict[str, list[str]] = {}
    for text in sorted(asked, key=lambda text: (-asked[text], text)):
        spelled.setdefault(bare(without(_readable(text))), []).append(text)
    kinds = sorted(spelled.values(), key=lambda texts: (-sum(asked[text] for text in texts), texts[0]))
    closeness = Closeness(reader.index, [question(without(_readable(texts[0]))) for texts in kinds])
    times = np.array([sum(asked[text] for text in texts) for texts in kinds], dtype=np.float64)
    groups = [
        _group(reader, [kinds[number] for number in members], kinds[medoid], asked)
        for members, medoid in _linked(closeness, times)
    ]
    return tuple(sorted(groups, key=lambda group: (-group.times, group.representative)))


def nearest(reader: Reader, text: str) -> Nearest | None:
    """Return the entry that comes closest to a text; `None` if none shares anything with it."""
    asked, index = question(_readable(text)), reader.index
    scores = index.score(index.query(asked.text, asked.background), withheld=reader.withheld)
    if not len(scores.order):
        return None
    best = int(scores.order[0])
    confidence, _ = confidence_in(index, scores, best, reader.fit)
    verdict = decide(index, scores, reader.fit)
    return Nearest(
        index.entries[best].id,
        index.phrasings[index.best_phrasing(scores, best)],
        float(scores.entries[best]),
        confidence,
        verdict.kind,
        verdict.entry_ids,
    )


def _readable(text: str) -> str:
    return _STANDING_IN.sub(" ", text)


def _linked(closeness: Closeness, times: Floats) -> Iterator[tuple[list[int], int]]:
    """Yield the numbers of each group's members with that of its medoid."""
    members: list[list[int]] = []
    left = np.arange(len(times))
    while len(left):
        some, others = left[:LINKED], left[LINKED:]
        new = [some[cluster].tolist() for cluster in _clusters(closeness.among(some))]
        members += new
        left = _joined(closeness, new, others)
    for numbers in members:
        within = closeness.among(np.array(numbers))
        weight = within @ times[numbers]
        yield numbers, numbers[int(np.round(weight, 6).argmax())]


def _clusters(close: Floats) -> list[npt.NDArray[np.intp]]:
    """Return the places of each cluster's members in a matrix of closeness, in order of their first members."""
    if len(close) == 1:
        return [np.zeros(1, dtype=np.intp)]
    distances = 1 - close
    np.fill_diagonal(distances, 0)
    labels = fcluster(linkage(squareform(distances, checks=False), "average"), 1 - NEAR, "distance")
    _, first = np.unique(labels, return_index=True)
    return [np.flatnonzero(labels == labels[place]) for place in sorted(first)]


def _joined(
    closeness: Closeness, groups: Sequence[list[int]], others: npt.NDArray[np.intp]
) -> npt.NDArray[np.intp]:
    """Add each of the others to the group that it is nearest to, and return those that are near to none."""
    if not len(others):
        return others
    means = closeness.to_groups(others, groups)
    near = np.round(means.max(axis=1), 6) >= NEAR
    for number, place in zip(others[near], np.round(means[near], 6).argmax(axis=1), strict=True):
        groups[int(place)].append(int(number))
    far: npt.NDArray[np.intp] = others[~near]
    return far


def _group(
    reader: Reader, kinds: Sequence[Sequence[str]], medoid: Sequence[str], asked: Mapping[str, int]
) -> Group:
    texts = sorted((text for kind in kinds for text in kind), key=lambda text: (-asked[text], text))
    representative = medoid[0]
    return Group(
        tuple(texts), tuple(asked[text] for text in texts), representative, nearest(reader, representative)
    )
