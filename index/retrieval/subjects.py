"""What the entries of an FAQ are about, by the topics of the library: as it seems, and as HR says."""

from collections.abc import Mapping, Sequence

import numpy as np

from faq.model import Entry
from index.analysis.analyzer import Analyzer
from index.library.topics import Topic, topics
from index.retrieval.bm25 import Postings
from index.retrieval.evidence import coverage
from index.retrieval.vectors import EncodedTexts

MOST_PROPOSED = 3
_PROPOSED = 0.1
"""How likely a topic must be to be proposed."""
LIKELY = 0.3
"""How likely a topic must be for an entry to be taken as being about it without a person's word."""
_ALL = 0.99


class Subjects:
    """What entries are about; without an encoder that knows the library, nothing is known but words and links."""

    def __init__(
        self,
        entries: Sequence[Entry],
        analyzer: Analyzer,
        held: Postings,
        vectors: Mapping[str, EncodedTexts],
    ) -> None:
        """Look at the parts of an index; `held` tells which entry has a term at all."""
        self._entries, self._analyzer, self._held = entries, analyzer, held
        self._linked = {entry.topic for entry in entries if entry.topic}
        self._encoded = [each for each in vectors.values() if len(each.covered)]
        if self._encoded:
            self._covered = np.mean([each.covered for each in self._encoded], axis=0)
            self._told = np.mean([each.told for each in self._encoded], axis=0)

    @property
    def are_known(self) -> bool:
        """Whether an encoder tells what entries are about."""
        return bool(self._encoded)

    def likely(self, number: int) -> Sequence[tuple[Topic, float]]:
        """Return what the entry of that number seems to be about, three topics at most, likeliest first."""
        if not self._encoded:
            return ()
        about = np.mean([each.about[number] for each in self._encoded], axis=0)
        best = np.argsort(-about, kind="stable")[:MOST_PROPOSED].tolist()
        return [(topics()[each], float(about[each])) for each in best if about[each] >= _PROPOSED]

    def of(self, number: int) -> Topic | None:
        """Return the topic of the entry of that number that HR linked, or the likeliest one if it is likely enough."""
        if linked := self._entries[number].topic:
            return next((topic for topic in topics() if linked in topic.names), None)
        likely = self.likely(number)
        return likely[0][0] if likely and likely[0][1] >= LIKELY else None

    def asked(self, number: int) -> float:
        """Return how much the topic of that number is what an entry is asked about, 0 to 1; 1 where HR linked it."""
        if not self._linked.isdisjoint(topics()[number].names):
            return 1.0
        return float(self._covered[number]) if self._encoded else 0.0

    def told(self, number: int) -> float:
        """Return how much the topic of that number is what an answer tells of, 0 to 1.

        It is 1 where an entry has all words of one of its names, or other words for them, or where HR linked it.
        """
        topic = topics()[number]
        if not self._linked.isdisjoint(topic.names) or any(map(self._has, topic.names)):
            return 1.0
        return float(self._told[number]) if self._encoded else 0.0

    def _has(self, name: str) -> bool:
        known = self._analyzer.analyze(name, asked=True)
        has, _ = coverage(self._held, dict.fromkeys(known.words, 1.0), known.meanings, len(self._entries))
        return bool(has.max(initial=0.0) > _ALL)
