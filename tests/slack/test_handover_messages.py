import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.messages.block_kit import Message
from bot.slack.messages.feedback import REASONS, feedback_view, thanks_message
from bot.slack.messages.handover import (
    Card,
    CaseState,
    card_message,
    case_draft_view,
    case_reply_view,
    done_message,
    handover_view,
    received_message,
    reply_messages,
    taken_message,
)
from bot.slack.messages.limits import Block
from bot.slack.messages.text import shown
from bot.slack.messages.values import Form, Value
from tests.slack.double.model import View
from tests.slack.double.rendering import lines, view_lines
from tests.slack.messages import LURES, active, excess, texts

CARD = Card(
    key="c1",
    question="通勤手当は出ますか",
    asked_by="田中",
    received=datetime(2025, 6, 1, 9, 5, tzinfo=UTC),
    would_say="このFAQには、回答が見つかりませんでした。",
    category="待遇",
)


def screen(value: Message | Block) -> str:
    if isinstance(value, Message):
        return "\n".join(lines(value.text, value.blocks))
    blocks = [{"block_id": str(number), **block} for number, block in enumerate(value["blocks"])]
    return "\n".join(view_lines(View("V1", "U1", {**value, "blocks": blocks}, "", "")))


def test_the_candidates_form_has_the_question_filled_in() -> None:
    view = handover_view(Value("r1", ("e",), "通勤手当は?"))
    assert screen(view) == (
        "== 人事に聞く ==\n"
        "採用の担当者が確認し、このアプリのメッセージでお返事します。\n"
        "お尋ねになりたいこと:\n  [通勤手当は?]\n"
        "· お名前はSlackの表示名で担当者に伝わります。\n"
        "<キャンセル> <送信>"
    )
    assert (view["callback_id"], view["private_metadata"]) == (
        Form.HANDOVER,
        '{"key":"r1","entry_ids":["e"],"question":"通勤手当は?"}',
    )


def test_hrs_form_as_json() -> None:
    said = {"type": "text", "text": "通勤手当は出ますか"}
    assert case_reply_view(replace(CARD, would_say="出ます。")) == {
        "type": "modal",
        "callback_id": "case_reply",
        "private_metadata": '{"key":"c1"}',
        "title": {"type": "plain_text", "text": "質問に回答する", "emoji": False},
        "submit": {"type": "plain_text", "text": "送信", "emoji": False},
        "close": {"type": "plain_text", "text": "キャンセル", "emoji": False},
        "blocks": [
            {
                "type": "context",
                "elements": [{"type": "plain_text", "text": "質問者: 田中", "emoji": False}],
            },
            {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [said]}]},
            {
                "type": "input",
                "block_id": "answer",
                "label": {"type": "plain_text", "text": "回答", "emoji": False},
                "element": {
                    "type": "plain_text_input",
                    "action_id": "answer",
                    "multiline": True,
                    "max_length": 3_000,
                    "initial_value": "出ます。",
                },
                "optional": False,
            },
            {
                "type": "context",
                "elements": [
                    {
                        "type": "plain_text",
                        "text": "回答は、回答した方のお名前とともに質問者に届きます。",
                        "emoji": False,
                    }
                ],
            },
        ],
    }


def test_a_card_has_all_that_hr_needs() -> None:
    assert screen(card_message(CARD)) == (
        "# 人事への質問: 未対応\n"
        "· 質問者: 田中 / 受付: 2025-06-01 09:05 / カテゴリー: 待遇\n"
        "| 通勤手当は出ますか\n"
        "· ボットの回答案\nこのFAQには、回答が見つかりませんでした。\n"
        "· このカードのスレッドに書いた文章は、質問者に届きます。@名前 で始めた発言とファイルは届きません。\n"
        "[*引き受ける*] [回答する] [FAQに追加] [閉じる]"
    )


def test_a_card_shows_how_far_it_has_come_and_only_what_can_still_be_done() -> None:
    taken = screen(card_message(replace(CARD, state=CaseState.TAKEN, taken_by="安藤"))).split("\n")
    assert taken[0] == "# 人事への質問: 対応中"
    assert taken[1].endswith("担当: 安藤")
    assert taken[-1] == "[*回答する*] [FAQに追加] [閉じる]"
    done = replace(CARD, state=CaseState.DONE, taken_by="安藤", replies=[("安藤", "出ます。")])
    assert screen(card_message(done)).endswith("· 安藤さんの回答\n| 出ます。\n[FAQに追加]")


def test_every_button_of_a_card_names_the_case() -> None:
    (row,) = [block for block in card_message(CARD).blocks if block["type"] == "actions"]
    assert [each["action_id"] for each in row["elements"]] == [
        "case_take",
        "case_reply",
        "case_draft",
        "case_close",
    ]
    assert {Value.decode(each["value"]).key for each in row["elements"]} == {"c1"}


