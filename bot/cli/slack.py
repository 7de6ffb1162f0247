"""`faq slack`: the bot in Slack."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.options import FaqOption, JsonOption, PointOption
from bot.slack.manifest import Profile

if TYPE_CHECKING:
    from bot.slack.messages.home import Catalog


ProfileOption = Annotated[
    Profile,
    typer.Option("--profile", help="Kind of app; workspace guests cannot use one with Slack's agents."),
]
UrlOption = Annotated[
    str, typer.Option("--url", metavar="URL", help="Where Slack reaches the app; without it, Socket Mode.")
]


def slack() -> None:
    """Answer candidates in Slack.

    Tokens are SLACK_BOT_TOKEN and, for Socket Mode, SLACK_APP_TOKEN; FAQ_HR_CHANNELS says where HR
    answers, FAQ_ADMINS who may reload.

    Example:
        faq slack manifest > manifest.yaml
    """


def run(  # noqa: PLR0913 -- the options of a command
    *,
    path: FaqOption = None,
    point: PointOption = None,
    http: Annotated[
        bool, typer.Option("--http", help="Take events over HTTP instead of Socket Mode; needs [http].")
    ] = False,
    host: Annotated[str, typer.Option(metavar="HOST", help="Where --http listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, metavar="PORT", help="On which port.")] = 3000,
    watch: Annotated[
        bool, typer.Option("--watch", help="Publish whenever the files change, if they pass the gate.")
    ] = False,
) -> None:
    """Answer in Slack until told to end.

    By Socket Mode, which needs no open port. SIGTERM and Ctrl-C end it: no new events are taken, and
    what is in hand is answered. SIGHUP publishes the files as they are.

    Example:
        faq slack run --faq my-faq --watch
    """
    import logging  # noqa: PLC0415 -- with the app

    from bot.cli.opening import knowledge_path, today, warn  # noqa: PLC0415 -- the index
    from bot.settings import at_point, read_settings, read_slack_settings  # noqa: PLC0415 -- pydantic
    from bot.slack.app import ServerOptions  # noqa: PLC0415 -- Bolt
    from bot.slack.app import run as answer  # noqa: PLC0415 -- the same

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("slack_sdk").setLevel(
        logging.CRITICAL
    )  # its words are for developers; ours are for people
    settings, door = at_point(read_settings(), point), ServerOptions(http, host, port)
    wanted = knowledge_path(path, settings)
    answer(wanted, settings, read_slack_settings(), door, today=today, tell=warn, watch=watch)


def doctor(
    *,
    profile: ProfileOption = Profile.CLASSIC,
    post: Annotated[bool, typer.Option("--post", help="Post a test card in HR's channels too.")] = False,
    path: FaqOption = None,
) -> None:
    """Check tokens, scopes, the clock, channels and admins.

    Each thing that is to be put right comes with what to do.

    Exits with 0 if all is well, with 1 if something is to be put right.

    Example:
        faq slack doctor --profile agent
    """
    from bot.cli.findings import show  # noqa: PLC0415 -- rich
    from bot.cli.opening import knowledge_path  # noqa: PLC0415 -- the index
    from bot.settings import read_settings, read_slack_settings  # noqa: PLC0415 -- pydantic
    from bot.slack.doctor import examine  # noqa: PLC0415 -- slack-sdk
    from faq.reading import load  # noqa: PLC0415 -- pydantic

    settings, slack = read_settings(), read_slack_settings()
    entries = load(knowledge_path(path, settings)).entries
    categories = {entry.category for entry in entries if entry.category}
    show(examine(settings, slack, profile=profile, categories=categories, post=post))


def manifest(
    *,
    profile: ProfileOption = Profile.CLASSIC,
    url: UrlOption = "",
    json: JsonOption = False,
    path: FaqOption = None,
) -> None:
    """Write the app manifest, from which Slack makes the app.

    Paste it at https://api.slack.com/apps under "Create New App", "From a manifest". With the agent
    profile it has four starter questions of the FAQ.

    Example:
        faq slack manifest --profile classic
    """
    from bot.slack.manifest import manifest as build  # noqa: PLC0415 -- pydantic
    from bot.slack.manifest import manifest_text  # noqa: PLC0415 -- the same

    known = _catalog(path) if profile is Profile.AGENT else None
    typer.echo(manifest_text(build(profile, catalog=known, url=url), json=json), nl=False)


def _catalog(path: Path | None) -> "Catalog":
    from bot.cli.opening import knowledge_path, today  # noqa: PLC0415 -- the index
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from bot.slack.messages.home import catalog  # noqa: PLC0415 -- pydantic
    from faq.reading import load  # noqa: PLC0415 -- the same

    return catalog(load(knowledge_path(path, read_settings())), today())
