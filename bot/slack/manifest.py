"""The app manifest: what Slack is to allow, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from json import dumps
from typing import Any

from bot.slack.messages.catalog import Catalog
from bot.slack.messages.text import cut
from faq.formats.round_trip import dumped

NAME = "採用FAQ"
BOT_NAME = "saiyo-faq"  # Slack documents a-z, 0-9, "-", "_" and "." only
DESCRIPTION = "採用についての質問に、出典つきで答えます。FAQにないことは人事の担当者におつなぎします。"
LONGEST_AGENT_DESCRIPTION = 300
AGENT_SCOPE = "assistant:write"
"""What an app is granted with Slack's Agents feature, and never without."""


class Profile(StrEnum):
    """Which of Slack's two kinds of app it is to be."""

    CLASSIC = "classic"
    """Messages, mentions, commands and App Home, for everyone, guests included."""
    AGENT = "agent"
    """With Slack's Agents feature, which workspace guests cannot use."""


@dataclass(frozen=True)
class Scope:
    """A permission of the bot, by Slack's name, and what would not work without it, as the README's table has it."""

    name: str
    reason: str
    profiles: tuple[Profile, ...] = tuple(Profile)


SCOPES = (
    Scope("app_mentions:read", "チャンネルで @saiyo-faq と呼ばれたことを受け取る"),
    Scope("channels:history", "参加したスレッドの続きの質問を、公開チャンネルで受け取る"),
    Scope("channels:read", "人事の公開チャンネルにボットがいるかを doctor が確かめる"),
    Scope("chat:write", "回答とカードを投稿し、更新する"),
    Scope("commands", "/faq と /faq-admin を使えるようにする"),
    Scope("groups:history", "参加したスレッドの続きと人事のカードへの返信を、非公開チャンネルで受け取る"),
    Scope("groups:read", "人事の非公開チャンネルにボットがいるかを doctor が確かめる"),
    Scope("im:history", "ダイレクトメッセージの質問を受け取る"),
    Scope("im:write", "人事の回答を届けるダイレクトメッセージを開く"),
    Scope("usergroups:read", "FAQ_ADMINS に書いたユーザーグループの人を知る"),
    Scope("users:read", "質問した人と回答した人の名前を示す"),
    Scope(AGENT_SCOPE, "Agents機能の質問例を出す", (Profile.AGENT,)),
)
"""Every scope of the bot token, in alphabetical order but for the agent profile's own."""

APP_SCOPE = Scope("connections:write", "Socket Mode でつなぐ(アプリレベルトークン)")
"""The one scope of the app-level token, which no manifest can ask for."""

EVENTS = ("app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")
"""The events of both profiles. In the agent profile a DM is opened with `app_home_opened`, its tab "messages"."""

COMMANDS = (
    ("/faq", "採用についての質問に答えます(あなただけに見えます)", "在宅勤務は週に何日できますか"),
    ("/faq-admin", "FAQの管理(管理者だけが使えます)", "status | reload | rollback | stats | unanswered"),
)


def scopes(profile: Profile) -> tuple[str, ...]:
    """Return the bot scopes of a profile."""
    return tuple(scope.name for scope in SCOPES if profile in scope.profiles)


def manifest(profile: Profile, *, catalog: Catalog | None = None, url: str = "") -> dict[str, Any]:
    """Return the manifest as Slack reads it from JSON.

    Args:
        profile: Which kind of app.
        catalog: Its starters are the agent profile's suggested prompts, four or fewer; none without it.
        url: Where Slack reaches the app over HTTPS, such as https://faq.example.jp/slack/events. Without it, the
            app connects by Socket Mode and needs no open port.

    >>> manifest(Profile.CLASSIC)["settings"]["socket_mode_enabled"]
    True
    """
    reached = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "background_color": "#1d4b8f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": BOT_NAME, "always_online": True},
            "slash_commands": [_command(*each, url) for each in COMMANDS],
            **({"agent_view": _agent_view(catalog)} if profile is Profile.AGENT else {}),
        },
        "oauth_config": {"scopes": {"bot": list(scopes(profile))}},
        "settings": {
            "event_subscriptions": {**reached, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **reached},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _command(command: str, description: str, hint: str, url: str) -> dict[str, Any]:
    # Not escaped: the text is to arrive as it was typed, and is shown as it was typed.
    shared = {"command": command, "description": description, "usage_hint": hint, "should_escape": False}
    return {**shared, "url": url} if url else shared


def _agent_view(catalog: Catalog | None) -> dict[str, Any]:
    offered = catalog.prompts if catalog else []
    description = cut(DESCRIPTION, LONGEST_AGENT_DESCRIPTION)
    return {"agent_description": description, **({"suggested_prompts": offered} if offered else {})}


def manifest_text(held: Mapping[str, Any], *, json: bool = False) -> str:
    """Return a manifest as YAML, or as JSON, either of which Slack takes; it ends in a line end."""
    return f"{dumps(held, ensure_ascii=False, indent=2)}\n" if json else dumped(held)
