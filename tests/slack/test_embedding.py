"""In Slack, an embeddings server helps or is left out; candidates get an answer either way."""

import logging
from pathlib import Path

import pytest

from bot.embeddings.encoders import open_encoders
from bot.settings import Settings
from tests.bot.embeddings.embeddings_double import always, serving, well
from tests.slack.double import SlackDouble
from tests.slack.office import Office, office

FIRST, SECOND = "テレワークはどのくらいできますか", "在宅はどのくらいできますか"
ANSWER = "在宅勤務は、平均すると週に1日から2日ほどです。"


def answered(slack: SlackDouble, bot: Office, asked: str) -> str:
    anna = slack.person("安奈")
    anna.says(asked)
    bot.settle()
    return anna.conversation()


def test_an_answer_goes_out_with_the_server_and_without_it_and_only_the_log_says_which(
    slack: SlackDouble, knowledge: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(well) as server:
        home = knowledge.parent / "home"
        settings = Settings.model_validate(
            {"home": home, "embeddings_url": server.url, "embeddings_wait": 60_000, "encoder": "endpoint"}
        )
        with (
            caplog.at_level(logging.WARNING, "faq.slack"),
            office(slack, knowledge, home, encoders=open_encoders(settings)) as bot,
        ):
            server.requests.clear()
            assert ANSWER in answered(slack, bot, FIRST)
            assert server.inputs == [f"query: {FIRST}"]
            assert caplog.messages == []
            server.way = always("503 Service Unavailable", b"")
            said = answered(slack, bot, SECOND)
    assert ANSWER in said
    assert "埋め込み" not in said
    assert caplog.messages == ["埋め込みサーバーがエラーを返した(HTTP 503)ため、使わずに答えました。"]
