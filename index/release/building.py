"""A release: one immutable set of knowledge and its compiled index, named by its content."""

import hashlib
import json
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from faq.model import Entry, Knowledge
from faq.wording import worded
from index.analysis.analyzer import Analyze
from index.analysis.own_name import OwnName, own_name
from index.analysis.tokenizer import fingerprint
from index.decision.model import ENGINE, shipped
from index.decision.point import Point
from index.decision.policy import UNCALIBRATED, UTILITIES, Calibration, Policy
from index.decision.reader import Reader
from index.retrieval.compiling import Encode, compile_index
from index.retrieval.encoder import SentenceEncoder, identity_of, patiently
from index.retrieval.search import Index
from index.retrieval.vectors import StoredEncoder, VectorStore


@dataclass(frozen=True, eq=False)
class Release:
    """What is served. Its name is 12 hexadecimal digits of a hash of the knowledge and of all that decides replies."""

    name: str
    knowledge: Knowledge
    index: Index
    point: Point = Point.BALANCED

    @property
    def label(self) -> str:
        """The name, with the operating point if it is not `balanced`: replies depend on both."""
        return self.name if self.point is Point.BALANCED else f"{self.name}@{self.point}"

    def at(self, point: Point) -> "Release":
        """Return this release at an operating point, the same object each time."""
        if point is self.point:
            return self
        if point not in self._at:
            self._at[point] = replace(self, point=point)
        return self._at[point]

    @cached_property
    def _at(self) -> "dict[Point, Release]":
        return {}

    @property
    def encoders(self) -> tuple[str, ...]:
        """Names of its encoders, in order; empty for words alone."""
        return tuple(self.index.compiled.vectors)

    def policy_for(self, encoders: tuple[str, ...]) -> Policy:
        """Return the policy for these encoders: if one fails, the others decide."""
        known = calibration_of(self.knowledge, identity_of(self.index.encoders))
        calibration = known if encoders == self.encoders else UNCALIBRATED
        about = self.knowledge.about
        names_topics = about is None or about.topics
        return Policy(shipped(encoders), UTILITIES[self.point], calibration, names_topics)

    @property
    def policy(self) -> Policy:
        """The policy with all encoders."""
        return self.policy_for(self.encoders)

    def reader(
        self, *, hidden_ids: Collection[str] = (), top: int = 10, exclude_learned: bool = False
    ) -> Reader:
        """Return a reader of questions on this release; see `Reader` for the arguments."""
        return Reader(self.index, self.policy_for, hidden_ids, top, exclude_learned, self._own_name)

    @cached_property
    def _own_name(self) -> OwnName:
        return own_name(self.knowledge)

    def asked_from(self, store: VectorStore) -> "Release":
        """Return this release with encoders that first look for the vector of a question in `store`."""
        index = copy(self.index)
        index.encoders = tuple(StoredEncoder(encoder, store) for encoder in index.encoders)
        return replace(self, index=index)

    @cached_property
    def dated(self) -> tuple[Entry, ...]:
        """The entries with a last day; they are few, so that a question need not look through all entries."""
        return tuple(entry for entry in self.knowledge.entries if entry.valid_until)


def build(
    knowledge: Knowledge,
    encoders: Sequence[SentenceEncoder] = (),
    *,
    encode: Encode | None = None,
    analyze: Analyze | None = None,
    before: Release | None = None,
) -> Release:
    """Compile the index, with encoders or for words alone; the same knowledge always gives the same release.

    Parts that have not changed since the release `before` are taken from it. A server of embeddings is waited for;
    raises `EncoderError` if an encoder fails.
    """
    known = before.index if before and before.knowledge.lexicon == knowledge.lexicon else None
    with patiently():
        index = compile_index(knowledge, encoders, encode=encode, analyze=analyze, before=known)
    return Release(name_of(knowledge, encoders), knowledge, index)


def name_of(knowledge: Knowledge, encoders: Sequence[SentenceEncoder] = ()) -> str:
    """Return the name of the release of this knowledge."""
    return hashlib.sha256(f"{conditions(encoders)}{knowledge.model_dump_json()}".encode()).hexdigest()[:12]


def conditions(encoders: Sequence[SentenceEncoder]) -> str:
    """Return, as text, all that a release depends on except its knowledge."""
    model = shipped(tuple(encoder.name for encoder in encoders))
    return json.dumps([engine(), identity_of(encoders), model.model_dump_json()])


def engine() -> str:
    """Return, as text, the versions of search and dictionary: with others, a stored release replies differently."""
    return json.dumps([ENGINE, fingerprint()])


def engine_change(made_with: str) -> str:
    """Return from which engine to which, for people: the dictionary if that is new, else the program.

    >>> engine_change(json.dumps([1, "sudachipy 0.6.8, core 20240101"])).split(" → ")[0]
    'sudachipy 0.6.8, core 20240101'
    """
    try:
        number, cut_by = json.loads(made_with)
    except (ValueError, TypeError):
        return worded("プログラムの版の違い")
    if cut_by != fingerprint():
        return f"{cut_by} → {fingerprint()}"
    if number != ENGINE:
        return worded("検索の版 {was} → {now}", was=number, now=ENGINE)
    return worded("別のエンコーダー")


def search_name(encoders: str) -> str:
    """Return a name for the search with these encoders, given by `identity_of`: a tuning holds for one search."""
    return f"{ENGINE}; {encoders or 'words'}"


def calibration_of(knowledge: Knowledge, encoders: str) -> Calibration:
    """Return the calibration that `faq tune` kept for the search with these encoders; else one that changes nothing."""
    tuning = knowledge.tuning
    if tuning is None or tuning.search != search_name(encoders):
        return UNCALIBRATED
    return Calibration(**tuning.model_dump(include=set(Calibration.model_fields)))
