"""Many people at once, over a real socket."""

from pathlib import Path

from tests.slack.double import SlackDouble
from tests.slack.office import office
from tests.slack.sockets import connected

PEOPLE, EACH = 20, 10


def test_200_mentions_from_20_people_get_200_replies_each_in_its_thread(
    slack: SlackDouble, knowledge: Path
) -> None:
    people = [slack.person(f"候補者{number}") for number in range(PEOPLE)]
    general = slack.channel("general", *people)
    home = knowledge.parent / "home"
    with office(slack, knowledge, home, by_dispatch=False) as bot, connected(slack, bot):
        said = [
            person.says("在宅勤務はどのくらいできますか", channel=general, mention=True)
            for _ in range(EACH)
            for person in people
        ]
        slack.until(lambda: all(each.acked for one in said for each in one.deliveries))
        bot.settle()
        # Slack tells the bot of its own replies too.
        slack.until(lambda: all(each.acked for each in slack.deliveries))
    replies = [each.body["thread_ts"] for each in slack.calls("chat.postMessage")]
    assert sorted(replies) == sorted(each.ts for each in said)
    assert len(replies) == PEOPLE * EACH
