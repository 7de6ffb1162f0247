"""What is wrong is told in the language of whoever reads; that it is Japanese unless one is set, other tests hold."""

import re

import pytest

from bot.output.terminal import ExitStatus
from tests.bot.conftest import Faq

JAPANESE = re.compile("[ぁ-ん]{2}")  # the names of columns, which are what they are, have single ones


@pytest.mark.parametrize(
    ("settings", "command", "told"),
    [
        ("", "export --to csv --like a.xlsx", "--like goes with"),
        ("", "export --to csv --output none/faq.csv", "none/faq.csv cannot be written"),
        ("", "import no.xlsx --columns x", "--columns: 'x' cannot be read"),
        ("", "eval --questions no.jsonl", "no such file or folder"),
        ("", "check no", "no such file or folder"),
        ("", "doctor --faq no", "→ check the path"),
        ("", "ask \u3000", "QUESTION is empty"),
        ("", "publish no", "not published; what is served has not changed"),
        ("", "publish --force", "--force goes with --reason"),
        ("", "publish --reason x", "--force goes with --reason"),
        ("FAQ_JOURNAL_DAYS=0", "ask x", "FAQ_JOURNAL_DAYS"),
        ("", "replay --release zz x", "no release has a name that begins with zz"),
        ("", "replay --release zz@bold x", "no operating point bold"),
        ("", "diff 0", "2 characters of the name of a release"),
        ("", "rollback", "was never published"),
        ("FAQ_HOME=/dev/null/home", "publish", "not published, as /dev/null/home cannot be written"),
        ("FAQ_DATABASE_URL=mysql://h/d", "journal tail", "mysql cannot be used"),
        ("FAQ_DATABASE_URL=sqlite:////dev/null/j.db", "journal tail", "cannot be opened"),
        ("", "slack run", "SLACK_BOT_TOKEN is not set"),
        ("SLACK_BOT_TOKEN=xapp-1", "slack run", "a token of another kind"),
        ("", "slack doctor", "× SLACK_BOT_TOKEN is not set"),
        (
            "SLACK_BOT_TOKEN=xoxb-1 SLACK_API_URL=http://127.0.0.1:1/",
            "slack doctor",
            "→ check the network, the proxy and SLACK_API_URL",
        ),
    ],
)
def test_mistakes_files_releases_the_journal_and_slack_are_told_of_in_english_where_that_is_set(
    faq: Faq, monkeypatch: pytest.MonkeyPatch, settings: str, command: str, told: str
) -> None:
    monkeypatch.setenv("FAQ_LANG", "en")
    monkeypatch.setenv("FAQ_ENCODER", "none")
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    for each in settings.split():
        monkeypatch.setenv(*each.split("=", maxsplit=1))
    result = faq(*command.split(" "))
    assert result.exit_code in {ExitStatus.FAILURE, ExitStatus.USAGE}
    assert told in result.output
    assert not JAPANESE.search(result.output)
