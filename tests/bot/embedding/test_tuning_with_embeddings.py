"""`faq tune` with an embeddings server: what it is chosen on, what is kept, and which confidence decides what."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.exits import ExitStatus
from faq.formats.authoring import dump
from faq.model import Knowledge
from faq.reading import load
from index.features import EMBEDDED
from tests.bot.conftest import Faq
from tests.bot.embedding.double import Double, Way, always, nobody, truncated
from tests.bot.labelled import questions
from tests.index.builders import TINY

BROKEN = always("500 Internal Server Error", b"")
QUICK = ("--only", "thresholds")
ASKED = questions(5)
"""Enough of both sorts for a confidence of their own."""


@pytest.fixture
def office(tmp_path: Path, server: Double, use: Callable[[str], None]) -> Path:
    """Write the tiny set as an office's folder, with a server set."""
    use(server.url)
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "faq.yaml").write_text(dump(TINY), encoding="utf-8")
    return folder


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "q.jsonl"
    file.write_text(
        "\n".join(each.model_dump_json(include={"q", "gold"}) for each in ASKED), encoding="utf-8"
    )
    return file


@pytest.fixture
def tune(faq: Faq, office: Path, labelled: Path) -> Callable[..., dict[str, Any]]:
    def tune(*more: str) -> dict[str, Any]:
        result = faq("tune", "--questions", labelled, "--faq", office, "--json", *more)
        assert result.exit_code == ExitStatus.OK, result.stderr
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    return tune


def told(faq: Faq, folder: Path, question: str = "リモートについて") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(faq("ask", "--faq", folder, "--json", question).stdout)
    return found


