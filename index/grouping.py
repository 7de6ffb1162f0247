"""Questions grouped near in meaning, so that a person reads what many have asked once.

Average linkage over the cosine of idf-weighted words and concepts and, where there
are word vectors, the likeness of sentences. From the top of the tree that it makes, each group that is too broad is
parted in the two that it was joined of. It needs the square of the number of texts, so of many thousand the ones asked
most often are linked first and the others join the group that they are near to, or are linked among themselves.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from index.bm25 import Floats
from index.closeness import Closeness, Numbers
from index.decision import VerdictKind, confidence_in, decide
from index.linkage import joins
from index.question import question
from index.reading import Reader
from index.text import bare

WITHIN = 0.5
"""Mean closeness, 0 to 1, of the questions of a group to each other, at the least."""
AROUND = 0.42
"""Closeness of each question of a group to its representative, at the least. A word in common seldom reaches it.

Both were chosen on labelled questions whose entries were left out, and on a simulated week.
"""

LINKED = 3_000
"""Different texts that are linked at once: 3,000 take about a second and 100 MB."""

_SLACK = 1e-6  # sums of rounded numbers
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
        representative: The one that is closest to all others, each as often as it was asked: the medoid. Of more than
            `LINKED` texts, the one of those linked first.
        find: Returns the entry closest to a text; `None` if no entry shares anything with it.
    """

    questions: tuple[str, ...]
    counts: tuple[int, ...]
    representative: str
    find: Callable[[str], Nearest | None] = field(repr=False, compare=False)

    @cached_property
    def nearest(self) -> Nearest | None:
        """The entry closest to the representative, looked for once somebody asks: most groups are not shown."""
        return self.find(self.representative)

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
        _group(reader, [kinds[number] for number in found.members], kinds[found.medoid][0], asked)
        for found in _linked(closeness, times)
    ]
    return tuple(sorted(groups, key=lambda group: (-group.times, group.representative)))


def nearest(reader: Reader, text: str) -> Nearest | None:
    """Return the entry that comes closest to a text; `None` if none shares anything with it."""
    asked, index = question(_readable(text)), reader.index
    scores = index.score(index.query(asked.text, asked.background), withheld=reader.withheld)
    if not len(scores.order):
        return None
    best = int(scores.order[0])
    verdict = decide(index, scores, reader.fit)
    if index.is_referral[best] and verdict.kind is not VerdictKind.REFERRAL:
        confidence, _ = confidence_in(index, scores, best, reader.fit)
    else:
        confidence = verdict.confidence  # the best answer's, or the referral's that is shown
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


@dataclass(frozen=True)
class _Cluster:
    """The numbers of the members of a group, and the one of its representative."""

    members: list[int]
    medoid: int


def _linked(closeness: Closeness, times: Floats) -> list[_Cluster]:
    """Return all questions in groups, of each of which `times` says how often it was asked."""
    found: list[_Cluster] = []
    left = np.arange(len(times))
    while len(left):
        some, others = left[:LINKED], left[LINKED:]
        new = [
            _Cluster(some[members].tolist(), int(some[medoid]))
            for members, medoid in _clusters(closeness.among(some), times[some])
        ]
        found += new
        left = _joined(closeness, new, others)
    return found


def _clusters(close: Floats, times: Floats) -> Iterator[tuple[Numbers, int]]:
    """Yield the places of each cluster's members in a matrix of closeness, with that of its medoid."""
    count = len(close)
    found = joins(close)
    members = [np.array([place], dtype=np.intp) for place in range(count)]
    sums = [0.0] * count  # of the closeness of all pairs within
    for left, right, mean in found:
        one, other = members[left], members[right]
        members.append(np.concatenate([one, other]))
        sums.append(sums[left] + sums[right] + mean * len(one) * len(other))
    parted = [len(members) - 1]
    while parted:
        number = parted.pop()
        inside = np.sort(members[number])
        if sums[number] >= WITHIN * len(inside) * (len(inside) - 1) / 2 - _SLACK:
            among = close[np.ix_(inside, inside)]
            medoid = int(np.round(among @ times[inside], 6).argmax())
            if among[medoid].min() >= AROUND:
                yield inside, int(inside[medoid])
                continue
        parted += (found[number - count].right, found[number - count].left)


def _joined(closeness: Closeness, groups: Sequence[_Cluster], others: Numbers) -> Numbers:
    """Add each of the others to the group that it is nearest to, and return those that are near to none."""
    if not len(others):
        return others
    around = closeness.between(others, np.array([group.medoid for group in groups])) >= AROUND
    means = np.round(closeness.to_groups(others, [group.members for group in groups]), 6) * around
    near = means.max(axis=1) >= WITHIN
    for number, place in zip(others[near], means[near].argmax(axis=1), strict=True):
        groups[int(place)].members.append(int(number))
    far: Numbers = others[~near]
    return far


def _group(
    reader: Reader, kinds: Sequence[Sequence[str]], representative: str, asked: Mapping[str, int]
) -> Group:
    texts = sorted((text for kind in kinds for text in kind), key=lambda text: (-asked[text], text))
    return Group(tuple(texts), tuple(asked[text] for text in texts), representative, partial(nearest, reader))
