"""What the doctor finds, and what it says to do."""

import json
from pathlib import Path

import pytest

from bot.diagnostics import Finding
from bot.output.terminal import ExitStatus
from bot.settings import Settings, SlackSettings
from bot.slack.doctor import examine
from bot.slack.manifest import Profile, manifest, scopes
from tests.bot.conftest import Faq
from tests.slack.double import SlackDouble
from tests.slack.processes import environment

CATEGORIES = ("働き方", "給与")


def examined(
    slack: SlackDouble, given: dict[str, str], *, profile: Profile = Profile.CLASSIC, post: bool = False
) -> list[Finding]:
    tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token, "api_url": slack.api_url}
    whole = {**tokens, **given}
    settings, own = Settings.model_validate(whole), SlackSettings.model_validate(whole)
    return list(examine(settings, own, profile=profile, categories=CATEGORIES, post=post))


def wrong(slack: SlackDouble, given: dict[str, str], profile: Profile = Profile.CLASSIC) -> list[str]:
    return [each.text for each in examined(slack, given, profile=profile) if each.state == "bad"]


@pytest.fixture
def all_well(slack: SlackDouble) -> dict[str, str]:
    hr, pay, kanri = slack.channel("hr", kind="private"), slack.channel("pay"), slack.person("管理者")
    return {"hr_channels": f"{hr.id}, 給与={pay.id}", "admins": f"{kanri.id},{slack.group(kanri)}"}


@pytest.mark.parametrize("profile", Profile)
def test_where_all_is_well_nothing_is_wrong_and_scopes_are_those_of_the_profile(
    slack: SlackDouble, all_well: dict[str, str], profile: Profile
) -> None:
    slack.installs(profile)
    slack.granted |= {"files:write"}
    told = [each.text for each in examined(slack, all_well, profile=profile)]
    assert wrong(slack, all_well, profile) == []
    assert slack.calls("chat.postMessage") == []
    assert "なくても動く権限(scope)があります: files:write" in told
    assert any("ゲストはこのアプリを使えません" in each for each in told) is (profile is Profile.AGENT)
    slack.granted = {*scopes(profile)} - {"im:write"}
    assert wrong(slack, all_well, profile) == [f"{profile} に要る権限(scope)が足りません: im:write"]


def test_an_app_that_is_not_of_the_profile_is_told(slack: SlackDouble, all_well: dict[str, str]) -> None:
    lacks = "agent に要る権限(scope)が足りません: assistant:write"
    assert wrong(slack, all_well, Profile.AGENT) == [lacks]
    slack.installs(Profile.AGENT)
    assert wrong(slack, all_well) == ["Agents機能が有効です。ゲストはこのアプリを使えません"]


def test_a_test_card_is_posted_in_every_channel_of_hr_on_request(
    slack: SlackDouble, all_well: dict[str, str]
) -> None:
    hana = slack.person("人事の花")
    for channel in slack.workspace.channels.values():
        hana.joins(channel)
    examined(slack, all_well, post=True)
    assert len(slack.calls("chat.postMessage")) == hana.history().count("# 人事への質問: 確認用") == 2
    assert "カテゴリー: 給与" in hana.history()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bot_token": "xoxb-other"}, "SLACK_BOT_TOKEN を Slack が受け付けません(invalid_auth)"),
        ({"bot_token": ""}, "SLACK_BOT_TOKEN が設定されていません"),
        ({"app_token": "xapp-other"}, "SLACK_APP_TOKEN を Slack が受け付けません(invalid_auth)"),
        ({"app_token": ""}, "SLACK_APP_TOKEN が設定されていません"),
        ({"hr_channels": "C0NONE"}, "人事のチャンネル C0NONE(すべて): 使えません(channel_not_found)"),
        ({"hr_channels": "#hr"}, "FAQ_HR_CHANNELS の「#hr」はチャンネルのIDではありません"),
        ({"hr_channels": "U0123ABCD"}, "FAQ_HR_CHANNELS の「U0123ABCD」はチャンネルのIDではありません"),
        ({"hr_channels": "給料=C0NONE"}, "FAQ_HR_CHANNELS のカテゴリー「給料」は、FAQにありません"),
        ({"admins": "U0NOBODY"}, "FAQ_ADMINS の U0NOBODY を確かめられません(user_not_found)"),
        ({"admins": "S0NOBODY"}, "FAQ_ADMINS の S0NOBODY を確かめられません(no_such_subteam)"),
        ({}, "FAQ_HR_CHANNELS が設定されていません。「人事に聞く」は使えません"),
        ({"api_url": "http://127.0.0.1:1/api/"}, "Slack(http://127.0.0.1:1/api/)につながりません"),
    ],
)
def test_what_is_wrong_is_named(slack: SlackDouble, given: dict[str, str], told: str) -> None:
    assert any(each.startswith(told) for each in wrong(slack, given)), wrong(slack, given)


