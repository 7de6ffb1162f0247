"""Ways from Slack to the app other than a socket."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any, TypeAlias

from slack_bolt import App
from slack_bolt.request import BoltRequest
from slack_sdk.signature import SignatureVerifier

from tests.patience import PATIENCE_SECONDS
from tests.slack.double.model import Delivery

Route: TypeAlias = Callable[[Delivery], None]
OK = 200


def dispatch(app: App) -> Route:
    """Return the way through `App.dispatch`, as the Socket Mode adapter takes it, without a socket."""

    def route(delivery: Delivery) -> None:
        headers = _retry(delivery)
        response = app.dispatch(BoltRequest(mode="socket_mode", body=delivery.payload, headers=headers))
        delivery.status = response.status
        if response.status == OK:
            delivery.acknowledge(_answer(response.body))

    return route


def post_to(url: str, signing_secret: str, *, age_seconds: int = 0) -> Route:
    """Return the way by signed HTTP to an address of the app, with a signature of that age."""

    def route(delivery: Delivery) -> None:
        body, kind = _body(delivery)
        at = str(int(time.time()) - age_seconds)
        signature = SignatureVerifier(signing_secret).generate_signature(timestamp=at, body=body)
        signed = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": str(signature), **_retry(delivery)}
        request = urllib.request.Request(url, body.encode(), {**signed, "Content-Type": kind})  # noqa: S310 -- loopback
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:  # noqa: S310 -- loopback
                delivery.status = response.status
                delivery.acknowledge(_answer(response.read().decode()))
        except urllib.error.HTTPError as error:
            with error:
                delivery.status = error.code

    return route


def _retry(delivery: Delivery) -> dict[str, Any]:
    return {"X-Slack-Retry-Num": str(delivery.resent)} if delivery.resent else {}


def _body(delivery: Delivery) -> tuple[str, str]:
    if delivery.type == "events_api":
        return json.dumps(delivery.payload), "application/json"
    fields = (
        delivery.payload if delivery.type == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    )
    return urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"


def _answer(body: str) -> Any:  # noqa: ANN401 -- whatever the app answers
    try:
        return json.loads(body) if body else {}
    except ValueError:
        return {"text": body}
