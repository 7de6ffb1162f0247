"""The local Slack against Slack's own client, so that what passes here passes for a reason."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from slack_bolt import Ack, App, BoltRequest, Say
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.manifest import Profile
from tests.slack.double import SlackDouble, dispatch, post_to, signed_headers

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
            "element": {"type": "plain_text_input", "action_id": "q", "initial_value": "前の"},
        },
        ROW,
    ],
}
HOME = {"type": "home", "blocks": [ROW]}


def refusal(call: Callable[..., object], **arguments: object) -> str:
    """Return the code that a call is refused with."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_a_posted_message_is_kept_with_its_body_and_seen_by_members_only(
    slack: SlackDouble, client: WebClient
) -> None:
    anna, bert = slack.person("安奈"), slack.person("部長")
    general = slack.channel("general", anna)
    root = anna.says("研修は?", channel=general)
    client.chat_postMessage(channel=general.id, thread_ts=root.ts, text="あります", blocks=[ROW])
    (kept,) = slack.calls("chat.postMessage", thread_ts=root.ts)
    assert kept.body["blocks"] == [ROW]
    assert anna.conversation(general) == "安奈:\n  研修は?\n  採用FAQ:\n    [押す]"
    assert bert.conversation(general) == bert.history() == ""


def test_an_update_replaces_what_is_seen_and_stays_in_the_history(
    slack: SlackDouble, client: WebClient
) -> None:
    anna = slack.person("安奈")
    posted = client.chat_postMessage(channel=anna.dm.id, text="確認しています…")
    client.chat_update(channel=anna.dm.id, ts=str(posted["ts"]), text="はい")
    assert anna.conversation() == "採用FAQ (編集済み):\n  はい"
    assert anna.history() == "採用FAQ:\n    確認しています…\n(変わる) 採用FAQ:\n    はい"
    client.chat_delete(channel=anna.dm.id, ts=str(posted["ts"]))
    assert anna.conversation() == ""


def test_an_ephemeral_message_is_for_one(slack: SlackDouble, client: WebClient) -> None:
    anna, bert = slack.person("安奈"), slack.person("部長")
    general = slack.channel("general", anna, bert)
    client.chat_postEphemeral(channel=general.id, user=anna.id, text="あなただけ")
    assert anna.conversation(general) == "(自分だけに表示) 採用FAQ:\n  あなただけ"
    assert bert.conversation(general) == ""


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-other", "invalid_auth"), ("", "not_authed"), ("xapp-local-app", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: SlackDouble, token: str, error: str) -> None:
    client = WebClient(token=token, base_url=slack.api_url)
    assert refusal(client.auth_test) == error


def test_a_call_without_its_scope_names_what_is_needed(slack: SlackDouble, client: WebClient) -> None:
    slack.granted = {"commands"}
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=slack.channel("general").id, text="x")
    answer = caught.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "chat:write",
        "commands",
    )
    assert answer.headers["X-OAuth-Scopes"] == "commands"


def test_a_scope_goes_by_the_kind_of_the_channel(slack: SlackDouble, client: WebClient) -> None:
    slack.granted = {"channels:read"}
    public, private = slack.channel("a"), slack.channel("b", kind="private")
    assert client.conversations_info(channel=public.id)["channel"]["is_member"] is True
    assert refusal(client.conversations_info, channel=private.id) == "missing_scope"


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ([{"type": "carrot"}], "invalid_blocks"),
        ([section("x" * 3_001)], "invalid_blocks"),
        ([section("")], "invalid_blocks"),
        ([{"type": "divider"}] * 51, "invalid_blocks"),
        ([{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}], "invalid_blocks"),
        ([{"type": "actions", "elements": [BUTTON, BUTTON]}], "invalid_blocks"),
        ([{"type": "actions", "elements": [{**BUTTON, "value": "x" * 2_001}]}], "invalid_blocks"),
        ([section("x" * 2_900)] * 5, "msg_blocks_too_long"),
    ],
)
def test_blocks_that_slack_refuses_are_refused_and_nobody_sees_them(
    slack: SlackDouble, client: WebClient, blocks: list[dict[str, Any]], error: str
) -> None:
    anna = slack.person("安奈")
    assert refusal(client.chat_postMessage, channel=anna.dm.id, text="x", blocks=blocks) == error
    assert anna.conversation() == ""


