"""What goes wrong with requests to Slack: whether to wait, to try again or to give up, and what a person can do."""

from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler
from slack_sdk.web import SlackResponse

from faq.wording import worded

# What Slack may have heard is not sent again: a message would stand there twice. Until a request is sent whole,
# urllib fails with `URLError`. What Slack wants later goes back to the outbox, for which no thread is idle.
RETRIES: tuple[RetryHandler, ...] = (ConnectionErrorRetryHandler(error_types=[URLError]),)
UNREACHED = (OSError, HTTPException)  # nobody knows then whether Slack did what it was asked
FAILURES = (SlackApiError, *UNREACHED)  # what is raised where a request to Slack fails
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
    """Why a request failed, whether it may be accepted later, and the seconds that Slack asks to wait, or 0."""

    reason: str
    passing: bool
    retry_after: int = 0
    to_repair: bool = False  # accepted once somebody has put the app's token or scopes right


def classify(error: Exception) -> Failure:
    """Return what one of `FAILURES` means."""
    if not isinstance(error, SlackApiError):
        return Failure(str(getattr(error, "reason", error)) or type(error).__name__, passing=True)
    code, status = str(error.response["error"]), error.response.status_code
    is_slack = code.isidentifier()  # else it is a page of a proxy or a portal between Slack and this machine
    reason = code if is_slack else worded("Slackではないものの応答(HTTP {status})", status=status)
    if code in {"ratelimited", "rate_limited"} or status == HTTPStatus.TOO_MANY_REQUESTS:
        named = response_header(error.response, "retry-after")
        return Failure(reason, passing=True, retry_after=int(named) if named.isdecimal() else 1)
    passing = code in _PASSING or not is_slack or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Failure(reason, passing=passing, to_repair=_TO_DO.get(code) in {"slack-new-value", "slack-scopes"})


def to_do(code: str) -> str:
    """Return the kind in the catalogue that says what to do about a refusal."""
    if not code.isidentifier():  # a page of a proxy or a portal
        return "doctor-unreached"
    return _TO_DO.get(code, "slack-look-up")
