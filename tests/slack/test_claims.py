"""Which process sends what, and what comes next: where leases end, a load does not, and processes end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pytest
import sqlalchemy as sa

from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.journal.outbox import LEASE
from bot.journal.schema import deliveries
from tests.slack.double import Person, SlackDouble, dispatch
from tests.slack.office import ANSWER, ASKED, Office, Opens

POST = "chat.postMessage"


@pytest.fixture
def pair(slack: SlackDouble, opens: Opens) -> Iterator[tuple[Office, Office]]:
    """Return two processes on one journal; Slack sends to the first."""
    with opens() as slow, opens(clock=slow.clock) as other:
        slow.context.client.retry_handlers.clear()
        slack.route = slow.route
        yield slow, other


@contextmanager
def busy(bot: Office) -> Iterator[Mock]:
    """Give what the threads were to do, of which none is free until the block ends."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bot.context.background, "do", held := Mock())
        yield held


def lease(bot: Office) -> tuple[int, datetime]:
    """Return how often the one delivery was claimed, and until when it belongs to who did."""
    with bot.journal.database.reading() as connection:
        row = connection.execute(sa.select(deliveries.c.attempts, deliveries.c.not_before)).one()
    return row.attempts, row.not_before


@pytest.mark.parametrize("ends", [False, True], ids=["goes on", "ends"])
def test_what_takes_longer_than_a_lease_stays_with_the_worker_that_has_it(
    slack: SlackDouble, bot: Office, anna: Person, *, ends: bool
) -> None:
    """Though its process is about to end."""
    gate = slack.hold(POST)
    anna.says(ASKED)
    slack.until(lambda: gate.waiting)
    begun = bot.clock.at
    bot.worker.start(every_seconds=0.01)
    ending = Thread(target=bot.worker.stop)
    if ends:
        ending.start()
        slack.until(lambda: bot.worker._deadline < float("inf"))  # noqa: SLF001
    bot.clock.at = begun + LEASE * 0.75
    slack.until(lambda: lease(bot)[1] > begun + LEASE)
    assert lease(bot)[0] == 1
    assert not bot.journal.outbox.claim(at=begun + LEASE)
    gate.open()
    if ends:
        ending.join()


def test_what_is_claimed_again_by_the_worker_that_is_still_at_it_is_sent_once(
    slack: SlackDouble, bot: Office, anna: Person
) -> None:
    gate = slack.hold(POST)
    anna.says(ASKED)
    slack.until(lambda: gate.waiting)
    bot.later()
    slack.until(lambda: lease(bot)[0] == 2)
    gate.open()
    bot.settle()
    assert [each.method for each in slack.requests] == [POST]  # nor is it looked for
    assert anna.conversation().count(ANSWER) == 1


def test_what_waited_in_a_process_for_longer_than_its_lease_is_another_ones_to_send(
    anna: Person, pair: tuple[Office, Office]
) -> None:
    slow, other = pair
    with busy(slow) as held:
        anna.says(ASKED)
    other.later()
    held.call_args.args[0]()
    assert anna.conversation().count(ANSWER) == 1


def test_a_lease_that_ended_while_its_renewal_waited_for_the_journal_is_not_renewed(
    anna: Person, pair: tuple[Office, Office]
) -> None:
    """As also where the process stood still: another one has answered by then."""
    slow, other = pair
    real = slow.context.converse

    def converse(*given: Any, **rest: Any) -> tuple[Reply, ConversationState]:  # noqa: ANN401 -- as it is
        slow.clock.at += LEASE * 0.75
        looked_at = slow.clock()
        other.later(6)
        slow.worker._claims.renew(looked_at)  # noqa: SLF001
        return real(*given, **rest)

    slow.context.converse = converse
    anna.says(ASKED)
    assert anna.conversation().count(ANSWER) == 1


