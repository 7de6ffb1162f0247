"""Whether everything is set up: tokens, scopes, the profile, the clock, channels, admins."""

import time
from collections.abc import Collection, Iterator
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.diagnostics import Finding
from bot.settings import Settings, SettingsError, SlackSettings
from bot.slack.connection import granted, token, web_client
from bot.slack.context import shown_name
from bot.slack.errors import UNREACHED, classify, response_header, to_do
from bot.slack.handover.cards import EVERYTHING, hr_channels
from bot.slack.listeners.home import admins
from bot.slack.manifest import AGENT_SCOPE, Profile, scopes
from bot.slack.messages.block_kit import Message, context, header, written
from faq.problems import FaqError
from faq.wording import worded

MOST_SKEW_SECONDS = 60  # requests whose signature is older than five minutes are refused
TEST_CARD = "faq slack doctor --post による確認用のカードです。人事への質問は、このチャンネルに届きます。"


def examine(
    settings: Settings,
    slack: SlackSettings,
    *,
    profile: Profile = Profile.CLASSIC,
    categories: Collection[str],
    post: bool = False,
) -> Iterator[Finding]:
    """Yield what was found, in order; with `post`, each of HR's channels gets a test card."""
    try:
        client = web_client(slack)
        answer = client.auth_test()
        yield Finding.of("doctor-bot-token", team=answer["team"], user=answer["user"])
        yield from _scopes(granted(answer), profile)
        yield _clock(answer)
        yield _app_token(client, slack)
        yield from _channels(client, settings, categories, post=post)
        yield from _admins(client, settings)
    except SettingsError as error:
        yield Finding(str(error), Finding.of("slack-new-value").to_do)
    except SlackApiError as error:
        yield _refused("doctor-bot-refused", error)
    except UNREACHED as error:
        yield Finding.of("doctor-unreached", url=slack.api_url, reason=classify(error).reason)


def _refused(kind: str, error: SlackApiError, **values: str) -> Finding:
    advice = to_do(str(error.response["error"]))
    return Finding.of(kind, advice=advice, reason=classify(error).reason, **values)


def _scopes(held: Collection[str], profile: Profile) -> Iterator[Finding]:
    wanted = scopes(profile)
    if missing := [each for each in wanted if each not in held]:
        yield Finding.of("doctor-scopes-lack", profile=profile, scopes=", ".join(missing))
    else:
        yield Finding.of("doctor-scopes", profile=profile)
    if more := sorted({*held} - {*wanted, AGENT_SCOPE}):
        yield Finding.of("doctor-scopes-more", scopes=", ".join(more))
    if AGENT_SCOPE in held:
        yield Finding.of("doctor-agents-not-meant" if profile is Profile.CLASSIC else "doctor-agents")
    elif profile is Profile.CLASSIC:
        yield Finding.of("doctor-no-agents")


def _clock(answer: SlackResponse) -> Finding:
    if not (date := response_header(answer, "date")):
        return Finding.of("doctor-no-clock")
    skew = time.time() - parsedate_to_datetime(date).timestamp()
    if abs(skew) > MOST_SKEW_SECONDS:
        return Finding.of("doctor-clock-fast" if skew > 0 else "doctor-clock-slow", seconds=round(abs(skew)))
    return Finding.of("doctor-clock")


def _app_token(client: WebClient, slack: SlackSettings) -> Finding:
    if not slack.app_token and slack.signing_secret:
        return Finding.of("doctor-secret")
    try:
        client.apps_connections_open(app_token=token(slack.app_token, "SLACK_APP_TOKEN", "xapp-"))
    except SettingsError as error:
        return Finding(str(error), Finding.of("slack-app-level-token").to_do)
    except SlackApiError as error:
        return _refused("doctor-app-refused", error)
    return Finding.of("doctor-app-token")


def _channels(
    client: WebClient, settings: Settings, categories: Collection[str], *, post: bool
) -> Iterator[Finding]:
    try:
        channels = hr_channels(settings.hr_channels)
    except FaqError as error:
        yield Finding(str(error), Finding.of("slack-channel-id").to_do)
        return
    if not channels:
        yield Finding.of("doctor-no-channels")
    for category, channel in channels.items():
        yield _channel(client, channel, category or worded("すべて"), post=post)
        if category not in {EVERYTHING, *categories}:
            yield Finding.of("doctor-no-category", category=category, categories=tuple(sorted(categories)))


def _channel(client: WebClient, channel: str, label: str, *, post: bool) -> Finding:
    named = {"channel": channel, "label": label}
    try:
        found = client.conversations_info(channel=channel)["channel"]
        if found.get("is_archived"):
            return Finding.of("doctor-channel-archived", **named)
        if not found.get("is_member"):
            return Finding.of("doctor-channel-without-bot", **named)
        if post:
            # It shows HR where questions will come; it asks nothing, so it has no buttons.
            blocks = (header("人事への質問: 確認用"), context(f"カテゴリー: {label}"), *written(TEST_CARD))
            client.chat_postMessage(channel=channel, **Message(TEST_CARD, blocks).post())
    except SlackApiError as error:
        return _refused("doctor-channel-refused", error, **named)
    return Finding.of("doctor-channel-posted" if post else "doctor-channel", **named)


def _admins(client: WebClient, settings: Settings) -> Iterator[Finding]:
    known = sorted(admins(settings.admins))
    if not known:
        yield Finding.of("doctor-no-admins")
    for each in known:
        try:
            if each.startswith("S"):
                members = client.usergroups_users_list(usergroup=each)["users"]
                yield Finding.of("doctor-admin-group", id=each, count=len(members))
            else:
                yield Finding.of("doctor-admin", id=each, name=shown_name(client, each))
        except SlackApiError as error:
            yield _refused("doctor-admin-refused", error, id=each)
