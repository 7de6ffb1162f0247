"""Two processes on one PostgreSQL, one of them killed again and again: what is asked is answered, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.journal.database import Database
from bot.journal.outbox import Outbox
from bot.journal.schema import deliveries, questions
from tests.slack.double import Channel, SlackDouble, post_to
from tests.slack.office import ANSWER, ASKED
from tests.slack.processes import process

PEOPLE, ROUNDS = 4, 2


@contextmanager
def replica(slack: SlackDouble, knowledge: Path, url: str, hr: Channel) -> Iterator[str]:
    """Run one, and give its address; it is killed at the end."""
    own = {"FAQ_DATABASE_URL": url, "SLACK_SIGNING_SECRET": slack.signing_secret, "FAQ_HR_CHANNELS": hr.id}
    with process(slack, knowledge, "--http", "--port", "0", **own) as started:
        assert started.stderr
        line = next(line for line in started.stderr if "で待っています" in line)
        yield line.split(maxsplit=1)[0]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_an_event_that_reaches_two_processes_is_answered_once_though_one_is_killed(
    slack: SlackDouble, knowledge: Path, hr_channel: Channel, url: str
) -> None:
    people = [slack.person(f"候補者{number}") for number in range(PEOPLE)]
    database = Database(url, knowledge.parent)
    with replica(slack, knowledge, url, hr_channel) as stays:
        for _ in range(ROUNDS):
            gate = slack.hold("chat.postMessage", after=True)  # Slack has it, and nobody hears of that
            with replica(slack, knowledge, url, hr_channel) as dies:
                first, second = (post_to(each, slack.signing_secret) for each in (dies, stays))
                slack.route = lambda delivery, first=first, second=second: (
                    first(delivery),
                    second(delivery),
                )[1]
                for person in people:
                    person.says(ASKED)
                slack.until(lambda gate=gate: gate.waiting)  # type: ignore[misc]
            gate.lose()
            with database.writing() as connection:  # what the killed one had claimed is free after a minute
                connection.execute(sa.update(deliveries).values(not_before=datetime(2000, 1, 1, tzinfo=UTC)))
            slack.until(lambda: not Outbox(database).waiting())
    with database.reading() as connection:
        kept = connection.execute(sa.select(sa.func.count()).select_from(questions)).scalar_one()
    database.close()
    assert [person.conversation().count(ANSWER) for person in people] == [ROUNDS] * PEOPLE
    assert kept == ROUNDS * PEOPLE