def test_texts_and_places_that_slack_refuses(slack: SlackDouble, client: WebClient) -> None:
    anna, outside = slack.person("安奈"), slack.channel("外", bot=False)
    secret = slack.channel("秘密", kind="private", bot=False)
    inside = slack.channel("中")
    post = client.chat_postMessage
    assert refusal(post, channel=anna.dm.id, text="x" * 40_001) == "msg_too_long"
    empty = {"channel": anna.dm.id}
    assert refusal(client.api_call, api_method="chat.postMessage", json=empty) == "no_text"
    assert refusal(post, channel=outside.id, text="x") == "not_in_channel"
    assert (
        refusal(post, channel=secret.id, text="x")
        == refusal(post, channel="C0", text="x")
        == "channel_not_found"
    )
    assert refusal(post, channel=inside.id, text="x", thread_ts="1.1") == "thread_not_found"
    assert refusal(client.chat_update, channel=inside.id, ts="1.1", text="x") == "message_not_found"
    said = anna.says("x")
    assert refusal(client.chat_update, channel=anna.dm.id, ts=said.ts, text="y") == "cant_update_message"
    ephemeral = client.chat_postEphemeral
    assert refusal(ephemeral, channel=inside.id, user=anna.id, text="x") == "user_not_in_channel"
    assert refusal(client.users_info, user="U0") == "user_not_found"
    assert refusal(client.conversations_open, users="U0") == "user_not_found"
    assert refusal(client.usergroups_users_list, usergroup="S0") == "no_such_subteam"
    assert refusal(client.api_call, api_method="chat.unheardOf") == "unknown_method"


def test_people_groups_threads_and_links_can_be_asked_for(slack: SlackDouble, client: WebClient) -> None:
    anna = slack.person("安奈", guest=True)
    general = slack.channel("general", anna)
    said = anna.says("こんにちは", channel=general)
    client.chat_postMessage(channel="#general", thread_ts=said.ts, text="はい")
    assert client.users_info(user=anna.id)["user"]["is_restricted"] is True
    assert client.usergroups_users_list(usergroup=slack.group(anna))["users"] == [anna.id]
    assert client.conversations_open(users=anna.id)["channel"]["id"] == anna.dm.id
    texts = [
        each["text"] for each in client.conversations_replies(channel=general.id, ts=said.ts)["messages"]
    ]
    assert texts == ["こんにちは", "はい"]
    slack.granted |= {"im:read"}
    assert anna.id in client.conversations_members(channel=anna.dm.id)["members"]
    assert (
        said.ts.replace(".", "")
        in client.chat_getPermalink(channel=general.id, message_ts=said.ts)["permalink"]
    )


def test_the_bot_joins_public_channels_and_reacts_once(slack: SlackDouble, client: WebClient) -> None:
    slack.granted |= {"channels:join", "reactions:write"}
    general = slack.channel("general", bot=False)
    client.conversations_join(channel=general.id)
    ts = str(client.chat_postMessage(channel=general.id, text="x")["ts"])
    client.reactions_add(channel=general.id, timestamp=ts, name="eyes")
    assert refusal(client.reactions_add, channel=general.id, timestamp=ts, name="eyes") == "already_reacted"
    client.reactions_remove(channel=general.id, timestamp=ts, name="eyes")
    assert refusal(client.reactions_remove, channel=general.id, timestamp=ts, name="eyes") == "no_reaction"


