import dataclasses
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.console.session import respond, run_lines
from bot.console.state import State
from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from bot.output.terminal import rich_console
from bot.serving.live_release import LiveRelease
from faq.errors import FaqError
from index.decision.policy import Point
from tests.bot.conftest import KNOWLEDGE, Faq, Spawn

Say = Callable[..., str]


@pytest.fixture
def say(state: State) -> Say:
    """Type lines; returns what was shown, as in a pipe."""

    def say(*lines: str) -> str:
        stream = io.StringIO()
        run_lines(state, lines, rich_console(stream, width=80))
        return stream.getvalue()

    return say


@pytest.fixture
def offered(state: State) -> State:
    """Return the state after a reply that offers two entries."""
    reply = state.ask("服装とテレワークを教えて")
    entries = tuple(map(state.release.knowledge.entry, ("clothes", "remote-work")))
    state.reply = dataclasses.replace(reply, kind=ReplyKind.CHOICES, entries=entries)
    return state


@pytest.mark.parametrize("number", ["2", "\uff12", " 2 "])
def test_the_number_of_a_choice_shows_that_answer(offered: State, say: Say, number: str) -> None:
    shown = say(number)
    assert shown.startswith("在宅勤務は、平均すると週に1日から2日ほどです。\n")
    assert shown.endswith("[回答] remote-work\n\n")
    assert offered.thread.topics == ("remote-work",)


def test_another_number_of_the_same_choices_may_follow(offered: State, say: Say) -> None:
    assert "服装は自由" in say("2", "1")
    assert offered.question == "服装とテレワークを教えて"


@pytest.mark.parametrize("number", ["0", "3", "99"])
def test_a_number_that_was_not_offered_is_told(offered: State, say: Say, number: str) -> None:
    assert say(number) == "1から2までの番号を入力してください。\n\n"
    assert offered.reply
    assert offered.reply.kind is ReplyKind.CHOICES


def test_the_thread_is_remembered_until_a_new_conversation(state: State, say: Say) -> None:
    say("在宅勤務はどのくらいできますか")
    assert state.thread.topics == ("remote-work",)
    assert say("/new") == "新しい会話を始めます。\n\n"
    assert (state.thread, state.question, state.reply) == (ConversationState(), None, None)


@pytest.mark.parametrize("line", ["/whi", "/WHI", "\uff0fwhi", "/whi\u3000何か"])
def test_an_unknown_command_is_answered_with_the_nearest(say: Say, line: str) -> None:
    name = line.split(maxsplit=1)[0]
    assert say(line) == f"{name} というコマンドはありません。/why ではありませんか。\n\n"


def test_an_unknown_command_without_a_near_one_leads_to_the_help(say: Say) -> None:
    assert say("/研修") == "/研修 というコマンドはありません。/help で一覧を表示します。\n\n"


def test_blank_lines_say_nothing(state: State, say: Say) -> None:
    assert say("", "  ", "\u3000") == ""
    assert state.question is None


def test_nothing_follows_quit(say: Say) -> None:
    assert say("/quit", "こんにちは") == ""


@pytest.mark.parametrize("command", ["/why", "/expect remote-work"])
def test_commands_about_the_last_question_need_one(state: State, command: str) -> None:
    with pytest.raises(FaqError, match="まだ質問がありません"):
        respond(state, command)


@pytest.mark.parametrize("command", ["/show remote-wrok", "/expect remote-wrok"])
def test_an_unknown_id_is_answered_with_the_nearest(say: Say, command: str) -> None:
    assert "remote-work ではありませんか" in say("こんにちは", command)


def test_an_ime_need_not_be_switched_off(say: Say) -> None:
    assert say("\uff0fshow\u3000\uff43\uff4c\uff4f\uff54\uff48\uff45\uff53") == say("/show clothes")


def test_the_list_can_be_cut_to_a_category_or_a_kind(say: Say) -> None:
    assert say("/list 研修") == "研修(1)\ntraining  どのような研修がありますか\n\n"
    assert say("/list referral") == say("/list 案内")
    assert "salary" in say("/list 案内")
    assert say("/list 天気").startswith(
        "天気 という分類・種類の項目はありません。\n次から選べます: 働き方、研修、給与、"
    )


