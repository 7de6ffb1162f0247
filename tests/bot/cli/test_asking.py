"""`faq ask` and `faq batch`: what is written where, and with which exit status."""

import io
import json
import select
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from bot.console.state import ConsoleState
from bot.conversation.engine import converse
from bot.conversation.reply import Reply, ReplyKind, json_line
from bot.conversation.state import ConversationState
from bot.conversation.texts import Voice
from bot.evaluation.batch import Batch
from bot.output.terminal import ExitStatus
from faq.loading.loader import builtin
from faq.model import EntryKind
from index.release.store import open_release
from index.retrieval.encoder import packaged
from tests.bot.conftest import Faq, Spawn
from tests.patience import PATIENCE_SECONDS

KEYS = ["id", "thread", "q", "reply", "ids", "confidence", "ranking", "release", "text"]
CLOTHES = "私服でもよいですか"
DAY = date(2025, 6, 1)


def line(question: str, **more: object) -> bytes:
    return json.dumps({"q": question, **more}, ensure_ascii=False).encode()


def run(state: ConsoleState, *lines: bytes, top: int = 10, processes: int = 1) -> list[dict[str, Any]]:
    """Put lines to a batch; each but the last ends in a line feed."""
    replies = Batch(state.release, today=state.today(), top=top, processes=processes)
    return [json.loads(line) for line in replies.run(io.BytesIO(b"\n".join(lines)))]


def test_the_answer_goes_to_standard_output_with_its_source(faq: Faq, folder: Path) -> None:
    result = faq("ask", "在宅勤務はどのくらいできますか", "--faq", folder)
    assert result.stdout == (
        "在宅勤務は、平均すると週に1日から2日ほどです。\n"
        "部署の仕事によって変わります。\n"
        "(出典: 採用課「Meetupレポート」 / 安藤(課長) / 2025年2月18日時点)\n"
    )
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")


@pytest.mark.parametrize(
    ("question", "status"),
    [
        (CLOTHES, ExitStatus.OK),
        ("こんにちは", ExitStatus.OK),
        ("給料はいくらですか", ExitStatus.NOT_ANSWERED),
        ("ブラックホールの質量", ExitStatus.NOT_ANSWERED),
    ],
)
def test_the_exit_status_tells_whether_it_was_answered(
    faq: Faq, folder: Path, question: str, status: ExitStatus
) -> None:
    result = faq("ask", "--faq", folder, "--json", question)
    assert result.exit_code == status
    assert list(json.loads(result.stdout)) == KEYS


@pytest.mark.parametrize("flag_first", [True, False])
def test_the_flag_wins_over_the_setting_that_names_the_knowledge(
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch, *, flag_first: bool
) -> None:
    monkeypatch.setenv("FAQ_PATH", str(folder / "missing"))
    flag, command = ("--faq", folder), ("ask", CLOTHES)
    assert faq(*command).exit_code == ExitStatus.FAILURE
    assert faq(*(*flag, *command) if flag_first else (*command, *flag)).exit_code == ExitStatus.OK
    monkeypatch.setenv("FAQ_PATH", str(folder))
    assert faq(*command).stdout.startswith("服装は自由で")


def test_knowledge_that_cannot_be_served_is_told_without_a_traceback(faq: Faq, folder: Path) -> None:
    (folder / "faq.yaml").write_text("entries: [{id: a, qestion: 何, answer: それ}]\n", encoding="utf-8")
    result = faq("ask", "何", "--faq", folder)
    assert (result.exit_code, result.stdout) == (ExitStatus.FAILURE, "")
    assert "「question」ではありませんか。" in result.stderr
    assert isinstance(result.exception, SystemExit)


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_a_question_imports_nothing_that_its_reply_does_not_need(
    faq: Faq, spawn: Spawn, folder: Path
) -> None:
    """An answer is there in about a second; each of these would cost a part of it."""
    heavy = ("prompt_toolkit", "rich", "slack_bolt", "sqlalchemy", "http.client", "asyncio", "faq.check")
    code = (
        "import sys; from bot.cli import app\nimport typer\n"
        f"heavy = lambda: [name for name in {heavy!r} if name in sys.modules]\n"
        "echo = typer.echo\n"
        "typer.echo = lambda text, **rest: echo(f'{heavy()}', **rest)\n"
        f"try: app(['ask', '{CLOTHES}', '--faq', {str(folder)!r}])\n"
        "except SystemExit as left: print(left.code)"
    )
    faq("ask", CLOTHES, "--faq", folder)  # compiles
    result = spawn(python=("-c", code), FAQ_DATABASE_URL=f"sqlite:///{folder.parent / 'own.db'}")
    assert (result.stdout, result.stderr) == ("[]\n0\n", "")


