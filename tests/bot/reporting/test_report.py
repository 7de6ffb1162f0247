"""The report: what is counted, what the console and JSON show of it, and the command from a real journal on."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from selectolax.lexbor import LexborHTMLParser

from bot.conversation.reply import ReplyKind
from bot.journal.journal import Journal
from bot.journal.questions import Rating
from bot.output.terminal import ExitStatus, rich_console
from bot.reporting.report import UsageReport, record
from bot.reporting.view import report_view
from bot.settings import JournalMode, Settings
from tests.bot.conftest import Faq
from tests.bot.journal.builders import asked as question
from tests.bot.reporting.builders import NOW, SINCE, missed, recorded, reported, varied

KEYS = (
    "release journal since until asked replies good bad parts entries unreached unanswered near_misses groups"
)


def test_each_day_of_the_zone_has_its_replies_and_one_without_a_question_has_none() -> None:
    """At 16 o'clock in London it is the next day in Tokyo."""
    found = reported(
        recorded(asked_at=SINCE),
        recorded(asked_at=SINCE, reply="smalltalk", entries=(), confidence=0.0),
        recorded(asked_at=SINCE + timedelta(days=2), reply="referral"),
        missed("犬", asked_at=SINCE + timedelta(days=2)),
    )
    assert [part.asked for part in found.parts] == [2, 0, 2, 0, 0, 0, 0]
    assert found.parts[2].replies[ReplyKind.REFERRAL] == found.parts[2].replies[ReplyKind.UNKNOWN] == 1
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    evening = recorded(asked_at=datetime(2025, 6, 1, 16, tzinfo=UTC))
    assert reported(evening, since=None, until=tokyo).parts[0].first == date(2025, 6, 2)


def test_questions_to_another_faq_of_the_same_home_are_not_counted(
    asking: Faq, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(
        "entries:\n  - {id: bath, question: お風呂はありますか, answer: あります。}\n", encoding="utf-8"
    )
    asking("publish", other)
    asking("ask", "--faq", other, "お風呂はありますか")
    text = asking("report", "--faq", folder).stdout
    assert "質問 5件" in text


def test_texts_that_were_not_kept_and_those_that_lean_on_a_conversation_are_counted_and_in_no_group() -> None:
    """Greetings bring nothing together."""
    found = reported(missed(None), missed(None), missed("更新料も?", follows=True), missed("犬"))
    assert found.unanswered == 4
    assert [group.questions for group in found.groups] == [("犬",)]
    greeted = reported(missed("こんにちは! はじめまして。犬"), missed("こんにちは! はじめまして。寮"))
    assert len(greeted.groups) == 2


def shown(report: UsageReport) -> str:
    stream = StringIO()
    rich_console(stream, width=80, terminal=True).print(report_view(report), crop=False)
    return re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())


def section(text: str, title: str) -> list[str]:
    """Return the lines below a heading, up to the next empty one."""
    return re.split(rf"^{re.escape(title)}.*\n", text, flags=re.MULTILINE)[1].split("\n\n")[0].splitlines()


def test_every_part_fits_the_terminal_and_what_people_wrote_is_text() -> None:
    text = shown(varied())
    assert max(map(cell_len, text.splitlines())) <= 80
    titles = ("日ごと", "よく出た項目", "👎 の多い項目", "どの質問も届かなかった回答")
    assert {*titles, "惜しかった質問と、いちばん近い項目"} <= {*text.splitlines()}
    assert "</script>[bold]&amp;␛[31m" in text


def test_of_a_longer_time_the_last_31_days_are_drawn_and_json_has_all() -> None:
    found = reported(recorded(), since=SINCE - timedelta(days=60))
    rows = section(shown(found), "日ごと")[1:]
    assert (len(rows), rows[0].split()[0], rows[-1].split()[0]) == (31, "5/9(金)", "6/8(日)")
    assert len(record(found)["parts"]) == 67


