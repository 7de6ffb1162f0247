"""Every setting, from the environment and a `.env` file; flags of the command line win over both."""

import os.path
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from faq.errors import FaqError


class SettingsError(FaqError):
    """A setting, or the `.env` file that holds it, that cannot be read."""


def expanded(path: Path) -> Path:
    """Return the path with `~` as the home folder, where there is one."""
    # A shell expands `~`; a `.env` file does not.
    return Path(os.path.expanduser(path))  # noqa: PTH111  (Path.expanduser raises for an unknown user)


Folder = Annotated[Path, AfterValidator(expanded)]


class Settings(BaseSettings):
    """What can be set, each as an environment variable `FAQ_…` or a line of `.env`.

    Attributes:
        path: `FAQ_PATH`, the file or folder of knowledge; `None` means the built-in Meetup FAQ.
        home: `FAQ_HOME`, where compiled releases and the console's history are kept. It need not exist.
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


def read_settings() -> Settings:
    """Read the settings of this process and this folder.

    Raises:
        SettingsError: a value is invalid or `.env` is not UTF-8; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        names = ("_".join(map(str, each["loc"])).upper() for each in error.errors())
        lines = (
            f"FAQ_{name}: {each['msg']}; correct it in the environment or in .env"
            for name, each in zip(names, error.errors(), strict=True)
        )
        raise SettingsError("\n".join(lines)) from error
    except (UnicodeDecodeError, OSError) as error:
        msg = f".env: cannot be read ({error}); save it as UTF-8 text, or remove it"
        raise SettingsError(msg) from error
