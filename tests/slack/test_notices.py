from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.slack.messages.block_kit import Message
from bot.slack.messages.notices import (
    REFUSAL,
    TOO_MANY,
    listing_message,
    notice,
    reload_message,
    status_message,
)
from tests.slack.double.rendering import lines
from tests.slack.messages import active, excess, texts


def screen(value: Message) -> str:
    return "\n".join(lines(value.text, value.blocks))


def test_notices_are_one_polite_line() -> None:
    assert screen(notice(TOO_MANY)) == TOO_MANY
    assert screen(notice(REFUSAL)) == REFUSAL
    assert screen(notice(" ")) == "-"


def test_a_status_has_a_line_for_each_fact() -> None:
    assert screen(status_message("状態", {"版": "abc", "件数": "53"})) == "# 状態\n- 版: abc\n- 件数: 53"


def test_a_listing_is_of_twenty_and_says_how_many_more_there_are() -> None:
    shown = screen(listing_message("未回答", [f"質問{number}" for number in range(23)], empty="ありません。"))
    assert shown.split("\n")[-2:] == ["- 質問19", "· ほか3件"]
    assert screen(listing_message("未回答", [], empty="ありません。")) == "# 未回答\nありません。"


def test_a_reload_tells_what_changed_and_what_is_served() -> None:
    told = reload_message(
        served="abc123", accepted=True, added=["a", "b"], changed=["c"], problems=["job.yaml:3: warning: x"]
    )
    assert screen(told) == (
        "# FAQを読み込みました\nいまの版: abc123\n· 追加 2件、変更 1件、削除 0件\n"
        "· 追加\na、b\n· 変更\nc\n"
        "· 確認で見つかったこと 1件\n- job.yaml:3: warning: x"
    )


def test_a_reload_that_was_refused_says_that_the_old_one_is_still_served() -> None:
    told = reload_message(
        served="abc123", accepted=False, added=["a"], changed=["b"], problems=["job.yaml:3: error: x"]
    )
    assert screen(told) == (
        "# FAQを読み込めませんでした\nいまの版: abc123(前のまま。回答は続けています)\n"
        "· 確認で見つかったこと 1件\n- job.yaml:3: error: x"
    )


def test_a_reload_in_which_the_checks_found_nothing_says_so() -> None:
    told = reload_message(served="abc123", accepted=True)
    assert screen(told).endswith("· 追加 0件、変更 0件、削除 0件\n· 確認で見つかった問題はありません。")


def test_rows_for_which_there_is_no_room_are_counted() -> None:
    told = listing_message("未回答", ['"' * 400] * 20, empty="ありません。")
    assert excess(told) == []
    shown = screen(told).split("\n")
    assert shown[-1] == f"· ほか{20 - (len(shown) - 2)}件"


@settings(max_examples=60, deadline=None)
@given(st.lists(texts(400), max_size=22), texts(300))
@example(['"' * 400] * 22, '"' * 300)
def test_whatever_is_told_fits_and_does_nothing(rows: list[str], title: str) -> None:
    told = [
        notice(title * 20),
        listing_message(title, rows, empty="ありません。"),
        status_message(title, dict.fromkeys(rows, title)),
        reload_message(
            served=title[:60], accepted=True, added=rows, changed=rows, removed=rows, problems=rows
        ),
    ]
    for message in told:
        assert (excess(message), active(message)) == ([], [])
