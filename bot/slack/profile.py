"""The two kinds of app that Slack knows."""

from enum import StrEnum


class Profile(StrEnum):
    """Which of Slack's two kinds of app it is to be."""

    CLASSIC = "classic"
    """Messages, mentions, commands and App Home, for everyone, guests included."""
    AGENT = "agent"
    """With Slack's Agents feature, which workspace guests cannot use."""