def test_a_page_that_is_not_slacks_is_told_in_one_line_with_what_to_do(slack: SlackDouble) -> None:
    slack.refuse("auth.test", "<html>\n<body>Sign in</body></html>")
    (found,) = examined(slack, {})
    assert found.text == "SLACK_BOT_TOKEN を Slack が受け付けません(Slackではないものの応答(HTTP 200))"
    assert found.to_do == "ネットワークとプロキシ、SLACK_API_URL を確かめてください。"
    slack.refuse("auth.test", "some_rare_code")
    (found,) = examined(slack, {})
    assert found.to_do == "docs.slack.dev で「some_rare_code」の意味を確かめてください。"


def test_a_channel_is_looked_at_for_being_open_and_joined(slack: SlackDouble) -> None:
    outside, closed = slack.channel("hr", bot=False), slack.channel("old")
    closed.archived = True
    told = wrong(slack, {"hr_channels": f"{outside.id},給与={closed.id}"})
    assert f"人事のチャンネル {outside.id}(すべて): ボットがいません" in told
    assert f"人事のチャンネル {closed.id}(給与): アーカイブされています" in told


@pytest.mark.parametrize(("seconds", "way"), [(600, "遅れて"), (-600, "進んで")])
def test_a_wrong_clock_is_told(slack: SlackDouble, seconds: int, way: str) -> None:
    slack.api.clock_skew_seconds = seconds
    (told,) = [each for each in wrong(slack, {}) if "時計が" in each]
    assert way in told


def test_the_command_exits_with_0_if_all_is_well_else_with_1(
    slack: SlackDouble, knowledge: Path, faq: Faq, all_well: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.installs(Profile.AGENT)
    well = {"FAQ_HR_CHANNELS": all_well["hr_channels"], "FAQ_ADMINS": all_well["admins"]}
    for name, value in environment(slack, knowledge, **well).items():
        monkeypatch.setenv(name, value)
    result = faq("slack", "doctor", "--profile", "agent", "--post")
    assert result.exit_code == ExitStatus.OK
    slack.granted = {"chat:write", "users:read", "assistant:write"}
    lacking = faq("slack", "doctor", "--profile", "agent")
    assert lacking.exit_code == ExitStatus.FAILURE
    lines = [*result.stdout.splitlines(), *lacking.stdout.splitlines()]
    assert {line[:2] for line in lines if line} == {"○ ", "× ", "  ", "直す"}


@pytest.mark.parametrize(("arguments", "is_agent"), [((), False), (("--profile", "agent"), True)])
def test_the_classic_profile_is_the_default_and_has_no_agents_feature(
    faq: Faq, arguments: tuple[str, ...], *, is_agent: bool
) -> None:
    """Workspace guests cannot use an app with that feature, and candidates are often guests."""
    held = json.loads(faq("slack", "manifest", *arguments).stdout)
    assert held == manifest(Profile.AGENT if is_agent else Profile.CLASSIC)
    view = held["features"].get("agent_view", {})
    assert set(view) == ({"agent_description"} if is_agent else set())
    assert ("assistant:write" in held["oauth_config"]["scopes"]["bot"]) is is_agent


def test_without_a_url_the_app_connects_by_socket_and_with_one_everything_comes_there() -> None:
    socket = manifest(Profile.CLASSIC)["settings"]
    assert socket["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(socket)
    url = "https://faq.example.jp/slack/events"
    held = manifest(Profile.CLASSIC, url=url)
    assert held["settings"]["socket_mode_enabled"] is False
    assert held["settings"]["event_subscriptions"]["request_url"] == url
    assert held["settings"]["interactivity"]["request_url"] == url
    assert {each["url"] for each in held["features"]["slash_commands"]} == {url}
