"""Which process sends what, and what comes next: where leases end, a load does not, and events come again."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState
from bot.journal.outbox import LEASE
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


@pytest.mark.parametrize("most", [1_000, 2], ids=["in the process", "in the journal"])
def test_who_has_waited_long_is_answered_though_more_come_all_the_time(
    slack: SlackDouble, bot: Office, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("bot.slack.delivery.claims.MOST_CLAIMED", most)
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
    with monkeypatch.context() as busy:
        busy.setattr(bot.context.background, "do", held := Mock())
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