def test_a_broken_line_in_the_middle_is_told_in_its_place_and_at_the_end(faq: Faq, folder: Path) -> None:
    lines = [
        line("在宅勤務はどのくらいできますか", id="a"),
        b'{"q": "broken',
        line("給料はいくらですか", id=7),
    ]
    result = faq("batch", "--faq", folder, stdin=b"\n".join(lines) + b"\n")
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert list(first) == list(third) == KEYS
    assert (first["id"], first["reply"], first["ids"]) == ("a", "answer", ["remote-work"])
    assert (set(second), second["line"]) == ({"error", "line"}, 2)
    assert (third["id"], third["reply"], third["ids"]) == (7, "referral", ["salary"])
    assert result.stderr == "3行のうち1行に答えられませんでした(その行の error を見てください)。\n"
    assert result.exit_code == ExitStatus.FAILURE
    good = faq("batch", "--faq", folder, stdin=lines[2])
    assert (good.exit_code, good.stderr) == (ExitStatus.OK, "")


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"", "not JSON"),
        (b"not json", "not JSON"),
        (b'"just text"', "'q' is missing"),
        (b'{"question": "a"}', "'q' is missing"),
        (b'{"q": 5}', "no string"),
        (b'{"q": "a", "id": NaN}', "NaN is no JSON"),
        (b'{"q": "\xff\xfe"}', "not JSON in UTF-8"),
        (b"[" * 100_000, "recursion"),
        (line("あ" * 400_000), "longer than 1048576 bytes"),
    ],
)
def test_a_line_that_cannot_be_asked_says_why_and_takes_no_other_with_it(
    state: ConsoleState, bad: bytes, told: str
) -> None:
    replies = run(state, b"\xef\xbb\xbf" + line(CLOTHES), bad, line(CLOTHES))
    assert [reply.get("ids") for reply in replies] == [["clothes"], None, ["clothes"]]
    assert told in replies[1]["error"]
    assert replies[1]["line"] == 2


