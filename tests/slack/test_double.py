"""The local Slack against Slack's own client, so that what passes here passes for a reason."""

from collections.abc import Callable

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.slack.double import Person, SlackDouble

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "押す"}, "value": "v"}
ROW = {"type": "actions", "elements": [BUTTON]}
MODAL = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "書式"},
    "submit": {"type": "plain_text", "text": "送信"},
    "blocks": [
        {
            "type": "input",
            "block_id": "q",
            "label": {"type": "plain_text", "text": "質問"},
            "element": {"type": "plain_text_input", "action_id": "q"},
        },
        ROW,
    ],
}


@pytest.fixture
def client(slack: SlackDouble) -> WebClient:
    """Return a client that tries nothing again."""
    return WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def refusal(call: Callable[..., object], **arguments: object) -> str:
    """Return the code that a call is refused with."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def acknowledges(slack: SlackDouble) -> None:
    """Let everything that is sent to the app be acknowledged."""
    slack.route = lambda delivery: delivery.acknowledge(None)


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-other", "invalid_auth"), ("", "not_authed"), ("xapp-local-app", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: SlackDouble, token: str, error: str) -> None:
    assert refusal(WebClient(token=token, base_url=slack.api_url).auth_test) == error


def test_a_scope_goes_by_the_method_and_the_kind_of_the_channel(
    slack: SlackDouble, client: WebClient
) -> None:
    slack.granted = {"channels:read"}
    public, private = slack.channel("a"), slack.channel("b", kind="private")
    assert client.conversations_info(channel=public.id)["channel"]["is_member"] is True
    assert refusal(client.conversations_info, channel=private.id) == "missing_scope"
    assert refusal(client.chat_postMessage, channel=public.id, text="x") == "missing_scope"
    assert client.auth_test().headers["X-OAuth-Scopes"] == "channels:read"


def test_what_slack_refuses_is_refused_and_nobody_sees_it(
    slack: SlackDouble, client: WebClient, anna: Person
) -> None:
    outside, inside = slack.channel("外", bot=False), slack.channel("中")
    secret = slack.channel("秘密", kind="private", bot=False)
    said = anna.says("x")
    post, update = client.chat_postMessage, client.chat_update
    dm = anna.dm.id
    assert [
        refusal(post, channel=dm, text="x", blocks=[{"type": "carrot"}]),
        refusal(post, channel=dm, text="x" * 40_001),
        refusal(client.api_call, api_method="chat.postMessage", json={"channel": dm}),
        refusal(post, channel=outside.id, text="x"),
        refusal(post, channel=secret.id, text="x"),
        refusal(post, channel=inside.id, text="x", thread_ts="1.1"),
        refusal(update, channel=inside.id, ts="1.1", text="x"),
        refusal(update, channel=dm, ts=said.ts, text="y"),
        refusal(client.users_info, user="U0"),
        refusal(client.conversations_open, users="U0"),
        refusal(client.usergroups_users_list, usergroup="S0"),
        refusal(client.views_publish, user_id=anna.id, view=MODAL),
        refusal(client.api_call, api_method="chat.unheardOf"),
    ] == [
        "invalid_blocks",
        "msg_too_long",
        "no_text",
        "not_in_channel",
        "channel_not_found",
        "thread_not_found",
        "message_not_found",
        "cant_update_message",
        "user_not_found",
        "user_not_found",
        "no_such_subteam",
        "invalid_arguments",
        "unknown_method",
    ]
    assert anna.conversation() == "安奈:\n  x"


def test_a_trigger_opens_one_view_within_three_seconds_and_modals_stack_three_high(
    slack: SlackDouble, client: WebClient, anna: Person
) -> None:
    acknowledges(slack)
    first = anna.runs("/faq").payload["trigger_id"]
    assert refusal(client.views_push, trigger_id=first, view=MODAL) == "not_found"
    assert refusal(client.views_open, trigger_id=first, view=MODAL) == "exchanged_trigger_id"
    late = anna.runs("/faq").payload["trigger_id"]
    slack.advance(4)
    assert refusal(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    assert refusal(client.views_open, trigger_id="x", view=MODAL) == "invalid_trigger_id"
    client.views_open(trigger_id=anna.runs("/faq").payload["trigger_id"], view=MODAL)
    for _ in range(2):
        client.views_push(trigger_id=anna.presses("押す").payload["trigger_id"], view=MODAL)
    trigger = anna.presses("押す").payload["trigger_id"]
    assert refusal(client.views_push, trigger_id=trigger, view=MODAL) == "push_limit_reached"
