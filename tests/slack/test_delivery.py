"""What was planned is sent once: through refusals, breaks and restarts, and where it was meant to go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from unittest.mock import Mock

import pytest

from bot.journal.database import JournalError
from bot.journal.outbox import OutboxMessage
from bot.slack.context import Arrivals
from bot.slack.delivery.pace import Pace
from bot.slack.delivery.sending import DeliveryTarget
from bot.slack.messages.notices import APOLOGY, PRESS_AGAIN, notice
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Channel, Person, SlackDouble
from tests.slack.double.model import BOT_USER
from tests.slack.double.people import Said
from tests.slack.office import ANSWER, ASKED, Office, Opens

POST = "chat.postMessage"


@pytest.fixture
def bot(bot: Office) -> Office:
    bot.context.client.retry_handlers.clear()
    return bot


def key(person: Person, said: Said) -> str:
    return f"message {person.dm.id}:{said.ts}"


def tried(slack: SlackDouble) -> int:
    return len([each for each in slack.requests if each.method == POST])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("internal_error", 200),
        ("oops", 503),
        ("ratelimited", 429),
        ("rate_limited", 200),
        ("org_login_required", 200),
        ("team_added_to_org", 200),
        ("<html>Sign in</html>", 200),  # of a portal at which somebody must log in first
    ],
)
def test_what_slack_cannot_take_now_is_sent_later(
    slack: SlackDouble, bot: Office, anna: Person, error: str, status: int
) -> None:
    slack.refuse(POST, error, status=status)
    said = anna.says(ASKED)
    assert bot.state(key(anna, said)) == "waiting"
    bot.later()
    assert anna.conversation().count(ANSWER) == 1
    assert APOLOGY not in anna.conversation()


def test_what_slack_refuses_for_good_is_given_up_with_an_apology_and_does_not_keep_the_next(
    slack: SlackDouble, bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    slack.refuse(POST, "invalid_blocks")
    refused = anna.says(ASKED)
    assert bot.state(key(anna, refused)) == "given up"
    assert APOLOGY in anna.conversation()
    anna.says(ASKED)
    assert anna.conversation().count(ANSWER) == 1
    assert "invalid_blocks" in caplog.text


def test_what_fails_for_long_is_tried_every_minute_and_given_up_in_the_end(
    slack: SlackDouble,
    bot: Office,
    anna: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("bot.slack.delivery.worker.MOST_ATTEMPTS", 6)
    slack.refuse(POST, "internal_error", times=6)
    said = anna.says(ASKED)
    for _ in range(5):
        bot.later()
    assert tried(slack) == 6 + 1  # the last is the apology
    assert bot.state(key(anna, said)) == "given up"
    (told, _) = [each.message for each in caplog.records if each.name == "faq.slack"]
    assert told.endswith(" cannot be sent (internal_error); trying again in 2 seconds")


def test_what_slack_is_too_busy_for_is_never_given_up(
    slack: SlackDouble, bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.delivery.worker.MOST_ATTEMPTS", 2)
    slack.refuse(POST, retry_after=600, times=9)
    anna.says(ASKED)
    bot.later(599)
    assert tried(slack) == 1
    for _ in range(9):
        bot.later(601)
    assert anna.conversation().count(ANSWER) == 1


def test_what_is_due_again_is_sent_though_nothing_happens(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    slack.refuse(POST, "internal_error")
    bot.worker.start(0.01)
    anna.says(ASKED)
    slack.until(lambda: [each for each in slack.requests if each.method == POST and each.status])
    bot.clock.at += timedelta(seconds=61)
    slack.until(lambda: ANSWER in anna.conversation())


@pytest.mark.parametrize(
    "code", ["token_revoked", "token_expired", "invalid_auth", "missing_scope", "account_inactive"]
)
def test_what_waits_for_the_app_to_be_put_right_is_kept_and_told_once_with_what_to_do(  # noqa: PLR0913, PLR0917
    slack: SlackDouble,
    bot: Office,
    anna: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    code: str,
) -> None:
    """However long that takes."""
    monkeypatch.setattr("bot.slack.delivery.worker.MOST_ATTEMPTS", 1)
    slack.refuse(POST, code, times=99)
    anna.says(ASKED)
    bert = slack.person("部長")
    bert.says(ASKED)
    for _ in range(3):
        bot.later()
    slack.api.faults.clear()
    bot.later()
    assert [each.conversation().count(ANSWER) for each in (anna, bert)] == [1, 1]
    assert APOLOGY not in anna.history()
    (told,) = [each.message for each in caplog.records if each.name == "faq.slack"]
    assert f"({code})" in told
    assert "`faq slack doctor` says what to do" in told


def test_a_channel_that_is_too_busy_gets_one_message_a_second_and_is_not_searched(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel
) -> None:
    slack.refuse(POST, retry_after=5, times=8)
    for _ in range(30):
        anna.says(ASKED, channel=general, mention=True)
    bot.clock.at += timedelta(seconds=5)
    done = [len(slack.calls(POST))]
    for _ in range(40):
        bot.later(1)
        done.append(len(slack.calls(POST)))
    assert done[-1] == 30
    assert max(after - before for before, after in pairwise(done)) <= 2
    assert tried(slack) == 30 + 8
    assert slack.calls("conversations.replies") == []


def test_of_channels_that_were_busy_once_nothing_is_kept_for_long() -> None:
    pace, at = Pace(), datetime(2025, 6, 1, tzinfo=UTC)
    for number in range(1_000):
        at += timedelta(seconds=10)
        assert pace.slow_down(f"C{number}", f"message {number}", at, 1) == at + timedelta(seconds=1)
    assert sum(len(held) for held in vars(pace).values() if isinstance(held, dict)) < 100


def test_what_another_version_had_planned_is_told_and_keeps_nothing_from_being_sent(
    bot: Office, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a newer one was taken back."""
    place = f"ask {anna.dm.id}"
    bot.journal.outbox.plan(OutboxMessage("a", place, "poll", {}), at=bot.clock.at)
    anna.says(ASKED)
    assert ANSWER in anna.conversation()
    assert bot.journal.outbox.waiting() == 0
    assert [each.message for each in caplog.records] == ["a of another version (poll) is not sent"]


