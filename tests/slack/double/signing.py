"""Slack's signature of an HTTP request, version 0."""

import hashlib
import hmac


def signed_headers(body: str, secret: str, timestamp: int) -> dict[str, str]:
    """Return the headers with which Slack signs a body at a second of the Unix epoch.

    >>> signed_headers("a=b", "secret", 1531420618)["X-Slack-Signature"][:6]
    'v0=6b7'
    """
    base = f"v0:{timestamp}:{body}".encode()
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}
