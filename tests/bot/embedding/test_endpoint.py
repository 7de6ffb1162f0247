"""Questions at a real server, which may be slow or broken: a reply never fails by it, and always says why."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import NoReturn

import pytest

from bot.embedding.address import address
from bot.embedding.endpoint import FAILURES_BEFORE_REST, MOST_CALLS, REST_SECONDS, Endpoint, Server
from index.embeddings import Asked, Model
from tests.bot.embedding.double import (
    Double,
    Way,
    always,
    chunked,
    cut_chunks,
    drips,
    hangs,
    no_http,
    nobody,
    resets,
    serving,
    stops_halfway,
    truncated,
    vectors,
    well,
)
from tests.index.embedders import MODEL, SIZE, vector

LONG, SHORT = 60_000, 40
"""Milliseconds: more than a test takes, and few enough to wait for."""


def endpoint(url: str, milliseconds: int = LONG, key: str = "") -> Endpoint:
    return Endpoint(Server(address(url), MODEL, key, milliseconds))


@pytest.fixture
def server() -> Iterator[Double]:
    with serving(well) as double:
        yield double


def test_the_questions_of_a_message_go_in_one_request(server: Double) -> None:
    """In whatever order the server gives them back."""
    found = endpoint(server.url, key="s3cret").ask(MODEL, ["研修は", "服装は"])
    assert found.problem == ""
    assert {text: row.tolist() for text, row in found.vectors.items()} == {
        text: pytest.approx(vector(f"query: {text}"), rel=1e-6) for text in ("研修は", "服装は")
    }
    (request,) = server.requests
    assert (request["model"], request["input"]) == ("hashed", ["query: 研修は", "query: 服装は"])
    assert (request["path"], request["authorization"]) == ("/v1/embeddings", "Bearer s3cret")


def test_without_a_key_none_is_sent_and_a_key_does_not_print(server: Double) -> None:
    endpoint(server.url).ask(MODEL, ["研修は"])
    assert server.requests[0]["authorization"] is None
    assert "s3cret" not in repr(endpoint(server.url, key="s3cret").server)


def test_what_is_sent_may_be_other_than_what_was_asked(server: Double) -> None:
    found = endpoint(server.url).ask(
        MODEL, ["山田です。研修は"], lambda text: text.replace("山田", "〔氏名〕")
    )
    assert list(found.vectors) == ["山田です。研修は"]
    assert server.inputs == ["query: 〔氏名〕です。研修は"]


def bad(data: object) -> Way:
    return always("200 OK", json.dumps(data).encode())


def one(embedding: object, **more: object) -> object:
    return {"data": [{"index": 0, "embedding": embedding, **more}]}


UNREADABLE = "埋め込みとして読めない返事をした"


@pytest.mark.parametrize(
    ("way", "why"),
    [
        (always("500 Internal Server Error", b"boom"), "エラーを返した(HTTP 500)"),
        (always("401 Unauthorized", b"{}"), "エラーを返した(HTTP 401)"),
        (always("200 OK", b"{not json"), UNREADABLE),
        (always("200 OK", b"[" * 100_000), UNREADABLE),
        (always("200 OK", b"\xff\xfe"), UNREADABLE),
        (bad([]), UNREADABLE),
        (bad({"data": None}), UNREADABLE),
        (bad({"data": []}), UNREADABLE),
        (bad(one([])), UNREADABLE),
        (bad(one([1.0, "x"])), UNREADABLE),
        (bad(one([1.0, None])), UNREADABLE),
        (bad(one([[1.0]])), UNREADABLE),
        (bad(one([1e999, 0.0])), UNREADABLE),
        (bad({"data": [{"index": 1, "embedding": [1.0]}]}), UNREADABLE),
        (bad({"data": [{"index": at, "embedding": [1.0]} for at in range(2)]}), UNREADABLE),
        (truncated, "途中で接続を切った"),
        (resets, "途中で接続を切った"),
        (no_http, "途中で切れたか、HTTPでない返事をした"),
        (cut_chunks, "途中で切れたか、HTTPでない返事をした"),
        (hangs, f"{SHORT}ミリ秒以内に応えなかった"),
        (stops_halfway, f"{SHORT}ミリ秒以内に応えなかった"),
        (drips, f"{SHORT}ミリ秒以内に応えなかった"),
    ],
)
def test_a_server_that_is_slow_or_broken_gives_a_reason_in_place_of_vectors(way: Way, why: str) -> None:
    with serving(way) as double:
        waits = SHORT if way in {hangs, stops_halfway, drips} else LONG
        found = endpoint(double.url, waits).ask(MODEL, ["研修は"])
    assert found == Asked(problem=f"埋め込みサーバーが{why}ため、使わずに答えました。")


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in (nobody(), nobody().replace("http:", "https:")):
        assert "接続を受け付けなかった" in endpoint(url).ask(MODEL, ["研修は"]).problem

    def unknown(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "見つからない" in endpoint("http://gpu1.example:1").ask(MODEL, ["研修は"]).problem


def test_a_name_that_is_looked_up_for_long_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, server: Double
) -> None:
    """The system's resolver heeds no timeout of ours."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: server.closing.wait())
    found = endpoint("http://gpu1.example:1", SHORT).ask(MODEL, ["研修は"])
    assert f"{SHORT}ミリ秒以内に応えなかった" in found.problem
    assert not server.closing.is_set()