@pytest.mark.parametrize(("begun", "whole"), [(b"", False), (b'{"ok":', False), (b'{"ok": tru', True)])
def test_what_slack_could_not_say_that_it_stands_there_is_not_posted_again(  # noqa: PLR0913, PLR0917 -- fixtures and a case
    slack: SlackDouble,
    bot: Office,
    anna: Person,
    hana: Person,
    hr_channel: Channel,
    begun: bytes,
    *,
    whole: bool,
) -> None:
    """Whether nothing of Slack's answer got through or its first characters; in a long thread, and for a card."""
    slack.break_off(POST, begun=begun, whole=whole, times=4)
    said = anna.says(ASKED)
    bot.later()
    for number in range(250):
        slack.workspace.post(anna.dm, anna.id, str(number), thread_ts=said.ts)
    more = anna.says("職場の服装はどんな感じですか", thread=said.ts)
    anna.presses("人事に聞く")
    anna.submits()
    bot.later()
    assert [bot.state(key(anna, each)) for each in (said, more)] == ["done", "done"]
    posted = [each.text for each in slack.workspace.in_channel(anna.dm.id) if each.user == BOT_USER]
    assert len(posted) == 3  # two answers, and that HR has it
    assert len(hana.sees(hr_channel)) == 1


@pytest.mark.usefixtures("bot")
def test_who_presses_while_slack_breaks_off_is_asked_to_press_again(slack: SlackDouble, anna: Person) -> None:
    anna.says(ASKED)
    slack.break_off("views.open", begun=b'{"ok":')
    anna.presses("人事に聞く")
    assert PRESS_AGAIN in anna.conversation()


def test_an_answer_to_a_command_is_not_lost(slack: SlackDouble, bot: Office, anna: Person) -> None:
    """It may come twice: Slack has no way to ask what one person alone sees."""
    slack.refuse("response_url", "<html>Bad gateway</html>", status=502)
    anna.runs("/faq", ASKED)
    bot.later()
    assert anna.conversation().count(ANSWER) == 1
    slack.break_off("response_url", begun=b"o")
    anna.runs("/faq", ASKED)
    assert bot.journal.outbox.waiting() == 1
    bot.later()
    assert bot.journal.outbox.waiting() == 0


def test_an_answer_too_late_for_its_response_url_comes_in_the_direct_message(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel
) -> None:
    """A command's URL lasts half an hour, and Slack may be busy for longer."""
    slack.refuse("response_url", retry_after=3_600)
    command = anna.runs("/faq", ASKED, channel=general)
    slack.workspace.now += 3_600
    bot.later(3_601)
    assert bot.state(f"command {command.payload['trigger_id']}") == "given up"
    assert anna.conversation().count(ANSWER) == 1
    assert anna.conversation(general) == ""


