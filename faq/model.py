"""The words of the knowledge: entries, their source, the lexicon, expectations. Frozen and validated."""

import datetime
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from faq.fields import (
    Address,
    Count,
    Day,
    EntryId,
    LinkedTopic,
    Number,
    OtherPhrasings,
    Phrasing,
    Scale,
    Text,
    Word,
)

# Releases are named by the text of their knowledge: what has none of a later field keeps its name.
_LATER = Field(default=None, exclude_if=lambda value: value is None)

# "C#" and "C++" are not "C", and 2.5 is not 25: a mark between two digits is a part of the number.
_NOT_COMPARED = re.compile(r"(?<=\d)(?P<in_number>[^\w#+%&]+)(?=\d)|[^\w#+%&]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SAME_MARK = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("〜∼", "~")})


@lru_cache(maxsize=20_000)
def folded(phrasing: str) -> str:
    """Return what is compared of a phrasing: neither width nor case, space nor punctuation, but all of its numbers.

    >>> folded("Ｗｅｂ会議は、ありますか？") == folded("WEB会議は ありますか")
    True
    >>> folded("C#は使いますか") == folded("Cは使いますか")
    False
    >>> [folded(text) for text in ("２．５万円", "25万円", "1,500円", "10：30〜12：00")]
    ['2.5万円', '25万円', '1500円', '10:30~12:00']
    """
    plain = unicodedata.normalize("NFKC", phrasing).casefold()
    return _NOT_COMPARED.sub(_mark_in_number, _THOUSANDS.sub("", plain))


def _mark_in_number(found: re.Match[str]) -> str:
    mark = found["in_number"]
    return ("".join(mark.split()) or " ").translate(_SAME_MARK) if mark else ""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EntryKind(StrEnum):
    """What an entry is for."""

    ANSWER = "answer"
    REFERRAL = "referral"
    """Often asked, not answered here: says so, and who knows."""
    SMALLTALK = "smalltalk"
    """Greetings, thanks, "what can you do": recognized as a whole, never searched for."""


class Source(_Frozen):
    """Where answers come from, as it is shown with them. A sheet may give only the title."""

    title: Text
    publisher: Text | None = None
    as_of: Day
    url: Address | None = _LATER


class Entry(_Frozen):
    """One question and answer, with the other ways in which it is asked.

    Attributes:
        as_of: The day the answer's facts held; `None` where the file gives none.
        review_by: After this day the check warns; the entry is still served.
        valid_until: The last day on which the entry is served.
        owner: Who in the office keeps the answer true; candidates never see it.
        url: The page that tells more; without it, an answer's is that of its source.
        topic: Name of the topic of the library that a person linked, or `NO_TOPIC`; `None` where nobody said so.
    """

    id: EntryId
    kind: EntryKind = EntryKind.ANSWER
    category: Word | None = None
    question: Phrasing
    also_asked: OtherPhrasings = ()
    answer: Text
    speaker: Text | None = None
    source: Source | None = None
    as_of: Day | None = None
    review_by: Day | None = None
    valid_until: Day | None = None
    related: tuple[EntryId, ...] = ()
    handover: bool = False
    owner: Text | None = None
    url: Address | None = _LATER
    topic: LinkedTopic = _LATER

    @property
    def page(self) -> str | None:
        """The page shown with the answer: its own, or that of its source. A referral states no facts of the source."""
        of_source = self.source.url if self.source and self.kind is EntryKind.ANSWER else None
        return self.url or of_source

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question first, then the other ways to ask it: 1 or more."""
        return (self.question, *self.also_asked)

    def served_on(self, day: datetime.date) -> bool:
        """Whether the entry may be shown on `day`."""
        return self.valid_until is None or day <= self.valid_until

    @model_validator(mode="after")
    def _handover_is_for_referrals(self) -> "Entry":
        if self.handover and self.kind is not EntryKind.REFERRAL:
            kind = "handover-for-referrals"
            raise PydanticCustomError(kind, "'handover' is for entries of kind 'referral'")
        return self


class Changed(NamedTuple):
    """An entry as it was and as it is."""

    before: Entry
    after: Entry

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields that differ, in order of the model."""
        both = zip(self.before, self.after, strict=True)
        return tuple(name for (name, was), (_, now) in both if was != now)


class OneWay(_Frozen):
    """A narrow word that also means the wider ones, but not the other way round."""

    word: Word
    means: Annotated[tuple[Word, ...], Field(min_length=1)]


class Lexicon(_Frozen):
    """Words of this house, as an office edits them.

    Attributes:
        groups: Words that mean the same here; each group has 2 or more.
        one_way: A question with `word` also finds what is written with one of `means`.
        never: Pairs that must not be joined, whatever a dictionary of synonyms says.
        terms: Terms that the dictionary cuts in pieces and that are one here.
    """

    groups: tuple[Annotated[tuple[Word, ...], Field(min_length=2)], ...] = ()
    one_way: tuple[OneWay, ...] = ()
    never: tuple[tuple[Word, Word], ...] = ()
    terms: tuple[Word, ...] = ()


def _graded(gold: object) -> object:
    """Return a list of ids as grades: 1 for each id."""
    return dict.fromkeys(map(str, gold), 1) if isinstance(gold, list | tuple) else gold


class Expectation(_Frozen):
    """A question with the entries that may answer it; none means that it must not be answered.

    Attributes:
        gold: Grade by entry id, 1 or more. A list of ids reads as grade 1 each.
        answer_has: Texts that the answer must contain, such as the figure that is asked for.
    """

    q: Text
    gold: Annotated[dict[EntryId, Count], BeforeValidator(_graded)]
    kind: Word = "plain"
    answer_has: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _only_an_answer_has_words(self) -> "Expectation":
        if self.answer_has and not self.gold:
            kind = "words-without-gold"
            raise PydanticCustomError(kind, "'answer_has' is for questions with an entry in 'gold'")
        return self

    def lacking(self, answer: str) -> tuple[str, ...]:
        """Return the texts of `answer_has` that an answer lacks; width, case and blanks do not count."""
        has = _without_blanks(answer) if self.answer_has else ""
        return tuple(text for text in self.answer_has if _without_blanks(text) not in has)


def _without_blanks(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class Tuning(_Frozen):
    """What `faq tune` found on an office's own questions, for one search: a calibration in place of the usual one."""

    made_on: Day
    questions: Count
    entries: Count
    search: Annotated[Text, StringConstraints(max_length=300)]
    scale: Scale = 1.0
    shift: Number = 0.0
    offered_scale: Scale = 1.0
    offered_shift: Number = 0.0


class About(_Frozen):
    """What names the office in the bot's own words.

    Attributes:
        name: The employer or post that is asked about.
        covers: What the FAQ answers, to be followed by "です".
        contact: Whom to ask otherwise.
        where: An address or a place to look for the rest.
        topics: Whether a reply may name a topic of the library that no entry is about.
    """

    name: Word | None = None
    covers: Phrasing | None = None
    contact: Word | None = None
    where: Phrasing | None = None
    topics: bool = Field(default=True, exclude_if=bool)


class Knowledge(_Frozen):
    """Everything that is served and what it is held to: the content of a folder of knowledge files."""

    entries: tuple[Entry, ...]
    lexicon: Lexicon = Lexicon()
    expectations: tuple[Expectation, ...] = ()
    about: About | None = _LATER
    tuning: Tuning | None = _LATER

    def entry(self, entry_id: str) -> Entry:
        """Return the entry of that id; `KeyError` if there is none."""
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)

    def with_entry(self, entry: Entry) -> "Knowledge":
        """Return the same with an entry in the place of the one of its id, or after the last."""
        entries = {**{each.id: each for each in self.entries}, entry.id: entry}
        return self.model_copy(update={"entries": tuple(entries.values())})

    def of_kind(self, *kinds: EntryKind) -> tuple[Entry, ...]:
        """Return the entries of these kinds, in order of the files."""
        return tuple(entry for entry in self.entries if entry.kind in kinds)
