"""How long to wait where Slack says that it is too much: a moment in place, longer ones without holding anybody up."""

from collections.abc import Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryHandler, RetryState
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

LONGEST_WAIT_SECONDS = 5
"""What is to wait longer goes back to the outbox: no hand is idle for it, and the process can end meanwhile."""

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
    """Return what a client of Slack does before it gives a request back as failed."""
    return [ConnectionErrorRetryHandler(), ShortRateLimitRetryHandler(max_retry_count=2)]


def retry_after(headers: Mapping[str, str | list[str]]) -> int:
    """Return the seconds that Slack asks to wait; 1 where it names none.

    >>> retry_after({"retry-after": ["30"]}), retry_after({"Retry-After": "7"}), retry_after({})
    (30, 7, 1)
    """
    held = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    named = held[0] if isinstance(held, list) and held else str(held)
    return int(named) if named.isdecimal() else _UNNAMED_SECONDS


def is_too_many(error: SlackApiError) -> bool:
    """Tell whether Slack refused a request only because there were too many."""
    return bool(error.response["error"] == "ratelimited" or error.response.status_code == TOO_MANY)


def is_passing(error: SlackApiError) -> bool:
    """Tell whether the same request may be accepted later."""
    code, status = error.response["error"], error.response.status_code
    return code in _PASSING or status == TOO_MANY or status >= SERVER_ERROR
