import re
from collections import Counter

from index.analysis.normalize import bare
from index.library.topics import topics


def test_every_topic_has_a_name_of_its_own_and_many_ways_to_ask() -> None:
    found = topics()
    assert len(found) >= 350
    assert max(Counter(topic.id for topic in found).values()) == 1
    assert max(Counter(name for topic in found for name in topic.names).values()) == 1
    for topic in found:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", topic.id)
        assert 2 <= len(topic.name) <= 16, topic.name
        assert len(topic.questions) >= 10, topic.id


def test_no_question_stands_in_two_topics() -> None:
    """Which of the two it is about, nobody could tell."""
    times = Counter(bare(question) for topic in topics() for question in topic.questions)
    assert [text for text, count in times.items() if count > 1] == []


def test_the_library_names_no_employer() -> None:
    text = "\n".join(question for topic in topics() for question in topic.questions)
    assert re.search(r"都庁|東京|GovTech|ICT職|株式会社", text) is None
