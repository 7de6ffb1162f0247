"""An index without one phrasing is what would have been compiled without it, but for weights that all texts share."""

from datetime import date

import pytest

from faq.fields import NO_TOPIC
from faq.model import Knowledge
from index.release.building import build
from index.release.findability import findability, without_phrasing
from index.retrieval.compiling import compile_index
from index.retrieval.encoder import SentenceEncoder
from index.retrieval.evidence import FIELDS
from index.retrieval.search import HELD, Index
from tests.index.builders import TINY, entry


def held(index: Index, field: str) -> dict[str, list[int]]:
    postings = index.compiled.fields[field]
    found = {term: postings.holders(term).tolist() for term in postings.rows}
    return {term: holders for term, holders in found.items() if holders}


@pytest.mark.parametrize("field", [*FIELDS, HELD])
def test_without_a_phrasing_an_entry_holds_what_its_others_hold(field: str) -> None:
    index = compile_index(TINY)
    number = next(place for place in range(len(index.phrasings)) if index.sizes[index.owners[place]] > 1)
    owner = int(index.owners[number])
    entry = index.entries[owner]
    assert index.phrasings[number] == entry.question
    rest = entry.model_copy(update={"question": entry.also_asked[0], "also_asked": entry.also_asked[1:]})
    entries = tuple(rest if each.id == entry.id else each for each in TINY.entries)
    fresh = compile_index(Knowledge(entries=entries, lexicon=TINY.lexicon, expectations=TINY.expectations))
    found = without_phrasing(index, number, index.analyzer.analyze)
    assert held(found, field) == held(fresh, field) != held(index, field)
    assert found.phrasings == fresh.phrasings
    spans = [[of.span(each) for each in range(len(index.entries))] for of in (found, fresh)]
    assert spans[0] == spans[1]
    assert found.owners.tolist() == fresh.owners.tolist()


@pytest.mark.parametrize(
    ("linked", "named", "few", "most"),
    [(None, "駐車場", 8, 10), ("賞与", "賞与", 0, 2), (NO_TOPIC, "", 0, 0)],
)
def test_an_entry_is_asked_for_as_applicants_ask_about_its_topic(
    use: SentenceEncoder, linked: str | None, named: str, few: int, most: int
) -> None:
    parking = entry("parking", "職員の駐車場はありますか", answer="あります。", topic=linked)
    release = build(Knowledge(entries=(*TINY.entries, parking)), [use])
    (found,) = findability(release, [parking], date(2026, 4, 1))
    assert (found.topic, found.of_topic) == (named, 10 if named else 0)
    assert few <= found.reached <= most