def test_the_agent_surface_takes_a_status_and_four_prompts(client: WebClient, slack: SlackDouble) -> None:
    anna = slack.person("安奈")
    said = anna.says("x")
    place: dict[str, Any] = {"channel_id": anna.dm.id, "thread_ts": said.ts}
    client.assistant_threads_setStatus(**place, status="考えています")
    assert slack.workspace.statuses == {(anna.dm.id, said.ts): "考えています"}
    prompts = [{"title": "t", "message": "m"}]
    assert refusal(client.assistant_threads_setSuggestedPrompts, **place, prompts=prompts) == "missing_scope"
    with SlackDouble(Profile.AGENT) as agent:
        channel = agent.person("安奈").dm.id
        other = WebClient(token=agent.bot_token, base_url=agent.api_url)
        set_prompts = other.assistant_threads_setSuggestedPrompts
        set_prompts(channel_id=channel, thread_ts="", prompts=prompts * 4)
        five = {"channel_id": channel, "thread_ts": "", "prompts": prompts * 5}
        assert refusal(set_prompts, **five) == "invalid_arguments"


def test_prompts_with_a_thread_are_accepted_and_never_shown() -> None:
    with SlackDouble(Profile.AGENT) as agent:
        anna = agent.person("安奈")
        said = anna.says("x")
        client = WebClient(token=agent.bot_token, base_url=agent.api_url)
        set_prompts = client.assistant_threads_setSuggestedPrompts
        prompts = [{"title": "質問", "message": "質問は?"}]
        set_prompts(channel_id=anna.dm.id, thread_ts=said.ts, prompts=prompts)
        assert anna.prompts() == []
        set_prompts(channel_id=anna.dm.id, prompts=prompts)
        assert anna.prompts() == ["質問"]
        general = agent.channel("general", anna)
        assert refusal(set_prompts, channel_id=general.id, prompts=prompts) == "channel_not_found"


def test_a_status_goes_with_a_message_in_its_thread_and_with_no_other(
    slack: SlackDouble, client: WebClient
) -> None:
    anna = slack.person("安奈")
    said = anna.says("x")
    place: dict[str, Any] = {"channel_id": anna.dm.id, "thread_ts": said.ts}
    set_status = client.assistant_threads_setStatus
    set_status(**place, status="が考えています")
    client.chat_postMessage(channel=anna.dm.id, text="y")
    assert "(採用FAQが考えています)" in anna.conversation()
    client.chat_postMessage(channel=anna.dm.id, thread_ts=said.ts, text="z")
    assert "考えています" not in anna.conversation()
    set_status(**place, status="が考えています")
    set_status(**place, status="")
    assert "考えています" not in anna.conversation()
    assert refusal(set_status, channel_id=anna.dm.id, thread_ts="1.2", status="x") == "invalid_thread_ts"
    eleven = {**place, "status": "x", "loading_messages": ["x"] * 11}
    assert refusal(set_status, **eleven) == "invalid_arguments"


@pytest.mark.parametrize("replaces", [True, False])
def test_what_a_command_brought_is_replaced_only_if_slack_does_so(
    slack: SlackDouble, *, replaces: bool
) -> None:
    """Users report that it adds the second message; a button's response URL replaces the message of the button."""
    slack.workspace.commands_replace = replaces
    slack.route = lambda delivery: delivery.acknowledge({})
    anna = slack.person("安奈")
    url = str(anna.runs("/faq", "x").payload["response_url"])
    for text in ("はじめ", "おわり"):
        WebhookClient(url).send(text=text, replace_original=True)
    assert ("はじめ" in anna.conversation()) is not replaces
    assert "おわり" in anna.conversation()


