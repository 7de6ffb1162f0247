"""`faq publish`, `releases`, `diff`, `rollback`, `replay`: what is served changes as a whole or not at all."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.output.terminal import ExitStatus
from faq.files import write_whole
from faq.formats.sheets.rows import made_id
from tests.bot.conftest import Faq, edit

CLOTHES = "私服でもよいですか"
TRAINING = "どのような研修がありますか"
REMOTE = "在宅勤務はどのくらいできますか"
EXPECTED = """\
{"q": "在宅勤務はどのくらいできますか", "gold": ["remote-work"], "answer_has": ["週に1日"]}
{"q": "私服でもよいですか", "gold": ["clothes"]}
{"q": "どのような研修がありますか", "gold": ["training"]}
{"q": "宇宙旅行の割引はありますか", "gold": []}
"""
SPACE = "  - {id: space, question: 宇宙旅行の割引はありますか, answer: あります。}\n"
SUITS = """\
  - {id: suits, kind: smalltalk, question: 私服でもよいですよね, also_asked: [私服でもよいですか], answer: はい。}
"""
NEW = """\
  - {id: tie, question: ネクタイの色, also_asked: [スーツで通うのですか毎日, 私服でもよいですか夏], answer: 要らない。}
  - {id: canteen, question: 食堂の値段, also_asked: [食堂の時間, 食堂の場所], answer: 食堂があります。}
  - {id: pool, question: プールはありますか, answer: ありません。}
