"""Whether everything is set up: tokens, scopes, channels, the profile against guests, the clock."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.settings import Settings, SlackSettings
from bot.slack.admin import admins
from bot.slack.blocks_notices import notice
from bot.slack.connecting import SlackSetupError, token, web_client
from bot.slack.handover import hr_channels
from bot.slack.manifest import scopes
from bot.slack.profile import Profile
from faq.errors import FaqError

MOST_SKEW_SECONDS = 60
"""Requests whose signature is older than five minutes are refused; a clock this wrong should be set."""

TEST_CARD = (
    "これは `faq slack doctor --post` の確認用のメッセージです。人事への質問は、このチャンネルに届きます。"
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `bad` if it is to be put right."""

    text: str
    bad: bool = False

    def __str__(self) -> str:
        return f"{'×' if self.bad else '○'} {self.text}"


def examine(
    settings: Settings,
    slack: SlackSettings,
    *,
    post: bool = False,
    now: Callable[[], float] = time.time,
) -> Iterator[Finding]:
    """Yield what was found, in order; nothing more once the bot token is refused.

    Args:
        settings: HR's channels and the admins.
        slack: The tokens.
        post: Whether to post a test message in HR's channels.
        now: The time, in seconds of the epoch.
    """
    try:
        client = web_client(slack)
        answer = client.auth_test()
    except SlackSetupError as error:
        yield Finding(str(error), bad=True)
        return
    except SlackApiError as error:
        yield Finding(f"SLACK_BOT_TOKEN を Slack が受け付けません({error.response['error']})", bad=True)
        return
    except OSError as error:
        yield Finding(f"Slack({slack.api_url})につながりません({error})", bad=True)
        return
    headers = {name.lower(): value for name, value in answer.headers.items()}
    yield Finding(f"SLACK_BOT_TOKEN: {answer['team']} の {answer['user']}")
    yield from _scopes(headers)
    yield _clock(headers, now())
    yield _app_token(client, slack)
    yield from _channels(client, settings, post=post)
    yield from _admins(client, settings)


def _scopes(headers: Mapping[str, str]) -> Iterator[Finding]:
    granted = {each.strip() for each in _text(headers, "x-oauth-scopes").split(",")}
    missing = [each for each in scopes(Profile.CLASSIC) if each not in granted]
    if missing:
        yield Finding(
            f"権限(scope)が足りません: {', '.join(missing)}。マニフェストを更新し、再インストールしてください",
            bad=True,
        )
    else:
        yield Finding("権限(scope)はそろっています")
    if "assistant:write" in granted:
        yield Finding(
            "Agents機能が有効です。ワークスペースのゲストはこのアプリを使えません(classic に変えると使えます)",
            bad=True,
        )
    else:
        yield Finding("プロファイル classic: ゲストも使えます")


def _clock(headers: Mapping[str, str], now: float) -> Finding:
    date = _text(headers, "date")
    if not date:
        return Finding("Slackの時刻が分からず、時計を確かめられません", bad=True)
    skew = now - parsedate_to_datetime(date).timestamp()
    if abs(skew) > MOST_SKEW_SECONDS:
        return Finding(
            f"この機械の時計が{abs(skew):.0f}秒{'進んで' if skew > 0 else '遅れて'}います", bad=True
        )
    return Finding("時計は合っています")


def _app_token(client: WebClient, slack: SlackSettings) -> Finding:
    if not slack.app_token and slack.signing_secret:
        return Finding("SLACK_SIGNING_SECRET があります(--http で使います)")
    try:
        client.apps_connections_open(app_token=token(slack.app_token, "SLACK_APP_TOKEN", "xapp-"))
    except SlackSetupError as error:
        return Finding(str(error), bad=True)
    except SlackApiError as error:
        return Finding(f"SLACK_APP_TOKEN を Slack が受け付けません({error.response['error']})", bad=True)
    return Finding("SLACK_APP_TOKEN: Socket Mode でつなげます")


def _channels(client: WebClient, settings: Settings, *, post: bool) -> Iterator[Finding]:
    try:
        channels = hr_channels(settings.hr_channels)
    except FaqError as error:
        yield Finding(str(error), bad=True)
        return
    if not channels:
        yield Finding("FAQ_HR_CHANNELS が設定されていません。「人事に聞く」は使えません", bad=True)
    for category, channel in channels.items():
        label = f"人事のチャンネル {channel}({category or 'すべて'})"
        try:
            inside = client.conversations_info(channel=channel)["channel"]["is_member"]
            if not inside:
                yield Finding(f"{label}: ボットがいません。チャンネルで /invite してください", bad=True)
                continue
            if post:
                client.chat_postMessage(channel=channel, **notice(TEST_CARD).post())
        except SlackApiError as error:
            yield Finding(f"{label}: 使えません({error.response['error']})", bad=True)
        else:
            yield Finding(f"{label}: 使えます{'。確認用のメッセージを送りました' if post else ''}")


def _admins(client: WebClient, settings: Settings) -> Iterator[Finding]:
    known = sorted(admins(settings.admins))
    if not known:
        yield Finding("FAQ_ADMINS が設定されていません。/faq-admin は誰も使えません", bad=True)
    for each in known:
        try:
            if each.startswith("S"):
                client.usergroups_users_list(usergroup=each)
            else:
                client.users_info(user=each)
        except SlackApiError as error:
            yield Finding(f"FAQ_ADMINS の {each} を確かめられません({error.response['error']})", bad=True)
        else:
            yield Finding(f"管理者 {each}")


def _text(headers: Mapping[str, object], name: str) -> str:
    held = headers.get(name, "")
    return str(held[0]) if isinstance(held, list) else str(held)
