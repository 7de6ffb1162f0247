"""A local Slack that refuses what Slack refuses: Web API, Socket Mode and people, on loopback and a free port.

    with SlackDouble() as slack:                     # scopes and events of the classic manifest
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)
        hr, anna = slack.channel("hr", kind="private"), slack.person("田中")
        anna.says("研修は?", channel=hr, mention=True)   # in the DM with the bot without `channel`
        anna.presses("人事に聞く")                     # the latest button with that label that anna can see
        anna.submits({"question": "…"})               # the modal on top
        slack.calls("chat.postMessage")[0].body      # every request is kept with its body
        print(anna.history())                        # all that anna saw, in order, modals included

The app is reached by sockets, or by what `slack.route` is set to.
"""

from tests.slack.double.model import Channel, Delivery, Posted, Request
from tests.slack.double.people import Person
from tests.slack.double.routes import dispatch, post_to
from tests.slack.double.server import SlackDouble

__all__ = [
    "Channel",
    "Delivery",
    "Person",
    "Posted",
    "Request",
    "SlackDouble",
    "dispatch",
    "post_to",
]
