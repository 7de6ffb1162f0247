"""What goes wrong with requests to Slack: whether to wait, to try again or to give up, and what a person can do."""

from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler
from slack_sdk.web import SlackResponse

from faq.wording import worded

RETRIES: tuple[RetryHandler, ...] = (ConnectionErrorRetryHandler(error_types=[URLError]),)
"""What a client of Slack does before it gives a request back as failed.

What Slack may have heard is not sent again: a message would stand there twice. Until a request is sent whole, urllib
fails with `URLError`. What Slack wants later goes back to the outbox: no thread is idle for it, and the process can end
meanwhile.
"""

UNREACHED = (OSError, HTTPException)
"""What is raised where Slack was not reached, or broke off: then nobody knows whether it did what it was asked."""

FAILURES = (SlackApiError, *UNREACHED)  # what is raised where a request to Slack fails
_TOO_MANY, _SERVER_ERROR = 429, 500
_PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "org_login_required",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
_TO_REPAIR = frozenset(
    {"account_inactive", "invalid_auth", "missing_scope", "not_authed", "token_expired", "token_revoked"}
)
"""What is refused until somebody puts the app's token or scopes right."""
_TO_DO = {
    "account_inactive": "slack-new-value",
    "channel_not_found": "slack-invite",
    "invalid_auth": "slack-new-value",
    "is_archived": "doctor-channel-archived",
    "missing_scope": "slack-scopes",
    "no_such_subteam": "slack-group-id",
    "not_allowed_token_type": "slack-token-mixed",
    "not_authed": "slack-new-value",
    "not_in_channel": "doctor-channel-without-bot",
    "ratelimited": "slack-busy",
    "restricted_action": "slack-posting-restricted",
    "token_expired": "slack-new-value",
    "token_revoked": "slack-new-value",
    "user_not_found": "slack-member-id",
}


def response_header(response: SlackResponse, wanted: str) -> str:
    """Return a header of an answer, by its name in small letters; empty where it has none."""
    held = next((value for name, value in response.headers.items() if name.lower() == wanted), "")
    return str(held[0] if isinstance(held, list) and held else held)


@dataclass(frozen=True)
class Failure:
    """Why a request failed, whether it may be accepted later, and the seconds that Slack asks to wait, or 0.

    What is `to_repair` is accepted once somebody has put the app right.
    """

    reason: str
    passing: bool
    retry_after: int = 0
    to_repair: bool = False


def classify(error: Exception) -> Failure:
    """Return what one of `FAILURES` means.

    >>> classify(URLError("no route to host"))
    Failure(reason='no route to host', passing=True, retry_after=0, to_repair=False)
    """
    if not isinstance(error, SlackApiError):
        return Failure(str(getattr(error, "reason", error)) or type(error).__name__, passing=True)
    code, status = str(error.response["error"]), error.response.status_code
    is_slack = code.isidentifier()  # else it is a page of a proxy or a portal between Slack and this machine
    reason = code if is_slack else worded("Slackではないものの応答(HTTP {status})", status=status)
    if code in {"ratelimited", "rate_limited"} or status == _TOO_MANY:
        named = response_header(error.response, "retry-after")
        return Failure(reason, passing=True, retry_after=int(named) if named.isdecimal() else 1)
    passing = code in _PASSING or not is_slack or status >= _SERVER_ERROR
    return Failure(reason, passing=passing, to_repair=code in _TO_REPAIR)


def to_do(code: str) -> str:
    """Return the kind in the catalogue that says what to do about a refusal."""
    if not code.isidentifier():  # a page of a proxy or a portal
        return "doctor-unreached"
    return _TO_DO.get(code, "slack-look-up")
