import json

import pytest

from bot.output.terminal import ExitStatus
from bot.slack.manifest import Profile, manifest
from tests.bot.conftest import Faq


def test_the_classic_profile_is_the_default_and_has_no_agents_feature(faq: Faq) -> None:
    """Workspace guests cannot use an app with that feature, and candidates are often guests."""
    held = json.loads(faq("slack", "manifest").stdout)
    assert held == manifest(Profile.CLASSIC)
    assert "agent_view" not in held["features"]
    assert "assistant:write" not in held["oauth_config"]["scopes"]["bot"]


def test_the_agent_profile_has_a_view(faq: Faq) -> None:
    result = faq("slack", "manifest", "--profile", "agent")
    assert result.exit_code == ExitStatus.OK
    view = json.loads(result.stdout)["features"]["agent_view"]
    assert set(view) == {"agent_description"}
    assert "assistant:write" in json.loads(result.stdout)["oauth_config"]["scopes"]["bot"]


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


@pytest.mark.parametrize("profile", Profile)
def test_the_manifest_keeps_slacks_limits(profile: Profile) -> None:
    held = manifest(profile)
    shown, features = held["display_information"], held["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert set(features["bot_user"]["display_name"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
    for command in features["slash_commands"]:
        assert len(command["command"]) <= 32
        assert command["command"].startswith("/")
    assert len(features.get("agent_view", {}).get("agent_description", "")) <= 300
