import io
import json
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.console.state import State
from bot.conversation import engine
from bot.conversation.record import json_line
from bot.conversation.state import ConversationState
from bot.evaluation import batch
from bot.output.exit_status import ExitStatus
from tests.bot.conftest import Faq
from tests.patience import PATIENCE_SECONDS

KEYS = ["id", "thread", "q", "reply", "ids", "confidence", "ranking", "release", "text"]


def run(state: State, *lines: bytes, top: int = 10) -> list[dict[str, Any]]:
    """Put lines to a batch; each but the last ends in a line feed."""
    replies = batch.Batch(state.release, today=state.today(), top=top)
    return [json.loads(line) for line in replies.run(io.BytesIO(b"\n".join(lines)))]


def line(question: str, **more: object) -> bytes:
    return json.dumps({"q": question, **more}, ensure_ascii=False).encode()


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
    assert set(second) == {"error", "line"}
    assert second["line"] == 2
    assert (third["id"], third["reply"], third["ids"]) == (7, "referral", ["salary"])
    assert result.stderr == "1 of 3 lines could not be answered: see 'error'.\n"
    assert result.exit_code == ExitStatus.FAILURE


def test_good_lines_exit_with_0_whatever_the_replies(faq: Faq, folder: Path) -> None:
    result = faq("batch", "--faq", folder, stdin=line("給料はいくらですか"))
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"", "empty"),
        (b"   ", "empty"),
        (b"not json", "not JSON"),
        (b'"just text"', "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b'{"question": "a"}', "'q' is missing"),
        (b'{"q": 5}', "not a string but 5"),
        (b'{"q": null}', "not a string but null"),
        (b'{"q": "a", "id": NaN}', "NaN is no JSON"),
        (b'{"q": "\xff\xfe"}', "not UTF-8 (byte 8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_line_that_cannot_be_asked_says_why(state: State, bad: bytes, told: str) -> None:
    good = line("私服でもよいですか")
    replies = run(state, good, bad, good)
    assert [reply.get("ids") for reply in replies] == [["clothes"], None, ["clothes"]]
    assert told in replies[1]["error"]
    assert replies[1]["line"] == 2


def test_what_is_known_of_a_bad_line_is_given_back(state: State) -> None:
    (reply,) = run(state, b'{"id": "x", "thread": "t", "q": 1}')
    assert (reply["id"], reply["thread"], reply["line"]) == ("x", "t", 1)


def test_a_line_longer_than_is_read_is_one_error(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows the part that was read is not taken for lines of its own."""
    monkeypatch.setattr(batch, "LONGEST_LINE", 100)
    replies = run(state, line("あ" * 500), line("私服でもよいですか"))
    assert "longer than 100 bytes" in replies[0]["error"]
    assert [reply.get("ids") for reply in replies[1:]] == [["clothes"]]


def test_the_last_line_needs_no_line_feed_and_the_first_may_have_a_byte_order_mark(state: State) -> None:
    (reply,) = run(state, b"\xef\xbb\xbf" + line("私服でもよいですか"))
    assert reply["ids"] == ["clothes"]


def test_lines_of_one_thread_are_one_conversation_and_others_are_not(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ConversationStore are any JSON value; a line without one remembers nothing and is remembered by none."""
    before: list[object] = []

    def converse(_: object, message: str, thread: object, **__: object) -> tuple[object, object]:
        before.append(thread)
        return state.ask("こんにちは"), f"after {message}"

    monkeypatch.setattr(batch, "converse", converse)
    threads = [None, "t", 1, "t", None, "1", 1]
    run(state, *(line(str(number), thread=thread) for number, thread in enumerate(threads)))
    new = ConversationState()
    assert before == [new, new, new, "after 1", new, new, "after 2"]


def test_a_ranking_is_pairs_best_first_rounded_and_at_most_top(state: State) -> None:
    (reply,) = run(state, line("在宅勤務はどのくらいできますか"), top=2)
    assert reply["ranking"][0][0] == "remote-work"
    scores = [score for _, score in reply["ranking"]]
    assert len(scores) == 2
    assert scores == sorted((round(score, 4) for score in scores), reverse=True)


def test_a_bug_met_by_one_line_does_not_lose_the_others(
    state: State, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail_once(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 -- stands in for `converse`
        monkeypatch.setattr(batch, "converse", engine.converse)
        raise RuntimeError(arguments[1], more)

    monkeypatch.setattr(batch, "converse", fail_once)
    replies = run(state, line("a", id=1), line("私服でもよいですか", id=2))
    assert "internal error: RuntimeError" in replies[0]["error"]
    assert (replies[0]["id"], replies[1]["ids"]) == (1, ["clothes"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("question", ["", "🙂", "\x00\x1b", "あ" * 50_000, "\ud800"])
def test_any_question_gets_one_line_that_every_reader_takes(state: State, question: str) -> None:
    """A lone surrogate comes as an escape, which is JSON, and leaves as one: no encoder takes the thing itself."""
    (reply,) = run(state, json.dumps({"q": question}).encode())
    assert reply["q"] == question
    assert json_line(reply).encode().count(b"\n") == 0


def test_each_reply_is_written_before_the_next_question_is_there(
    folder: Path, environment: dict[str, str]
) -> None:
    """A program may ask, read, and ask again over one pipe."""
    command: Sequence[str] = [sys.executable, "-m", "bot.cli", "batch", "--faq", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdin
            assert process.stdout
            for question in ("私服でもよいですか", "どのような研修がありますか"):
                process.stdin.write(line(question) + b"\n")
                process.stdin.flush()
                assert select.select([process.stdout], [], [], PATIENCE_SECONDS)[0]
                assert json.loads(process.stdout.readline())["q"] == question
            process.stdin.close()
            assert process.wait(timeout=PATIENCE_SECONDS) == ExitStatus.OK
        finally:
            process.kill()


def test_what_was_listed_and_has_no_answer_is_a_key_of_its_own(state: State) -> None:
    listed, plain = run(state, line("①私服でもよいですか ②宇宙飛行"), line("私服でもよいですか"))
    assert (listed["ids"], listed["unanswered"]) == (["clothes"], ["宇宙飛行"])
    assert "unanswered" not in plain
