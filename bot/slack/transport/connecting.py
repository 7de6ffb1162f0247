"""The way to Slack: tokens, the Web API client, and waiting until Slack is there."""

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.settings import SlackSettings
from bot.slack.delivery.rate_limit import UNREACHED, is_passing, is_too_many, retry_after, retry_handlers, why
from bot.slack.profile import Profile
from faq.problems import FaqError

PAUSE_SECONDS = 5.0
AGENT_SCOPE = "assistant:write"
"""What an app is granted with Slack's Agents feature, and never without."""


class SlackSetupError(FaqError):
    """A token or a setting with which Slack cannot be reached; in Japanese, on one line."""


def token(held: SecretStr | None, name: str, prefix: str) -> str:
    """Return a token.

    Raises:
        SlackSetupError: it is missing, or another kind of token.
    """
    value = held.get_secret_value().strip() if held else ""
    if not value:
        msg = f"{name} が設定されていません。環境変数か .env に {prefix} で始まる値を設定してください。"
        raise SlackSetupError(msg)
    if not value.startswith(prefix):
        msg = f"{name} は {prefix} で始まる値です。別の種類のトークンが設定されています。"
        raise SlackSetupError(msg)
    return value


def web_client(settings: SlackSettings) -> WebClient:
    """Return the bot's client.

    Raises:
        SlackSetupError: there is no bot token.
    """
    return WebClient(
        token=token(settings.bot_token, "SLACK_BOT_TOKEN", "xoxb-"),
        base_url=f"{settings.api_url.rstrip('/')}/",
        timeout=15,
        retry_handlers=retry_handlers(),
    )


@dataclass(frozen=True)
class Identity:
    """Who the bot is.

    Attributes:
        user: Its user id.
        profile: Which kind of app it was installed as.
    """

    user: str
    profile: Profile


def granted(answer: SlackResponse) -> frozenset[str]:
    """Return the scopes of the token with which an answer was got."""
    held = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), "")
    return frozenset(filter(None, (each.strip() for each in str(held).split(","))))


def identity(
    client: WebClient, tell: Callable[[str], None], pause: Callable[[float], bool]
) -> Identity | None:
    """Return who the bot is, as soon as Slack answers.

    Args:
        client: The bot's.
        tell: Told, in Japanese, that Slack does not answer.
        pause: Waits so many seconds, and tells whether to give up.

    Returns:
        That; `None` if it was given up.

    Raises:
        SlackSetupError: the token is refused.
    """
    while True:
        seconds = PAUSE_SECONDS
        try:
            answer = client.auth_test()
            kind = Profile.AGENT if AGENT_SCOPE in granted(answer) else Profile.CLASSIC
            return Identity(str(answer["user_id"]), kind)
        except SlackApiError as error:
            if not is_passing(error):
                raise refused(why(error), "SLACK_BOT_TOKEN") from error
            reason = why(error)
            if is_too_many(error):
                seconds = retry_after(error.response.headers)
        except UNREACHED as error:
            reason = why(error)
        tell(f"Slack({client.base_url})が応答しません({reason})。{seconds:.0f}秒後にもう一度試します。")
        if pause(seconds):
            return None


def refused(code: str, name: str) -> SlackSetupError:
    """Return the error that says that Slack refused a token."""
    return SlackSetupError(
        f"Slack が {name} を受け付けません({code})。Slackのアプリの設定画面で確かめてください。"
    )
