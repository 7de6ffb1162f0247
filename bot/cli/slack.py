"""`faq slack`: the bot in Slack."""

from typing import Annotated

from typer import Exit, Option, echo

from bot.cli.opening import Office, show_findings, today, warn
from bot.cli.options import FaqOption, PointOption, WatchOption
from bot.output.terminal import ExitStatus
from bot.slack.manifest import Profile

ProfileOption = Annotated[
    Profile, Option("--profile", help="Kind of app; workspace guests cannot use one with Slack's agents.")
]


def slack() -> None:
    """Answer candidates in Slack.

    Tokens are SLACK_BOT_TOKEN and, for Socket Mode, SLACK_APP_TOKEN; FAQ_HR_CHANNELS says where HR
    answers, FAQ_ADMINS who may reload.

    Example:
        faq slack manifest > manifest.json
    """


def run(  # noqa: PLR0913 -- the options of a command
    *,
    path: FaqOption = None,
    point: PointOption = None,
    http: Annotated[
        bool, Option("--http", help="Take events over HTTP instead of Socket Mode; needs [http].")
    ] = False,
    host: Annotated[str, Option(metavar="HOST", help="Where --http listens.")] = "127.0.0.1",
    port: Annotated[int, Option(min=0, max=65_535, metavar="PORT", help="On which port.")] = 3000,
    watch: WatchOption = False,
    health: Annotated[
        int | None,
        Option(
            "--health",
            min=0,
            max=65_535,
            metavar="PORT",
            help="Answer /healthz, /readyz and /metrics on 127.0.0.1.",
        ),
    ] = None,
    log_json: Annotated[bool, Option("--log-json", help="Log JSON, an object a line.")] = False,
) -> None:
    """Answer in Slack until told to end.

    By Socket Mode, which needs no open port. SIGTERM and Ctrl-C end it: no new events are taken, and
    what is in hand is answered. SIGHUP publishes the files as they are.

    The log has a line for each question: ids, the kind of the reply and milliseconds, never its text.
    Exits with 75 if nothing came from Slack for five minutes: start it again.

    Example:
        faq slack run --faq my-faq --watch
    """
    import logging

    from bot.settings import read_slack_settings
    from bot.slack.app import run as answer
    from bot.slack.health import DeafError, begin_log

    begin_log(as_json=log_json)
    office, where = Office(path, point), (host, port) if http else None
    slack = read_slack_settings()
    log = logging.getLogger("faq").info if log_json else warn
    try:
        answer(
            office.path, office.settings, slack, http=where, today=today, tell=log, watch=watch, health=health
        )
    except DeafError as error:
        log(str(error))
        raise Exit(ExitStatus.DEAF) from error


def doctor(
    *,
    profile: ProfileOption = Profile.CLASSIC,
    post: Annotated[bool, Option("--post", help="Post a test card in HR's channels too.")] = False,
    path: FaqOption = None,
) -> None:
    """Check tokens, scopes, the clock, channels and admins.

    Each thing that is to be put right comes with what to do.

    Exits with 0 if all is well, with 1 if something is to be put right.

    Example:
        faq slack doctor --profile agent
    """
    from bot.settings import read_slack_settings
    from bot.slack.doctor import examine
    from faq.loading.loader import load

    office, slack = Office(path), read_slack_settings()
    categories = {entry.category for entry in load(office.path).entries if entry.category}
    show_findings(examine(office.settings, slack, profile=profile, categories=categories, post=post))


def manifest(
    *,
    profile: ProfileOption = Profile.CLASSIC,
    url: Annotated[
        str, Option(metavar="URL", help="Where Slack reaches the app; without it, Socket Mode.")
    ] = "",
) -> None:
    """Write the app manifest as JSON, from which Slack makes the app.

    Paste it at https://api.slack.com/apps under "Create New App", "From a manifest".

    Example:
        faq slack manifest --profile classic
    """
    import json

    from bot.slack.manifest import manifest as build

    echo(json.dumps(build(profile, url=url), ensure_ascii=False, indent=2))
