import numpy as np
import pytest

from faq.fields import NO_TOPIC
from faq.model import Entry, Knowledge
from index.library.topics import topics
from index.retrieval.compiling import compile_index
from index.retrieval.encoder import SentenceEncoder
from index.retrieval.space import Space, shipped
from index.retrieval.subjects import Subjects
from tests.index.builders import FEW, entry


@pytest.fixture(scope="module")
def space(use: SentenceEncoder) -> Space:
    found = shipped(use)
    assert found is not None
    return found


def test_a_question_is_about_its_topic_of_the_library(space: Space, use: SentenceEncoder) -> None:
    known = topics()
    places = range(0, len(known), 10)
    rows = use.encode([known[place].questions[0] for place in places])
    likely = space.about(space.questions(rows))
    assert likely.sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert np.mean(likely.argmax(axis=1) == list(places)) > 0.5  # one in 610 by chance


NUMBERS = {topic.name: number for number, topic in enumerate(topics())}


def subjects(use: SentenceEncoder, *entries: Entry) -> Subjects:
    return compile_index(Knowledge(entries=entries), [use], cohort=FEW).subjects


def test_what_an_entry_seems_to_be_about_is_proposed_likeliest_first(use: SentenceEncoder) -> None:
    proposed = subjects(use, entry("fee", "採用試験の倍率はどのくらいですか")).likely(0)
    assert proposed[0][0].name == "採用倍率"
    assert [share for _, share in proposed] == sorted((share for _, share in proposed), reverse=True)
    assert all(0 < share <= 1 for _, share in proposed)


def test_what_hr_links_is_covered_and_what_hr_refuses_covers_nothing(use: SentenceEncoder) -> None:
    midwife = entry("midwife", "助産師の採用について")
    wrong, _ = subjects(use, midwife).likely(0)[0]
    seems = subjects(use, midwife).asked(NUMBERS[wrong.name])
    refused = midwife.model_copy(update={"topic": NO_TOPIC})
    assert subjects(use, refused).asked(NUMBERS[wrong.name]) < 0.01 < seems
    linked = midwife.model_copy(update={"topic": "採用倍率"})
    assert subjects(use, linked).asked(NUMBERS["採用倍率"]) == 1.0
    assert subjects(use, midwife).asked(NUMBERS["採用倍率"]) < 0.01
