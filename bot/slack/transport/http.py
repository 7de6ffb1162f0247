"""The Events API over HTTP: Bolt's ASGI adapter under uvicorn, on loopback unless told otherwise."""

import asyncio
import threading

from slack_bolt import App
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.transport.connecting import SlackSetupError

PATH = "/slack/events"


class Handler(SlackRequestHandler):
    """Bolt's adapter, with each request in a thread of its own: others must not wait for it."""

    async def dispatch(self, request: AsgiHttpRequest) -> BoltResponse:
        """Let the app answer; it checks the signature and its age."""
        body = await request.get_raw_body()
        held = BoltRequest(body=body, query=request.query_string, headers=request.get_headers())
        return await asyncio.to_thread(self.app.dispatch, held)


class HttpServer:
    """A server in a thread; it finishes what it has begun before it stops."""

    def __init__(self, app: App, host: str, port: int) -> None:
        """Be ready to listen; port 0 is a free one.

        Raises:
            SlackSetupError: uvicorn is not installed.
        """
        try:
            import uvicorn  # noqa: PLC0415 -- an extra
        except ModuleNotFoundError as error:
            msg = "--http には追加の部品が要ります。pip install 'recruiting-faq[http]' を実行してください。"
            raise SlackSetupError(msg) from error
        config = uvicorn.Config(
            Handler(app, path=PATH),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            lifespan="off",
        )
        self._where = f"{host}:{port}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="slack-http", daemon=True)
        self._ended = threading.Event()

    def start(self) -> str:
        """Listen, and return the address.

        Raises:
            SlackSetupError: the address is in use, or not this machine's.
        """
        self._thread.start()
        while not self._server.started and not self._ended.wait(0.02):
            pass
        if not self._server.started:
            msg = f"{self._where} で待ち受けられません。--host と --port を確かめてください。"
            raise SlackSetupError(msg)
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}{PATH}"

    def stop(self) -> None:
        """Take no more requests, answer those that were taken."""
        self._server.should_exit = True
        self._thread.join()

    def _run(self) -> None:
        try:
            self._server.run()
        except SystemExit:  # so uvicorn ends where it cannot listen, having said why
            pass
        finally:
            self._ended.set()
