"""What the doctor finds, and what it says to do."""

from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.diagnostics.finding import Finding
from bot.output.exit_status import ExitStatus
from bot.settings import Settings, SlackSettings
from bot.slack.doctor import examine
from bot.slack.errors import to_do
from bot.slack.manifest import Profile, scopes
from tests.slack.double import SlackDouble

CATEGORIES = ("働き方", "給与")


def examined(
    slack: SlackDouble,
    given: dict[str, str] | None = None,
    *,
    profile: Profile = Profile.CLASSIC,
    post: bool = False,
) -> list[Finding]:
    tokens = {"bot_token": slack.bot_token, "app_token": slack.app_token, "api_url": slack.api_url}
    whole = {**tokens, **(given or {})}
    settings, own = Settings.model_validate(whole), SlackSettings.model_validate(whole)
    return list(examine(settings, own, profile=profile, categories=CATEGORIES, post=post))


def findings(
    slack: SlackDouble,
    given: dict[str, str] | None = None,
    *,
    profile: Profile = Profile.CLASSIC,
    post: bool = False,
) -> list[str]:
    """Return what is wrong; of a workspace in which all is well, nothing."""
    return [each.text for each in examined(slack, given, profile=profile, post=post) if each.bad]


@pytest.fixture
def all_well(slack: SlackDouble) -> dict[str, str]:
    """Set up everything."""
    hr, pay, kanri = slack.channel("hr", kind="private"), slack.channel("pay"), slack.person("管理者")
    return {"hr_channels": f"{hr.id}, 給与={pay.id}", "admins": f"{kanri.id},{slack.group(kanri)}"}


@pytest.mark.parametrize("profile", Profile)
def test_where_all_is_well_nothing_is_wrong(
    slack: SlackDouble, all_well: dict[str, str], profile: Profile
) -> None:
    slack.installs(profile)
    assert findings(slack, all_well, profile=profile) == []
    assert slack.calls("chat.postMessage") == []


def test_a_test_card_is_posted_in_every_channel_of_hr_on_request(
    slack: SlackDouble, all_well: dict[str, str]
) -> None:
    hana = slack.person("人事の花")
    for channel in slack.workspace.channels.values():
        hana.joins(channel)
    assert findings(slack, all_well, post=True) == []
    assert len(slack.calls("chat.postMessage")) == 2
    assert hana.history().count("# 人事への質問: 確認用") == 2
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
        ({"admins": "U0NOBODY"}, "FAQ_ADMINS の U0NOBODY を確かめられません(user_not_found)"),
        ({"admins": "S0NOBODY"}, "FAQ_ADMINS の S0NOBODY を確かめられません(no_such_subteam)"),
        ({}, "FAQ_HR_CHANNELS が設定されていません。「人事に聞く」は使えません"),
        ({"api_url": "http://127.0.0.1:1/api/"}, "Slack(http://127.0.0.1:1/api/)につながりません"),
    ],
)
def test_what_is_wrong_is_named(slack: SlackDouble, given: dict[str, str], told: str) -> None:
    assert any(each.startswith(told) for each in findings(slack, given)), findings(slack, given)


def test_a_page_that_is_not_slacks_is_told_in_one_line(slack: SlackDouble) -> None:
    slack.refuse("auth.test", "<html>\n<body>Sign in</body></html>")
    (found,) = examined(slack)
    assert found.text == "SLACK_BOT_TOKEN を Slack が受け付けません(Slackではないものの応答(HTTP 200))"
    assert found.to_do == "ネットワークとプロキシ、SLACK_API_URL を確かめてください。"


def test_a_category_that_the_faq_does_not_have_is_named(slack: SlackDouble) -> None:
    """Nothing would ever come to its channel."""
    pay = slack.channel("pay")
    (found,) = [
        each
        for each in examined(slack, {"hr_channels": f"給料={pay.id}"})
        if "給料" in each.to_do + each.text and each.bad
    ]
    assert found.text == "FAQ_HR_CHANNELS のカテゴリー「給料」は、FAQにありません"
    assert "働き方、給与" in found.to_do


