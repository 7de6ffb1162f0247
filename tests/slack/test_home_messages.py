from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.messages.catalog import WITHOUT_CATEGORY, Catalog, catalog
from bot.slack.messages.home import PAGE, category_view, home_view
from bot.slack.messages.limits import Block
from faq.model import Entry, Knowledge
from tests.index.builders import entry, referral, smalltalk
from tests.slack.double.model import View
from tests.slack.double.rendering import view_lines
from tests.slack.messages import DAY, LURES, active, excess, several

DAYS = (date(2025, 2, 18), date(2025, 2, 8))
KNOWLEDGE = Knowledge(
    entries=(
        entry("remote", "在宅勤務は?", category="働き方", as_of=DAYS[0]),
        entry("clothes", "服装は?", category="働き方", as_of=DAYS[1]),
        entry("training", "研修は?", category="研修"),
        entry("gone", "昔の制度は?", category="昔", valid_until=date(2020, 1, 1)),
        entry("other", "ほかは?"),
        referral("salary", "給料は?"),
        smalltalk("hello", "こんにちは"),
    )
)
MANY = Knowledge(entries=tuple(entry(f"e{n}", f"質問{n:03d}?", category="多い") for n in range(45)))


def screen(view: Block) -> str:
    blocks = [{**block, "block_id": str(number)} for number, block in enumerate(view["blocks"])]
    return "\n".join(view_lines(View("V1", "U1", {**view, "blocks": blocks}, "", "")))


def test_the_catalog_has_what_is_served_by_category_and_four_questions_to_begin_with() -> None:
    known = catalog(KNOWLEDGE, DAY)
    assert known.names == ("働き方", "研修", WITHOUT_CATEGORY)
    assert known.as_of == DAYS[0]
    assert [each.id for each in known.starters] == ["remote", "training", "other", "clothes"]
    assert known.entries("昔") == ()


def test_the_home_tab_greets_says_what_it_can_and_cannot_do_and_where_to_begin() -> None:
    lines = screen(home_view(catalog(KNOWLEDGE, DAY))).split("\n")
    assert lines[:3] == [
        "# 採用FAQ",
        "こんにちは。採用についてのご質問にお答えするボットです。",
        "**できること**",
    ]
    assert lines[5] == "**できないこと**"
    assert lines[8:] == [
        "· FAQの内容は2025年2月18日時点のものです。",
        "---",
        "**たとえば**",
        "[在宅勤務は?]",
        "[研修は?]",
        "[ほかは?]",
        "[服装は?]",
        "---",
        "**カテゴリーから探す**",
        "[働き方(2)] [研修(1)] [その他(1)]",
    ]


def test_an_empty_faq_has_a_home_tab_too() -> None:
    view = home_view(Catalog((), None))
    assert screen(view).endswith("FAQにはまだ回答がありません。")
    assert excess(view) == []


def test_a_category_shows_its_questions_with_a_way_back() -> None:
    assert screen(category_view(catalog(KNOWLEDGE, DAY), "働き方")) == (
        "# 働き方\n在宅勤務は?  [回答を見る]\n服装は?  [回答を見る]\n[ホームに戻る]"
    )


@pytest.mark.parametrize(
    ("page", "first", "count", "turns"),
    [
        (0, "質問000?", 20, "[次へ]"),
        (1, "質問020?", 20, "[前へ] [次へ]"),
        (2, "質問040?", 5, "[前へ]"),
        (9, "質問040?", 5, "[前へ]"),
        (-1, "質問000?", 20, "[次へ]"),
    ],
)
def test_a_long_category_has_pages(page: int, first: str, count: int, turns: str) -> None:
    lines = screen(category_view(catalog(MANY, DAY), "多い", page)).split("\n")
    assert lines[1] == f"{first}  [回答を見る]"
    assert len([line for line in lines if "[回答を見る]" in line]) == count
    assert lines[-1] == f"[ホームに戻る] {turns}"


def test_categories_for_which_there_is_no_room_are_counted() -> None:
    some = Knowledge(entries=tuple(entry(f"e{n}", f"質問{n}?", category=f"分類{n}") for n in range(52)))
    lines = screen(home_view(catalog(some, DAY))).split("\n")
    assert lines[-2:] == [
        "[分類45(1)] [分類46(1)] [分類47(1)] [分類48(1)] [分類49(1)]",
        "· ほか2カテゴリーは、質問を書いてお尋ねください。",
    ]


def test_a_category_that_is_gone_says_so() -> None:
    assert "いまはありません" in screen(category_view(catalog(KNOWLEDGE, DAY), "昔"))


def test_what_looks_like_slack_does_nothing_in_the_home_tab() -> None:
    known = catalog(Knowledge(entries=(entry("lure", LURES, category=LURES[:60]),)), DAY)
    assert active(home_view(known)) == active(category_view(known, LURES[:60].strip())) == []
    assert LURES in screen(category_view(known, LURES[:60].strip()))


@settings(max_examples=60, deadline=None)
@given(several(6), st.integers(1, 30))
def test_any_catalog_fits(found: list[Entry], times: int) -> None:
    some = [
        each.model_copy(
            update={
                "id": f"{each.id}.{number}",
                "category": each.category and f"{number}{each.category}"[:60],
            }
        )
        for number in range(times)
        for each in found
    ]
    known = catalog(Knowledge(entries=tuple(some)), DAY)
    views = [home_view(known), *(category_view(known, name) for name in known.names)]
    assert all(excess(view) == active(view) == [] for view in views)
    assert all(len(view["blocks"]) <= 2 * PAGE for view in views[1:])
