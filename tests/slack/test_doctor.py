"""What the doctor finds, and what it says to do."""

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.exits import ExitStatus
from bot.settings import Settings, SlackSettings
from bot.slack.doctor import examine
from bot.slack.manifest import scopes
from bot.slack.profile import Profile
from tests.slack.double import SlackDouble


def findings(slack: SlackDouble, given: dict[str, str] | None = None, *, post: bool = False) -> list[str]:
    """Return what is wrong; of a workspace in which all is well, nothing."""
    tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token, "api_url": slack.api_url}
    whole = {**tokens, **(given or {})}
    found = examine(Settings.model_validate(whole), SlackSettings.model_validate(whole), post=post)
    return [each.text for each in found if each.bad]


def test_where_all_is_well_nothing_is_wrong(slack: SlackDouble) -> None:
    hr, kanri = slack.channel("hr", kind="private"), slack.person("管理者")
    all_well = {"hr_channels": hr.id, "admins": f"{kanri.id},{slack.group(kanri)}"}
    assert findings(slack, all_well) == []
    assert slack.calls("chat.postMessage") == []
    assert findings(slack, all_well, post=True) == []
    assert len(slack.calls("chat.postMessage", channel=hr.id)) == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bot_token": "xoxb-other"}, "SLACK_BOT_TOKEN を Slack が受け付けません(invalid_auth)"),
        ({"app_token": "xapp-other"}, "SLACK_APP_TOKEN を Slack が受け付けません(invalid_auth)"),
        ({"hr_channels": "C0NONE"}, "人事のチャンネル C0NONE(すべて): 使えません(channel_not_found)"),
        ({"admins": "U0NOBODY"}, "FAQ_ADMINS の U0NOBODY を確かめられません(user_not_found)"),
        ({}, "FAQ_HR_CHANNELS が設定されていません。「人事に聞く」は使えません"),
    ],
)
def test_what_is_wrong_is_named(slack: SlackDouble, given: dict[str, str], told: str) -> None:
    assert told in findings(slack, given)


def test_scopes_guests_channels_and_the_clock_are_looked_at(slack: SlackDouble) -> None:
    outside = slack.channel("hr", bot=False)
    slack.granted = {*scopes(Profile.AGENT)} - {"im:write"}
    slack.clock_skew_seconds = 600
    wrong = "\n".join(findings(slack, {"hr_channels": outside.id}))
    assert "権限(scope)が足りません: im:write。" in wrong
    assert "ゲストはこのアプリを使えません" in wrong
    assert f"{outside.id}(すべて): ボットがいません" in wrong
    assert "時計が" in wrong
    assert "遅れています" in wrong


def test_the_command_exits_with_1_if_something_is_to_be_put_right(
    slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-other")
    result = CliRunner().invoke(app, ["slack", "doctor"])
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stdout == "× SLACK_BOT_TOKEN を Slack が受け付けません(invalid_auth)\n"
