from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.journal.handovers import Handover, HandoverState, Step
from bot.slack.messages.block_kit import Message
from bot.slack.messages.handover import (
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
from bot.slack.messages.notices import REASONS, feedback_view
from bot.slack.messages.text import shown
from bot.slack.messages.values import Form, Value
from tests.slack.double.model import View
from tests.slack.double.rendering import lines, view_lines
from tests.slack.messages import LURES, active, excess, texts

OPEN, TAKEN, ANSWERED, CLOSED = HandoverState
AT = datetime(2025, 6, 1, 9, 5, tzinfo=UTC)
NAMES = {"U1": "田中", "H1": "安藤"}
SAID = "このFAQには、回答が見つかりませんでした。"


def handed(*steps: tuple[HandoverState, str], said: str = SAID) -> Handover:
    """Return a hand-over after these steps of HR's."""
    made = [Step("open", AT, OPEN, "U1", ""), *(Step("k", AT, state, "H1", text) for state, text in steps)]
    state = made[-1].state
    question = "通勤手当は出ますか"
    return Handover("c1", "k", state, "slack-dm", "U1", "待遇", question, said, None, tuple(made))


def card(*steps: tuple[HandoverState, str]) -> str:
    return screen(card_message(handed(*steps), NAMES.__getitem__))


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
    kept = '{"key":"r1","entry_ids":["e"],"question":"通勤手当は?"}'
    assert (view["callback_id"], view["private_metadata"]) == (Form.HANDOVER, kept)


def test_a_card_has_all_that_hr_needs_and_its_buttons_name_the_case() -> None:
    when = f"{AT.astimezone():%Y-%m-%d %H:%M}"
    assert card() == (
        "# 人事への質問: 未対応\n"
        f"· 質問者: 田中 / 受付: {when} / カテゴリー: 待遇\n"
        "| 通勤手当は出ますか\n"
        f"· ボットの回答案\n{SAID}\n"
        "· このカードのスレッドに書いた文章は、質問者に届きます。@名前 で始めた発言とファイルは届きません。\n"
        "[*引き受ける*] [回答する] [FAQに追加] [閉じる]"
    )
    row = card_message(handed(), NAMES.__getitem__).blocks[-1]["elements"]
    assert [each["action_id"] for each in row] == ["case_take", "case_reply", "case_draft", "case_close"]
    assert {Value.decode(each["value"]).key for each in row} == {"c1"}


def test_a_card_shows_how_far_it_has_come_and_only_what_can_still_be_done() -> None:
    taken = card((TAKEN, "")).split("\n")
    assert taken[0] == "# 人事への質問: 対応中"
    assert taken[1].endswith("担当: 安藤")
    assert taken[-1] == "[*回答する*] [FAQに追加] [閉じる]"
    assert card((ANSWERED, "出ます。"), (CLOSED, "")).endswith("· 安藤さんの回答\n| 出ます。\n[FAQに追加]")
    several = card(*((ANSWERED, f"回答{number}。") for number in range(4)))
    latest = [line for line in several.split("\n") if line.startswith("| 回答")]
    assert latest == ["| 回答1。", "| 回答2。", "| 回答3。"]


def test_hrs_forms_are_filled_in_and_bring_back_the_case() -> None:
    answer = case_reply_view(handed(), NAMES.__getitem__)
    assert f"· 質問者: 田中\n| 通勤手当は出ますか\n回答:\n  [{SAID}]" in screen(answer)
    draft = case_draft_view(handed((ANSWERED, "はい。"), (ANSWERED, "出ます。")))
    filled = "質問:\n  [通勤手当は出ますか]\n回答:\n  [出ます。]\nカテゴリー(任意):\n  [待遇]"
    assert filled in screen(draft)
    for view, form in ((answer, Form.CASE_REPLY), (draft, Form.CASE_DRAFT)):
        assert (view["callback_id"], Value.decode(view["private_metadata"])) == (form, Value("c1"))


def test_a_long_reply_comes_in_several_messages_and_nothing_of_it_is_lost() -> None:
    answer = "とても長い回答です。" * 1_200
    messages = reply_messages("手当は?", answer, "安藤")
    assert len(messages) > 1
    assert all(excess(message) == [] for message in messages)
    text = "\n".join(map(screen, messages)).partition("| 手当は?\n")[2]
    assert text.replace("\n", "") == answer


@settings(max_examples=60, deadline=None)
@given(texts(3_000), texts(40_000), texts(200), st.sampled_from(HandoverState), st.integers(0, 5))
def test_whatever_people_write_fits_and_does_nothing(
    question: str, answer: str, name: str, state: HandoverState, replies: int
) -> None:
    value = Value("k" * 200, ("e" * 64,) * 4, question)
    steps = [(ANSWERED, answer)] * replies
    handover = replace(handed(*steps, said=answer), question=question, category=name[:60], state=state)
    built: list[Message | Block] = [
        card_message(handover, lambda _: name),
        received_message(question),
        taken_message(question, name),
        done_message(question),
        *reply_messages(question, answer, name),
        handover_view(value),
        case_reply_view(handover, lambda _: name),
        case_draft_view(handover),
        feedback_view(value),
    ]
    for each in built:
        assert excess(each) == active(each) == []


def test_what_looks_like_slack_is_shown_as_written_on_the_card() -> None:
    message = card_message(replace(handed(said=LURES), question=LURES), lambda _: "<@U1>")
    assert active(message) == []
    assert screen(message).count(LURES) == 2
    assert f"[{shown(LURES)}]" in screen(handover_view(Value(question=LURES)))


def test_the_form_after_a_thumb_down_asks_for_nothing_that_must_be_given() -> None:
    view = feedback_view(Value("r1"))
    assert (view["callback_id"], Value.decode(view["private_metadata"]).key) == (Form.FEEDBACK, "r1")
    assert all(block["optional"] for block in view["blocks"] if block["type"] == "input")
    reasons = [line.strip() for line in screen(view).split("\n") if "( )" in line]
    assert reasons == [f"( ) {label}" for label in REASONS.values()]
