"""How long to wait where Slack says that it is too much: a moment in place, longer ones without holding anybody up."""

from collections.abc import Mapping
from http.client import HTTPException
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

LONGEST_WAIT_SECONDS = 5
"""What is to wait longer goes back to the outbox: no hand is idle for it, and the process can end meanwhile."""

UNREACHED = (OSError, HTTPException)
"""What is raised where Slack was not reached, or broke off: then nobody knows whether it did what it was asked."""

FAILURES = (SlackApiError, *UNREACHED)
"""What is raised where a request to the Web API fails."""

TOO_MANY, SERVER_ERROR = 429, 500
_UNNAMED_SECONDS = 1
_PASSING = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)


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
        seconds: int = retry_after(response.headers) if response else 0
        return seconds <= LONGEST_WAIT_SECONDS


def retry_handlers() -> list[RetryHandler]:
    """Return what a client of Slack does before it gives a request back as failed.

    What Slack may have heard is not sent again: a message would stand there twice.
    """
    unsent = ConnectionErrorRetryHandler(
        error_types=[URLError]
    )  # so urllib fails until the request is sent whole
    return [unsent, ShortRateLimitRetryHandler(max_retry_count=2)]


def retry_after(headers: Mapping[str, str | list[str]]) -> int:
    """Return the seconds that Slack asks to wait; 1 where it names none.

    >>> retry_after({"retry-after": ["30"]}), retry_after({"Retry-After": "7"}), retry_after({})
    (30, 7, 1)
    """
    held = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    named = held[0] if isinstance(held, list) and held else str(held)
    return int(named) if named.isdecimal() else _UNNAMED_SECONDS


def why(error: Exception) -> str:
    """Return in a few words why a request failed: Slack's code, the network's reason, or that it was not Slack.

    >>> from slack_sdk.web import SlackResponse
    >>> answer = SlackResponse(client=None, http_verb="", api_url="", req_args={}, data={"error": "<html>"},
    ...                        headers={}, status_code=502)
    >>> why(SlackApiError("", answer)), why(URLError("no route to host"))
    ('Slackではないものの応答(HTTP 502)', 'no route to host')
    """
    if not isinstance(error, SlackApiError):
        return str(getattr(error, "reason", error)) or type(error).__name__
    given = str(error.response["error"])
    return given if given.isidentifier() else f"Slackではないものの応答(HTTP {error.response.status_code})"


def is_too_many(error: SlackApiError) -> bool:
    """Tell whether Slack refused a request only because there were too many."""
    return bool(error.response["error"] == "ratelimited" or error.response.status_code == TOO_MANY)


def is_passing(error: SlackApiError) -> bool:
    """Tell whether the same request may be accepted later."""
    given, status = str(error.response["error"]), error.response.status_code
    return (
        given in _PASSING
        or not given.isidentifier()  # a page of a proxy or a portal between Slack and this machine
        or status == TOO_MANY
        or status >= SERVER_ERROR
    )
