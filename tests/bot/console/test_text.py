"""What the console shows, at 80 columns as in a terminal; confidences are left out, which a new fit changes."""

import dataclasses
import io
import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.console.session import run_lines
from bot.console.state import State
from bot.console.views import hundredths
from bot.output.terminal import rich_console
from bot.serving.live_release import LiveRelease

STYLE = re.compile(r"\x1b\[[\d;]*m")


def shown(state: State, *lines: str, width: int = 80) -> str:
    """Return what a terminal of that width shows, without its styles."""
    stream = io.StringIO()
    run_lines(state, lines, rich_console(stream, width=width, terminal=True))
    return STYLE.sub("", stream.getvalue())


def test_an_answer_reads_as_the_candidate_will_see_it(state: State) -> None:
    text = re.sub(r"確信度 [01]\.\d\d", "確信度 0.??", shown(state, "在宅勤務はどのくらいできますか"))
    assert text == (
        "在宅勤務は、平均すると週に1日から2日ほどです。\n"
        "部署の仕事によって変わります。\n"
        "(出典: 採用課「Meetupレポート」 / 安藤(課長) / 2025年2月18日時点)\n"
        "関連する質問:\n"
        "  ・職場の服装はどんな感じですか\n"
        "[回答] remote-work 確信度 0.??\n"
        "\n"
    )


def test_a_pipe_shows_the_very_text_that_ask_prints(state: State) -> None:
    stream = io.StringIO()
    run_lines(state, ["在宅勤務はどのくらいできますか"], rich_console(stream, width=80))
    assert state.reply
    assert stream.getvalue().startswith(f"{state.reply.text}\n")


def test_an_entry_past_its_review_day_carries_a_warning(state: State) -> None:
    text = shown(state, "私服でもよいですか")
    assert text.endswith("注意: clothes は見直し期限(2020年1月31日)を過ぎています。\n\n")
    state.today = lambda: date(2020, 1, 31)
    assert "注意" not in shown(state, "私服でもよいですか")


def test_show_has_everything_about_an_entry(state: State) -> None:
    assert shown(state, "/show clothes") == (
        "職場の服装はどんな感じですか\n"
        "\n"
        "服装は自由で、ジャケットの人が多くいます。\n"
        "(出典: 採用課「Meetupレポート」 / 2025年2月18日時点)\n"
        "\n"
        "ID          clothes\n"
        "種類        回答 / 働き方\n"
        "見直し期限  2020年1月31日\n"
        "\n"
        "ほかの言い回し(3)\n"
        "  ・スーツで通うのですか\n"
        "  ・私服でもよいですか\n"
        "  ・ネクタイは要りますか\n"
        "注意: clothes は見直し期限(2020年1月31日)を過ぎています。\n"
        "\n"
    )


def test_the_list_lines_up_whatever_the_width_of_its_characters(state: State) -> None:
    assert shown(state, "/list") == (
        "働き方(2)\n"
        "remote-work            在宅勤務はどのくらいできますか\n"
        "clothes                職場の服装はどんな感じですか\n"
        "\n"
        "研修(1)\n"
        "training               どのような研修がありますか\n"
        "\n"
        "給与(1)\n"
        "salary       案内      給料はいくらですか\n"
        "\n"
        "(分類なし)(1)\n"
        "hello        あいさつ  こんにちは\n"
        "\n"
    )


def test_the_help_names_every_command(state: State) -> None:
    assert shown(state, "/help") == (
        "質問をそのまま入力します。候補が出たら、番号を入力すると回答を表示します。\n"
        "\n"
        "/why                    直前の回答の理由(語、根拠、確信度)\n"
        "/show ID                項目の全文と言い回し\n"
        "/list [分類・種類]      項目の一覧\n"
        "/expect ID|none         直前の質問を、正しい項目とともに記録\n"
        "/eval [ファイル]        記録した期待(またはファイル)で評価\n"
        "/reload [--force 理由]  編集したファイルを確かめて公開\n"
        "/new                    新しい会話(話の流れを忘れる)\n"
        "/help                   この一覧\n"
        "/quit                   終了(Ctrl-D でも)\n"
        "\n"
    )


LONG = "在宅勤務やテレワークの頻度、職場の服装、ネクタイとスーツ、研修制度と勉強会、給料と年収と初任給"