def test_expect_keeps_the_last_question_once(folder: Path, say: Say) -> None:
    shown = say("家で働ける日は何日", "/expect remote-work", "/expect remote-work")
    assert "記録しました: 「家で働ける日は何日」 → remote-work" in shown
    assert "すでに記録されています" in shown
    lines = (folder / "expectations.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == ['{"q": "家で働ける日は何日", "gold": ["remote-work"]}']


def test_expect_none_says_that_it_must_not_be_answered(folder: Path, say: Say) -> None:
    say("宇宙旅行の割引は", "/expect none")
    assert '"gold": []' in (folder / "expectations.jsonl").read_text(encoding="utf-8")


def test_eval_counts_the_expectations_of_the_knowledge_or_of_a_file(
    folder: Path, tmp_path: Path, say: Say
) -> None:
    assert "期待が1つもありません" in say("/eval")
    say("私服でもよいですか", "/expect clothes", "/reload")
    assert "正答" in say("/eval")
    assert "誤答: " not in say("/eval")
    file = tmp_path / "q.jsonl"
    file.write_text('{"q": "私服でもよいですか", "gold": ["training"]}\n', encoding="utf-8")
    assert "誤答: 私服でもよいですか\n  期待 training; 返答 回答 clothes" in say(f"/eval {file}")
    assert "No such file" in say(f"/eval {folder / 'none.jsonl'}")


def test_reload_tells_what_was_added_changed_and_removed(state: State, folder: Path, say: Say) -> None:
    before = state.release.name
    text = KNOWLEDGE.replace("服装は自由で", "服装は完全に自由で").replace("id: salary", "id: pay")
    (folder / "faq.yaml").write_text(text, encoding="utf-8")
    shown = say("/reload", "/reload")
    assert shown == (
        f"公開しました({before} → {state.release.name})。\n"
        "追加 1件: pay\n"
        "変更 1件: clothes\n"
        "削除 1件: salary\n"
        "ファイルについての注意が1件あります(`faq check` で一覧)。\n"
        "\n"
        "変わったところはありません。\n"
        "\n"
    )


def test_a_reload_that_fails_keeps_what_is_served_and_tells_every_problem(
    state: State, folder: Path, say: Say
) -> None:
    before = state.release
    text = KNOWLEDGE.replace("also_asked: [スーツ", "also_aksed: [スーツ").replace(
        "id: training", "id: clothes"
    )
    (folder / "faq.yaml").write_text(text, encoding="utf-8")
    shown = say("/reload", "私服でもよいですか")
    assert "did you mean 'also_asked'?" in shown
    assert "the id 'clothes' is already used" in shown
    assert f"前の内容({before.name})のまま続けます。" in shown
    assert "服装は自由で" in shown
    assert state.release is before


def test_a_reload_that_the_gate_refuses_can_be_forced_with_a_reason(
    state: State, folder: Path, say: Say
) -> None:
    say("私服でもよいですか", "/expect clothes", "/reload")
    before = state.release
    text = KNOWLEDGE.replace("私服でもよいですか, ", "").rstrip()
    thief = "\n  - {id: thief, question: 私服でもよいですか, answer: 泥棒です。}\n"
    (folder / "faq.yaml").write_text(text + thief, encoding="utf-8")
    shown = say("/reload")
    assert shown.startswith(f"公開しませんでした。前の内容({before.name})のまま続けます。\n")
    assert "・「私服でもよいですか」(正しい項目: clothes)\n    前: 回答 clothes(確信度 " in shown
    assert shown.endswith("それでも公開するときは、理由を付けます: /reload --force 理由\n\n")
    assert state.release is before
    assert "次の理由で公開しました: 試験のため" in say("/reload --force 試験のため")
    assert state.release is not before


@pytest.mark.parametrize("argument", ["--force", "--force  ", "理由だけ"])
def test_a_reload_is_forced_only_with_a_reason(state: State, say: Say, argument: str) -> None:
    assert "/reload --force 理由" in say(f"/reload {argument}")
    assert state.live.serving.publication is None


def test_a_console_on_files_that_differ_from_what_is_served_says_so(
    spawn: Spawn, faq: Faq, folder: Path
) -> None:
    """A person sees it above the first prompt; a pipe gets the release that was published."""
    faq("publish", folder)
    (folder / "faq.yaml").write_text(KNOWLEDGE.replace("服装は自由で", "服装は何でも"), encoding="utf-8")
    result = spawn("chat", "--faq", folder, stdin="私服でもよいですか\n/reload\n私服でもよいですか\n")
    first, report, second, *_ = result.stdout.split("\n\n")
    assert first.startswith("服装は自由で")
    assert report.startswith("公開しました(")
    assert second.startswith("服装は何でも")


def test_why_explains_the_release_that_replied_even_after_a_reload(
    state: State, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = say("家で働ける日は何日", "/why")
    monkeypatch.setattr(LiveRelease, "release", state.release.at(Point.CAUTIOUS))
    assert say("/why") in before


def test_an_interrupt_stops_the_command_and_not_the_console(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LiveRelease, "publish", interrupt)
    assert say("/reload", "/new") == "中断しました。\n\n新しい会話を始めます。\n\n"


def test_a_pipe_gets_a_block_of_plain_lines_for_each_reply(faq: Faq, folder: Path) -> None:
    """No prompt, no banner, no colour; bytes that are no text do no harm."""
    lines = "私服でもよいですか\n\nこんにちは\n".encode() + b"\xff\xfe\n"
    result = faq("--faq", folder, stdin=lines)
    first, second, *_ = result.stdout.split("\n\n")
    assert first.startswith("服装は自由で、ジャケットの人が多くいます。\n(出典: ")
    assert second == "こんにちは。ご質問をどうぞ。"
    assert "\x1b" not in result.stdout
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_pipe_needs_no_prompt_toolkit(spawn: Spawn, folder: Path) -> None:
    result = spawn("chat", "--faq", folder, stdin="こんにちは\n", PYTHONPROFILEIMPORTTIME="1")
    assert result.stdout == "こんにちは。ご質問をどうぞ。\n\n"
    assert "prompt_toolkit" not in result.stderr


def test_knowledge_that_cannot_be_served_opens_no_console(faq: Faq, tmp_path: Path) -> None:
    result = faq("chat", "--faq", tmp_path / "nowhere")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nowhere" in result.stderr
