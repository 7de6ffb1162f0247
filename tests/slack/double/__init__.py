"""A local Slack that refuses what Slack refuses: Web API, Socket Mode and people, on loopback and a free port.

    with SlackDouble() as slack:                  # scopes and events of the classic manifest
        slack.installs(Profile.AGENT)                 # as an agent instead, which guests cannot use
        client = WebClient(token=slack.bot_token, base_url=slack.api_url)   # SLACK_API_URL for a process
        hr = slack.channel("hr", kind="private")  # the bot is in it; bot=False for one that it is not in
        anna = slack.person("田中")               # guest=True for a workspace guest
        delivery = anna.says("在宅勤務は?")        # in the DM with the bot; channel=…, thread=…, mention=True
        anna.says("研修は?", channel=hr, mention=True)        # two events: app_mention and message
        anna.runs("/faq", "服装は?", channel=hr)
        anna.presses("人事に聞く")                 # the latest button with that label that anna can see
        anna.submits({"question": "…"})           # the modal on top; returns the delivery, acks and errors kept
        anna.closes()                             # the modal on top
        anna.opens_home()                         # tab="messages" for the DM
        slack.until(lambda: slack.calls("chat.postMessage"))  # waits for a change, no sleep
        slack.calls("chat.postMessage")[0].body   # every request is kept with its body and what was answered
        anna.prompts()                            # what an agent offers at the top of its DM
        print(anna.conversation(hr))              # a conversation as anna sees it now
        print(anna.history())                     # all that anna saw, in order, modals included

The app is reached by sockets, or by what `slack.route` is set to. What can go wrong on request are methods of
`SlackDouble`, from `refuse` and `break_off` to `go_deaf`; `advance` lets triggers and response URLs expire.
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
