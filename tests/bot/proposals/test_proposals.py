"""From what nobody could answer to the file: suggested, accepted, approved by a person, or refused whole."""

import json
import re
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.journal.journal import Journal
from bot.journal.question_record import Channel, QuestionRecord, new_id
from bot.output.terminal import ExitStatus
from bot.proposals.approving import Approving
from bot.proposals.folder import ProposalError, Proposals
from bot.proposals.suggesting import unanswered
from bot.settings import Settings
from faq.loading.loader import load
from faq.wording import telling
from index.release.publishing import Publishing, PublishingOutcome
from tests.bot.conftest import Faq, contents, edit
from tests.patience import until

GYM = ("ジムはありますか", "庁舎のジムを使えますか", "ジムの利用料")
EXPECTED = {"q": "服装の決まりは", "gold": ["clothes"], "answer_has": ["ジャケット"]}
UNKNOWN = QuestionRecord("", Channel.SLACK_DM, "U1", "unknown", (), 0.1, "0", 1.0)


def journal(home: Path) -> Journal:
    return Journal(Settings.model_validate({"home": home}), complain=pytest.fail)


@pytest.fixture
def own(faq: Faq, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Publish a folder, in a home of its own, whose journal has questions without an answer and some that do not count.

    Nothing can be written for 「えっ」: a list of so many groups is for those that ask something.
    """
    home = tmp_path / "home"
    monkeypatch.setenv("FAQ_HOME", str(home))
    expected = json.dumps(EXPECTED, ensure_ascii=False) + "\n"
    (folder / "expectations.jsonl").write_text(expected, encoding="utf-8")
    asked = [replace(UNKNOWN, text=text) for text in (*GYM, GYM[0], *(["えっ", "???"] * 5))]
    asked.append(replace(UNKNOWN, text="それは?", follows=True))
    asked.append(replace(UNKNOWN, text="答えられた質問", reply="answer"))
    with journal(home) as held:
        held.record(*(replace(each, id=new_id(), at=datetime.now(tz=UTC)) for each in asked))
        found = unanswered(held.questions.between())
    assert found == {GYM[0]: 2, GYM[1]: 1, GYM[2]: 1, "えっ": 5, "???": 5}
    assert faq("publish", folder).exit_code == ExitStatus.OK
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "proposals" / "p1.yaml"


def suggested(faq: Faq, folder: Path) -> list[dict[str, Any]]:
    result = faq("suggest", "--faq", folder, "--limit", "1", "--json")
    assert result.exit_code == ExitStatus.OK, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)["suggestions"]
    return found


@pytest.fixture
def draft(faq: Faq, own: Path) -> dict[str, Any]:
    """Keep the draft of an entry and nothing else, and return what was suggested."""
    found = suggested(faq, own)
    replies = ("y\n" if each["entry"] else "n\n" for each in found)
    told = faq("suggest", "--faq", own, "--limit", "1", "--each", stdin="".join(replies))
    assert told.exit_code == ExitStatus.OK
    return next(each for each in found if each["entry"])


@pytest.fixture
def written(draft: dict[str, Any], file: Path) -> dict[str, Any]:
    """Write the answer of the draft, as HR would."""
    text = file.read_text(encoding="utf-8")
    assert 'answer: ""' in text
    file.write_text(text.replace('answer: ""', "answer: ジムはありません。"), encoding="utf-8")
    return draft


def refused(faq: Faq, told: str, *arguments: str) -> None:
    result = faq(*(arguments or ("approve", "p1", "--yes")))
    assert (result.exit_code, told in result.stderr) == (ExitStatus.FAILURE, True), result.stderr


def test_a_group_gets_a_draft_without_an_answer_and_says_what_it_would_do(faq: Faq, own: Path) -> None:
    found = suggested(faq, own)
    assert {each["questions"][0]["q"] for each in found} <= set(GYM)
    draft = next(each for each in found if each["entry"])
    assert {each["q"]: each["times"] for each in draft["questions"]} == {GYM[0]: 2, GYM[1]: 1, GYM[2]: 1}
    assert draft["entry"]["answer"] == ""
    effect = draft["effect"]
    assert (effect["asked"], effect["answered_before"], effect["expectations"]) == (4, 0, 1)
    assert effect["answered"] >= 3
    shown = faq("suggest", "--faq", own).stdout
    assert f"・「{GYM[0]}」(2回)" in shown
    assert f"この4件のうち{effect['answered']}件に答えられます。想定質問への影響は0件です。" in shown


def test_what_is_approved_is_in_the_file_with_its_comments_and_does_what_was_foreseen(
    faq: Faq, own: Path, written: dict[str, Any], tmp_path: Path
) -> None:
    with (own / "faq.yaml").open("a", encoding="utf-8") as knowledge:
        knowledge.write("# 人事のメモ\n")
    faq("publish", own)
    before = contents(own)
    declined = faq("approve", "p1", stdin="n\n")
    assert (declined.exit_code, "何も変えていません。" in declined.stdout) == (ExitStatus.FAILURE, True)
    assert contents(own) == before
    done = faq("approve", "p1", stdin="y\n")
    assert done.exit_code == ExitStatus.OK, done.stdout + done.stderr
    assert "公開しました" in done.stdout
    assert "# 人事のメモ" in (own / "faq.yaml").read_text(encoding="utf-8")
    assert any(entry.answer == "ジムはありません。" for entry in load(own).entries)
    replies = {each: json.loads(faq("ask", "--faq", own, "--json", each).stdout) for each in GYM}
    assert "ジムはありません。" in replies[GYM[0]]["text"]
    times = {each["q"]: each["times"] for each in written["questions"]}
    answered = sum(times[each] for each, reply in replies.items() if reply["reply"] == "answer")
    kept = Proposals(tmp_path / "home").find("p1")
    assert kept.effect
    assert kept.decision
    assert answered == written["effect"]["answered"] == kept.effect.answered
    assert replies[GYM[0]]["release"] == kept.effect.release == kept.decision.release
    assert "p1 承認 " in faq("proposals", "--all").stdout
    assert "承認を待つ提案はありません。" in faq("proposals").stdout
    refused(faq, "すでに決まっています(承認)")


@pytest.mark.usefixtures("written")
def test_who_refuses_what_another_just_takes_over_hears_that_it_is_decided(own: Path, tmp_path: Path) -> None:
    now, waits = datetime.now(tz=UTC), Event()
    first = Approving(tmp_path / "home", "花", now.date(), now)
    second = replace(first, by="五郎")
    proposal = first.look("p1", ())

    def reject() -> None:
        with telling(lambda _: waits.set()):
            second.reject("p1", "")

    def publish(_path: Path, _tried: str) -> Publishing:
        refusing.append(pool.submit(reject))
        until(lambda: waits.is_set() or refusing[0].done())
        knowledge = load(own)
        return Publishing(PublishingOutcome.PUBLISHED, "r", knowledge, None, None, "r")

    refusing: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        first.approve(proposal, publish)
        with pytest.raises(ProposalError, match="すでに決まっています"):
            refusing[0].result()


@pytest.mark.usefixtures("draft")
def test_what_cannot_be_taken_over_says_why_and_changes_nothing(faq: Faq, own: Path, file: Path) -> None:
    """A draft without an answer, a file that somebody spoiled, and changes that would be published by the way."""
    before, text = contents(own), file.read_text(encoding="utf-8")
    start, end = text.index("entry:"), text.index("questions:")
    written = text.replace('answer: ""', "answer: はい。")
    for changed, told in (
        (text, "回答がまだありません"),
        (
            f"{text[:start]}phrasing: {{entry: gone, text: ジムは}}\n{text[end:]}",
            "「gone」という項目はありません",
        ),
        (re.sub(r"id: q-\w+", "id: training", written), "「training」はすでに使われています"),
        (
            text.replace("state: open", "stat: open"),
            f"{file}:4: 間違い: 「stat」というキーはありません → 「state」ではありませんか。",
        ),
    ):
        file.write_text(changed, encoding="utf-8")
        refused(faq, told)
    refused(faq, "「stat」というキーはありません", "proposals")
    refused(faq, "提案 ../x はありません", "approve", "../x")
    assert contents(own) == before
    file.write_text(written, encoding="utf-8")
    edit(own, "服装は自由で", "服装は書きかけで")
    before = contents(own)
    refused(faq, "未公開の変更があります")
    assert contents(own) == before


@pytest.mark.usefixtures("draft")
def test_a_rejection_is_kept_with_its_reason(faq: Faq) -> None:
    assert faq("reject", "p1", "--reason", " ").exit_code == ExitStatus.USAGE
    assert faq("reject", "p1", "--reason", "担当課に確認中").exit_code == ExitStatus.OK
    listed = faq("proposals", "--all").stdout
    assert "p1 却下" in listed
    assert "担当課に確認中" in listed
    refused(faq, "すでに決まっています(却下)")


def test_the_built_in_knowledge_is_not_edited(faq: Faq, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another folder stands in for it, which is smaller."""
    monkeypatch.setattr("faq.exchange.edits.builtin", lambda: own)
    refused(faq, "faq init", "suggest", "--faq", str(own), "--each")


STAY = "泊まれる所は"


@pytest.fixture
def labelled(own: Path, tmp_path: Path) -> Path:
    """Add to the journal what two people asked, and the entry that both chose among two; one looked at both."""
    with journal(tmp_path / "home") as held:
        for user, looked_at in (("U1", ("clothes", "training")), ("U2", ("training",))):
            asked = replace(
                UNKNOWN, text=STAY, user=user, reply="choices", entries=("training", "clothes"), id=new_id()
            )
            pressed = (
                replace(asked, text="", reply="answer", entries=(each,), choice_of=asked.id, id=new_id())
                for each in looked_at
            )
            for each in (asked, *pressed):
                held.record(replace(each, at=datetime.now(tz=UTC)))
    return own


def test_what_people_chose_comes_first_and_is_published_with_one_key(faq: Faq, labelled: Path) -> None:
    told = faq("suggest", "--faq", labelled).stdout.splitlines()
    assert told[1:4] == [
        "  これを書いた2人が「どのような研修がありますか」を選びました。",
        f"  『{STAY}』を「どのような研修がありますか」の聞き方に加える",
        f"  ・「{STAY}」(2回)",
    ]
    assert "training" not in "".join(told)
    result = faq("suggest", "--faq", labelled, "--each", "--limit", "1", stdin="y\n" + "n\n" * 5)
    assert result.exit_code == ExitStatus.OK, result.stderr
    assert "公開しました" in result.stdout
    assert STAY in load(labelled).entry("training").also_asked
    assert "p1 承認 " in faq("proposals", "--all").stdout
    assert STAY not in faq("suggest", "--faq", labelled).stdout


def test_what_people_chose_is_confirmed_in_a_workbook_by_taking_its_mark_off(
    faq: Faq, labelled: Path, tmp_path: Path
) -> None:
    assert faq("export", labelled, "--proposals", "--output", "out.xlsx").exit_code == ExitStatus.OK
    before = load(labelled).entry("training").also_asked
    assert load(tmp_path / "out.xlsx").entry("training").also_asked == before, "only proposed"
    book = load_workbook(tmp_path / "out.xlsx")
    (cell,) = (cell for line in book["FAQ"].iter_rows() for cell in line if STAY in str(cell.value))
    assert cell.value == f"{STAY} 〔2人〕?"
    cell.value = str(cell.value).removesuffix("?")
    book.save(tmp_path / "out.xlsx")
    told = faq("import", "out.xlsx", "--into", labelled, "--yes")
    assert told.exit_code == ExitStatus.OK, told.output
    assert load(labelled).entry("training").also_asked == (*before, STAY)


def test_what_the_gate_refuses_leaves_files_and_service_as_they_were_and_the_next_is_asked_about(
    faq: Faq, labelled: Path
) -> None:
    """What people chose would answer a question that must not be answered."""
    with (labelled / "expectations.jsonl").open("a", encoding="utf-8") as expectations:
        expectations.write(f'{{"q": "{STAY}", "gold": []}}\n')
    assert faq("publish", labelled).exit_code == ExitStatus.OK
    before = contents(labelled)
    result = faq("suggest", "--faq", labelled, "--each", "--limit", "1", stdin="y\n" + "n\n" * 5)
    assert "取り込みませんでした" in result.stderr
    assert STAY in result.stderr
    assert "[2/" in result.stdout
    again = faq("approve", "p1", "--yes")
    assert (again.exit_code, "公開は止まります" in again.stdout) == (ExitStatus.FAILURE, True)
    assert contents(labelled) == before
    assert faq("ask", "--faq", labelled, STAY).exit_code == ExitStatus.NOT_ANSWERED
    assert "p1 承認待ち" in faq("proposals").stdout


def test_what_is_answered_by_now_is_not_suggested(faq: Faq, own: Path) -> None:
    assert GYM[0] in faq("suggest", "--faq", own).stdout
    new = (
        f"  - {{id: gym, question: {GYM[0]}, also_asked: [{GYM[1]}, {GYM[2]}], answer: ジムはありません。}}\n"
    )
    with (own / "faq.yaml").open("a", encoding="utf-8") as file:
        file.write(new)
    assert GYM[0] in faq("suggest", "--faq", own).stdout, "is not served yet"
    assert faq("publish", own).exit_code == ExitStatus.OK
    assert "ジム" not in faq("suggest", "--faq", own).stdout


def test_questions_of_another_faq_of_the_same_home_are_left_to_it(
    faq: Faq, own: Path, tmp_path: Path
) -> None:
    other = tmp_path / "他"
    other.mkdir()
    (other / "faq.yaml").write_text("entries: [{id: bus, question: バスは, answer: あります。}]", "utf-8")
    faq("publish", other)
    release = json.loads(faq("ask", "--faq", other, "--json", "バスは").stdout)["release"]
    asked = replace(UNKNOWN, text="船の時刻表は", release=release, id=new_id(), at=datetime.now(tz=UTC))
    with journal(tmp_path / "home") as held:
        held.record(asked)
    assert "船" not in faq("suggest", "--faq", own).stdout
    assert "船" in faq("suggest", "--faq", other).stdout


def test_nothing_asked_is_nothing_to_suggest(
    faq: Faq, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    nothing = "いま答えられない質問で、提案できるものはありません。\n"
    assert faq("suggest", "--faq", folder).stdout == nothing
    soon = faq("suggest", "--faq", folder, "--since", "soon")
    assert (soon.exit_code, "7d、2w、24h か 2025-06-01" in soon.stderr) == (ExitStatus.USAGE, True)
