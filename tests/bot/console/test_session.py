"""What the console shows, as in a pipe and at 80 columns; confidences are left out, which a new fit changes."""

import dataclasses
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from bot.console.commands import run_lines
from bot.console.state import ConsoleState
from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from bot.output.terminal import rich_console
from bot.serving.live_release import LiveRelease
from faq.loading.loader import builtin, load
from tests.bot.conftest import Faq, edit

Say = Callable[..., str]

STYLE = re.compile(r"\x1b\[[\d;]*m")
MARKUP = "[bold]研修[/研修]\x1b[31m:smile:"
SHOWN_MARKUP = "[bold]研修[/研修]␛[31m:smile:"


@pytest.fixture
def say(state: ConsoleState) -> Say:
    """Type lines; returns what was shown, as in a pipe, or as a terminal of that width shows it without its styles."""

    def say(*lines: str, width: int | None = None) -> str:
        stream = io.StringIO()
        run_lines(state, lines, rich_console(stream, width=width or 80, terminal=bool(width) or None))
        return STYLE.sub("", stream.getvalue())

    return say


def test_the_number_of_a_choice_shows_that_answer_and_another_may_follow(
    state: ConsoleState, say: Say
) -> None:
    reply = state.ask("服装とテレワークを教えて")
    entries = tuple(map(state.release.knowledge.entry, ("clothes", "remote-work")))
    state.reply = dataclasses.replace(reply, kind=ReplyKind.CHOICES, entries=entries)
    shown = say(" \uff12 ")
    assert shown.startswith("在宅勤務は、平均すると週に1日から2日ほどです。\n")
    assert shown.endswith("[回答] remote-work 確信度 1.00\n\n")
    assert state.thread.topics == ("remote-work",)
    assert say("3") == "1から2までの番号を入力してください。\n\n"
    assert "服装は自由" in say("1")
    assert state.question == "服装とテレワークを教えて"
    assert say("/new") == "新しい会話を始めます。\n\n"
    assert state.thread == ConversationState()
    assert "まだ質問がありません" in say("/why")


def test_a_yes_to_a_choice_is_told_as_the_reason(state: ConsoleState, say: Say) -> None:
    state.thread = ConversationState(("clothes",), "服装", offered="clothes")
    assert "服装は自由" in say("はい")
    assert "「はい」と答えた" in say("/why")
    assert "あいさつ" in say("こんにちは", "/why")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/whi", "/whi というコマンドはありません。/why ではありませんか。\n\n"),
        ("\uff0fWHI\u3000何か", "\uff0fWHI というコマンドはありません。/why ではありませんか。\n\n"),
        ("/why", "まだ質問がありません。"),
        ("/show", "IDを続けて入力してください"),
        ("/list 天気", "天気 という分類はありません。\n次から選べます: 働き方、研修、給与\n"),
        ("/eval", "質問が1つもありません"),
        ("/reload 理由だけ", "/reload --force 理由"),
    ],
)
def test_a_command_that_cannot_be_done_says_what_to_type(
    state: ConsoleState, say: Say, line: str, told: str
) -> None:
    assert told in say(line)
    assert state.live.serving.publication is None


def test_help_shows_small_talk_as_it_is_said_and_takes_examples_from_the_faq(say: Say) -> None:
    assert "みなと市役所についての質問に" in say("/show smalltalk-help")
    assert "(例: /show remote-work)" in say("/show")
    assert "(例: 在宅勤務はどのくらいできますか)" in say("/help")


def test_expect_keeps_the_last_question_once_whatever_its_spelling(folder: Path, say: Say) -> None:
    """A release that was read before does not make it another question; a line without its end is left whole."""
    file = folder / "expectations.jsonl"
    file.write_text('{"q": "a", "gold": []}', encoding="utf-8")
    shown = say("家で働ける日は何日", "/expect remote-work", "/expect remote-work")
    assert "記録しました: 「家で働ける日は何日」 → remote-work" in shown
    assert "すでに記録されています" in shown
    assert "別の期待(remote-work)が記録されています" in say("家で 働ける日は何日?", "/expect none")
    assert "remote-work ではありませんか" in say("/expect remote-wrok")
    say("🙂", "/expect none", MARKUP, "/expect training")
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    kept = [("a", []), ("家で働ける日は何日", ["remote-work"]), ("🙂", []), (MARKUP, ["training"])]
    assert [(line["q"], list(line["gold"])) for line in lines] == kept
    assert "記録できません" in say("\ud800", "/expect none")
    assert len(load(folder).expectations) == len(kept)


