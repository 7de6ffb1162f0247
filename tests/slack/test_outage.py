"""The journal is away, locked or shut down: who asks is answered, what is lost is counted, HR gets nothing halfway."""

from collections.abc import Iterator

import pytest

from bot.slack.messages.notices import UNKEPT
from tests.bot.journal.away import away
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.office import ANSWER, ASKED, Office, Opens


@pytest.fixture
def bot(opens: Opens, hr_channel: Channel, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr("bot.journal.database.BUSY_SECONDS", 0.01)
    with opens(hr=hr_channel.id, database_url=url) as opened:
        opened.journal.outbox.waiting()  # so that it has been opened before it is away
        yield opened


@pytest.fixture
def other(bot: Office, opens: Opens, url: str) -> Iterator[Office]:
    """Another process on the same journal."""
    with opens(database_url=url) as opened:
        opened.journal.outbox.waiting()
        yield opened
        opened.complaints.clear()
        bot.complaints.clear()


def test_while_the_journal_is_away_questions_are_answered_once_and_counted(
    slack: SlackDouble, bot: Office, anna: Person, url: str
) -> None:
    """Also what was kept before, or comes again when it is back."""
    before = anna.says(ASKED).deliveries[0]
    with away(url):
        slack.resend(before)
        said = anna.says(ASKED).deliveries[0]
        slack.resend(said)
        assert anna.runs("/faq", ASKED).acked
    slack.resend(said)
    assert anna.history().count(ANSWER) == 3
    assert (said.acked, bot.journal.lost, len(bot.complaints)) == (True, 2, 1)
    assert len(bot.journal.questions.last(9)) == 1
    answered = bot.context.health.registry.get_sample_value("faq_questions_total", {"reply": "answer"})
    assert answered == 3
    bot.complaints.clear()


def test_while_the_journal_is_away_a_hand_over_is_refused_and_can_be_sent_again(
    bot: Office, anna: Person, hana: Person, url: str
) -> None:
    anna.says("給料はいくらですか")
    anna.presses("人事に聞く")
    with away(url):
        anna.submits({"question": "初任給は?"})
        assert UNKEPT in anna.screen()
    anna.submits({"question": "初任給は?"})
    assert anna.modals() == []
    with away(url):
        hana.presses("引き受ける")
        assert UNKEPT in hana.history()
    hana.presses("引き受ける")
    assert "ご質問の確認を始めました。" in anna.conversation()
    assert bot.journal.lost == 0


def test_what_neither_the_journal_nor_slack_takes_is_sent_once_slack_does(
    slack: SlackDouble, bot: Office, anna: Person, url: str
) -> None:
    with away(url):
        slack.refuse("chat.postMessage", "oops", status=503)
        anna.says(ASKED)
        slack.break_off("chat.postMessage")  # the next is done, and nobody hears of that
        for _ in range(3):
            bot.later()
            bot.settle()
    assert anna.history().count(ANSWER) == 1
    bot.complaints.clear()


def test_while_neither_the_journal_nor_slack_takes_anything_slack_is_let_be_for_a_moment(
    slack: SlackDouble, bot: Office, url: str
) -> None:
    people = [slack.person(f"候補者{number}") for number in range(5)]
    with away(url):
        slack.refuse("chat.postMessage", "oops", status=503, times=3)
        for person in people:
            person.says(ASKED)
        assert len([each for each in slack.requests if each.method == "chat.postMessage"]) == 3
        bot.later(3)
        bot.settle()
    assert [person.history().count(ANSWER) for person in people] == [1] * 5
    bot.complaints.clear()


@pytest.mark.parametrize("back", [True, False], ids=["journal back", "journal away"])
def test_what_one_process_has_answered_without_the_journal_another_does_not_answer_again(  # noqa: PLR0913 -- what it takes
    slack: SlackDouble, bot: Office, other: Office, anna: Person, url: str, *, back: bool
) -> None:
    with away(url):
        slack.route = bot.route
        said = anna.says(ASKED).deliveries[0]
        slack.route = other.route
        if not back:
            slack.resend(said)
    if back:
        slack.resend(said)
    assert anna.history().count(ANSWER) == 1
    assert (bot.journal.lost, other.journal.lost) == (1, int(not back))


def test_what_neither_the_journal_nor_slack_took_is_kept_once_the_journal_is_back(
    slack: SlackDouble, bot: Office, anna: Person, url: str
) -> None:
    slack.refuse("chat.postMessage", "oops", status=503, times=9)
    with away(url):
        said = anna.says(ASKED)
        key = f"message {anna.dm.id}:{said.ts}"
    assert bot.state(key) is None
    bot.later()
    assert bot.state(key) == "waiting"  # for any process
    bot.complaints.clear()


def test_a_correction_that_one_process_has_answered_without_the_journal_another_does_not_answer_again(
    slack: SlackDouble, bot: Office, other: Office, anna: Person, url: str
) -> None:
    slack.route = bot.route
    with away(url):
        said = anna.says("職場の服装はどんな感じですか")
        (edited,) = anna.edits(said, ASKED)
    slack.route = other.route
    slack.resend(edited)
    assert anna.history().count(ANSWER) == 1


def test_what_was_not_kept_is_kept_by_a_process_that_ends_while_slack_is_away(
    slack: SlackDouble, opens: Opens, anna: Person, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.journal.database.BUSY_SECONDS", 0.01)
    with opens(database_url=url) as bot:
        bot.journal.outbox.waiting()
        slack.refuse("chat.postMessage", "oops", status=503, times=9)
        with away(url):
            anna.says(ASKED)
        bot.complaints.clear()
    slack.api.faults.clear()
    with opens(database_url=url, clock=bot.clock) as bot:
        bot.later()
    assert anna.history().count(ANSWER) == 1


def test_a_mention_of_which_each_of_two_processes_hears_in_its_own_way_is_answered_once(
    bot: Office, other: Office, anna: Person, general: Channel, url: str
) -> None:
    gate = bot.slack.hold("chat.postMessage")  # so that neither finds what the other has sent
    with away(url):
        bot.slack.route = lambda delivery: (
            bot if delivery.payload["event"]["type"] == "app_mention" else other
        ).route(delivery)
        said = anna.says(ASKED, channel=general, mention=True)
        bot.slack.until(lambda: gate.waiting)
        other.context.background.do(gate.open)
        bot.settle()
        other.settle()
    assert len(said.deliveries) == 2
    assert anna.history().count(ANSWER) == 1
