"""From what nobody could answer to the file: suggested, accepted, approved by a person, or refused whole."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.journal.journal import Journal
from bot.journal.question_record import Channel, QuestionRecord
from bot.output.exit_status import ExitStatus
from bot.proposals.approving import Approving
from bot.proposals.effect import Trial
from bot.proposals.files import ProposalError
from bot.proposals.suggesting import suggest
from bot.proposals.unanswered import unanswered
from bot.reporting.unanswered import grouped
from bot.settings import Settings
from faq.errors import FaqError
from faq.reading import builtin, load
from tests.bot.conftest import Faq

GYM = ("ジムはありますか", "庁舎のジムを使えますか", "ジムの利用料")
EXPECTED = {"q": "服装の決まりは", "gold": ["clothes"], "answer_has": ["ジャケット"]}


@pytest.fixture
def asked() -> Sequence[QuestionRecord]:
    """Put questions that got no answer into the journal, and some that do not count."""
    plain = QuestionRecord("", Channel.SLACK_DM, "U1", "unknown", (), 0.1, "0", 1.0, at=datetime.now(tz=UTC))
    texts = [*GYM, GYM[0]]
    questions = [replace(plain, text=text, id=f"{number:032x}") for number, text in enumerate(texts, start=1)]
    questions.append(replace(plain, text="試しの質問", channel=Channel.BATCH, id="a" * 32))
    questions.append(replace(plain, text="それは?", follows=True, id="b" * 32))
    questions.append(replace(plain, text="答えられた質問", reply="answer", id="c" * 32))
    return questions


@pytest.fixture
def own(
    faq: Faq, folder: Path, asked: Sequence[QuestionRecord], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Publish a folder, in a home of its own, whose journal has the questions."""
    home = tmp_path / "home"
    monkeypatch.setenv("FAQ_HOME", str(home))
    (folder / "expectations.jsonl").write_text(
        json.dumps(EXPECTED, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    with Journal(Settings(home=home), complain=pytest.fail) as journal:
        journal.record(*asked)
    assert faq("publish", folder).exit_code == ExitStatus.OK
    return folder


def suggested(faq: Faq, folder: Path) -> list[dict[str, Any]]:
    result = faq("suggest", "--faq", folder, "--json")
    assert result.exit_code == ExitStatus.OK, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)["suggestions"]
    return found


def proposal_file(tmp_path: Path, name: str = "p1") -> Path:
    return tmp_path / "home" / "proposals" / f"{name}.yaml"


def accepted_draft(faq: Faq, folder: Path) -> None:
    number = next(each["number"] for each in suggested(faq, folder) if each["kind"] == "entry")
    assert faq("suggest", "--faq", folder, "--accept", str(number), "--yes").exit_code == ExitStatus.OK


def written(tmp_path: Path, answer: str = "ジムはありません。") -> None:
    file = proposal_file(tmp_path)
    text = file.read_text(encoding="utf-8")
    assert 'answer: ""' in text
    file.write_text(text.replace('answer: ""', f"answer: {answer}"), encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_group_gets_a_draft_without_an_answer_and_says_what_it_would_do(faq: Faq, own: Path) -> None:
    found = suggested(faq, own)
    draft = next(each for each in found if each["kind"] == "entry")
    assert {each["q"] for each in draft["questions"]} == set(GYM)
    assert draft["change"]["answer"] == ""
    assert draft["effect"]["asked"] == 4
    assert draft["effect"]["answered_before"] == 0
    assert draft["effect"]["answered"] >= 3
    assert draft["effect"]["expectations"] == 1
    shown = faq("suggest", "--faq", own).stdout
    assert "のべ4回" in shown
    assert f"この4件のうち{draft['effect']['answered']}件に答えられます。想定質問への影響は0件です。" in shown


def test_only_what_people_asked_and_what_stands_alone_is_suggested_for(
    own: Path, tmp_path: Path, asked: Sequence[QuestionRecord]
) -> None:
    """Not what an evaluation asked, nor what went on with a conversation, nor what was answered."""
    assert own.exists()
    with Journal(Settings(home=tmp_path / "home"), complain=pytest.fail) as journal:
        found = unanswered(journal.questions.between())
    assert len(asked) == 7
    assert found == {GYM[0]: 2, GYM[1]: 1, GYM[2]: 1}


def test_what_says_nothing_gets_no_draft(faq: Faq, own: Path, tmp_path: Path) -> None:
    """Nothing can be written for 「えっ」; a list of so many groups is for those that ask something."""
    plain = QuestionRecord("", Channel.SLACK_DM, "U1", "unknown", (), 0.1, "0", 1.0, at=datetime.now(tz=UTC))
    with Journal(Settings(home=tmp_path / "home"), complain=pytest.fail) as journal:
        for number in range(20):
            journal.record(replace(plain, text="えっ" if number % 2 else "???", id=f"d{number:031x}"))
    result = faq("suggest", "--faq", own, "--limit", "1", "--json")
    found = json.loads(result.stdout)["suggestions"]
    assert {each["representative"] for each in found} <= set(GYM)
    assert found


def test_whoever_waits_sees_how_far_it_is(own: Path, tmp_path: Path) -> None:
    """The part of the group that is at work counts: with thousands of expectations a group takes a minute."""
    with (own / "expectations.jsonl").open("a", encoding="utf-8") as file:
        for question in ("ジャケットは要りますか", "在宅はできますか"):
            file.write(json.dumps({"q": question, "gold": []}, ensure_ascii=False) + "\n")
    trial = Trial(own, tmp_path / "home", date(2025, 6, 2))
    told: list[float] = []
    groups = grouped(trial.base, {GYM[0]: 2, "寮はありますか": 1}, trial.today)
    made = list(suggest(trial, groups, told.append))
    assert told == sorted(told)
    assert told[-1] == len(groups) == 2
    assert len(told) == 3 * len(made) + len(groups)
    assert len(set(told)) == 3 * len(made)
    steps: list[int] = []
    trial.effect(made[0].change, made[0].questions, step=lambda: steps.append(1))
    assert len(steps) == 3


def test_accepting_asks_back_and_writes_a_file_and_nothing_else(faq: Faq, own: Path, tmp_path: Path) -> None:
    suggested(faq, own)
    before = contents(own)
    declined = faq("suggest", "--faq", own, "--accept", "1", stdin="n\n")
    assert "残しませんでした。" in declined.stdout
    assert not proposal_file(tmp_path).exists()
    accepted = faq("suggest", "--faq", own, "--accept", "1", stdin="y\n")
    assert f"提案 p1 を残しました: {proposal_file(tmp_path)}" in accepted.stdout
    assert "faq approve p1" in proposal_file(tmp_path).read_text(encoding="utf-8")
    assert contents(own) == before
    listed = faq("proposals").stdout
    assert "p1 承認待ち" in listed
    assert "ジム" in listed


def test_a_draft_is_refused_until_a_person_has_written_its_answer(faq: Faq, own: Path) -> None:
    accepted_draft(faq, own)
    before = contents(own)
    refused = faq("approve", "p1", "--yes")
    assert refused.exit_code == ExitStatus.FAILURE
    assert "回答がまだありません" in refused.stderr
    assert contents(own) == before


def test_what_is_approved_is_in_the_file_with_its_comments_and_is_served(
    faq: Faq, own: Path, tmp_path: Path
) -> None:
    with (own / "faq.yaml").open("a", encoding="utf-8") as file:
        file.write("# 人事のメモ\n")
    faq("publish", own)
    accepted_draft(faq, own)
    written(tmp_path)
    declined = faq("approve", "p1", stdin="n\n")
    assert (declined.exit_code, "何も変えていません。" in declined.stdout) == (ExitStatus.FAILURE, True)
    done = faq("approve", "p1", stdin="y\n")
    assert done.exit_code == ExitStatus.OK, done.stdout + done.stderr
    assert "公開しました" in done.stdout
    assert "# 人事のメモ" in (own / "faq.yaml").read_text(encoding="utf-8")
    assert any(entry.answer == "ジムはありません。" for entry in load(own).entries)
    assert "ジムはありません。" in faq("ask", "--faq", own, "ジムはありますか").stdout
    assert "p1 承認 " in faq("proposals", "--all").stdout
    assert "承認を待つ提案はありません。" in faq("proposals").stdout
    again = faq("approve", "p1", "--yes")
    assert (again.exit_code, "すでに決まっています(承認)" in again.stderr) == (ExitStatus.FAILURE, True)


def test_what_the_gate_refuses_leaves_files_and_service_as_they_were(
    faq: Faq, own: Path, tmp_path: Path
) -> None:
    """The draft would answer a question that must not be answered."""
    with (own / "expectations.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"q": "ジムはありますか", "gold": []}\n')
    assert faq("publish", own).exit_code == ExitStatus.OK
    accepted_draft(faq, own)
    written(tmp_path)
    before = contents(own)
    refused = faq("approve", "p1", "--yes")
    assert refused.exit_code == ExitStatus.FAILURE, refused.stdout
    assert "取り込みませんでした" in refused.stderr
    assert "ジムはありますか" in refused.stderr
    assert "公開は止まります" in refused.stdout
    assert contents(own) == before
    assert faq("ask", "--faq", own, "ジムはありますか").exit_code == ExitStatus.NOT_ANSWERED
    assert "p1 承認待ち" in faq("proposals").stdout
    # The gate has the last word, also where nothing stood against the proposal when it was looked at.
    approving = Approving(tmp_path / "home", "花", date.today(), datetime.now(tz=UTC))  # noqa: DTZ011 -- as the command does
    outlook = approving.look("p1")
    clear = replace(outlook, report=outlook.report.model_copy(update={"findings": ()}))
    with pytest.raises(ProposalError, match="取り込みませんでした"):
        approving.approve(clear)
    assert contents(own) == before
    assert "p1 承認待ち" in faq("proposals").stdout


def test_a_publication_that_fails_puts_the_files_back(
    faq: Faq, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted_draft(faq, own)
    written(tmp_path)
    before = contents(own)
    during: list[dict[str, bytes]] = []

    def fails(*_: object, **__: object) -> None:
        during.append(contents(own))
        msg = "空き容量がありません"
        raise FaqError(msg)

    monkeypatch.setattr("bot.serving.live_release.LiveRelease.publish", fails)
    refused = faq("approve", "p1", "--yes")
    assert (refused.exit_code, "空き容量がありません" in refused.stderr) == (ExitStatus.FAILURE, True)
    assert during != [before]
    assert contents(own) == before
    assert "p1 承認待ち" in faq("proposals").stdout


def test_changes_that_nobody_published_are_not_published_by_the_way(
    faq: Faq, own: Path, tmp_path: Path
) -> None:
    accepted_draft(faq, own)
    written(tmp_path)
    text = (own / "faq.yaml").read_text(encoding="utf-8")
    (own / "faq.yaml").write_text(text.replace("服装は自由で", "服装は書きかけで"), encoding="utf-8")
    before = contents(own)
    refused = faq("approve", "p1", "--yes")
    assert (refused.exit_code, "未公開の変更があります" in refused.stderr) == (ExitStatus.FAILURE, True)
    assert contents(own) == before


def test_a_proposal_whose_knowledge_has_changed_says_so_and_is_worked_out_anew(
    faq: Faq, own: Path, tmp_path: Path
) -> None:
    accepted_draft(faq, own)
    written(tmp_path)
    text = (own / "faq.yaml").read_text(encoding="utf-8")
    (own / "faq.yaml").write_text(text.replace("服装は自由で", "服装はまったく自由で"), encoding="utf-8")
    assert faq("publish", own).exit_code == ExitStatus.OK
    told = faq("approve", "p1", stdin="n\n").stdout
    assert told.startswith("提案のあとにFAQが変わりました。")


def test_an_entry_that_is_gone_takes_no_phrasing(faq: Faq, own: Path, tmp_path: Path) -> None:
    accepted_draft(faq, own)
    file = proposal_file(tmp_path)
    text = file.read_text(encoding="utf-8")
    start, end = text.index("entry:"), text.index("questions:")
    file.write_text(text[:start] + "phrasing: {entry: gone, text: ジムは}\n" + text[end:], encoding="utf-8")
    refused = faq("approve", "p1", "--yes")
    assert (refused.exit_code, "「gone」の項目がありません" in refused.stderr) == (ExitStatus.FAILURE, True)


def test_a_rejection_is_kept_with_its_reason(faq: Faq, own: Path) -> None:
    accepted_draft(faq, own)
    assert faq("reject", "p1", "--reason", " ").exit_code == ExitStatus.USAGE
    assert faq("reject", "p1", "--reason", "担当課に確認中").exit_code == ExitStatus.OK
    listed = faq("proposals", "--all").stdout
    assert "p1 却下" in listed
    assert "担当課に確認中" in listed
    assert faq("approve", "p1", "--yes").exit_code == ExitStatus.FAILURE


def test_a_file_that_somebody_broke_is_told_with_its_line(faq: Faq, own: Path, tmp_path: Path) -> None:
    accepted_draft(faq, own)
    file = proposal_file(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("state: open", "stat: open"), encoding="utf-8")
    for told in (faq("proposals"), faq("approve", "p1", "--yes")):
        assert told.exit_code == ExitStatus.FAILURE
        assert f"{file}:5: error: unknown key 'stat'; did you mean 'state'?" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["approve", "p9"], "提案 p9 はありません"),
        (["approve", "../x"], "提案 ../x はありません"),
        (["suggest", "--accept", "1"], "先に `faq suggest`"),
        (["suggest", "--since", "soon"], "write 7d, 2w, 24h or 2025-06-01"),
    ],
)
def test_a_wrong_name_is_told(faq: Faq, arguments: list[str], told: str) -> None:
    result = faq(*arguments)
    assert result.exit_code != ExitStatus.OK
    assert told in result.stderr


def test_the_built_in_knowledge_is_not_edited(faq: Faq, own: Path, tmp_path: Path) -> None:
    accepted_draft(faq, own)
    offered = tmp_path / "home" / "proposals" / "suggested.json"
    held = json.loads(offered.read_text(encoding="utf-8"))
    offered.write_text(json.dumps({**held, "faq": str(builtin().resolve())}), encoding="utf-8")
    refused = faq("suggest", "--accept", "1", "--yes")
    assert (refused.exit_code, "faq init" in refused.stderr) == (ExitStatus.FAILURE, True)


def test_nothing_asked_is_nothing_to_suggest(
    faq: Faq, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    assert faq("suggest", "--faq", folder).stdout == "答えられなかった質問はありません。\n"
