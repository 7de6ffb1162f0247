"""An index without one phrasing is what would have been compiled without it, but for weights that all texts share."""

from datetime import date

import pytest

from faq.fields import NO_TOPIC
from faq.model import Knowledge
from index.release.building import build
from index.release.findability import findability
from index.retrieval.encoder import SentenceEncoder
from index.retrieval.search import Index
from tests.index.builders import TINY, entry


def held(index: Index, field: str) -> dict[str, list[int]]:
    postings = index.compiled.fields[field]
    found = {term: postings.holders(term).tolist() for term in postings.rows}
    return {term: holders for term, holders in found.items() if holders}


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