"""


@pytest.fixture
def expected(folder: Path) -> Path:
    (folder / "expectations.jsonl").write_text(EXPECTED, encoding="utf-8")
    return folder


@pytest.fixture
def published(faq: Faq, expected: Path) -> Path:
    folder = expected
    assert faq("publish", folder).exit_code == ExitStatus.OK
    return folder


def reply(faq: Faq, folder: Path, question: str = CLOTHES) -> str:
    return str(faq("ask", question, "--faq", folder).stdout)


def served(faq: Faq, folder: Path) -> str:
    (found,) = (each for each in releases(faq, folder) if each["served"])
    return str(found["release"])


def releases(faq: Faq, folder: Path) -> list[dict[str, object]]:
    return list(json.loads(faq("releases", "--faq", folder, "--json").stdout)["releases"])


def unfolded(table: str) -> str:
    return "".join(table.split())


def test_publishing_tells_how_the_expectations_went_and_a_second_time_that_nothing_changed(
    faq: Faq, folder: Path
) -> None:
    assert "まだ公開されていません" in faq("releases", "--faq", folder).stdout
    (folder / "expectations.jsonl").write_text(EXPECTED, encoding="utf-8")
    first, figures, *_ = faq("publish", folder).stdout.splitlines()
    assert first == f"公開しました(版 {served(faq, folder)})。"
    assert figures == "想定質問 4問: 正答 3、候補 0、回答なし 0、誤答 0、誤って回答 0"
    again = faq("publish", folder)
    assert (again.stdout, again.exit_code) == ("変わったところはありません。\n", ExitStatus.OK)
    assert served(faq, folder / ".." / folder.name) == served(faq, folder)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            (f"{TRAINING}\n", f"{TRAINING}\n    valid_until: 2020-01-31\n"),
            (),
            f"・「{TRAINING}」 わからない → 回答",
        ),
        ((), ("", "", SUITS), f"・「{CLOTHES}」("),
        (
            (),
            ("contact: 人事課", "contact: 採用係"),
            "返答の文面が変わる質問 1件\n・「宇宙旅行の割引はありますか」 ",
        ),
    ],
    ids=["served again", "small talk", "contact"],
)
def test_a_reply_that_changes_while_no_text_that_is_searched_does_is_told(
    faq: Faq, expected: Path, before: Sequence[str], after: Sequence[str], told: str
) -> None:
    edit(expected, *before)
    faq("publish", expected)
    edit(expected, *after)
    assert told in faq("publish", expected).stdout


def test_what_is_served_changes_only_by_publishing(faq: Faq, expected: Path) -> None:
    """A path that was never published is read as it is."""
    edit(expected, "服装は自由で", "服装は何でもよく")
    assert reply(faq, expected).startswith("服装は何でもよく")
    edit(expected)
    assert reply(faq, expected).startswith("服装は自由で")
    faq("publish", expected)
    edit(expected, "服装は自由で", "服装は何でもよく")
    result = faq("ask", CLOTHES, "--faq", expected)
    assert result.stdout.startswith("服装は自由で")
    assert "未公開の変更があります" in result.stderr
    assert "変更 1件: clothes\n" in faq("publish", expected).stdout
    result = faq("ask", CLOTHES, "--faq", expected)
    assert (result.stdout[:8], result.stderr) == ("服装は何でもよく", "")


FOUND = "追加・変更した項目の見つかり方(聞き方を1つずつ隠して探しました)"


def test_publishing_tells_how_what_is_new_is_found_in_other_words_the_worst_first(
    faq: Faq, published: Path
) -> None:
    """Five entries, and how many more there are; what only says the same otherwise is none of them."""
    rooms = "".join(
        f"  - {{id: room-{each}, question: {each}号室の広さ, also_asked: [{each}号室は何畳], answer: 広い。}}\n"
        for each in "ABCD"
    )
    edit(published, f"{TRAINING}\n", f"{TRAINING}?\n", NEW + rooms)
    told = faq("publish", published).stdout.partition(f"{FOUND}\n")[2]
    drowned, runner_up, taken, advice, *others = (line.strip() for line in told.splitlines())
    assert drowned.startswith("・「ネクタイの色」 3とおりのうち")
    assert runner_up == "似た項目: 「職場の服装はどんな感じですか」"
    assert taken.endswith("では、似た項目が先に出ます。")
    assert advice == "→ この項目にしかない言葉を使った聞き方を2つ3つ足してください。"
    assert sum(line.startswith("・「") for line in others) == 4
    assert {
        "・「食堂の値段」 3とおりのうち3とおりで1番目",
        "・「プールはありますか」 聞き方が1つだけです",
    } <= {*others}
    assert sum(line.startswith("・ほか2件(別の項目が先に出るもの ") for line in others) == 1
    assert "研修" not in told


def test_entries_without_an_id_of_their_own_are_named_by_their_questions(faq: Faq, tmp_path: Path) -> None:
    sheet, expected = tmp_path / "表" / "faq.csv", tmp_path / "表" / "expectations.jsonl"
    sheet.parent.mkdir()
    sheet.write_text(
        "質問,回答\n食堂はありますか,あります。\n寮はありますか,ありません。\n", encoding="utf-8"
    )
    made = made_id("寮はありますか")
    expected.write_text(json.dumps({"q": "寮はありますか", "gold": [made]}), encoding="utf-8")
    assert faq("publish", sheet.parent).exit_code == ExitStatus.OK
    sheet.write_text(
        "質問,回答\n食堂はありますか,3つあります。\n社宅はありますか,ありません。\n", encoding="utf-8"
    )
    expected.write_text(json.dumps({"q": "寮はありますか", "gold": []}), encoding="utf-8")
    told = faq("publish", sheet.parent).stdout
    assert "追加 1件: 「社宅はありますか」" in told
    assert "削除 1件: 「寮はありますか」" in told
    first, second = (str(each["release"]) for each in releases(faq, sheet.parent))
    changes = faq("diff", second, first, "--faq", sheet.parent).stdout
    assert "  ~ 「食堂はありますか」\n      回答 旧「" in changes
    asked = faq("chat", "--faq", sheet.parent, stdin="食堂はありますか\n").stdout
    assert "[回答] 「食堂はありますか」 確信度" in asked
    tail = faq("journal", "tail", "--faq", sheet.parent).stdout
    assert "[回答 「食堂はありますか」]" in tail
    assert made_id("食堂はありますか") not in told + asked + tail


def test_replies_that_one_changed_text_words_anew_are_a_line_and_others_are_listed(
    faq: Faq, published: Path
) -> None:
    """Of 133 questions, 113 were only counted, whatever became of them."""
    asked = [f"私服で{day}曜日に行ってもよいですか" for day in "月火水木金土日"]
    lines = "".join(f'{{"q": "{q}", "gold": ["clothes"]}}\n' for q in asked)
    space = '{"q": "宇宙旅行の割引制度", "gold": [%s]}\n'
    expectations = published / "expectations.jsonl"
    expectations.write_text(lines + space % "", encoding="utf-8")
    faq("publish", published)
    expectations.write_text(lines + space % '"space"', encoding="utf-8")
    edit(published, "服装は自由で", "服装は何でもよく", SPACE)
    told = faq("publish", published).stdout.splitlines()
    start = told.index("返答の文面が変わる質問 8件")
    assert told[start + 1 : start + 3] == [
        "・「職場の服装はどんな感じですか」の回答文が変わった質問: 7件",
        "・「宇宙旅行の割引制度」 わからない → 回答 space",
    ]


def test_the_gate_names_the_question_the_entries_and_why_and_force_lets_it_through(
    faq: Faq, published: Path
) -> None:
    before = served(faq, published)
    edit(published, "週に1日から2日ほど", "週に4日", SPACE)
    result = faq("publish", published)
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stdout.startswith(f"公開しませんでした。前の内容({before})のまま続けます。\n")
    for told in (
        "誤った回答になる",
        f"・「{REMOTE}」(",
        "    後: 回答 remote-work(確信度 ",
        "、当たった語: ",
        "    回答に次の文字がありません: 週に1日\n",
        "答えてしまうようになる",
        "    後: 回答 space(確信度 ",
    ):
        assert told in result.stdout
    assert served(faq, published) == before
    assert faq("publish", published, "--force").exit_code == ExitStatus.USAGE
    forced = faq("publish", published, "--force", "--reason", "部長の了承済み")
    assert "次の理由で公開しました: 部長の了承済み" in forced.stdout
    newest, oldest = releases(faq, published)
    assert (newest["forced"], newest["reason"], newest["before"]) == (True, "部長の了承済み", before)
    assert (oldest["forced"], oldest["reason"]) == (False, None)
    assert "強制公開:部長の了承済み" in unfolded(faq("releases", "--faq", published).stdout)


def test_releases_are_listed_newest_first_and_rolling_back_serves_the_one_before(
    faq: Faq, published: Path
) -> None:
    first = served(faq, published)
    edit(published, "服装は自由で", "服装は何でもよく")
    faq("publish", published)
    second = served(faq, published)
    header, *rows = faq("releases", "--faq", published).stdout.splitlines()
    assert header.split() == ["版", "日時", "項目", "正答", "誤答", "誤って回答", "備考"]
    assert rows[0].split()[:2] == ["*", second]
    newest, oldest = releases(faq, published)
    assert (newest["number"], newest["kept"], newest["counts"]) == (2, True, {"right": 3, "quiet": 1})
    assert (oldest["release"], oldest["served"]) == (first, False)
    result = faq("rollback", "--faq", published)
    assert result.stdout.startswith(f"前に公開した版に戻しました({second} → {first})。\n変更 1件: clothes\n")
    assert "ファイルの内容は公開中のものと違います" in result.stdout
    assert reply(faq, published).startswith("服装は自由で")
    assert releases(faq, published)[0]["kind"] == "rollback"
    assert f"{second}から戻した" in unfolded(faq("releases", "--faq", published).stdout)
    assert faq("rollback", second[:5], "--faq", published).exit_code == ExitStatus.OK
    assert served(faq, published) == second


@pytest.mark.parametrize("json", [(), ("--json",)])
def test_replay_says_byte_for_byte_what_was_said_then_or_that_it_was_rebuilt(
    faq: Faq, published: Path, monkeypatch: pytest.MonkeyPatch, json: Sequence[str]
) -> None:
    questions = (CLOTHES, TRAINING, "給料はいくらですか", "こんにちは", "[/b]\x1b")
    first = served(faq, published)
    then = [faq("ask", question, "--faq", published, *json).stdout_bytes for question in questions]
    edit(published, "服装は自由で", "服装は何でもよく")
    faq("publish", published)
    assert [faq("replay", "--release", first[:6], each, *json).stdout_bytes for each in questions] == then
    assert faq("ask", CLOTHES, "--faq", published, *json).stdout_bytes != then[0]
    monkeypatch.setattr("index.release.building.ENGINE", 10_000)
    refused = faq("replay", "--release", first, CLOTHES)
    assert (refused.exit_code, "別のバージョンで作られた" in refused.stderr) == (ExitStatus.FAILURE, True)
    rebuilt = faq("replay", "--release", first, "--rebuild", CLOTHES)
    assert rebuilt.stdout.startswith("服装は自由で")
    assert f"版 {first} の内容から作り直した版" in rebuilt.stderr


def test_replay_shows_what_was_valid_on_the_day(faq: Faq, folder: Path) -> None:
    edit(folder, "    review_by: 2020-01-31", "    valid_until: 2020-01-31")
    faq("publish", folder)
    asked = ("replay", "--release", served(faq, folder), CLOTHES, "--on")
    assert faq(*asked, "2020-01-31").stdout.startswith("服装は自由で")
    assert not faq(*asked, "2020-02-01").stdout.startswith("服装は自由で")
    assert faq(*asked, "2020-02-30").exit_code == ExitStatus.USAGE


def test_what_a_new_dictionary_changes_is_seen_in_one_command(
    faq: Faq, expected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked as on the day of the publication; of its replies then, one is made another, as a dictionary does."""
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "own"))
    compare = ("eval", "--published", "--faq", expected)
    assert "まだ公開していません" in faq(*compare).stderr
    edit(expected, "    review_by: 2020-01-31", "    valid_until: 2020-01-31")
    with monkeypatch.context() as then:
        then.setattr("bot.cli.opening.today", lambda: date(2020, 1, 31))
        faq("publish", expected)
    name = served(faq, expected)
    monkeypatch.setattr("index.release.building.ENGINE", 10_000)
    first, *_, last = faq(*compare).stdout.splitlines()
    assert first.startswith(f"公開したとき(2020-01-31)の版 {name} と、いまの版 ")
    assert last == "返答が変わった質問はありません。"
    (kept,) = (tmp_path / "own" / "releases" / name).glob("report.json")
    report = json.loads(kept.read_bytes())
    report["replies"][CLOTHES] |= {"reply": "unknown", "ids": [], "text": "わかりません。"}
    kept.write_text(json.dumps(report), encoding="utf-8")
    told = "返答の文面が変わる質問 1件\n・「私服でもよいですか」 わからない → 回答 clothes\n"
    assert told in faq(*compare).stdout
    found = json.loads(faq(*compare, "--json").stdout)
    assert found["published"] == name != found["release"]
    assert [each["q"] for each in found["findings"]] == [CLOTHES]
    assert found["after"]["right"] == found["before"]["right"] + 1
    assert "--published" in faq("doctor", "--faq", expected).stdout
    kept.unlink()
    assert "返答が残っていません" in faq(*compare).stderr
    assert faq(*compare, "--errors").exit_code == ExitStatus.USAGE