@pytest.mark.parametrize("question", ["在宅勤務はどのくらいできますか", "家で働く日の服装は", LONG])
def test_the_rows_of_evidence_add_up_to_the_scores(state: State, question: str) -> None:
    text = shown(state, question, "/why")
    assert state.reply
    lines = text[text.index("\n根拠") + 1 :].split("\n\n", maxsplit=1)[0].splitlines()
    rows = [[float(number) for number in re.findall(r"[+-]\d+\.\d\d", line)] for line in lines[1:]]
    *parts, total = (np.array(row) for row in rows)
    assert [f"{hit.score:+.2f}" for hit in state.reply.readings[0].hits] == [f"{each:+.2f}" for each in total]
    assert np.sum(parts, axis=0) == pytest.approx(total)
    assert max(map(cell_len, text.splitlines())) <= 80


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=30))
def test_rounded_parts_add_up_and_none_is_a_hundredth_off(parts: list[float]) -> None:
    rounded = hundredths(parts, sum(parts))
    assert sum(rounded) == round(sum(parts) * 100)
    assert all(abs(part * 100 - shown) <= 1 + 1e-6 for part, shown in zip(parts, rounded, strict=True))


def test_why_tells_words_hits_and_what_decided(state: State) -> None:
    text = shown(state, "在宅勤務の補助金はありますか", "/why")
    assert re.search(r"^一致した語\(重み\): .*在宅勤務 \d\.\d", text, re.MULTILINE)
    assert re.search(r"^一致しない語\(重み\): .*補助金? \d\.\d", text, re.MULTILINE)
    assert "1. remote-work「在宅勤務はどのくらいできますか」" in text
    assert re.search(r"^判断: \S+  確信度 0\.\d\d  候補の中に正解がある確率 [01]\.\d\d$", text, re.MULTILINE)
    assert re.search(r"^期待効用: 回答 [+-]\d\.\d\d、候補 [+-]\d\.\d\d、答えない 0。", text, re.MULTILINE)


def test_why_says_that_small_talk_is_not_searched_for(state: State) -> None:
    assert "検索していません" in shown(state, "こんにちは", "/why")


MARKUP = "[bold]研修[/研修]\x1b[31m:smile:"


@pytest.mark.parametrize(
    "after", ["/why", "/expect none", f"/show {MARKUP}", f"/list {MARKUP}", f"/{MARKUP}"]
)
def test_markup_in_a_question_is_shown_as_it_was_typed(state: State, after: str) -> None:
    text = shown(state, MARKUP, after)
    if after != "/why":
        assert "[bold]研修[/研修]␛[31m:smile:" in text


def test_markup_in_an_answer_is_shown_as_it_was_written(state: State) -> None:
    assert "[bold]基礎[/bold]から学ぶ[/研修]があります。␛[31m赤␛[0m\n" in shown(
        state, "どのような研修がありますか"
    )


def test_markup_in_a_table_is_shown_as_it_was_written(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = state.release.knowledge.entries[0].model_copy(update={"question": MARKUP, "category": MARKUP})
    knowledge = state.release.knowledge.model_copy(update={"entries": (entry,)})
    monkeypatch.setattr(LiveRelease, "release", dataclasses.replace(state.release, knowledge=knowledge))
    shown_markup = "[bold]研修[/研修]␛[31m:smile:"
    assert shown(state, "/list") == f"{shown_markup}(1)\nremote-work  {shown_markup}\n\n"
    assert f"種類  回答 / {shown_markup}\n" in shown(state, "/show remote-work")


@pytest.mark.parametrize("width", [30, 60, 80])
def test_no_line_is_wider_than_the_terminal(state: State, width: int) -> None:
    text = shown(
        state, "在宅勤務はどのくらいできますか", "/show training", "/list", "/help", "/研修", width=width
    )
    assert max(cell_len(line) for line in text.splitlines()) <= width


def test_a_pipe_is_not_broken_into_lines(state: State) -> None:
    stream = io.StringIO()
    run_lines(state, ["在宅勤務はどのくらいできますか"], rich_console(stream, width=20))
    assert "(出典: 採用課「Meetupレポート」 / 安藤(課長) / 2025年2月18日時点)\n" in stream.getvalue()


COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3[0-8]|9[0-7])[;m]")


def test_colours_are_left_out_where_the_environment_says_so(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")

    def coloured(*, no_color: bool = False) -> bool:
        console = rich_console(io.StringIO(), no_color=no_color, terminal=True)
        run_lines(state, ["私服でもよいですか", "/why"], console)
        assert isinstance(console.file, io.StringIO)
        return bool(COLOUR.search(console.file.getvalue()))

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert coloured()
    assert not coloured(no_color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured()
