"""The name of the FAQ's own office or post at the head of a question, which adds nothing: all entries are about it.

In the FAQ of the ICT post, 「ICT職の初任給は」 asks 「初任給は」.
"""

import re
from collections.abc import Collection, Iterator

from faq.model import Knowledge, Lexicon
from index.analysis.normalize import COMMON_FORMS
from index.analysis.values import conditions

_COMMON_FORMS = COMMON_FORMS | {ord("！") + code: chr(ord("!") + code) for code in range(94)}
_ADDRESSED = (
    r"(?:御|貴|当|弊)(?:社|院|庁|校|学|園|市|県|区|町|村|所|局|署|団体|法人|組合|協会|機関)"
    r"|そちら(?:の(?:会社|病院|職場|役所|市役所|県庁|学校|園))?"
)
"""Polite words for any office."""
_PARTICLES = (
    "(?:において|について|に関して|として)[のはも]?|における|に関する"
    "|では|には|にも|での|への|って|だと|[のはにも]"
)
# Only one particle, as the next word may begin like one: 御社のはたらき方は.
_LEADS = rf"(?:(?:{_PARTICLES})[、,\s]*|[、,\s]+)"
_PARTS = re.compile(r"[の\s・、]+")
_ENDS = re.compile(r"(?:職員)?(?:採用|募集)$")
_SENTENCE_ENDS = re.compile(r"[。．?？!！\n]")
_SHORTEST = 2


class OwnName:
    """Removes the names of an office, and polite words for any office, from the head of questions.

    >>> own = OwnName(["ICT職", "都庁"])
    >>> [own.without(text) for text in ("都庁のICT職では残業はありますか", "御社の残業は", "残業はありますか")]
    ['残業はありますか', '残業は', '']
    """

    def __init__(self, names: Collection[str] = ()) -> None:
        self.readers = frozenset[str]().union(*map(conditions, names))
        """The groups of people in the names: all of the FAQ is for them."""
        known = "|".join(map(re.escape, sorted(map(_normalized, names), key=len, reverse=True)))
        name = rf"(?:{'|'.join(filter(None, (known, _ADDRESSED)))})"
        self._head = re.compile(rf"\s*(?:{name}{_LEADS})+", re.IGNORECASE)
        self._begins = re.compile(rf"\s*{name}", re.IGNORECASE)

    def without(self, text: str) -> str:
        """Return the text after the name; empty if it does not begin with the name."""
        found = self._head.match(_normalized(text))
        return text[found.end() :] if found else ""

    def begins(self, text: str) -> bool:
        """Whether a text begins with the name."""
        return bool(self._begins.match(_normalized(text)))


def own_name(knowledge: Knowledge) -> OwnName:
    """Return the name of the office of an FAQ, with its parts and their synonyms in the lexicon."""
    told = knowledge.about.name if knowledge.about else None
    return OwnName(set(_names(told or "", knowledge.lexicon)))


def first_sentence(text: str) -> str:
    """Return a text up to where its first sentence ends."""
    return _SENTENCE_ENDS.split(text, maxsplit=1)[0]


def _names(told: str, lexicon: Lexicon) -> Iterator[str]:
    for part in (told, *_PARTS.split(told)):
        for name in (part, _ENDS.sub("", part)):
            if len(name) >= _SHORTEST:
                yield name
                yield from (word for group in lexicon.groups if name in group for word in group)


def _normalized(text: str) -> str:
    """Return a text of the same length in usual characters."""
    return text.translate(_COMMON_FORMS)
