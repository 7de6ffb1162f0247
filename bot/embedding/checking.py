"""Whether the embeddings server that is set serves, how fast, and whether what is published was made with it."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import monotonic

from bot.embedding.endpoint import Server
from bot.embedding.opening import server_of
from bot.embedding.reasons import FAILURES, reason
from bot.embedding.wire import Call
from bot.finding import Finding
from bot.settings import Settings
from faq.formats.wording import shown
from index.embeddings import Embeddings
from index.fitting import FEWEST
from index.release.history import History
from index.release.store import Store
from index.release.unreadable import ReleaseError

TRIES = 3
PATIENCE_SECONDS = 5
_TRIED = "在宅勤務は週に何日できますか"


def checked_server(settings: Settings, path: Path) -> Iterator[Finding]:
    """Yield what is to be said about the server, and about what is published of that knowledge."""
    server = server_of(settings)
    if server is None:
        yield Finding("埋め込みサーバー: 使いません(FAQ_EMBEDDINGS_URL がありません)")
        return
    try:
        size, milliseconds = _tried(server)
    except FAILURES as error:
        yield Finding(
            f"埋め込みサーバー {server.where} が{reason(error, PATIENCE_SECONDS * 1000)}ため、使わずに答えています",
            "サーバーが動いているか、FAQ_EMBEDDINGS_URL と FAQ_EMBEDDINGS_MODEL が正しいか、確かめてください。",
        )
        return
    text = f"埋め込みサーバー: {server.where}、{server.model.name}、{size}次元、{milliseconds:.0f}ミリ秒"
    if milliseconds > server.milliseconds:
        yield Finding(
            f"{text}。待つ時間 {server.milliseconds} ミリ秒に間に合わず、使わずに答えることが多くなります",
            "サーバーを速くするか、FAQ_EMBEDDINGS_WAIT を延ばしてください。",
            works=True,
        )
    else:
        yield Finding(f"{text}(質問は、名前や連絡先を伏せて送ります)")
    yield from _published(path, settings.home, server, size)


def _tried(server: Server) -> tuple[int, float]:
    """Return the size of its vectors and the milliseconds that it takes for a question."""
    size, took = 0, []
    for _ in range(TRIES):
        begun = monotonic()
        call = Call(server.where, server.key, begun + PATIENCE_SECONDS)
        try:
            size = call.embed(server.model.name, [server.model.asked(_TRIED)]).shape[1]
        finally:
            call.close()
        took.append((monotonic() - begun) * 1000)
    return size, median(took)


def _published(path: Path, home: Path, server: Server, size: int) -> Iterator[Finding]:
    served = History(home, path).served()
    if served is None:
        return
    try:
        release = Store(home).read(served.release)
    except ReleaseError:
        return  # told of with the release
    made_with = release.index.compiled.embeddings
    if made_with is None or made_with.model != server.model or made_with.size != size:
        yield Finding(
            f"公開中の版 {served.release} は{_described(made_with)}で作られているため、このサーバーを使いません",
            f"faq publish {shown(path)} で公開し直してください。",
            works=True,
        )
    elif release.fit.embedded is None:
        tuning = release.knowledge.tuning
        yield Finding(
            f"公開中の版 {served.release} の確信度は埋め込みなしで決めたもので、埋め込みは順位だけに使います",
            _TUNE_AGAIN if tuning and tuning.confidence else _LABEL_MORE,
            works=True,
        )


_TUNE_AGAIN = "faq tune --questions ファイル --keep で調整し直し、公開してください。"
_LABEL_MORE = f"想定質問を、答えるものと答えないもののどちらも{FEWEST}件以上にして、公開し直してください。"


def _described(made_with: Embeddings | None) -> str:
    return f"別の埋め込み({made_with.model.name}、{made_with.size}次元)" if made_with else "埋め込みなし"
