"""Whether everything is set up: tokens, scopes, the profile, the clock, channels, admins."""

import time
from collections.abc import Collection, Iterator
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.diagnostics.installation import Finding
from bot.settings import Settings, SlackSettings
from bot.slack.admin import admins
from bot.slack.connection import SlackSetupError, granted, token, web_client
from bot.slack.context import shown_name
from bot.slack.errors import REINSTALL, UNREACHED, WAY_THERE, classify, response_header, to_do
from bot.slack.handover import EVERYTHING, hr_channels
from bot.slack.manifest import AGENT_SCOPE, Profile, scopes
from bot.slack.messages.block_kit import Message, context, header, written
from faq.problems import FaqError

MOST_SKEW_SECONDS = 60
"""Requests whose signature is older than five minutes are refused; a clock this wrong should be set."""

TEST_CARD = "faq slack doctor --post による確認用のカードです。人事への質問は、このチャンネルに届きます。"
CLASSIC_FOR_GUESTS = "ゲストも使うなら、classic のマニフェストに替えて再インストールしてください。"


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
        yield Finding(f"SLACK_BOT_TOKEN: {answer['team']} の {answer['user']}")
        yield from _scopes(granted(answer), profile)
        yield _clock(answer)
        yield _app_token(client, slack)
        yield from _channels(client, settings, categories, post=post)
        yield from _admins(client, settings)
    except SlackSetupError as error:
        yield Finding(str(error), to_do("invalid_auth"))
    except SlackApiError as error:
        yield _refused("SLACK_BOT_TOKEN を Slack が受け付けません", error)
    except UNREACHED as error:
        yield Finding(f"Slack({slack.api_url})につながりません({classify(error).reason})", WAY_THERE)


def _refused(what: str, error: SlackApiError) -> Finding:
    return Finding(f"{what}({classify(error).reason})", to_do(str(error.response["error"])))


def _scopes(held: Collection[str], profile: Profile) -> Iterator[Finding]:
    wanted = scopes(profile)
    if missing := [each for each in wanted if each not in held]:
        yield Finding(f"{profile} に要る権限(scope)が足りません: {', '.join(missing)}", REINSTALL)
    else:
        yield Finding(f"{profile} に要る権限(scope)はそろっています")
    if more := sorted({*held} - {*wanted, AGENT_SCOPE}):
        yield Finding(f"なくても動く権限(scope)があります: {', '.join(more)}")
    if AGENT_SCOPE in held:
        told = "Agents機能が有効です。ゲストはこのアプリを使えません"
        yield Finding(told, CLASSIC_FOR_GUESTS if profile is Profile.CLASSIC else "")
    elif profile is Profile.CLASSIC:
        yield Finding("Agents機能は無効です。ゲストもこのアプリを使えます")


def _clock(answer: SlackResponse) -> Finding:
    if not (date := response_header(answer, "date")):
        return Finding("Slackの時刻が分からず、時計を確かめられません", "時計を目で確かめてください。")
    skew = time.time() - parsedate_to_datetime(date).timestamp()
    if abs(skew) > MOST_SKEW_SECONDS:
        way = "進んで" if skew > 0 else "遅れて"
        return Finding(
            f"この機械の時計が{abs(skew):.0f}秒{way}います", "時刻の自動設定(NTP)を有効にしてください。"
        )
    return Finding("時計は合っています")


def _app_token(client: WebClient, slack: SlackSettings) -> Finding:
    if not slack.app_token and slack.signing_secret:
        return Finding("SLACK_SIGNING_SECRET があります(--http で使います)")
    try:
        client.apps_connections_open(app_token=token(slack.app_token, "SLACK_APP_TOKEN", "xapp-"))
    except SlackSetupError as error:
        return Finding(
            str(error),
            "Basic Information の App-Level Tokens で、connections:write を付けて発行してください。",
        )
    except SlackApiError as error:
        return _refused("SLACK_APP_TOKEN を Slack が受け付けません", error)
    return Finding("SLACK_APP_TOKEN: Socket Mode でつなげます")


def _channels(
    client: WebClient, settings: Settings, categories: Collection[str], *, post: bool
) -> Iterator[Finding]:
    try:
        channels = hr_channels(settings.hr_channels)
    except FaqError as error:
        yield Finding(str(error), "チャンネルの詳細の下に出る、Cで始まるIDを書いてください。")
        return
    if not channels:
        yield Finding(
            "FAQ_HR_CHANNELS が設定されていません。「人事に聞く」は使えません",
            "人事のチャンネルにボットを招き、そのIDを FAQ_HR_CHANNELS に設定してください。",
        )
    for category, channel in channels.items():
        yield _channel(client, channel, category or "すべて", post=post)
        if category not in {EVERYTHING, *categories}:
            yield Finding(
                f"FAQ_HR_CHANNELS のカテゴリー「{category}」は、FAQにありません",
                f"FAQのカテゴリーに合わせてください: {'、'.join(sorted(categories))}",
            )


def _channel(client: WebClient, channel: str, label: str, *, post: bool) -> Finding:
    what = f"人事のチャンネル {channel}({label})"
    try:
        found = client.conversations_info(channel=channel)["channel"]
        if found.get("is_archived"):
            return Finding(f"{what}: アーカイブされています", to_do("is_archived"))
        if not found.get("is_member"):
            return Finding(f"{what}: ボットがいません", to_do("not_in_channel"))
        if post:
            # It shows HR where questions will come; it asks nothing, so it has no buttons.
            blocks = (header("人事への質問: 確認用"), context(f"カテゴリー: {label}"), *written(TEST_CARD))
            client.chat_postMessage(channel=channel, **Message(TEST_CARD, blocks).post())
    except SlackApiError as error:
        return _refused(f"{what}: 使えません", error)
    return Finding(f"{what}: 使えます{'。確認用のカードを送りました' if post else ''}")


def _admins(client: WebClient, settings: Settings) -> Iterator[Finding]:
    known = sorted(admins(settings.admins))
    if not known:
        yield Finding(
            "FAQ_ADMINS が設定されていません。/faq-admin は誰も使えません",
            "管理者のメンバーIDか、ユーザーグループのIDを FAQ_ADMINS に設定してください。",
        )
    for each in known:
        try:
            if each.startswith("S"):
                who = f"{len(client.usergroups_users_list(usergroup=each)['users'])}人のグループ"
            else:
                who = shown_name(client, each)
            yield Finding(f"管理者 {each}: {who}")
        except SlackApiError as error:
            yield _refused(f"FAQ_ADMINS の {each} を確かめられません", error)
