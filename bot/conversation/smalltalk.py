"""Greetings, thanks, "what can you do": recognized as whole sentences, never searched for."""

import re
from collections.abc import Mapping
from functools import lru_cache

from faq.model import Entry, EntryKind, Knowledge
from index.analysis.normalize import plain
from index.analysis.questions import sentences

_NOT_SAID = re.compile(r"[\W_]+")
_REPEATED = re.compile(r"(.)\1{1,}")
_LAUGHTER = re.compile(r"(?<=[^a-z])w+$|笑+$|草+$")


# A message is folded as a whole and by its sentences, to be recognized and to be read without them.
@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """Return what is left of a sentence when case, width, marks, laughter and drawn-out letters do not count.

    >>> folded("ありがとーーー！！"), folded("THX!!"), folded("おつかれさまです〜🙇")
    ('ありがと', 'thx', 'おつかれさまです')
    """
    said = _NOT_SAID.sub("", plain(text))
    said = _LAUGHTER.sub("", said) or said
    return _REPEATED.sub(r"\1", said).removesuffix("ー") if len(said) > 1 else said


class Smalltalk:
    """The small talk of a knowledge set."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Learn every phrasing of the set's small talk."""
        self._entries: Mapping[str, Entry] = {
            folded(phrasing): entry
            for entry in knowledge.of_kind(EntryKind.SMALLTALK)
            for phrasing in entry.phrasings
            if folded(phrasing)
        }

    def recognize(self, message: str) -> Entry | None:
        """Return the small talk that a message is as a whole: all of it, or every sentence of it."""
        if whole := self._entries.get(folded(message)):
            return whole
        found = [self._entries.get(folded(sentence)) for sentence in sentences(message)]
        return next((entry for entry in reversed(found) if entry), None) if found and all(found) else None

    def without(self, message: str) -> str:
        """Return a message without the sentences that are small talk; the message itself if all are."""
        rest = [sentence for sentence in sentences(message) if folded(sentence) not in self._entries]
        return "\n".join(rest) or message
