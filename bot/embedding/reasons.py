"""Why a server gave no vectors, in Japanese: what comes between 「埋め込みサーバーが」 and 「ため」."""

from http.client import HTTPException


class RefusedError(Exception):
    """A reply that cannot be used; the text is such a reason."""


FAILURES = (RefusedError, OSError, HTTPException, UnicodeError)
"""What a request may end in: a server that is not there, is slow, breaks off, or says something else."""


def reason(error: Exception, milliseconds: int) -> str:
    """Return why a request failed that was waited for so long.

    >>> reason(TimeoutError(), 150), reason(ConnectionResetError(), 150)
    ('150ミリ秒以内に応えなかった', '途中で接続を切った')
    """
    match error:
        case RefusedError():
            return str(error)
        case TimeoutError():
            return f"{milliseconds}ミリ秒以内に応えなかった"
        case ConnectionRefusedError():
            return "接続を受け付けなかった"
        case ConnectionError():
            return "途中で接続を切った"
        case HTTPException():
            return "途中で切れたか、HTTPでない返事をした"
    return "見つからないか、届かなかった"
