import datetime

import pytest

from bot.authoring.difference import import_lines
from faq.comparison import compare
from faq.model import Entry, Expectation, Knowledge, Source

LONG = "在宅勤務は局の平均で週に1日から2日ほどです。ならした日数なので、部署と仕事の内容によって変わります。"
SOURCE = Source(title="報告", publisher="東京都", as_of=datetime.date(2025, 2, 18))


def lines(before: Knowledge, after: Knowledge) -> list[str]:
    """Return what is said of the changes, but for the counts."""
    return list(import_lines(compare(before, after)))[1:]


def changed(before: dict[str, object], after: dict[str, object]) -> list[str]:
    """Return what is said of an entry that had one value and has another."""
    common = {"id": "remote", "question": "在宅は", "answer": "はい。"}
    old, new = (Knowledge(entries=(Entry.model_validate({**common, **each}),)) for each in (before, after))
    return lines(old, new)


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        (
            f"{LONG}くわしくは上司にお尋ねください。",
            "「…によって変わります。」→「…によって変わります。くわしくは上司にお尋ねください。」",
        ),
        (LONG.replace("部署", "所属"), "「…ならした日数なので、部署と仕事の"),
        (LONG.replace("在宅", "自宅"), "「在宅勤務は局の平均で"),
        ("週2日です。", "「在宅勤務は局の平均で"),
    ],
    ids=["more at the end", "another word in the middle", "another beginning", "another text"],
)
def test_a_long_text_is_shown_from_where_it_differs(after: str, shown: str) -> None:
    """Its beginning alone would say that nothing changes."""
    (line,) = changed({"answer": LONG}, {"answer": after})
    assert line.startswith(f"  ~ remote 回答: {shown}")
    before, new = line.removeprefix("  ~ remote 回答: ").split("→")
    assert before != new
    assert max(len(before), len(new)) <= 42


def test_a_short_text_is_shown_whole() -> None:
    assert changed({}, {"answer": "いいえ。"}) == ["  ~ remote 回答: 「はい。」→「いいえ。」"]


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        (
            SOURCE.model_copy(update={"as_of": datetime.date(2026, 4, 1)}),
            "「報告(東京都、2025-02-18)」→「報告(東京都、2026-04-01)」",
        ),
        (
            SOURCE.model_copy(update={"publisher": None}),
            "「報告(東京都、2025-02-18)」→「報告(2025-02-18)」",
        ),
        (None, "「報告(東京都、2025-02-18)」→「」"),
    ],
    ids=["day", "publisher", "none"],
)
def test_whatever_changes_of_a_source_is_seen(after: Source | None, shown: str) -> None:
    assert changed({"source": SOURCE}, {"source": after}) == [f"  ~ remote 出典: {shown}"]


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        ({"gold": {"b": 1}}, "正解: 「a」→「b」"),
        ({"gold": {}}, "正解: 「a」→「答えない」"),
        ({"gold": {"a": 2}}, "正解: 「a」→「a(2)」"),
        ({"gold": {"a": 1}, "answer_has": ("週2日",)}, "答えに含む言葉: 「」→「週2日」"),
    ],
    ids=["entry", "none", "grade", "fact"],
)
def test_whatever_changes_of_an_expectation_is_seen(after: dict[str, object], shown: str) -> None:
    entries = tuple(Entry(id=each, question=f"{each}は", answer="はい。") for each in "ab")
    old, new = (
        Knowledge(entries=entries, expectations=(Expectation.model_validate({"q": "在宅は", **each}),))
        for each in ({"gold": {"a": 1}}, after)
    )
    assert lines(old, new) == [f"  ~ 想定質問「在宅は」{shown}"]