def test_an_answer_that_the_journal_could_not_note_is_neither_repeated_nor_apologised_for(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(bot.journal, "finish", Mock(side_effect=JournalError("disk full")))
        said = anna.says(ASKED)
    bot.later()
    assert bot.state(key(anna, said)) == "done"
    assert [len(anna.sees()), anna.conversation().count(ANSWER)] == [2, 1]
    assert "disk full" in caplog.text


def test_answers_let_what_comes_in_pass_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where events never cease, each answer would be held up, until nobody is answered any more."""
    now, arrivals = [7.0], Arrivals()
    monkeypatch.setattr("bot.slack.context.PASSING_SECONDS", hour := 3_600)
    monkeypatch.setattr("bot.slack.context.monotonic", lambda: now[0])
    with ThreadPoolExecutor() as pool, arrivals:
        waits = pool.submit(arrivals.let_pass)
        with pytest.raises(TimeoutError):
            waits.result(0.05)
        now[0] += hour
        with arrivals:  # the next one has come before the first was kept
            pool.submit(arrivals.let_pass).result(PATIENCE_SECONDS)


def test_what_slack_wants_in_an_hour_keeps_no_process_from_ending_and_is_sent_by_the_next(
    slack: SlackDouble, opens: Opens, anna: Person
) -> None:
    with opens() as bot:
        slack.refuse(POST, retry_after=3_600, times=9)
        anna.says(ASKED)
    assert (tried(slack), anna.history().count(ANSWER)) == (1, 0)
    slack.api.faults.clear()
    with opens(clock=bot.clock) as bot:
        bot.later(3_601)
    assert anna.history().count(ANSWER) == 1


def test_a_question_is_kept_for_good_and_what_it_leaves_too_where_slack_cannot_be_searched_for_the_answer(
    bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In two transactions, of which each that waits for the disk keeps all others waiting."""
    anna.says(ASKED)  # the first looks for what is past its time, too
    written = Mock(side_effect=bot.journal.database.writing)
    monkeypatch.setattr(bot.journal.database, "writing", written)
    anna.says(ASKED)
    anna.runs("/faq", ASKED)
    durable = [each.kwargs.get("durable", True) for each in written.call_args_list]
    assert durable == [True, False, True, True]
    assert anna.conversation().count(ANSWER) == 3


def test_where_slack_takes_long_for_each_many_are_sent_at_once(slack: SlackDouble, bot: Office) -> None:
    people = [slack.person(f"候補者{number}") for number in range(20)]
    gate = slack.hold(POST)
    for person in people:
        person.says(ASKED)
    slack.until(lambda: gate.waiting == len(people))
    gate.open()
    bot.settle()
    assert [person.conversation().count(ANSWER) for person in people] == [1] * len(people)


def test_where_slack_fails_for_one_after_the_other_it_is_let_be_for_a_moment(
    slack: SlackDouble, bot: Office
) -> None:
    people = [slack.person(f"候補者{number}") for number in range(5)]
    slack.refuse(POST, "oops", status=503, times=3)
    for person in people:
        person.says(ASKED)
    assert tried(slack) == 3
    bot.later(1)
    assert tried(slack) == 3
    bot.later(60)
    assert [person.conversation().count(ANSWER) for person in people] == [1] * 5


@pytest.mark.usefixtures("bot")
def test_where_others_get_through_between_slack_is_not_let_be(slack: SlackDouble) -> None:
    people = [slack.person(f"候補者{number}") for number in range(5)]
    failing = {people[number].dm.id for number in (0, 1, 3)}
    slack.refuse(POST, "oops", status=503, times=3, when=lambda body: body["channel"] in failing)
    for person in people:
        person.says(ASKED)
    assert tried(slack) == 5


def test_one_channel_that_slack_goes_on_failing_for_after_a_rest_does_not_keep_the_others(
    slack: SlackDouble, bot: Office, anna: Person, general: Channel
) -> None:
    slack.refuse(POST, "oops", status=503, times=9_999, when=lambda body: body["channel"] == general.id)
    slack.refuse(POST, "oops", status=503, times=2)
    people = [slack.person(f"候補者{number}") for number in range(2)]
    for person in people:
        person.says(ASKED)
    for number in range(90):
        bot.worker.post(f"line {number}", f"line {number}", DeliveryTarget(general.id), notice("お知らせ"))
        bot.settle()
    anna.says(ASKED)
    for _ in range(100):
        bot.later(1)
    assert anna.conversation().count(ANSWER) == 1


def test_where_slack_is_too_busy_to_be_searched_who_asks_now_is_answered_at_once(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    people = [slack.person(f"候補者{number}") for number in range(3)]
    slack.refuse("conversations.history", retry_after=30, times=3)
    slack.route = lambda _: None
    said = [person.says(ASKED).deliveries[0] for person in people]
    slack.route = bot.route
    for each in said:
        slack.resend(each)
    anna.says(ASKED)
    assert anna.conversation().count(ANSWER) == 1
