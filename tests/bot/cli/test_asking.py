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
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import Voice
from bot.evaluation.batch import Batch
from bot.output.terminal import ExitStatus
from faq.loading.loader import builtin
from faq.model import EntryKind
from index.release.store import open_release
from index.retrieval.encoder import packaged
from tests.bot.conftest import Faq
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


@pytest.mark.parametrize("flag_first", [True, False])
def test_the_flag_wins_over_the_setting_that_names_the_knowledge(
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch, *, flag_first: bool
) -> None:
    monkeypatch.setenv("FAQ_PATH", str(folder / "missing"))
    flag, command = ("--faq", folder), ("ask", CLOTHES)
    assert faq(*command).exit_code == ExitStatus.FAILURE
    assert faq(*(*flag, *command) if flag_first else (*command, *flag)).exit_code == ExitStatus.OK


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
        (b'{"q": "a", "id": 1e999}', "1e999 is no JSON"),
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


def test_a_bug_met_by_one_line_does_not_lose_the_others(
    state: ConsoleState, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    buggy = Mock(side_effect=[RuntimeError, converse(state.release, CLOTHES, ConversationState(), today=DAY)])
    monkeypatch.setattr("bot.evaluation.batch.converse", buggy)
    replies = run(state, line("a", id=1), line(CLOTHES, id=2))
    assert "internal error: RuntimeError" in replies[0]["error"]
    assert (replies[0]["id"], replies[1]["ids"]) == (1, ["clothes"])
    assert "Traceback" in capsys.readouterr().err


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