def test_a_channel_is_looked_at_for_being_there_open_and_joined(slack: SlackDouble) -> None:
    outside = slack.channel("hr", bot=False)
    assert f"人事のチャンネル {outside.id}(すべて): ボットがいません" in findings(
        slack, {"hr_channels": outside.id}
    )
    closed = slack.channel("old")
    closed.archived = True
    assert f"人事のチャンネル {closed.id}(すべて): アーカイブされています" in findings(
        slack, {"hr_channels": closed.id}
    )


@pytest.mark.parametrize("profile", Profile)
def test_scopes_are_those_of_the_chosen_profile(
    slack: SlackDouble, all_well: dict[str, str], profile: Profile
) -> None:
    slack.granted = {*scopes(profile)} - {"im:write"}
    assert findings(slack, all_well, profile=profile) == [
        f"{profile} に要る権限(scope)が足りません: im:write"
    ]
    slack.granted = {*scopes(profile), "files:write"}
    told = [each.text for each in examined(slack, all_well, profile=profile)]
    assert "なくても動く権限(scope)があります: files:write" in told
    assert findings(slack, all_well, profile=profile) == []


def test_an_agent_without_its_scope_lacks_it(slack: SlackDouble, all_well: dict[str, str]) -> None:
    assert findings(slack, all_well, profile=Profile.AGENT) == [
        "agent に要る権限(scope)が足りません: assistant:write"
    ]


def test_it_is_told_whether_guests_can_use_the_app(slack: SlackDouble, all_well: dict[str, str]) -> None:
    told = [each.text for each in examined(slack, all_well)]
    assert "Agents機能は無効です。ゲストもこのアプリを使えます" in told
    slack.installs(Profile.AGENT)
    (wrong,) = [each for each in examined(slack, all_well) if each.bad]
    assert wrong.text == "Agents機能が有効です。ゲストはこのアプリを使えません"
    assert "classic のマニフェスト" in wrong.to_do


@pytest.mark.parametrize(("seconds", "way"), [(600, "遅れて"), (-600, "進んで")])
def test_a_wrong_clock_is_told(slack: SlackDouble, seconds: int, way: str) -> None:
    slack.skew_clock(seconds)
    (told,) = [each for each in findings(slack) if "時計が" in each]
    assert way in told


def test_whatever_is_wrong_comes_with_what_to_do(slack: SlackDouble) -> None:
    found = [each for each in examined(slack, {"admins": "U0NOBODY"}) if each.bad]
    assert len(found) == 2
    assert "メンバーID(Uで始まる値)" in found[1].to_do
    assert to_do("some_rare_code") == "docs.slack.dev で「some_rare_code」の意味を確かめてください。"


@pytest.fixture
def doctor(slack: SlackDouble, knowledge: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run the command in an office whose FAQ is that of the tests."""
    monkeypatch.chdir(knowledge.parent)
    given = {"SLACK_API_URL": slack.api_url, "SLACK_APP_TOKEN": slack.app_token, "FAQ_PATH": str(knowledge)}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(app, ["slack", "doctor", *arguments])


def test_the_command_exits_with_1_if_something_is_to_be_put_right(
    doctor: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-other")
    result = doctor()
    assert result.exit_code == ExitStatus.FAILURE
    assert result.stdout == (
        "× SLACK_BOT_TOKEN を Slack が受け付けません(invalid_auth)\n"
        "  → Slackのアプリの設定画面で値を確かめ、なければ発行し直してください。\n"
        "\n直すところが1件あります。\n"
    )


def test_the_command_exits_with_0_if_all_is_well_and_fits_80_columns(
    slack: SlackDouble,
    doctor: Callable[..., Result],
    all_well: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slack.installs(Profile.AGENT)
    monkeypatch.setenv("SLACK_BOT_TOKEN", slack.bot_token)
    monkeypatch.setenv("FAQ_HR_CHANNELS", all_well["hr_channels"])
    monkeypatch.setenv("FAQ_ADMINS", all_well["admins"])
    result = doctor("--profile", "agent", "--post")
    assert result.exit_code == ExitStatus.OK
    slack.person("候補者", guest=True)
    slack.granted = {"chat:write", "users:read", "assistant:write"}
    wrong = doctor("--profile", "agent")
    assert wrong.exit_code == ExitStatus.FAILURE
    lines = [*result.stdout.splitlines(), *wrong.stdout.splitlines()]
    assert max(map(cell_len, lines)) <= 80
    assert {line[:2] for line in lines if line} == {"○ ", "× ", "  ", "直す"}