def test_diff_tells_entries_fields_and_replies_also_to_what_was_asked_lately(
    faq: Faq, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_DATABASE_URL", f"sqlite:///{tmp_path / 'own.db'}")
    assert faq("diff", "--faq", published).stdout.splitlines()[1:] == ["変わったところはありません。"]
    reply(faq, published, "スーツで通うのですか")
    first = served(faq, published)
    edit(published, "服装は自由で", "服装は何でもよく", SPACE.replace("割引", "手当"))
    result = faq("diff", "--faq", published)
    second = result.stdout.split()[2]
    assert result.stdout.startswith(
        f"{first} → {second}\n"
        "  + space: 宇宙旅行の手当はありますか\n"
        "  ~ clothes: 職場の服装はどんな感じですか\n"
        "      回答 旧「服装は〔自由〕で、ジャケットの人が多くいます。」\n"
    )
    assert f"・「{CLOTHES}」\n    前: 回答 clothes(確信度 " in result.stdout
    assert "・「スーツで通うのですか」\n" in result.stdout
    back = faq("diff", second[:8], first[:4]).stdout
    assert back.startswith(f"{second} → {first}\n  - space: ")


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    write_whole(file, bytes(data))


def foreign(file: Path) -> None:
    shutil.rmtree(file) if file.is_dir() else file.unlink()
    file.write_bytes(b"of somebody else")


@pytest.mark.parametrize(
    ("place", "damage", "told"),
    [
        *(
            (f"releases/*/{name}", flipped, "壊れていて")
            for name in ("arrays.bin", "index.json", "knowledge.json", "manifest.json")
        ),
        ("releases/*", foreign, "壊れていて"),
        ("published/*/history.jsonl", foreign, "最後の行が壊れている"),
    ],
)
def test_nothing_is_answered_from_what_is_damaged_and_publishing_puts_it_right(  # noqa: PLR0913, PLR0917 -- fixtures and cases
    faq: Faq,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    damage: Callable[[Path], None],
    told: str,
) -> None:
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    assert faq("publish", folder).exit_code == ExitStatus.OK
    before = reply(faq, folder)
    damage(next((tmp_path / "home").glob(place)))
    refused = faq("ask", CLOTHES, "--faq", folder)
    assert (refused.exit_code, refused.stdout) == (ExitStatus.FAILURE, "")
    assert told in refused.stderr
    assert "publish" in refused.stderr
    assert faq("publish", folder).exit_code == ExitStatus.OK
    assert reply(faq, folder) == before


CLOSED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root reads whatever is closed to it"
)
def test_what_may_not_be_read_is_told_with_what_to_do_and_nothing_unpublished_is_served(
    faq: Faq, folder: Path, tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root is without its right to read everything here."""
    home = tmp_path / "home"
    monkeypatch.setenv("FAQ_HOME", str(home))
    assert faq("publish", folder).exit_code == ExitStatus.OK
    edit(folder, "服装は自由で", "服装は書きかけで")
    (env := tmp_path / ".env").write_text("FAQ_POINT=eager", "utf-8")
    (history,) = (home / "published").glob("*/history.jsonl")
    command = [*(CLOSED if os.geteuid() == 0 else ()), sys.executable, "-m", "bot", "ask", CLOTHES]
    variables = {**environment, "FAQ_HOME": str(home), "FAQ_PATH": str(folder)}
    closed = {
        env: ".env を読めません",
        history: "公開の記録",
        home / "releases": "を読めません。",
        home: str(home),
    }
    for place, told in closed.items():
        mode = place.stat().st_mode
        place.chmod(0)
        done = subprocess.run(
            command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        place.chmod(mode)
        assert (done.returncode, done.stdout) == (ExitStatus.FAILURE, "")
        assert told in done.stderr
        assert "Traceback" not in done.stderr