def test_429_is_answered_with_retry_after_and_the_clients_retry_gets_through(
    slack: SlackDouble, client: WebClient
) -> None:
    anna = slack.person("安奈")
    slack.refuse("chat.postMessage", "ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=anna.dm.id, text="x")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    slack.refuse("chat.postMessage", retry_after=0, times=2)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
    client.chat_postMessage(channel=anna.dm.id, text="y")
    assert anna.conversation() == "採用FAQ:\n  y"


def test_a_held_method_waits_before_or_after_its_work(slack: SlackDouble, client: WebClient) -> None:
    anna = slack.person("安奈")
    for after, seen in ((False, ""), (True, "採用FAQ:\n  x")):
        gate = slack.hold("chat.postMessage", after=after)
        caller = threading.Thread(target=client.chat_postMessage, kwargs={"channel": anna.dm.id, "text": "x"})
        caller.start()
        slack.until(lambda gate=gate: gate.waiting)  # type: ignore[misc]
        assert anna.conversation() == seen
        gate.open()
        caller.join()
        slack.workspace.messages.clear()


def test_a_gate_holds_only_what_it_is_for_and_may_lose_it(slack: SlackDouble, client: WebClient) -> None:
    """As the request of a process that was killed before it reached Slack."""
    anna, bert = slack.person("安奈"), slack.person("部長")
    gate = slack.hold("chat.postMessage", when=lambda body: body["channel"] == anna.dm.id)
    client.chat_postMessage(channel=bert.dm.id, text="x")

    def post() -> None:
        with pytest.raises(SlackApiError):
            client.chat_postMessage(channel=anna.dm.id, text="x")

    caller = threading.Thread(target=post)
    caller.start()
    slack.until(lambda: gate.waiting)
    gate.lose()
    caller.join()
    assert (anna.conversation(), bert.conversation()) == ("", "採用FAQ:\n  x")
    client.chat_postMessage(channel=anna.dm.id, text="y")
    assert anna.conversation() == "採用FAQ:\n  y"


def test_a_trigger_opens_one_view_within_three_seconds(slack: SlackDouble, client: WebClient) -> None:
    anna = slack.person("安奈")
    slack.route = lambda delivery: delivery.acknowledge(None)
    first = anna.runs("/faq").payload["trigger_id"]
    client.views_open(trigger_id=first, view=MODAL)
    assert refusal(client.views_open, trigger_id=first, view=MODAL) == "exchanged_trigger_id"
    late = anna.runs("/faq").payload["trigger_id"]
    slack.advance(4)
    assert refusal(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    assert refusal(client.views_open, trigger_id="x", view=MODAL) == "invalid_trigger_id"
    over = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
    assert refusal(client.views_open, trigger_id=anna.runs("/faq").payload["trigger_id"], view=over) == (
        "invalid_arguments"
    )


def test_modals_stack_three_high_and_take_other_content(slack: SlackDouble, client: WebClient) -> None:
    anna = slack.person("安奈")
    slack.route = lambda delivery: delivery.acknowledge(None)
    push = client.views_push
    trigger = anna.runs("/faq").payload["trigger_id"]
    assert refusal(push, trigger_id=trigger, view=MODAL) == "not_found"
    view = client.views_open(trigger_id=anna.runs("/faq").payload["trigger_id"], view=MODAL)["view"]
    for _ in range(2):
        push(trigger_id=anna.presses("押す").payload["trigger_id"], view=MODAL)
    trigger = anna.presses("押す").payload["trigger_id"]
    assert refusal(push, trigger_id=trigger, view=MODAL) == "push_limit_reached"
    client.views_update(view_id=view["id"], hash=view["hash"], view={**MODAL, "blocks": [ROW]})
    assert refusal(client.views_update, view_id=view["id"], hash=view["hash"], view=MODAL) == "hash_conflict"
    anna.closes()
    anna.closes()
    assert anna.screen() == "== 書式 ==\n[押す]\n<送信>"


def test_a_form_that_is_sent_carries_its_values_and_does_what_the_app_answers(
    slack: SlackDouble, client: WebClient
) -> None:
    anna = slack.person("安奈")
    answers = iter([None, {"response_action": "errors", "errors": {"q": "短すぎます"}}, None])
    slack.route = lambda delivery: delivery.acknowledge(next(answers))
    client.views_open(trigger_id=anna.runs("/faq").payload["trigger_id"], view=MODAL)
    anna.submits({"q": "x"})
    assert anna.screen() == "== 書式 ==\n質問:\n  [前の]\n  ! 短すぎます\n[押す]\n<送信>"
    sent = anna.submits()
    assert sent.payload["view"]["state"]["values"]["q"]["q"]["value"] == "前の"
    assert sent.payload["view"]["callback_id"] == "form"
    assert anna.screen() == ""


def test_a_published_home_tab_is_on_the_screen_and_its_buttons_work(
    slack: SlackDouble, client: WebClient
) -> None:
    anna = slack.person("安奈")
    client.views_publish(user_id=anna.id, view=HOME)
    slack.route = lambda delivery: delivery.acknowledge(None)
    assert anna.screen() == "[押す]"
    pressed = anna.presses("押す").payload
    assert (pressed["container"]["type"], pressed["actions"][0]["value"]) == ("view", "v")
    assert refusal(client.views_publish, user_id=anna.id, view=MODAL) == "invalid_arguments"
    assert refusal(client.views_publish, user_id="U0", view=HOME) == "user_not_found"


def test_a_response_url_answers_five_times_within_half_an_hour(slack: SlackDouble, client: WebClient) -> None:
    anna, bert = slack.person("安奈"), slack.person("部長")
    general = slack.channel("general", anna, bert)
    slack.route = lambda delivery: delivery.acknowledge(None)
    hook = WebhookClient(anna.runs("/faq", channel=general).payload["response_url"])
    assert hook.send(text="一人に", blocks=[ROW]).status_code == 200
    assert bert.conversation(general) == ""
    pressed = anna.presses("押す").payload
    assert pressed["container"]["is_ephemeral"] is True
    assert "message" not in pressed
    own = WebhookClient(pressed["response_url"])
    own.send(text="替わり", replace_original=True)
    assert anna.conversation(general) == "(自分だけに表示) 採用FAQ (編集済み):\n  替わり"
    own.send(delete_original=True)
    hook.send(text="皆に", response_type="in_channel")
    assert anna.conversation(general) == bert.conversation(general) == "採用FAQ:\n  皆に"
    assert json.loads(hook.send(text="x", blocks=[{"type": "carrot"}]).body)["error"] == "invalid_blocks"
    for _ in range(2):
        hook.send(text="さらに")
    assert json.loads(hook.send(text="六つめ").body)["error"] == "used_url"
    slack.advance(1_801)
    assert json.loads(own.send(text="遅い").body)["error"] == "expired_url"
    client.chat_postMessage(channel=general.id, text="まだ話せる")


def test_a_mention_is_two_events_of_one_message_in_channels_only(slack: SlackDouble) -> None:
    anna = slack.person("安奈")
    general = slack.channel("general", anna)
    slack.route = lambda delivery: delivery.acknowledge(None)
    said = anna.says("<!channel> 研修は?", channel=general, mention=True)
    first, second = (delivery.payload for delivery in said.deliveries)
    assert [each["event"]["type"] for each in (first, second)] == ["app_mention", "message"]
    assert first["event_id"] != second["event_id"]
    assert {each["event"]["ts"] for each in (first, second)} == {said.ts}
    assert first["event"]["text"] == "<@U0BOT> &lt;!channel&gt; 研修は?"
    assert len(anna.says("研修は?", mention=True).deliveries) == 1
    assert anna.says("聞こえる?", channel=slack.channel("外", anna, bot=False), mention=True).deliveries == ()


def test_events_reach_only_an_app_that_asked_for_them_and_may_read_them(slack: SlackDouble) -> None:
    anna = slack.person("安奈")
    slack.route = lambda delivery: delivery.acknowledge(None)
    slack.granted -= {"im:history"}
    assert anna.says("x").deliveries == ()
    assert anna.opens_home("messages") is not None
    slack.events.clear()
    assert anna.opens_home() is None


class _Clock(Clock):
    """A clock of its own: the one that slack-sdk gives by default is shared by every verifier of the process."""

    def now(self) -> float:
        """Look."""
        return 1_700_000_010


def test_a_signed_request_is_one_that_slacks_verifier_accepts() -> None:
    headers = signed_headers("a=b", "secret", 1_700_000_000)
    verifier = SignatureVerifier("secret", _Clock())
    assert verifier.is_valid_request("a=b", headers)
    assert not verifier.is_valid_request("a=c", headers)


def test_http_delivers_each_kind_in_its_own_form(slack: SlackDouble) -> None:
    seen: list[tuple[str, bytes]] = []
    slack_app = _Server(seen)
    with slack_app:
        slack.route = post_to(slack_app.url, slack.signing_secret)
        anna = slack.person("安奈")
        assert anna.says("x").deliveries[0].status == 200
        assert anna.runs("/faq", "研修").acks == [{"text": "はい"}]
    kinds = [kind for kind, _ in seen]
    assert kinds == ["application/json", "application/x-www-form-urlencoded"]
    assert anna.conversation() == "安奈:\n  x\n(自分だけに表示) 採用FAQ:\n  はい"


def test_a_bolt_app_is_reached_without_a_socket_by_each_kind(slack: SlackDouble, client: WebClient) -> None:
    app = App(client=client, process_before_response=True)
    retries: list[str] = []

    @app.event("message")
    def message(event: dict[str, Any], say: Say, request: BoltRequest) -> None:
        retries.extend(request.headers.get("x-slack-retry-num", []))
        say(text=f"聞きました: {event['text']}", blocks=[ROW])

    @app.action("go")
    def go(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("form")
    def form(ack: Ack) -> None:
        ack(response_action="errors", errors={"q": "だめ"})

    slack.route = dispatch(app)
    anna = slack.person("安奈")
    said = anna.says("やあ")
    anna.presses("押す")
    anna.submits({"q": "x"})
    assert "! だめ" in anna.screen()
    assert anna.conversation() == "安奈:\n  やあ\n採用FAQ:\n  [押す]"
    slack.resend(said.deliveries[0])
    assert retries == ["1"]


class _Server:
    """An app that answers everything with a text."""

    def __init__(self, seen: list[tuple[str, bytes]]) -> None:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer  # noqa: PLC0415 -- for this one only

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                seen.append((self.headers["Content-Type"], body))
                answer = "はい".encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"

    def __enter__(self) -> None:
        threading.Thread(target=self._server.serve_forever).start()

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _App:
    """An app at the other end of a socket, which acknowledges what it is told to."""

    def __init__(self, slack: SlackDouble) -> None:
        web = WebClient(token=slack.bot_token, base_url=slack.api_url)
        self.client = SocketModeClient(slack.app_token, web_client=web, ping_interval=0.05)
        self.seen: list[SocketModeRequest] = []
        self.closed: list[int] = []
        self.answer: Callable[[SocketModeRequest], Any] = lambda _: None
        self.silent = False
        self._slack = slack
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.on_close_listeners.append(lambda code, _: self.closed.append(code))

    def close(self) -> None:
        """Stop; the socket goes first, since the client waits for what may still come on it."""
        self.client.auto_reconnect_enabled = False
        self._slack.close_sockets()
        with suppress(AttributeError):  # the client closes it in a thread of its own at the same time
            self.client.disconnect()
        self.client.close()

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        with self._slack.workspace.changed:
            self.seen.append(request)
            self._slack.workspace.changed.notify_all()
        if not self.silent:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer(request)))


@pytest.fixture
def app(slack: SlackDouble) -> Iterator[_App]:
    app = _App(slack)
    app.client.connect()
    slack.until(lambda: slack.sockets)
    yield app
    app.close()


def test_an_event_goes_over_a_socket_and_its_acknowledgement_comes_back(
    slack: SlackDouble, app: _App
) -> None:
    (delivery,) = slack.person("安奈").says("こんにちは").deliveries
    slack.until(lambda: delivery.acked)
    (request,) = app.seen
    assert (request.type, request.retry_attempt) == ("events_api", 0)
    assert request.payload["event"]["text"] == "こんにちは"


def test_what_happens_without_a_socket_waits_for_one(slack: SlackDouble) -> None:
    anna = slack.person("安奈")
    deliveries = [anna.says(text).deliveries[0] for text in "一二三"]
    app = _App(slack)
    app.client.connect()
    slack.until(lambda: all(delivery.acked for delivery in deliveries))
    app.close()
    assert sorted(request.payload["event"]["text"] for request in app.seen) == sorted("一二三")


def test_what_is_not_acknowledged_comes_again_as_the_same_event(slack: SlackDouble, app: _App) -> None:
    app.silent = True
    (delivery,) = slack.person("安奈").says("x").deliveries
    slack.until(lambda: len(app.seen) == 1)
    slack.resend(delivery)
    slack.until(lambda: len(app.seen) == 2)
    assert not delivery.acked
    app.silent = False
    slack.resend(delivery, "http_error")
    slack.until(lambda: delivery.acked)
    assert {request.payload["event_id"] for request in app.seen} == {delivery.payload["event_id"]}
    assert (app.seen[-1].retry_attempt, app.seen[-1].retry_reason) == (2, "http_error")


def test_an_acknowledgement_may_carry_an_answer(slack: SlackDouble, app: _App) -> None:
    anna = slack.person("安奈")
    app.answer = lambda _: {"text": "はい"}
    delivery = anna.runs("/faq", "研修は?")
    slack.until(lambda: delivery.acked)
    assert app.seen[0].accepts_response_payload is True
    assert anna.conversation() == "(自分だけに表示) 採用FAQ:\n  はい"


def test_the_bots_own_message_is_an_event_too(slack: SlackDouble, client: WebClient, app: _App) -> None:
    client.chat_postMessage(channel=slack.person("安奈").dm.id, text="やあ")
    slack.until(lambda: app.seen)
    assert app.seen[0].payload["event"]["bot_id"] == "B0BOT"


@pytest.mark.parametrize("end", ["refresh_requested", "close"])
def test_a_socket_that_is_ended_is_replaced_by_the_client(slack: SlackDouble, app: _App, end: str) -> None:
    if end == "close":
        slack.close_sockets()
    else:
        slack.disconnect(end)
    slack.until(lambda: slack.connections == 2)
    (delivery,) = slack.person("安奈").says("x").deliveries
    slack.until(lambda: delivery.acked)
    assert len(app.seen) == 1


def test_a_deaf_socket_is_open_but_answers_no_ping_and_brings_nothing(slack: SlackDouble, app: _App) -> None:
    """The client gives it up for want of answers; what was sent into it is sent again over the next one."""
    slack.until(lambda: slack.sockets[0].pings > 1)
    slack.go_deaf()
    (delivery,) = slack.person("安奈").says("x").deliveries
    slack.until(lambda: delivery.envelope_ids)
    assert app.client.is_connected()
    assert (app.seen, delivery.acked) == ([], False)
    slack.until(lambda: delivery.acked)
    assert slack.connections > 1
    assert [request.retry_attempt for request in app.seen] == [1]


def test_a_ticket_for_a_socket_is_good_once(slack: SlackDouble) -> None:
    web = WebClient(token=slack.app_token, base_url=slack.api_url)
    url = str(web.apps_connections_open(app_token=slack.app_token)["url"])
    app = _App(slack)
    app.client.wss_uri = url
    app.client.connect()
    slack.until(lambda: slack.sockets)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(url.replace("ws:", "http:"), timeout=10)  # noqa: S310 -- loopback
    app.close()


def test_nothing_stays_behind_when_it_stops() -> None:
    before = threading.active_count()
    with SlackDouble() as slack:
        address = slack.api_url
    assert threading.active_count() == before
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}auth.test", timeout=10)  # noqa: S310 -- loopback


def test_an_expectation_that_fails_says_what_the_app_did(
    slack: SlackDouble, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as impatient:  # ended before the Slack is
        impatient.setattr("tests.slack.double.server.PATIENCE_SECONDS", 0)
        client.auth_test()
        with pytest.raises(AssertionError, match=r"auth\.test"):
            slack.until(lambda: False)
        with pytest.raises(AssertionError, match="sees no button"):
            slack.person("安奈").presses("ない")
