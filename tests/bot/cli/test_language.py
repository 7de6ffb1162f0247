"""Errors are told in the language of whoever reads."""

import re

import pytest

from tests.bot.conftest import Faq

JAPANESE = re.compile("[ぁ-ん]")


@pytest.mark.parametrize(
    ("settings", "command", "told"),
    [
        ({}, ["replay", "--release", "zz", "training"], "no release has a name that begins with zz"),
        ({}, ["replay", "--release", "zz@bold", "training"], "no operating point bold"),
        ({}, ["diff", "0"], "2 characters of the name of a release"),
        ({}, ["rollback"], "was never published"),
        ({"FAQ_HOME": "/dev/null/home"}, ["publish"], "not published, as /dev/null/home cannot be written"),
        ({"FAQ_DATABASE_URL": "mysql://h/d"}, ["journal", "tail"], "mysql cannot be used"),
        ({"FAQ_DATABASE_URL": "sqlite:////dev/null/j.db"}, ["journal", "tail"], "cannot be opened"),
        ({}, ["slack", "run"], "SLACK_BOT_TOKEN is not set"),
        ({"SLACK_BOT_TOKEN": "xapp-1"}, ["slack", "run"], "a token of another kind"),
        ({}, ["slack", "doctor"], "× SLACK_BOT_TOKEN is not set"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_API_URL": "http://127.0.0.1:1/"},
            ["slack", "doctor"],
            "→ check the network, the proxy and SLACK_API_URL",
        ),
    ],
)
def test_releases_the_journal_and_slack_are_told_of_in_english_where_that_is_set(
    faq: Faq, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], command: list[str], told: str
) -> None:
    monkeypatch.setenv("FAQ_LANG", "en")
    monkeypatch.setenv("FAQ_ENCODER", "none")
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    result = faq(*command)
    assert result.exit_code == 1
    assert told in result.output
    assert not JAPANESE.search(result.output)
