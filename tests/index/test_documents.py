from faq.model import Expectation
from index.channel import Weights
from index.compiling import compile_index
from index.documents import documents
from index.search import Index
from tests.index.builders import TINY, found

KNOWN = (
    Expectation(q="おうちで働けますか", gold={"remote": 1}),
    Expectation(q="テレワークは週に何日できますか?", gold={"remote": 1}),
    Expectation(q="勉強会と講習のどちらが多いですか", gold={"training": 1, "interview": 1}),
    Expectation(q="講師は誰ですか", gold={"training": 2, "interview": 1}),
    Expectation(q="服装の予算はいくらですか", gold={}),
)
TAUGHT = TINY.model_copy(update={"expectations": KNOWN})


def index() -> Index:
    return compile_index(TAUGHT, Weights())


def test_an_expectation_stands_among_the_phrasings_of_the_entry_that_answers_it_best() -> None:
    """Not where several answer as well, nor twice where the files have the same phrasing."""
    learned = {
        document.entry.id: document.phrasings[len(document.entry.phrasings) :]
        for document in documents(TAUGHT)
        if document.entry
    }
    assert learned == dict.fromkeys(learned, ()) | {
        "remote": ("おうちで働けますか",),
        "training": ("講師は誰ですか",),
    }


def test_a_taught_question_is_found_in_the_words_that_no_file_has() -> None:
    assert "remote" not in found(compile_index(TINY, Weights()), "おうち")
    assert found(index(), "おうち")[0] == "remote"


def test_a_question_without_an_answer_is_scored_and_never_shown() -> None:
    taught = index()
    scores = taught.score(taught.query("服装の予算はいくらですか"))
    assert scores.entries.argmax() == len(taught.entries)
    order = scores.order
    assert len(order)
    assert order.max() < len(taught.entries)


def test_a_rehearsed_question_is_scored_as_if_its_own_expectation_had_taught_no_words() -> None:
    taught = index()
    query = taught.query("服装の予算は、いくらですか。")
    known, rehearsed = (taught.score(query, rehearsed=each).entries for each in (False, True))
    assert known[-1] > 0 == rehearsed[-1]
    assert (known[:-1] == rehearsed[:-1]).all()
    query = taught.query("おうちで働けますか")
    number = taught.numbers["remote"]
    known, rehearsed = (taught.score(query, rehearsed=each).entries for each in (False, True))
    assert known[number] > rehearsed[number]