def test_a_question_is_not_carried_on_to_another_server(server: Double) -> None:
    """The operator named one machine; where that one points is not theirs to say."""
    with serving(always("307 Temporary Redirect", b"", f"Location: {server.url}/v1/embeddings")) as double:
        found = endpoint(double.url).ask(MODEL, ["研修は"])
    assert "別の場所へ送ろうとした(HTTP 307" in found.problem
    assert server.connections == 0


def test_a_proxy_of_the_environment_sees_no_question(server: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", nobody())
    monkeypatch.setenv("http_proxy", nobody())
    assert endpoint(server.url).ask(MODEL, ["研修は"]).vectors


def test_vectors_of_another_model_are_not_asked_for(server: Double) -> None:
    found = endpoint(server.url).ask(Model("other"), ["研修は"])
    assert "公開中の版は other で作られている" in found.problem
    assert server.connections == 0


def test_after_failures_in_a_row_questions_are_not_held_up_for_a_while() -> None:
    """Then one tries again; if the server is well, all are asked as before."""
    now = 0.0
    with serving(always("500 Oops", b"")) as double:
        asked = Endpoint(Server(address(double.url), MODEL, milliseconds=LONG), clock=lambda: now)
        for _ in range(FAILURES_BEFORE_REST + 4):
            assert asked.ask(MODEL, ["研修は"]).problem
        assert double.connections == FAILURES_BEFORE_REST
        assert "休ませている" in asked.ask(MODEL, ["研修は"]).problem
        now = REST_SECONDS
        assert "HTTP 500" in asked.ask(MODEL, ["研修は"]).problem
        assert "休ませている" in asked.ask(MODEL, ["研修は"]).problem
        now = 2 * REST_SECONDS
        double.way = well
        assert asked.ask(MODEL, ["研修は"]).vectors
        double.way = always("500 Oops", b"")
        assert "HTTP 500" in asked.ask(MODEL, ["研修は"]).problem
        assert "HTTP 500" in asked.ask(MODEL, ["研修は"]).problem


def test_a_server_that_hangs_holds_few_threads_and_gives_them_back() -> None:
    with serving(hangs) as double:
        asked = endpoint(double.url, SHORT)
        # As if nothing had failed yet, for each of them.
        people = [threading.Thread(target=asked.ask, args=(MODEL, ["研修は"])) for _ in range(4 * MOST_CALLS)]
        for each in people:
            each.start()
        assert sum(each.name == "embeddings" for each in threading.enumerate()) <= MOST_CALLS
        for each in people:
            each.join()
        # Cut off, the requests end while the server still hangs.
        for each in threading.enumerate():
            if each.name == "embeddings":
                each.join()
        assert not double.closing.is_set()


def test_many_threads_share_one_endpoint_and_each_gets_its_own_vectors(server: Double) -> None:
    asked = endpoint(server.url)
    texts = [f"質問{number}" for number in range(24)]
    found: dict[str, Asked] = {}
    people = [
        threading.Thread(target=lambda text=text: found.update({text: asked.ask(MODEL, [text])}))
        for text in texts
    ]
    for each in people:
        each.start()
    for each in people:
        each.join()
    for text in texts:
        assert found[text].vectors[text].tolist() == pytest.approx(vector(f"query: {text}"), rel=1e-6)


def test_a_reply_in_pieces_is_read_like_one_in_one(server: Double) -> None:
    whole = endpoint(server.url).ask(MODEL, ["研修は"])
    server.way = chunked
    pieces = endpoint(server.url).ask(MODEL, ["研修は"])
    assert pieces.vectors["研修は"].tolist() == whole.vectors["研修は"].tolist()


def test_what_else_a_server_says_is_passed_over() -> None:
    body = vectors(SIZE, ["query: 研修は"], model="x", usage={"total_tokens": 3})
    with serving(always("200 OK", body)) as double:
        assert endpoint(double.url).ask(MODEL, ["研修は"]).vectors
