"""Where an embeddings server listens, read from a setting."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_PATH = "/v1/embeddings"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """Where embeddings are asked for.

    Attributes:
        secure: Whether by TLS.
        path: Begins with a slash.
    """

    secure: bool
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        """Return it as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.path}"


def address(url: str) -> Address:
    """Return where to ask, given the server, its `/v1`, or the whole address.

    Raises:
        ValueError: it is no address of a server by HTTP, or holds what does not belong there; the text says what to do.

    >>> str(address("http://127.0.0.1:8080")), str(address("https://gpu1.example/v1"))
    ('http://127.0.0.1:8080/v1/embeddings', 'https://gpu1.example:443/v1/embeddings')
    >>> str(address("http://[::1]:8080/e5/v1/embeddings"))
    'http://[::1]:8080/e5/v1/embeddings'
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in _PORTS or not parts.hostname:
        msg = "write http:// or https:// and the server, such as http://127.0.0.1:8080"
        raise ValueError(msg)
    if parts.username is not None or parts.password is not None:
        msg = "leave out the name and the password; a key goes in FAQ_EMBEDDINGS_KEY"
        raise ValueError(msg)
    if parts.query or parts.fragment:
        msg = "leave out what begins with ? or #"
        raise ValueError(msg)
    path = parts.path.rstrip("/")
    if not path.endswith("/embeddings"):
        path = f"{path}/embeddings" if path.endswith("/v1") else f"{path}{_PATH}"
    return Address(parts.scheme == "https", parts.hostname, parts.port or _PORTS[parts.scheme], path)