def test_a_group_shows_its_middle_and_its_closest_entry_and_those_left_out_are_counted() -> None:
    assert reported(recorded(bad=1)).near_misses == ()  # it was answered
    near, rest = section(shown(varied()), "惜しかった質問")
    assert near == "「研修はありますか」(5回)"
    assert rest.startswith("  → 「研修はありますか」 確信度")
    lines = section(shown(varied()), "答えられなかった質問")
    assert lines[:2] == ["1. 研修はありますか(5回)", "   ・研修の予算"]
    assert re.fullmatch(r"   → 「研修はありますか」 確信度 [01]\.\d\d \(今の版の返事は「回答」\)", lines[2])
    assert lines[3:5] == ["2. 犬は飼えますか?(2回)", "   ・犬を飼えますか"]
    many = shown(reported(*(missed(f"犬は飼えますか{'!' * more}") for more in range(6))))
    assert section(many, "答えられなかった質問")[4] == "   ほか2通り"
    apart = ("犬", "猫", "宇宙", "火星", "楽器", "切手", "登山", "釣り", "編み物", "将棋", "囲碁", "陶芸")
    fewer = section(shown(reported(*map(missed, apart))), "答えられなかった質問")
    assert fewer[-1] == "ほかに2組(2件)があります(--html FILE で見られます)。"


def test_nothing_asked_and_what_was_not_kept_are_said() -> None:
    text = shown(reported())
    assert "質問 0件" in text
    assert text.count("ありません。") == 5
    for mode in (JournalMode.OFF, JournalMode.COUNTS):
        text = shown(reported(missed(None), mode=mode))
        assert f"FAQ_JOURNAL={mode}" in text


@pytest.fixture
def asking(faq: Faq, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faq:
    """Return the command with a journal of the test's own, in which there are some questions."""
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    monkeypatch.setenv("FAQ_DATABASE_URL", url)
    given = {
        "在宅勤務はどのくらいできますか": ("answer", ["remote-work"]),
        "給料はいくらですか": ("referral", ["salary"]),
        "犬を飼えますか": ("unknown", []),
        "犬は飼えますか": ("unknown", []),
        "山田です。駐車場は": ("unknown", []),
    }
    settings = Settings.model_validate({"home": home, "database_url": url})
    with Journal(settings, complain=pytest.fail) as journal:
        for text, (reply, entries) in given.items():
            each = question(text, reply=reply, entries=entries, at=datetime.now(tz=UTC))
            journal.record(each)
        journal.questions.rate(each.id, "U1", Rating.BAD, at=each.at)
    return faq


def test_the_command_writes_json_under_keys_that_stay_a_table_and_a_page(
    asking: Faq, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("report", "--faq", folder)
    result = asking(*asked, "--json", "--since", "7d")
    assert (result.exit_code, result.stdout.count("\n")) == (ExitStatus.OK, 1)
    found: dict[str, Any] = json.loads(result.stdout)
    assert " ".join(found) == KEYS
    assert (found["asked"], found["journal"], len(found["parts"])) == (5, "masked", 7)
    assert found["replies"] == {"answer": 1, "choices": 0, "referral": 1, "unknown": 3, "smalltalk": 0}
    assert list(found["parts"][-1]) == ["first", "asked", "replies"]
    assert (found["parts"][-1]["asked"], found["good"], found["bad"]) == (5, 0, 1)
    used = ["id", "kind", "question", "shown", "offered", "good", "bad"]
    assert [list(each) for each in found["entries"]] == [used, used]
    assert [each["id"] for each in found["entries"]] == ["remote-work", "salary"]
    assert found["unreached"] == ["clothes", "training"]
    dogs, cars = found["groups"]
    assert {each["text"] for each in dogs["questions"]} == {"犬を飼えますか", "犬は飼えますか"}
    assert cars["representative"] == "〔氏名〕です。駐車場は"
    assert list(dogs["nearest"]) == ["id", "phrasing", "score", "confidence", "now", "shown"]
    lines = asking(*asked).stdout.splitlines()
    assert lines[0].startswith("質問の報告 保存している最も古い質問から")
    assert "答えられなかった質問(3件、2組)" in lines
    assert max(map(cell_len, lines)) <= 80
    file = tmp_path / "報告.html"
    page = asking(*asked, "--html", file)
    assert (page.exit_code, page.stdout, str(file) in page.stderr) == (ExitStatus.OK, "", True)
    assert len(LexborHTMLParser(file.read_text(encoding="utf-8")).css("figure")) == 2
    failed = asking(*asked, "--html", tmp_path / "none" / "report.html")
    assert (failed.exit_code, failed.stdout) == (ExitStatus.FAILURE, "")
    assert "書き込めません" in failed.stderr
    monkeypatch.setenv("FAQ_JOURNAL", "off")
    assert json.loads(asking(*asked, "--json").stdout)["journal"] == "off"
    assert "質問を記録していません(FAQ_JOURNAL=off)" in asking(*asked).stdout
