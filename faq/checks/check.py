"""What is doubtful in a knowledge that can be read: dangling ids, aged facts, unfair wording, answers too long."""

import datetime
import html
import itertools
import re
from collections.abc import Iterator

from faq.checks.fair_selection import GUIDANCE, asked_matter
from faq.fields import LONGEST_ANSWER
from faq.formats.document import MOST_PROBLEMS
from faq.formats.sheets.columns import in_words_of_sheets
from faq.loading.loader import Reading
from faq.model import Entry, EntryKind, folded
from faq.problems import Fault, Place, Problem, Severity, nearest
from faq.wording import Part, Value

LONGEST_SLACK_SECTION = 3_000
FEWEST_PHRASINGS = 3
# What is taken off both of two questions: numbers, both sides of a negation, marks that make a word.
_DECIDES = re.compile(
    r"\d+(?:\.\d+)?|[一二三四五六七八九十]+(?=[種類級次回年月日時人歳名円つ])|[#+%&.,:/-]|ない|ません|なし|無し|ます|あり|有り|る|不|非|未"
)


def check(reading: Reading, today: datetime.date) -> tuple[Problem, ...]:
    """Return what is doubtful on a day beyond the problems of reading itself, in order of place."""
    problems = (
        *_nameless(reading),
        *itertools.islice(_dangling(reading), MOST_PROBLEMS),  # looking for the nearest id takes long
        *_contradictions(reading, today),
        *_repeated_phrasings(reading),
        *_questions_alike(reading),
        *(problem for entry in reading.sound.entries for problem in _doubts(entry, reading, today)),
    )
    return in_words_of_sheets(problems)


def slack_length(text: str) -> int:
    """Return how many characters a text has once it is escaped for Slack."""
    return len(html.escape(text, quote=False))


def _nameless(reading: Reading) -> Iterator[Problem]:
    """Yield a warning where nothing says whose FAQ this is."""
    if reading.knowledge and reading.knowledge.about is None:
        place = Place(reading.origins[reading.knowledge.entries[0].id].file)
        yield _warning(place, "no-about", example="about: {name: 〇〇病院, contact: 人事課}")


def _dangling(reading: Reading) -> Iterator[Problem]:
    def no_entry(entry_id: str, place: Place) -> Problem:
        near = nearest(entry_id, sorted(reading.ids)) or ""
        fault = Fault.of("no-entry", id=entry_id, near=near, advice="did-you-mean" if near else "")
        return Problem(place, fault)

    for entry in reading.sound.entries:
        origin = reading.origins[entry.id]
        for number, related in enumerate(entry.related):
            place = origin.at("related", number)
            if related == entry.id:
                yield _warning(place, "related-to-itself")
            elif related not in reading.ids:
                yield no_entry(related, place)
    for expectation, origin in zip(reading.sound.expectations, reading.expected_at, strict=True):
        for number, gold in enumerate(expectation.gold):
            if gold not in reading.ids:
                yield no_entry(gold, max(origin.at("gold", gold), origin.at("gold", number)))


def _doubts(entry: Entry, reading: Reading, today: datetime.date) -> Iterator[Problem]:
    """Yield what is doubtful in an entry whatever the others are: its days, its length, its wording."""
    origin = reading.origins[entry.id]
    if not entry.served_on(today):
        yield _warning(origin.at("valid_until"), "expired", id=entry.id, day=str(entry.valid_until))
    elif entry.review_by and today > entry.review_by:
        yield _warning(origin.at("review_by"), "review-due", id=entry.id, day=str(entry.review_by))
    length = slack_length(entry.answer)
    if length > LONGEST_SLACK_SECTION:
        fault = Fault.of(
            "too-long-for-slack", length=length, limit=LONGEST_SLACK_SECTION, most=LONGEST_ANSWER
        )
        yield Problem(origin.at("answer"), fault)
    elif len(entry.answer) > LONGEST_ANSWER:
        length = len(entry.answer)
        yield _warning(origin.at("answer"), "too-long-to-read", length=length, most=LONGEST_ANSWER)
    by_hand = not origin.file.lower().endswith(".jsonl")
    if entry.kind is EntryKind.ANSWER and by_hand and len(entry.phrasings) < FEWEST_PHRASINGS:
        count = len(entry.phrasings)
        yield _warning(
            origin.at(),
            "few-phrasings",
            id=entry.id,
            count=count,
            least=FEWEST_PHRASINGS,
            field=Part("also_asked"),
        )
    places = (origin.at("answer"), *reading.phrasings_at(entry))
    for number, text in enumerate((entry.answer, *entry.phrasings)):
        if asked := asked_matter(text, by_candidates=number > 0):
            matter, words = asked
            yield _warning(places[number], "unfair", words=words, matter=matter, guidance=GUIDANCE)


def contradict(one: Entry, other: Entry) -> bool:
    """Whether two entries have the same question and not the same answer."""
    return folded(one.question) == folded(other.question) and one.answer != other.answer


def _contradictions(reading: Reading, today: datetime.date) -> Iterator[Problem]:
    """Yield an error for each entry that answers the question of an earlier one otherwise."""
    seen: dict[str, Entry] = {}
    for entry in reading.sound.entries:
        if entry.kind is EntryKind.SMALLTALK or not entry.served_on(today):
            continue
        first = seen.setdefault(folded(entry.question) or entry.question, entry)
        if contradict(first, entry):
            place = str(reading.origins[first.id].at("answer"))
            fault = Fault.of("contradiction", id=first.id, place=place, field=Part("valid_until"))
            yield Problem(reading.origins[entry.id].at("answer"), fault)


def _repeated_phrasings(reading: Reading) -> Iterator[Problem]:
    seen: dict[str, tuple[Entry, Place]] = {}
    for entry in reading.sound.entries:
        for phrasing, place in zip(entry.phrasings, reading.phrasings_at(entry), strict=True):
            key = folded(phrasing)
            first, at = seen.get(key, (entry, place))
            if key and key not in seen:
                seen[key] = entry, place
            elif key and not contradict(first, entry):
                yield _warning(place, "repeated", phrasing=phrasing, id=first.id, place=str(at))


def _questions_alike(reading: Reading) -> Iterator[Problem]:
    """Yield a warning for each entry whose question differs from an earlier one by a small thing that decides all."""
    seen: dict[str, Entry] = {}
    for entry in reading.sound.entries:
        key = _DECIDES.sub("", folded(entry.question))
        first = seen.setdefault(key, entry) if key and entry.kind is not EntryKind.SMALLTALK else entry
        if folded(first.question) != folded(entry.question):
            place = str(reading.origins[first.id].at("question"))
            yield _warning(
                reading.origins[entry.id].at("question"),
                "differs-little",
                question=entry.question,
                other=first.question,
                place=place,
            )


def _warning(at: Place, kind: str, **values: Value) -> Problem:
    return Problem(at, Fault(kind, tuple(values.items())), Severity.WARNING)
