"""What the fields of the model may hold: texts and how long they are, days, addresses, names of topics."""

import datetime
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

# Slack refuses a section over 3,000 characters, and escaping makes one character at most five.
LONGEST_ANSWER = 600
LONGEST_PHRASING = LONGEST_ADDRESS = 300

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Phrasing = Annotated[Text, StringConstraints(max_length=LONGEST_PHRASING)]
Word = Annotated[Text, StringConstraints(max_length=60)]
EntryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
NO_TOPIC = "なし"
"""What stands as the topic of an entry that is about none of the library's."""


def _confirmed(topic: object) -> object:
    """Return a confirmed topic without its probability; `None` for a proposal, which ends in a question mark.

    >>> [_confirmed(text) for text in ("寮・社宅 96%?", "寮・社宅 96%", "寮・社宅")]
    [None, '寮・社宅', '寮・社宅']
    """
    if not isinstance(topic, str):
        return topic
    plain = unicodedata.normalize("NFKC", topic).rstrip()
    return None if plain.endswith("?") else re.sub(r"\s*[0-9０-９]+[%％]\s*$", "", topic)


LinkedTopic = Annotated[Word | None, BeforeValidator(_confirmed)]


def proposed_phrasing(text: str, people: int) -> str:
    """Return a phrasing as it is proposed in a file; whoever takes the `?` off confirms it."""
    return f"{text} 〔{people}人〕?"


def _confirmed_phrasings(phrasings: object) -> object:
    """Return phrasings without the proposed ones, and without the number of people who chose them.

    >>> _confirmed_phrasings(["寮はある?", "泊まれる所は 〔2人〕?", "住む所は 〔3人〕"])
    ['寮はある?', '住む所は']
    """
    if not isinstance(phrasings, list | tuple) or not all(isinstance(each, str) for each in phrasings):
        return phrasings
    chosen_by = r"\s*〔[0-9]+人〕\s*(?P<proposed>[?？])?\s*$"
    marks = [(each, re.search(chosen_by, each)) for each in phrasings]
    return [each[: mark.start()] if mark else each for each, mark in marks if not (mark and mark["proposed"])]


OtherPhrasings = Annotated[tuple[Phrasing, ...], BeforeValidator(_confirmed_phrasings)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Scale = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]


def _written_out(day: object) -> object:
    """Refuse what pydantic would read as seconds, such as '86400', and turn into a day."""
    form = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    if isinstance(day, str | int | float) and not re.fullmatch(form, str(day).strip()):
        kind = "date_form"
        raise PydanticCustomError(kind, "not written as YYYY-MM-DD")
    return day


Day = Annotated[datetime.date, BeforeValidator(_written_out)]


def _secure(address: str) -> str:
    """Refuse what is no https address, or shows another host than the one it leads to."""
    form = r"https://[^\s/?#@<>|\"]+\.[^\s<>|\"]+"
    if not (re.fullmatch(form, address) and address.isprintable()):
        kind = "no-https-address"
        raise PydanticCustomError(kind, "not an address that begins with https://")
    return address


Address = Annotated[Text, StringConstraints(max_length=LONGEST_ADDRESS), AfterValidator(_secure)]
