"""What admins do in Slack, and what others cannot."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.settings import JournalMode
from bot.slack.messages.notices import APOLOGY, BUSY, REFUSAL
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import Office, Opens, choosing

REMOTE, CLOTHES = "在宅勤務はどのくらいできますか", "職場の服装はどんな感じですか"


@pytest.fixture
def kanri(slack: SlackDouble) -> Person:
    return slack.person("管理者")


@pytest.fixture
def bot(opens: Opens, kanri: Person) -> Iterator[Office]:
    with opens(admins=kanri.id) as opened:
        yield opened


def run(person: Person, text: str) -> str:
    before = len(person.conversation())
    person.runs("/faq-admin", text)
    return person.conversation()[before:]


def rewrite(knowledge: Path, old: str, new: str) -> None:
    file = knowledge / "faq.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_others_are_refused_alone_and_the_attempt_is_recorded(
    bot: Office, anna: Person, general: Channel, bert: Person
) -> None:
    anna.runs("/faq-admin", "status", channel=general)
    assert REFUSAL in anna.conversation(general)
    assert bert.conversation(general) == ""
    (event,) = bot.journal.events.last(5)
    assert (event.who, event.what, event.outcome) == (anna.id, "status", "refused")


@pytest.mark.parametrize("group", [True, False])
def test_a_member_of_the_user_group_is_an_admin_and_without_a_known_one_nobody_is(
    slack: SlackDouble, opens: Opens, kanri: Person, caplog: pytest.LogCaptureFixture, *, group: bool
) -> None:
    admins = slack.group(kanri) if group else "S0NONE"
    with opens(admins=admins):
        told = run(kanri, "status")
    assert ("いまの版" in told, REFUSAL in told) == (group, not group)
    assert ("no_such_subteam" in caplog.text) is not group


def test_a_reload_tells_what_changed_and_a_rollback_undoes_it(
    bot: Office, kanri: Person, knowledge: Path
) -> None:
    """What takes long is announced at once, and who published is told."""
    names = []
    for clothes in ("スーツの人", "制服の人", "私服の人"):
        file = knowledge / "faq.yaml"
        text = re.sub("服装は自由で、.*の人", f"服装は自由で、{clothes}", file.read_text("utf-8"))
        file.write_text(text, "utf-8")
        told = run(kanri, "reload")
        names.append(bot.context.live.release.name)
    assert told.index(BUSY) < told.index(f"公開しました({names[1]} → {names[2]})。")
    assert "変更 1件: clothes" in told
    assert f"({names[2]} → {names[1]})" in run(kanri, "rollback")
    kept = bot.journal.events.last(1)[0]
    assert (kept.what, kept.who) == ("rollback", kanri.id)
    status = run(kanri, "")
    assert f"いまの版: {names[1]}" in status
    assert "項目: 4件" in status
    assert f"({kanri.id})" in status
    assert BUSY not in status


def test_what_was_acknowledged_is_done_and_told_though_the_process_is_killed_before_it_begins(
    slack: SlackDouble, opens: Opens, kanri: Person, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opens(admins=kanri.id) as bot:
        rewrite(knowledge, "ジャケットの人", "スーツの人")
        run(kanri, "reload")
        rewrite(knowledge, "スーツの人", "制服の人")
        monkeypatch.setattr(bot.context.background, "do", Mock())
        assert run(kanri, "reload").endswith(BUSY)
    slack.workspace.now += 3_600  # the command's URL lasts half an hour
    with opens(admins=kanri.id) as bot:
        bot.later()
        told = kanri.conversation()
    assert told.rindex("公開しました") > told.rindex(BUSY)


def test_a_rollback_is_not_done_again_by_a_process_that_does_not_know_whether_it_was_done(
    bot: Office, kanri: Person, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for before, after in [("ジャケット", "スーツ"), ("スーツ", "制服"), ("制服", "私服")]:
        rewrite(knowledge, f"{before}の人", f"{after}の人")
        run(kanri, "reload")
        names.append(bot.context.live.release.name)
    with monkeypatch.context() as killed:
        killed.setattr(bot.journal.outbox, "amend", Mock(side_effect=SystemExit))
        run(kanri, "rollback")
    bot.later()
    assert bot.context.live.release.name == names[1]
    assert kanri.conversation().endswith(f"別の操作で公開された版 {names[1]} に切り替えました。")


def test_what_the_gate_refuses_leaves_what_is_served_and_says_why(
    bot: Office, kanri: Person, knowledge: Path
) -> None:
    rewrite(knowledge, "expectations:", f"expectations:\n  - {{q: {CLOTHES}, gold: [clothes]}}")
    run(kanri, "reload")
    before = bot.context.live.release.name
    for old, new in [(REMOTE, "x"), (CLOTHES, REMOTE), ("question: x", f"question: {CLOTHES}")]:
        rewrite(knowledge, old, new)
    told = run(kanri, "reload")
    assert f"公開しませんでした。前の内容({before})のまま続けます。" in told
    assert "誤った回答になる質問" in told
    assert {each.outcome for each in bot.journal.events.last(9)} - {"done"}
    kanri.says(CLOTHES)
    assert "服装は自由で" in kanri.conversation()


def test_what_was_not_answered_is_listed_with_how_often(bot: Office, kanri: Person) -> None:
    converse, bot.context.converse = bot.context.converse, choosing([])
    for _ in range(2):
        kanri.says("火星への出張はありますか")
    bot.context.converse = converse
    kanri.says(CLOTHES)
    told = run(kanri, "unanswered")
    assert "火星への出張はありますか(2回)" in told
    assert "服装" not in told
    bot.clock.at += timedelta(days=8)
    assert "ありません。" in run(kanri, "unanswered")


@pytest.mark.usefixtures("bot")
def test_an_unknown_word_is_answered_with_how_to_use_it(kanri: Person) -> None:
    assert "使い方: /faq-admin" in run(kanri, "reloda")


def test_where_no_texts_are_kept_unanswered_says_so(opens: Opens, kanri: Person) -> None:
    with opens(admins=kanri.id, journal=JournalMode.COUNTS):
        assert "質問の文を記録していません" in run(kanri, "unanswered")


def test_a_bug_in_a_command_is_apologised_for(
    bot: Office, kanri: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(bot.context.journal.outbox, "waiting", Mock(side_effect=ZeroDivisionError))
    assert APOLOGY in run(kanri, "status")
    assert "ZeroDivisionError" in caplog.text