def test_hrs_forms_are_filled_in() -> None:
    answer = screen(case_reply_view(CARD))
    assert "| 通勤手当は出ますか\n回答:\n  [このFAQには、回答が見つかりませんでした。]" in answer
    draft = screen(case_draft_view(replace(CARD, replies=[("安藤", "はい。"), ("安藤", "出ます。")])))
    assert "質問:\n  [通勤手当は出ますか]\n回答:\n  [出ます。]\nカテゴリー(任意):\n  [待遇]" in draft


def test_hrs_forms_bring_back_the_case() -> None:
    for view, form in ((case_reply_view(CARD), Form.CASE_REPLY), (case_draft_view(CARD), Form.CASE_DRAFT)):
        assert (view["callback_id"], Value.decode(view["private_metadata"])) == (form, Value("c1"))


def test_a_card_shows_the_latest_three_replies() -> None:
    card = replace(CARD, replies=[("安藤", f"回答{number}。") for number in range(4)])
    assert [line for line in screen(card_message(card)).split("\n") if line.startswith("| 回答")] == [
        "| 回答1。",
        "| 回答2。",
        "| 回答3。",
    ]


def test_the_candidate_is_told_of_every_step_and_who_answered() -> None:
    assert screen(received_message("手当は?")).endswith("| 手当は?")
    assert screen(taken_message("手当は?", "安藤")).startswith("安藤さんが、ご質問の確認を始めました。")
    assert screen(done_message("手当は?")).startswith("ご質問への対応が完了しました。")
    (message,) = reply_messages("手当は?", "出ます。", "安藤")
    assert screen(message) == "**安藤さん(採用担当)からの回答です。**\n| 手当は?\n出ます。"


def test_a_long_reply_comes_in_several_messages_and_nothing_of_it_is_lost() -> None:
    answer = "とても長い回答です。" * 1_200
    messages = reply_messages("手当は?", answer, "安藤")
    assert len(messages) > 1
    assert all(excess(message) == [] for message in messages)
    text = "\n".join(map(screen, messages)).partition("| 手当は?\n")[2]
    assert text.replace("\n", "") == answer


@settings(max_examples=60, deadline=None)
@given(texts(3_000), texts(40_000), texts(200), st.sampled_from(CaseState), st.integers(0, 5))
def test_whatever_people_write_fits_and_does_nothing(
    question: str, answer: str, name: str, state: CaseState, replies: int
) -> None:
    value = Value("k" * 200, ("e" * 64,) * 4, question)
    card = replace(
        CARD,
        question=question,
        asked_by=name,
        would_say=answer,
        category=name[:60],
        state=state,
        taken_by=name,
        replies=[(name, answer)] * replies,
    )
    built: list[Message | Block] = [
        card_message(card),
        received_message(question),
        taken_message(question, name),
        done_message(question),
        *reply_messages(question, answer, name),
        handover_view(value),
        case_reply_view(card),
        case_draft_view(card),
        feedback_view(value),
    ]
    for each in built:
        assert excess(each) == active(each) == []


def test_what_looks_like_slack_is_shown_as_written_on_the_card() -> None:
    card = replace(CARD, question=LURES, asked_by="<@U1>", would_say=LURES)
    assert active(card_message(card)) == []
    assert screen(card_message(card)).count(LURES) == 2
    assert f"[{shown(LURES)}]" in screen(handover_view(Value(question=LURES)))


def test_the_form_after_a_thumb_down_asks_for_nothing_that_must_be_given() -> None:
    view = feedback_view(Value("r1"))
    assert (view["callback_id"], Value.decode(view["private_metadata"]).key) == (Form.FEEDBACK, "r1")
    assert all(block["optional"] for block in view["blocks"] if block["type"] == "input")
    assert [line.strip() for line in screen(view).split("\n") if "( )" in line] == [
        f"( ) {label}" for label in REASONS.values()
    ]
    assert screen(thanks_message()).startswith("· ご意見をありがとうございます。")


@settings(deadline=None)
@given(texts(200), texts(3_000), st.integers(100, 2_000))
def test_a_value_comes_back_as_it_went_with_the_question_cut_to_its_room(
    key: str, question: str, most: int
) -> None:
    value = Value(key[:20], ("e1", "e2"), question, page=3)
    text = value.encode(most + 300)
    back = Value.decode(text)
    assert replace(back, question="") == replace(value, question="")
    assert back.question == question or question.startswith(back.question.removesuffix("…"))
    assert not set(text) & set("<>&")


@pytest.mark.parametrize("text", ["x", "[]", '{"page":"x"}', '{"entry_ids":3}', json.dumps("a")])
def test_a_value_of_another_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the value of a button"):
        Value.decode(text)


def test_no_value_is_the_empty_value() -> None:
    assert Value.decode("") == Value()
