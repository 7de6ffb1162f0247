"""The app manifest: what Slack is to allow, and why."""

from enum import StrEnum
from typing import Any

NAME = "採用FAQ"
BOT_NAME = "saiyo-faq"  # Slack documents a-z, 0-9, "-", "_" and "." only
DESCRIPTION = "採用についての質問に、出典つきで答えます。FAQにないことは人事の担当者におつなぎします。"
AGENT_SCOPE = "assistant:write"  # what an app is granted with Slack's Agents feature, and never without


class Profile(StrEnum):
    """Which of Slack's two kinds of app it is to be."""

    CLASSIC = "classic"  # messages, mentions, commands and App Home, for everyone, guests included
    AGENT = "agent"  # with Slack's Agents feature, which workspace guests cannot use


SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "mpim:history",
    "usergroups:read",
    "users:read",
)
"""Scopes of the bot token in both profiles; README tells what would not work without each."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
)
"""The events of both profiles. In the agent profile a DM is opened with `app_home_opened`, its tab "messages"."""

COMMANDS = (
    ("/faq", "採用についての質問に答えます(あなただけに見えます)", "在宅勤務は週に何日できますか"),
    ("/faq-admin", "FAQの管理(管理者だけが使えます)", "status | reload | rollback | unanswered"),
)

ASK_SHORTCUT, DRAFT_SHORTCUT = "ask_faq", "draft_entry"
SHORTCUTS = (
    (ASK_SHORTCUT, "FAQに聞く", "このメッセージの質問に、FAQから答えます(あなただけに見えます)"),
    (DRAFT_SHORTCUT, "FAQに追加", "このメッセージからFAQの下書きを作ります(人事だけが使えます)"),
)
"""In the menu of every message: the id, the name and what it does."""


def scopes(profile: Profile) -> tuple[str, ...]:
    return (*SCOPES, AGENT_SCOPE) if profile is Profile.AGENT else SCOPES


def manifest(profile: Profile, *, url: str = "") -> dict[str, Any]:
    """Return the manifest; without `url`, where Slack reaches it over HTTPS, the app connects by Socket Mode."""
    reached, called = ({"request_url": url}, {"url": url}) if url else ({}, {})
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": NAME, "description": DESCRIPTION, "background_color": "#1d4b8f"},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": BOT_NAME, "always_online": True},
            "shortcuts": [
                {"type": "message", "callback_id": name, "name": label, "description": does}
                for name, label, does in SHORTCUTS
            ],
            "slash_commands": [
                # Not escaped: the text is to arrive as it was typed, and is shown as it was typed.
                {"command": name, "description": does, "usage_hint": hint, "should_escape": False, **called}
                for name, does, hint in COMMANDS
            ],
            **({"agent_view": {"agent_description": DESCRIPTION}} if profile is Profile.AGENT else {}),
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
