"""The bot of a test as the process that an office runs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bot
from tests.slack.double import SlackDouble

ROOT = Path(bot.__file__).parents[1]


def environment(slack: SlackDouble, knowledge: Path, **more: str) -> dict[str, str]:
    """Return the environment of an office whose app is installed in that workspace."""
    kept = {name: held for name, held in os.environ.items() if not name.startswith(("FAQ_", "SLACK_"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "FAQ_PATH": str(knowledge),
        "FAQ_HOME": str(knowledge.parent / "home"),
        "FAQ_ENCODER": "none",
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "not used",
        **more,
    }


@contextmanager
def process(
    slack: SlackDouble, knowledge: Path, *arguments: str, **more: str
) -> Iterator["subprocess.Popen[str]"]:
    """Run `faq slack run`; what is left of it in the end is killed."""
    started = subprocess.Popen(
        [sys.executable, "-m", "bot", "slack", "run", *arguments],
        env=environment(slack, knowledge, **more), cwd=knowledge.parent, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        started.kill()
        started.communicate()