def test_lines_of_one_thread_are_one_conversation_and_others_are_not(
    state: ConsoleState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads are any JSON value; a line without one remembers nothing and is remembered by none."""
    before: list[object] = []

    def remembering(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 -- stands in for `converse`
        before.append(arguments[2].question)
        reply, _ = converse(*arguments, **more)
        return reply, ConversationState(("clothes",), f"after {arguments[1]}")

    threads = [None, "t", 1, "t", None, "1", 1]
    monkeypatch.setattr("bot.evaluation.batch.converse", remembering)
    run(state, *(line(str(number), thread=thread) for number, thread in enumerate(threads)))
    assert before == ["", "", "", "after 1", "", "", "after 2"]


def test_many_lines_are_answered_by_several_processes_as_one_would(
    state: ConsoleState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, a broken line in its place, and each line of a thread by the process that knows it."""
    answering: list[str] = []

    def noted(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 -- stands in for `converse`
        answering.append(arguments[1])
        return converse(*arguments, **more)

    monkeypatch.setattr("bot.evaluation.batch.converse", noted)
    asked = ["在宅勤務はどのくらいできますか", "その申請は", CLOTHES, "こんにちは", "給料はいくらですか", ""]
    lines = [line(asked[each * 7 % 6], thread=each * 5 % 7 or None, id=each) for each in range(600)]
    lines[3] = lines[77] = lines[400] = b"broken"
    alone = run(state, *lines)
    answering.clear()
    assert run(state, *lines, processes=2) == alone
    assert len(answering) == 1  # the others were answered elsewhere


def test_an_id_nested_as_deeply_as_can_be_read_comes_back_from_several_processes(state: ConsoleState) -> None:
    lines = [b'{"q": "", "id": %b}' % (b"[" * depth + b"]" * depth) for depth in range(700, 1_000, 5)]
    assert run(state, *lines, processes=2) == run(state, *lines)


def test_a_ranking_is_pairs_best_first_rounded_and_at_most_top(state: ConsoleState) -> None:
    (reply,) = run(state, line("在宅勤務はどのくらいできますか"), top=2)
    assert reply["ranking"][0][0] == "remote-work"
    scores = [score for _, score in reply["ranking"]]
    assert len(scores) == 2
    assert scores == sorted((round(score, 4) for score in scores), reverse=True)


def test_a_bug_met_by_one_line_does_not_lose_the_others(
    state: ConsoleState, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    buggy = Mock(side_effect=[RuntimeError, converse(state.release, CLOTHES, ConversationState(), today=DAY)])
    monkeypatch.setattr("bot.evaluation.batch.converse", buggy)
    replies = run(state, line("a", id=1), line(CLOTHES, id=2))
    assert "internal error: RuntimeError" in replies[0]["error"]
    assert (replies[0]["id"], replies[1]["ids"]) == (1, ["clothes"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("question", ["", "\x00\x1b", "あ" * 50_000, "\ud800"])
def test_any_question_gets_one_line_that_every_reader_takes(state: ConsoleState, question: str) -> None:
    """A lone surrogate comes as an escape, which is JSON, and leaves as one: no encoder takes the thing itself."""
    (reply,) = run(state, json.dumps({"q": question}).encode())
    assert reply["q"] == question
    assert json_line(reply).encode().count(b"\n") == 0


def test_what_was_listed_and_has_no_answer_is_a_key_of_its_own(state: ConsoleState) -> None:
    listed, plain = run(state, line(f"①{CLOTHES} ②宇宙飛行"), line(CLOTHES))
    assert (listed["ids"], listed["unanswered"]) == (["clothes"], ["宇宙飛行"])
    assert "unanswered" not in plain


def test_each_reply_is_written_before_the_next_question_is_there_and_who_stops_reading_ends_it_quietly(
    folder: Path, environment: dict[str, str]
) -> None:
    """A program may ask, read, and ask again over one pipe; `head` may have read enough."""
    command = [sys.executable, "-m", "bot", "batch", "--faq", str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment) as process:
        try:
            assert process.stdin
            assert process.stdout
            assert process.stderr
            for question in (CLOTHES, "どのような研修がありますか"):
                process.stdin.write(line(question) + b"\n")
                process.stdin.flush()
                assert select.select([process.stdout], [], [], PATIENCE_SECONDS)[0]
                assert json.loads(process.stdout.readline())["q"] == question
            process.stdout.close()
            process.stdin.write(line(CLOTHES) + b"\n")
            process.stdin.close()
            assert process.wait(timeout=PATIENCE_SECONDS) == ExitStatus.BROKEN_PIPE == 128 + 13
            assert process.stderr.read() == b""
        finally:
            process.kill()


@pytest.mark.usefixtures("decides_as_the_product_does")
def test_the_built_in_set_holds_whatever_it_is_edited_to(compiled_builtin: Path) -> None:
    """From end to end, as a store hands it out the second time; a wrong answer is worse than none."""
    served = open_release(builtin(), home=compiled_builtin, encoders=(packaged("use"),))

    def said(message: str) -> Reply:
        return converse(served, message, ConversationState(), today=DAY)[0]

    searched = served.knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)
    first = sum(said(entry.question).ranking[0][0] == entry.id for entry in searched)
    assert first >= 0.95 * len(searched)
    voice = Voice(served.knowledge, DAY)
    for entry in served.knowledge.of_kind(EntryKind.SMALLTALK):
        reply = said(entry.question)
        assert (reply.kind, reply.text) == (ReplyKind.SMALLTALK, voice.spoken(entry.answer))
    for message in ("給料はいくらですか", "明日の天気は", "美味しいラーメン屋を教えて"):
        assert said(message).kind in {ReplyKind.REFERRAL, ReplyKind.UNKNOWN}
    assert said("ﾃﾚﾜｰｸできますか？").ids == ("remote-work",)