def test_what_fails_after_its_lease_stays_with_the_process_that_has_it_by_then(
    slack: SlackDouble, anna: Person, pair: tuple[Office, Office]
) -> None:
    slow, other = pair
    slack.refuse(POST, retry_after=1)
    first = slack.hold(POST, when=lambda _: not first.waiting)
    anna.says(ASKED)
    slack.until(lambda: first.waiting)
    second = slack.hold(POST, when=lambda _: not second.waiting)
    other.later()
    slack.until(lambda: second.waiting)
    first.open()
    slow.settle()
    slow.later(2)
    slow.settle()
    second.open()
    other.settle()
    assert anna.conversation().count(ANSWER) == 1


@pytest.mark.parametrize("taken", [False, True], ids=["nobody has it", "another has it"])
def test_what_a_process_that_ends_has_not_begun_is_free_at_once_unless_another_has_it_by_now(
    slack: SlackDouble,
    anna: Person,
    pair: tuple[Office, Office],
    monkeypatch: pytest.MonkeyPatch,
    *,
    taken: bool,
) -> None:
    """Where there is more than can be sent in the time that is left."""
    monkeypatch.setattr("bot.slack.delivery.worker.STOPPING_SECONDS", 0)
    slow, other = pair
    with busy(slow) as held:
        anna.says(ASKED)
    gate = slack.hold(POST)
    if taken:
        other.later()
        slack.until(lambda: gate.waiting)
    slow.worker.stop()
    held.call_args.args[0]()
    assert lease(other)[0] == (2 if taken else 0)
    gate.open()
    other.later(0)
    other.settle()
    assert anna.history().count(ANSWER) == 1


def test_of_many_questions_few_wait_in_a_process_and_what_an_admin_wants_waits_for_none(
    slack: SlackDouble, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.delivery.claims.MOST_CLAIMED", 2)
    admin = slack.person("管理者")
    people = [slack.person(f"候補者{number}") for number in range(6)]
    with opens(admins=admin.id) as bot:
        with busy(bot):
            for person in people:
                person.says(ASKED)
            admin.runs("/faq-admin", "status")
        with bot.journal.database.reading() as connection:
            states = list(connection.execute(sa.select(deliveries.c.state)).scalars())
        assert states == ["begun"] * 2 + ["waiting"] * 5  # which are anybody's
        bot.worker._woken.release()  # noqa: SLF001
        bot.later(1)
    told = [each.method for each in slack.requests if each.method in {POST, "response_url"}]
    assert told == ["response_url", *[POST] * 6]


def test_who_asks_now_does_not_wait_for_what_has_waited_longer_and_of_four_one_is_the_oldest(
    slack: SlackDouble, bot: Office
) -> None:
    people = [slack.person(f"候補者{number}") for number in range(6)]
    with busy(bot) as held:
        for person in people:
            person.says(ASKED)
    held.call_args.args[0]()
    told = [each.body["channel"] for each in slack.requests if each.method == POST]
    assert told == [people[number].dm.id for number in (5, 4, 3, 0, 2, 1)]


def test_who_waits_in_the_journal_is_answered_though_more_come_all_the_time(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.delivery.claims.MOST_CLAIMED", 2)
    people = [slack.person(f"候補者{number}") for number in range(4)]
    later = iter([slack.person(f"後の候補者{number}") for number in range(100)])
    answered_before: list[str] = []
    real = bot.context.converse

    def converse(*given: Any, **rest: Any) -> tuple[Reply, ConversationState]:  # noqa: ANN401 -- as it is
        if person := next(later, None):
            person.says(ASKED)
            answered_before[:] = [each.body["channel"] for each in slack.requests if each.method == POST]
        return real(*given, **rest)

    bot.context.converse, slack.route = converse, dispatch(bot.app)
    with busy(bot) as held:
        for person in people:
            person.says(ASKED)
        held.call_args_list[0].args[0]()
    assert {person.dm.id for person in people} <= {*answered_before}


def test_an_event_that_comes_again_is_answered_at_once_though_nothing_more_is_claimed(
    slack: SlackDouble, bot: Office, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.delivery.claims.MOST_CLAIMED", 0)
    anna.says("職場の服装はどんな感じですか")
    slack.route = lambda _: None
    said = anna.says(ASKED).deliveries[0]
    slack.route = bot.route
    slack.resend(said)
    assert anna.conversation().count(ANSWER) == 1