def counted(faq: Faq, folder: Path, labelled: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(faq("eval", "--questions", labelled, "--faq", folder, "--json").stdout)
    return found


def test_questions_are_sent_once_in_batches_and_kept(
    tune: Callable[..., dict[str, Any]], office: Path, faq: Faq, labelled: Path, server: Double
) -> None:
    tune(*QUICK)
    sent = server.inputs
    assert len(sent) == len(set(sent))
    assert {f"query: {each.q}" for each in ASKED} <= set(sent)
    assert len(server.requests) < len(sent) / 20
    server.requests.clear()
    tune(*QUICK)
    counted(faq, office, labelled)
    assert server.requests == []


def test_weights_and_confidence_are_chosen_and_judged_with_embeddings(
    tune: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = tune(*QUICK)
    assert found["unembedded"]["measures"].keys() == found["measures"].keys()
    assert found["unembedded"]["thresholds"]["after"] != found["thresholds"]["after"]
    assert found["unembedded"]["measures"] != found["measures"]
    monkeypatch.delenv("FAQ_EMBEDDINGS_URL")
    without = tune(*QUICK)
    assert without["unembedded"] is None
    assert without["measures"]["mrr"] != found["measures"]["mrr"]
    # What goes out without the server is what tuning without one would come to.
    assert without["measures"] == found["unembedded"]["measures"]
    assert without["thresholds"] == found["unembedded"]["thresholds"]


def test_what_is_kept_decides_with_the_server_and_without_each_by_its_own_confidence(  # noqa: PLR0913, PLR0917 -- fixtures
    tune: Callable[..., dict[str, Any]],
    faq: Faq,
    office: Path,
    labelled: Path,
    server: Double,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = tune("--keep", *QUICK)
    kept = load(office).tuning
    assert kept is not None
    assert kept.embedded is not None
    assert kept.confidence is not None
    assert kept.embedded.confidence is not None
    assert EMBEDDED.keys() <= kept.embedded.confidence.features.keys()
    assert EMBEDDED.keys().isdisjoint(kept.confidence.features)
    assert faq("check", office).exit_code == ExitStatus.OK
    assert faq("publish", office).exit_code == ExitStatus.OK

    again = tune(*QUICK)
    assert again["thresholds"]["before"] == found["thresholds"]["after"]
    assert again["unembedded"]["thresholds"]["before"] == found["unembedded"]["thresholds"]["after"]
    evaluated = counted(faq, office, labelled)
    assert again["measures"]["right"]["before"]["estimate"] == pytest.approx(
        evaluated["right"] / 90, abs=1e-4
    )

    with_it = told(faq, office)
    server.way = BROKEN
    without = told(faq, office)
    assert "unembedded" in without
    assert without["confidence"] != with_it["confidence"]
    monkeypatch.delenv("FAQ_EMBEDDINGS_URL")
    faq("publish", office)
    never = told(faq, office)
    assert never["release"] != without["release"]
    assert (never["reply"], never["confidence"]) == (
        without["reply"],
        pytest.approx(without["confidence"], abs=1e-4),
    )


def test_what_was_chosen_for_one_model_is_not_used_with_another_and_the_doctor_says_so(
    tune: Callable[..., dict[str, Any]], faq: Faq, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune("--keep", *QUICK)
    faq("publish", office)
    assert noted(faq, office) == []
    monkeypatch.setenv("FAQ_EMBEDDINGS_MODEL", "e5 another")
    faq("publish", office)
    (note,) = noted(faq, office)
    assert "埋め込みは順位だけに使います" in note
    before = told(faq, office)
    monkeypatch.delenv("FAQ_EMBEDDINGS_URL")
    faq("publish", office)
    assert told(faq, office)["confidence"] == pytest.approx(before["confidence"], abs=1e-4)


def noted(faq: Faq, folder: Path) -> list[str]:
    found = json.loads(faq("doctor", "--faq", folder, "--json").stdout)["findings"]
    return [each["text"] for each in found if each["name"] == "embeddings" and each["state"] == "note"]


def test_too_few_questions_for_a_confidence_leave_embeddings_to_the_ranking_and_that_is_said(
    faq: Faq, office: Path, tmp_path: Path
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text(
        "\n".join(each.model_dump_json(include={"q", "gold"}) for each in questions(3)), encoding="utf-8"
    )
    asked = ("tune", "--questions", few, "--faq", office, "--keep", *QUICK)
    shown = faq(*asked).stdout
    assert "調整後も埋め込みは順位だけに使います" in "".join(shown.split("\n"))
    kept = load(office).tuning
    assert kept is not None
    assert kept.confidence is not None
    assert kept.embedded is None


def test_expectations_too_are_asked_with_their_embeddings(faq: Faq, office: Path, server: Double) -> None:
    """The folds that were not taught them have embeddings, and the fit before is the release's own."""
    known = Knowledge(entries=TINY.entries, lexicon=TINY.lexicon, expectations=ASKED)
    (office / "faq.yaml").write_text(dump(known), encoding="utf-8")
    result = faq("tune", "--faq", office, "--json", *QUICK)
    assert result.exit_code == ExitStatus.OK, result.stderr
    found = json.loads(result.stdout)
    assert found["questions"]["expectations"] == len(ASKED)
    assert found["unembedded"]["measures"] != found["measures"]
    assert len(server.inputs) == len(set(server.inputs))


@pytest.mark.parametrize(("way", "said"), [(BROKEN, "HTTP 500"), (truncated, "途中で接続を切った")])
@pytest.mark.parametrize("made", [False, True], ids=["at first", "at the questions"])
def test_a_server_that_fails_is_told_and_nothing_is_chosen_or_kept(  # noqa: PLR0913, PLR0917 -- one case each
    faq: Faq,
    office: Path,
    labelled: Path,
    server: Double,
    way: Way,
    said: str,
    made: bool,  # noqa: FBT001
) -> None:
    if made:
        faq("ask", "こんにちは", "--faq", office)
    server.way = way
    result = faq("tune", "--questions", labelled, "--faq", office, "--keep")
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert not (office / "tuning.yaml").exists()


def test_nobody_there_is_told_on_one_line_with_what_to_do_on_the_next(
    faq: Faq, office: Path, labelled: Path, use: Callable[[str], None]
) -> None:
    use(nobody())
    result = faq("tune", "--questions", labelled, "--faq", office)
    assert result.exit_code == ExitStatus.FAILURE
    what, remedy = result.stderr.splitlines()
    assert "接続を受け付けなかった" in what
    assert "FAQ_EMBEDDINGS_URL" in remedy


def test_vectors_of_another_size_are_refused_and_those_that_are_kept_stay(
    faq: Faq, office: Path, labelled: Path, tune: Callable[..., dict[str, Any]], server: Double
) -> None:
    faq("ask", "こんにちは", "--faq", office)
    server.size += 1
    server.requests.clear()
    for command in ("tune", "eval"):
        result = faq(command, "--questions", labelled, "--faq", office)
        assert result.exit_code == ExitStatus.FAILURE
        assert result.stdout == ""
        assert "長さ(49)" in result.stderr
        assert "(48)" in result.stderr
    server.size -= 1
    server.requests.clear()
    tune(*QUICK)
    assert f"query: {ASKED[-1].q}" in server.inputs
    assert not any(text.startswith("passage: ") for text in server.inputs)


def test_without_the_server_if_asked_nothing_is_sent(
    tune: Callable[..., dict[str, Any]], server: Double
) -> None:
    assert tune("--no-embeddings", *QUICK)["unembedded"] is None
    assert server.requests == []