def test_what_cannot_take_an_expectation_says_so(folder: Path, say: Say, state: ConsoleState) -> None:
    (folder / "expectations.jsonl").mkdir()
    assert "書き込めません" in say("新しい質問", "/expect none")
    for path, told in ((folder / "faq.yaml", "1つのファイルです"), (builtin(), "faq init")):
        state.live.path = path
        assert told in say("/expect none")


def test_eval_counts_the_expectations_of_the_knowledge(say: Say) -> None:
    say("私服でもよいですか", "/expect clothes", "/reload")
    assert "誤答: " not in say("/eval")
    say("どのような研修がありますか", "/expect clothes", "/reload --force 試験")
    assert "誤答: どのような研修がありますか\n  期待 clothes; 返答 回答 training" in say("/eval")


def test_eval_lists_the_worst_questions_and_counts_the_others(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.console.commands.MOST_MISSES", 1)
    for asked in ("どのような研修がありますか", "在宅勤務はどのくらいできますか"):
        say(asked, "/expect clothes")
    told = say("/reload --force 試験", "/eval")
    assert told.count("  期待 clothes; ") == 1
    assert "うまくいかなかった質問はほかに1件(`faq eval --errors`)\n\n答えられる質問" in told


def test_a_reload_that_the_gate_refuses_can_be_forced_with_a_reason(
    state: ConsoleState, folder: Path, say: Say
) -> None:
    say("私服でもよいですか", "/expect clothes", "/reload")
    before = state.release
    thief = "  - {id: thief, question: 私服でもよいですか, answer: 泥棒です。}\n"
    edit(folder, "私服でもよいですか, ", "", thief)
    shown = say("/reload")
    assert shown.startswith(f"公開しませんでした。前の内容({before.name})のまま続けます。\n")
    assert "それでも公開するときは、理由を付けます: /reload --force 理由\n" in shown
    assert state.release is before
    assert "次の理由で公開しました: 試験のため" in say("/reload --force 試験のため")
    assert state.release is not before


LONG = "在宅勤務やテレワークの頻度、職場の服装、ネクタイとスーツ、研修制度と勉強会、給料と年収と初任給"


@pytest.mark.usefixtures("decides_as_the_product_does")
@pytest.mark.parametrize("question", ["在宅勤務の補助金はありますか", "家で働く日の服装は", LONG])
def test_why_tells_words_hits_rows_that_add_up_and_what_decided(
    state: ConsoleState, say: Say, question: str
) -> None:
    text = say(question, "/why", width=80)
    assert state.reply
    assert re.search(r"^一致した語\(重み\): .*\S+ \d\.\d", text, re.MULTILINE)
    assert re.search(r"^1\. \S+「.+」", text, re.MULTILINE)
    assert re.search(
        r"^判断: \S+  確信度 [01]\.\d\d  候補の中に正解がある確率 [01]\.\d\d$", text, re.MULTILINE
    )
    lines = text[text.index("\n根拠") + 1 :].split("\n\n", maxsplit=1)[0].splitlines()
    rows = [[float(number) for number in re.findall(r"[+-]\d+\.\d\d", line)] for line in lines[1:]]
    *parts, total = (np.array(row) for row in rows)
    hits = state.reply.readings[0].hits
    for row, kind in zip(parts, hits[0].parts, strict=True):
        assert row == pytest.approx([hit.parts[kind] for hit in hits], abs=0.011)
    assert np.sum(parts, axis=0) == pytest.approx(total)
    assert [hit.score for hit in hits] == pytest.approx(total, abs=0.005 * len(parts))
    assert "-0.00" not in text
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "検索していません" in say("こんにちは", "/why")


@pytest.mark.parametrize("after", ["/expect none", f"/show {MARKUP}", f"/list {MARKUP}", f"/{MARKUP}"])
def test_markup_is_shown_as_it_was_typed_and_written(
    state: ConsoleState, say: Say, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SHOWN_MARKUP in say(MARKUP, "/why", after, width=80)
    written = "[bold]基礎[/bold]から学ぶ[/研修]があります。␛[31m赤␛[0m\n"
    assert written in say("どのような研修がありますか", width=80)
    entry = state.release.knowledge.entries[0].model_copy(update={"question": MARKUP, "category": MARKUP})
    knowledge = state.release.knowledge.model_copy(update={"entries": (entry,)})
    monkeypatch.setattr(LiveRelease, "release", dataclasses.replace(state.release, knowledge=knowledge))
    assert say("/list", width=80) == f"remote-work  回答  {SHOWN_MARKUP}\n\n"
    assert f"種類  回答 / {SHOWN_MARKUP}\n" in say("/show remote-work", width=80)


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
