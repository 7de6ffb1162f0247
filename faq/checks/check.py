"""What is doubtful in a knowledge that can be read: dangling ids, aged facts, unfair wording, answers too long."""

import datetime
import html
import itertools
from collections.abc import Iterator

from faq.checks.fair_selection import GUIDANCE, asked_matter
from faq.formats.columns import in_words_of_sheets
from faq.formats.document import MOST_PROBLEMS
from faq.loading.loader import Reading
from faq.model import LONGEST_ANSWER, Entry, EntryKind, folded
from faq.problems import Place, Problem, Severity, nearest, quoted

LONGEST_SLACK_SECTION = 3_000
FEWEST_PHRASINGS = 3


def check(reading: Reading, today: datetime.date) -> tuple[Problem, ...]:
    """Return what is doubtful on a day beyond the problems of reading itself, in order of place."""
    problems = (
        *itertools.islice(_dangling(reading), MOST_PROBLEMS),  # looking for the nearest id takes long
        *_unheld_words(reading),
        *_repeated_phrasings(reading),
        *(problem for entry in reading.sound.entries for problem in _doubts(entry, reading, today)),
    )
    return in_words_of_sheets(problems)


def slack_length(text: str) -> int:
    """Return how many characters a text has once it is escaped for Slack."""
    return len(html.escape(text, quote=False))


def _dangling(reading: Reading) -> Iterator[Problem]:
    def no_entry(entry_id: str, place: Place) -> Problem:
        near = nearest(entry_id, sorted(reading.ids))
        remedy = f"did you mean {near!r}?" if near else "write the id of an entry, or remove it"
        return Problem(place, f"there is no entry {quoted(entry_id)}", remedy)

    for entry in reading.sound.entries:
        origin = reading.origins[entry.id]
        for number, related in enumerate(entry.related):
            place = origin.at("related", number)
            if related == entry.id:
                yield _warning(place, "an entry that is related to itself", "remove it")
            elif related not in reading.ids:
                yield no_entry(related, place)
    for expectation, origin in zip(reading.sound.expectations, reading.expected_at, strict=True):
        for number, gold in enumerate(expectation.gold):
            if gold not in reading.ids:
                yield no_entry(gold, max(origin.at("gold", gold), origin.at("gold", number)))


def _unheld_words(reading: Reading) -> Iterator[Problem]:
    answers = {entry.id: entry.answer for entry in reading.sound.entries}
    for expectation, origin in zip(reading.sound.expectations, reading.expected_at, strict=True):
        if not expectation.gold.keys() <= answers.keys():
            continue  # said already
        lacking = set(expectation.answer_has)
        for gold in expectation.gold:
            lacking &= set(expectation.lacking(answers[gold]))
        for number, text in enumerate(expectation.answer_has):
            if text in lacking:
                ids = ", ".join(map(quoted, expectation.gold))
                what = f"the answer of {ids} does not have {quoted(text)}"
                yield _warning(origin.at("answer_has", number), what, "correct the answer or 'answer_has'")


def _doubts(entry: Entry, reading: Reading, today: datetime.date) -> Iterator[Problem]:
    """Yield what is doubtful in an entry whatever the others are: its days, its length, its wording."""
    origin = reading.origins[entry.id]
    if not entry.served_on(today):
        what = f"{quoted(entry.id)} was valid until {entry.valid_until} and is no longer served"
        yield _warning(origin.at("valid_until"), what, "bring it up to date, or remove it")
    elif entry.review_by and today > entry.review_by:
        what = f"{quoted(entry.id)} was to be reviewed by {entry.review_by}"
        yield _warning(origin.at("review_by"), what, "see whether it still holds, and set a later day")
    length = slack_length(entry.answer)
    if length > LONGEST_SLACK_SECTION:
        what = f"the answer has {length} characters in Slack, which takes {LONGEST_SLACK_SECTION}"
        yield Problem(origin.at("answer"), what, f"shorten it, best to {LONGEST_ANSWER} or fewer")
    elif len(entry.answer) > LONGEST_ANSWER:
        what = f"the answer has {len(entry.answer)} characters, too many to read in a chat"
        remedy = f"shorten it to {LONGEST_ANSWER} or fewer, or make two entries of it"
        yield _warning(origin.at("answer"), what, remedy)
    by_hand = not origin.file.lower().endswith(".jsonl")
    if entry.kind is EntryKind.ANSWER and by_hand and len(entry.phrasings) < FEWEST_PHRASINGS:
        what = f"{quoted(entry.id)} can be asked in {len(entry.phrasings)} way(s) only"
        remedy = f"add other words for it under 'also_asked', {FEWEST_PHRASINGS} or more in all"
        yield _warning(origin.at(), what, remedy)
    places = (origin.at("answer"), *reading.phrasings_at(entry))
    for number, text in enumerate((entry.answer, *entry.phrasings)):
        if asked := asked_matter(text, by_candidates=number > 0):
            what = f"{quoted(asked.words)} asks candidates for {asked.matter}, which {GUIDANCE} leaves out"
            remedy = "ask only for what the work needs, or say plainly that nobody is asked for it"
            yield _warning(places[number], what, remedy)


def _repeated_phrasings(reading: Reading) -> Iterator[Problem]:
    seen: dict[str, tuple[str, Place]] = {}
    for entry in reading.sound.entries:
        for phrasing, place in zip(entry.phrasings, reading.phrasings_at(entry), strict=True):
            key = folded(phrasing)
            if key in seen:
                first_id, first = seen[key]
                whose = "this entry" if first_id == entry.id else quoted(first_id)
                what = f"{quoted(phrasing)} is already a phrasing of {whose} at {first}"
                yield _warning(place, what, "remove one of the two, or say what is different")
            elif key:
                seen[key] = entry.id, place


def _warning(place: Place, what: str, remedy: str) -> Problem:
    return Problem(place, what, remedy, Severity.WARNING)
