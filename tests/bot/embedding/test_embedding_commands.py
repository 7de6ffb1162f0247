"""The commands with an embeddings server: what it gives, and what becomes of a reply and a release without it."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.console.session import run_lines
from bot.console.state import State
from bot.embedding.opening import open_embedding
from bot.exits import ExitStatus
from bot.served import Served
from bot.settings import read_settings
from bot.terminal import rich_console
from faq.errors import FaqError
from index.embeddings import LONGEST
from tests.bot.conftest import Faq
from tests.bot.embedding.double import Double, Way, always, hangs, nobody, serving, truncated, uneven, well

DAY = date(2025, 6, 1)
ASKED = "テレワークの頻度は？"
EXPECTED = """\
{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"]}
{"q": "宇宙旅行の割引はありますか、名刺は要りますか", "gold": []}
"""
BROKEN = always("500 Internal Server Error", b"")


@pytest.fixture
def asked(faq: Faq, folder: Path, server: Double, use: Callable[[str], None]) -> Path:
    """Return a folder that was read with a server, which has forgotten what it was sent."""
    use(server.url)
    assert faq("ask", "こんにちは", "--faq", folder).stderr == ""
    server.requests.clear()
    return folder


def hint(why: str) -> str:
    return f"埋め込みサーバーが{why}ため、使わずに答えました。"


def test_a_question_is_asked_for_once_and_a_greeting_is_not(faq: Faq, asked: Path, server: Double) -> None:
    result = faq("ask", ASKED, "--faq", asked)
    assert (result.exit_code, result.stderr) == (ExitStatus.OK, "")
    assert server.inputs == [f"query: {ASKED}"]
    faq("ask", "こんにちは", "--faq", asked)
    assert len(server.requests) == 1


def test_a_release_with_embeddings_has_a_name_of_its_own_and_one_without_that_of_before(
    faq: Faq, folder: Path, server: Double, use: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = faq("ask", ASKED, "--faq", folder, "--json").stdout
    use(server.url)
    with_them = json.loads(faq("ask", ASKED, "--faq", folder, "--json").stdout)
    assert with_them["release"] != json.loads(before)["release"]
    assert with_them["ranking"] != json.loads(before)["ranking"]
    monkeypatch.delenv("FAQ_EMBEDDINGS_URL")
    assert faq("ask", ASKED, "--faq", folder, "--json").stdout == before


def test_the_same_question_gives_the_same_reply(faq: Faq, asked: Path) -> None:
    first, second = (faq("ask", ASKED, "--faq", asked, "--json").stdout for _ in range(2))
    assert first == second


@pytest.mark.parametrize("way", [BROKEN, truncated])
def test_a_reply_goes_out_without_a_server_that_fails_and_says_so_beside_it(
    faq: Faq, asked: Path, server: Double, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    server.way = way
    result = faq("ask", ASKED, "--faq", asked)
    assert result.exit_code == ExitStatus.OK
    assert "使わずに答えました。\n" in result.stderr
    assert result.stderr.count("\n") == 1
    monkeypatch.delenv("FAQ_EMBEDDINGS_URL")
    assert faq("ask", ASKED, "--faq", asked).stdout == result.stdout


def test_a_server_that_hangs_is_waited_for_150_milliseconds(
    faq: Faq, asked: Path, server: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.way = hangs
    monkeypatch.delenv("FAQ_EMBEDDINGS_WAIT")
    result = faq("ask", ASKED, "--faq", asked)
    assert (result.exit_code, result.stderr) == (
        ExitStatus.OK,
        hint("150ミリ秒以内に応えなかった") + "\n",
    )


def test_vectors_of_another_size_are_not_used_and_it_is_said_what_to_do(
    faq: Faq, asked: Path, server: Double
) -> None:
    server.size += 1
    result = faq("ask", ASKED, "--faq", asked)
    assert result.exit_code == ExitStatus.OK
    assert "長さ(49)" in result.stderr
    assert "公開し直してください" in result.stderr


def test_a_batch_tells_of_each_line_whether_it_was_answered_without(
    faq: Faq, asked: Path, server: Double
) -> None:
    lines = "".join(json.dumps({"q": text}) + "\n" for text in (ASKED, "研修は", "こんにちは"))
    told = [json.loads(line) for line in faq("batch", "--faq", asked, stdin=lines).stdout.splitlines()]
    assert ["unembedded" in each for each in told] == [False, False, False]
    server.way = BROKEN
    told = [json.loads(line) for line in faq("batch", "--faq", asked, stdin=lines).stdout.splitlines()]
    assert [each["q"] for each in told] == [ASKED, "研修は", "こんにちは"]
    assert [each.get("unembedded") for each in told] == [hint("エラーを返した(HTTP 500)")] * 2 + [None]


def test_several_questions_of_a_message_are_asked_for_at_once(faq: Faq, asked: Path, server: Double) -> None:
    faq("ask", "研修はありますか。服装は自由ですか？", "--faq", asked)
    (request,) = server.requests
    assert request["input"] == [
        "query: 研修はありますか。 服装は自由ですか？",
        "query: 研修はありますか。",
        "query: 服装は自由ですか？",
    ]


def test_a_question_is_embedded_with_the_story_before_it(faq: Faq, asked: Path, server: Double) -> None:
    """In the longest message its end counts, where it asks."""
    faq("ask", "--faq", asked, "社員証をなくしました。どうしたらいいですか？")
    assert server.inputs[-1] == "query: 社員証をなくしました。 どうしたらいいですか？"
    faq("ask", "--faq", asked, f"{'長い話です。' * 300}服装は自由ですか？")
    assert server.inputs[-1].endswith("長い話です。 服装は自由ですか？")
    assert len(server.inputs[-1]) == len("query: ") + LONGEST


def test_who_asks_is_masked_before_a_question_leaves(faq: Faq, asked: Path, server: Double) -> None:
    """The speakers whom the FAQ quotes are public, and are asked about."""
    faq("ask", "山田太郎です。0312345678に教えてください、安藤さんの話は？", "--faq", asked)
    sent = " ".join(server.inputs)
    assert "山田" not in sent
    assert "0312345678" not in sent
    assert "安藤さん" in sent


def test_a_server_that_fails_at_the_first_question_is_told_and_answered_without(
    faq: Faq, folder: Path, use: Callable[[str], None]
) -> None:
    """A path that was never published is read as it is, and nobody waits for a server to be repaired."""
    use(nobody())
    result = faq("ask", ASKED, "--faq", folder)
    assert result.exit_code == ExitStatus.OK
    assert "接続を受け付けなかった" in result.stderr
    assert result.stderr.endswith("埋め込みを使わずに答えます。\n")


def served(faq: Faq, folder: Path) -> list[str]:
    told = json.loads(faq("releases", "--faq", folder, "--json").stdout)["releases"]
    return [str(each["release"]) for each in told if each["served"]]


def found(faq: Faq, folder: Path) -> list[tuple[str, str]]:
    told = json.loads(faq("doctor", "--faq", folder, "--json").stdout)["findings"]
    return [(each["state"], each["text"]) for each in told if each["name"] == "embeddings"]


def test_a_publication_whose_server_fails_changes_nothing_and_says_what_to_do(
    faq: Faq, folder: Path, server: Double, use: Callable[[str], None]
) -> None:
    # All that the gate asks is kept, so that the new answer alone needs the server.
    (folder / "expectations.jsonl").write_text(EXPECTED.splitlines()[0], encoding="utf-8")
    use(server.url)
    assert faq("publish", folder).exit_code == ExitStatus.OK
    first = served(faq, folder)
    assert found(faq, folder)[0][0] == "ok"
    text = (folder / "faq.yaml").read_text(encoding="utf-8")
    (folder / "faq.yaml").write_text(text.replace("服装は自由", "服装は平服"), encoding="utf-8")
    server.way = BROKEN
    refused = faq("publish", folder)
    assert refused.exit_code == ExitStatus.FAILURE
    assert "公開中の内容は変わっていません" in refused.stderr
    assert "HTTP 500" in refused.stderr
    assert "--no-embeddings" in refused.stderr
    assert served(faq, folder) == first
    assert "服装は自由" in faq("ask", "服装は", "--faq", folder).stdout

    assert faq("publish", folder, "--no-embeddings").exit_code == ExitStatus.OK
    assert "服装は平服" in faq("ask", "服装は", "--faq", folder).stdout
    server.way = well
    states = found(faq, folder)
    assert [state for state, _ in states] == ["ok", "note"]
    assert "埋め込みなしで作られている" in states[1][1]
    assert faq("publish", folder).exit_code == ExitStatus.OK
    states = found(faq, folder)
    assert [state for state, _ in states] == ["ok", "note"]
    assert (
        "埋め込みは順位だけに使います" in states[1][1]
    )  # nothing is known of this model, and questions are few
    assert served(faq, folder) != first


def test_the_gate_asks_with_embeddings_and_only_what_is_not_kept(
    faq: Faq, folder: Path, server: Double, use: Callable[[str], None]
) -> None:
    (folder / "expectations.jsonl").write_text(EXPECTED, encoding="utf-8")
    use(server.url)
    assert faq("publish", folder).exit_code == ExitStatus.OK
    sent = server.inputs
    assert "passage: 職場の服装はどんな感じですか\n服装は自由で、ジャケットの人が多くいます。" in sent
    assert "query: 名刺は要りますか" in sent
    assert len(sent) == len(set(sent))
    server.requests.clear()
    assert "変わったところはありません" in faq("publish", folder).stdout
    assert server.requests == []


def test_another_model_is_published_over_the_one_that_is_served(
    faq: Faq, folder: Path, server: Double, use: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "expectations.jsonl").write_text(EXPECTED, encoding="utf-8")
    use(server.url)
    assert faq("publish", folder).exit_code == ExitStatus.OK
    monkeypatch.setenv("FAQ_EMBEDDINGS_MODEL", "another model")
    assert "別の埋め込み" in found(faq, folder)[1][1]
    assert "公開中の版は" in faq("ask", ASKED, "--faq", folder).stderr
    assert faq("publish", folder).exit_code == ExitStatus.OK
    assert faq("ask", ASKED, "--faq", folder).stderr == ""
    assert server.inputs[-1] == ASKED  # another model has no prefix


@pytest.mark.parametrize(("way", "said"), [(BROKEN, "HTTP 500"), (truncated, "途中で接続を切った")])
def test_the_doctor_says_what_is_wrong_with_the_server(
    faq: Faq, asked: Path, server: Double, way: Way, said: str
) -> None:
    server.way = way
    ((state, text),) = found(faq, asked)
    assert state == "bad"
    assert said in text


def test_the_doctor_says_how_large_and_how_fast(faq: Faq, asked: Path) -> None:
    ((state, text),) = found(faq, asked)
    assert state == "ok"
    assert "48次元" in text
    assert "ミリ秒" in text


def test_the_doctor_says_that_there_is_none(faq: Faq, folder: Path) -> None:
    assert found(faq, folder) == [("ok", "埋め込みサーバー: 使いません(FAQ_EMBEDDINGS_URL がありません)")]


def test_an_evaluation_waits_for_the_server_and_counts_nothing_without_it(
    faq: Faq, asked: Path, server: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(EXPECTED, encoding="utf-8")
    monkeypatch.setenv("FAQ_EMBEDDINGS_WAIT", "1")
    told = faq("eval", "--faq", asked, "--questions", questions, "--errors", "--json")
    assert told.exit_code == ExitStatus.OK
    assert "query: 宇宙旅行の割引はありますか、名刺は要りますか" in server.inputs
    server.way = BROKEN
    assert faq("eval", "--faq", asked, "--questions", questions).exit_code == ExitStatus.OK  # they are kept
    questions.write_text('{"q": "食堂はありますか", "gold": []}', encoding="utf-8")
    told = faq("eval", "--faq", asked, "--questions", questions)
    assert told.exit_code == ExitStatus.FAILURE
    assert "HTTP 500" in told.stderr
    assert told.stdout == ""


@pytest.fixture
def say(asked: Path, home: Path) -> Callable[..., str]:
    """Type lines at a console; returns what was shown."""
    served = Served(asked, home, lambda: DAY, embedding=open_embedding(read_settings()))
    state = State(served, lambda: DAY)

    def say(*lines: str) -> str:
        stream = io.StringIO()
        run_lines(state, lines, rich_console(stream, width=80))
        return stream.getvalue()

    return say


def test_the_console_shows_the_evidence_and_says_when_there_is_none(
    say: Callable[..., str], server: Double
) -> None:
    shown = say(ASKED, "/why")
    assert "埋め込みの近さ" in shown
    assert "使わずに答えました" not in shown
    server.way = BROKEN
    shown = say(ASKED, "/why")
    assert hint("エラーを返した(HTTP 500)") in shown
    assert "埋め込みの近さ" not in shown


def test_what_leans_on_the_topic_is_embedded_with_it_and_without(
    say: Callable[..., str], server: Double
) -> None:
    say(ASKED, "それは長いですか", "/why")
    (_, request) = server.requests
    assert request["input"] == ["query: それは長いですか", f"query: {ASKED} それは長いですか"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("URL", "ftp://gpu1.example", "http:// or https://"),
        ("URL", "gpu1.example:80", "http:// or https://"),
        ("URL", "http://", "http:// or https://"),
        ("URL", "http://hr:s3cret@gpu1.example", "FAQ_EMBEDDINGS_KEY"),
        ("URL", "http://gpu1.example/?key=s3cret", "begins with ?"),
        ("URL", "http://gpu1.example:99999", "FAQ_EMBEDDINGS_URL"),
        ("KEY", "s3cret\r\nHost: x", "letters, digits"),
        ("WAIT", "0", "greater than or equal to 1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_on_one_line_without_its_secret(  # noqa: PLR0913, PLR0917 -- one case each
    faq: Faq, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"FAQ_EMBEDDINGS_{name}", value)
    result = faq("ask", ASKED, "--faq", folder)
    assert result.exit_code == ExitStatus.FAILURE
    assert f"FAQ_EMBEDDINGS_{name}: " in result.stderr
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert "s3cret" not in result.stderr


@pytest.mark.parametrize(
    ("given", "prefix"), [({}, "query: "), ({"QUERY_PREFIX": "none"}, ""), ({"QUERY_PREFIX": "Q: "}, "Q: ")]
)
def test_a_prefix_suits_the_model_or_is_what_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], prefix: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAQ_EMBEDDINGS_URL", nobody())
    for name, value in given.items():
        monkeypatch.setenv(f"FAQ_EMBEDDINGS_{name}", value)
    embedding = open_embedding(read_settings())
    assert embedding
    assert embedding.embedder.model.question_prefix == prefix
    assert embedding.embedder.model.answer_prefix == "passage: "


def test_a_server_that_gives_vectors_of_several_sizes_is_refused(tmp_path: Path) -> None:
    with serving(uneven) as double:
        settings = read_settings().model_copy(update={"embeddings_url": double.url, "home": tmp_path})
        embedding = open_embedding(settings)
        assert embedding
        with pytest.raises(FaqError, match="長さの違うベクトル"):
            list(embedding.embedder.embed([f"文{number}" for number in range(40)]))
