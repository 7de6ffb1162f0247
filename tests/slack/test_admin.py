"""What admins do in Slack, and what others cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.blocks_notices import REFUSAL
from tests.slack.desks import Office, choosing, office
from tests.slack.double import Person, SlackDouble


@pytest.fixture
def kanri(slack: SlackDouble) -> Person:
    return slack.person("管理者")


@pytest.fixture
def member(slack: SlackDouble) -> Person:
    return slack.person("係員")


@pytest.fixture
def bot(slack: SlackDouble, knowledge: Path, kanri: Person, member: Person) -> Iterator[Office]:
    admins = f"{kanri.id},{slack.group(member)}"
    with office(slack, knowledge, knowledge.parent / "home", admins=admins) as opened:
        yield opened


def run(bot: Office, person: Person, text: str) -> str:
    """Run the command, and return what is new on the person's screen."""
    before = len(person.conversation())
    person.runs("/faq-admin", text)
    bot.settle()
    return person.conversation()[before:]


def test_others_are_refused_alone_and_the_attempt_is_recorded(slack: SlackDouble, bot: Office) -> None:
    anna, bert = slack.person("安奈"), slack.person("部長")
    general = slack.channel("general", anna, bert)
    anna.runs("/faq-admin", "reload", channel=general)
    bot.settle()
    assert REFUSAL in anna.conversation(general)
    assert bert.conversation(general) == ""
    (event,) = bot.journal.events.last(5)
    assert (event.who, event.what, event.outcome) == (anna.id, "reload", "refused")


def test_a_member_of_the_user_group_is_an_admin(bot: Office, member: Person) -> None:
    assert "# FAQの状態" in run(bot, member, "status")


def test_status_tells_what_is_served(bot: Office, kanri: Person) -> None:
    told = run(bot, kanri, "")
    assert f"いまの版: {bot.desk.served.release.name}" in told
    assert "項目: 5件" in told


def test_a_reload_tells_what_changed_and_a_rollback_undoes_it(
    bot: Office, kanri: Person, knowledge: Path
) -> None:
    file = knowledge / "faq.yaml"
    file.write_text(file.read_text("utf-8").replace("服装は自由で", "服装は自由ですが"), "utf-8")
    run(bot, kanri, "reload")
    first = bot.desk.served.release.name
    file.write_text(file.read_text("utf-8").replace("ジャケット", "スーツ"), "utf-8")
    told = run(bot, kanri, "reload")
    second = bot.desk.served.release.name
    assert "# FAQを読み込みました" in told
    assert "追加 0件、変更 1件、削除 0件" in told
    assert f"いまの版: {second}" in told
    assert "clothes" in told
    assert f"({second} → {first})" in run(bot, kanri, "rollback")
    assert bot.desk.served.release.name == first
    assert bot.journal.events.last(1)[0].what == "rollback"


def test_a_broken_file_leaves_what_is_served_and_says_where_it_is_broken(
    bot: Office, kanri: Person, knowledge: Path
) -> None:
    before = bot.desk.served.release.name
    file = knowledge / "faq.yaml"
    file.write_text(file.read_text("utf-8").replace("also_asked: [入庁後", "also_askd: [入庁後"), "utf-8")
    told = run(bot, kanri, "reload")
    assert "# FAQを読み込めませんでした" in told
    assert "faq.yaml:" in told
    assert f"いまの版: {before}(前のまま。回答は続けています)" in told
    assert bot.journal.events.last(1)[0].outcome == "failed"
    kanri.says("職場の服装はどんな感じですか")
    bot.settle()
    assert "服装は自由で" in kanri.conversation()


def test_what_was_not_answered_is_listed_with_how_often(
    bot: Office, kanri: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.asking.converse", choosing([]))
    for _ in range(2):
        kanri.says("火星への出張はありますか")
        bot.settle()
    bot.journal.flush()
    assert "火星への出張はありますか(2回)" in run(bot, kanri, "unanswered")
    told = run(bot, kanri, "stats")
    assert "質問: 2件" in told
    assert "わからない: 2件" in told


def test_an_unknown_word_is_answered_with_how_to_use_it(bot: Office, kanri: Person) -> None:
    assert "使い方: /faq-admin" in run(bot, kanri, "reloda")
