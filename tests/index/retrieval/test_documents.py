from faq.model import Expectation
from index.retrieval.documents import documents
from tests.index.builders import TINY

KNOWN = (
    Expectation(q="おうちで働けますか", gold={"remote": 1}),
    Expectation(q="テレワークは週に何日できますか?", gold={"remote": 1}),
    Expectation(q="勉強会と講習のどちらが多いですか", gold={"training": 1, "interview": 1}),
    Expectation(q="講師は誰ですか", gold={"training": 2, "interview": 1}),
    Expectation(q="服装の予算はいくらですか", gold={}),
)
TAUGHT = TINY.model_copy(update={"expectations": KNOWN})


def test_an_expectation_stands_among_the_phrasings_of_the_entry_that_answers_it_best() -> None:
    """Not where several answer as well, nor twice where the files have the same phrasing."""
    learned = {each.entry.id: each.phrasings[len(each.entry.phrasings) :] for each in documents(TAUGHT)}
    assert learned == dict.fromkeys(learned, ()) | {
        "remote": ("おうちで働けますか",),
        "training": ("講師は誰ですか",),
    }
