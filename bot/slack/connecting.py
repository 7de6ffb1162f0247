"""The way to Slack: tokens, the Web API client, and waiting until Slack is there."""

from collections.abc import Callable

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
)

from bot.settings import SlackSettings
from faq.errors import FaqError

LONGEST_WAIT_SECONDS = 20
"""What is to wait longer goes back to the outbox, which another process may empty."""

PAUSE_SECONDS = 5.0


class SlackSetupError(FaqError):
    """A token or a setting with which Slack cannot be reached; in Japanese, on one line."""


class ShortRateLimitRetryHandler(RateLimitErrorRetryHandler):
    """Waits as long as Slack asks, unless that is long."""

    def _can_retry(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if not super()._can_retry(state=state, request=request, response=response, error=error):
            return False
        named = (
            next((held[0] for name, held in response.headers.items() if name.lower() == "retry-after"), "1")
            if response
            else "1"
        )
        return named.isdecimal() and int(named) <= LONGEST_WAIT_SECONDS


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
        retry_handlers=[ConnectionErrorRetryHandler(), ShortRateLimitRetryHandler(max_retry_count=2)],
    )


def bot_user(client: WebClient, tell: Callable[[str], None], pause: Callable[[float], bool]) -> str | None:
    """Return the bot's user id, as soon as Slack answers.

    Args:
        client: The bot's.
        tell: Told, in Japanese, that Slack does not answer.
        pause: Waits so many seconds, and tells whether to give up.

    Returns:
        The id; `None` if it was given up.

    Raises:
        SlackSetupError: the token is refused.
    """
    while True:
        try:
            return str(client.auth_test()["user_id"])
        except SlackApiError as error:
            code = str(error.response["error"])
            if code not in {"ratelimited", "internal_error", "fatal_error", "service_unavailable"}:
                raise refused(code, "SLACK_BOT_TOKEN") from error
            why = code
        except OSError as error:
            why = str(getattr(error, "reason", error))
        tell(f"Slack({client.base_url})が応答しません({why})。{PAUSE_SECONDS:.0f}秒後にもう一度試します。")
        if pause(PAUSE_SECONDS):
            return None


def refused(code: str, name: str) -> SlackSetupError:
    """Return the error that says that Slack refused a token."""
    return SlackSetupError(
        f"Slack が {name} を受け付けません({code})。Slackのアプリの設定画面で確かめてください。"
    )
