"""Whatever is in a file, it is read or refused in a bounded number of steps; that is seconds, not minutes."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from faq.files import LARGEST_FILE
from faq.formats.document import MOST_PARTS, MOST_PROBLEMS
from faq.loading.loader import read
from tests.faq.folders import SOURCE, entry, problems_of


def filled(piece: str, head: str = "", tail: str = "") -> str:
    """Return as many pieces as go into the largest file that is read."""
    room = LARGEST_FILE - len((head + tail).encode())
    return head + piece * (room // len(piece.encode())) + tail


def keys(line: str) -> str:
    """Return lines with another number in each, up to the largest file."""
    count = LARGEST_FILE // (len(line.encode()) + 6)
    return "".join(line.format(number) for number in range(count))


TOO_MANY = f"more than {MOST_PARTS:,} values in one file"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.yaml", filled("[],", "entries: [", "]"), TOO_MANY),
        ("a.yaml", filled("- - - - a\n", "entries:\n"), TOO_MANY),
        ("a.yaml", filled("*x,", "a: &x [1]\nb: [", "]"), TOO_MANY),
        ("a.yaml", keys("k{}: b\n"), TOO_MANY),
        ("a.yaml", filled("[", "entries: "), "too many levels"),
        ("a.yaml", filled('- id: "a\n', "entries:\n"), "a quote that is never closed"),
        ("a.yaml", filled("- id: a: b\n", "entries:\n"), "a ': ' in the middle"),
        ("a.yaml", filled("\x01\n"), "a control character"),
        ("a.jsonl", filled("{}\n"), TOO_MANY),
        ("a.jsonl", filled("1,", '{"id":"a","question":"q","answer":"a","also_asked":[', "1]}"), TOO_MANY),
        ("a.jsonl", filled("[]\n"), "not an object"),
    ],
    ids=range(11),
)
def test_a_hostile_file_is_refused_with_few_words(tmp_path: Path, name: str, text: str, told: str) -> None:
    problems = problems_of(tmp_path, **{name.replace(".", "__"): text})
    assert any(told in problem for problem in problems)
    assert len(problems) <= MOST_PROBLEMS + 1


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count the events of the parser from now on."""
    count = 0
    parse = yaml.parse

    def counted(*arguments: object) -> object:
        nonlocal count
        for event in parse(*arguments):  # type: ignore[arg-type]  # as it was called
            count += 1
            yield event

    monkeypatch.setattr(yaml, "parse", counted)
    return lambda: count


def test_reading_stops_at_the_bound(tmp_path: Path, events: Callable[[], int]) -> None:
    problems_of(tmp_path, a__yaml=filled("[],", "entries: [", "]"))
    assert events() <= MOST_PARTS + 2


def test_a_large_file_with_many_broken_entries_is_not_read_over_and_over(
    tmp_path: Path, events: Callable[[], int]
) -> None:
    """Each broken entry means another reading; the larger the file, the fewer of them."""
    sound = "".join(f"  - {{id: e{number}, question: q, answer: a}}\n" for number in range(20_000))
    comment = "#" * (LARGEST_FILE - len(sound) - 1_000) + "\n"
    problems_of(tmp_path, a__yaml="entries:\n" + sound + comment + "  - id: a: b\n" * 21)
    assert events() <= 2 * MOST_PARTS


def test_a_large_sound_set_is_read(tmp_path: Path) -> None:
    """Some thousands of entries are no attack."""
    (tmp_path / "a.yaml").write_text(
        SOURCE + "entries:\n" + "".join(entry(f"e{number}") for number in range(8_000)), encoding="utf-8"
    )
    knowledge = read(tmp_path).knowledge
    assert knowledge
    assert len(knowledge.entries) == 8_000
