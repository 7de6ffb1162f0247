"""`faq replay`: what a candidate was told then."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli.options import JsonOption
from bot.output.terminal import visible


def replay(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What the candidate asked.")],
    *,
    release: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Two digits of its name or more; see faq releases. @cautious or @eager may follow.",
        ),
    ],
    on: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE", formats=["%Y-%m-%d"], help="The day it was asked, as YYYY-MM-DD; today without."
        ),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build anew what another version of this program built.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Reply as a stored release did to the first question of a conversation, byte for byte.

    Entries that were no longer valid on the day are not shown. What another version of this program or
    of the dictionary built is refused, or one made with other encoders: rebuilt, it may reply otherwise.

    Example:
        faq replay --release 44 --on 2025-06-01 "在宅勤務は週に何日できますか"
    """
    from bot.cli.opening import warn  # noqa: PLC0415 -- the same
    from bot.cli.releasing import day_of, stored  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.conversation.engine import converse  # noqa: PLC0415 -- the same
    from bot.conversation.record import json_line, record  # noqa: PLC0415 -- the same
    from bot.conversation.state import ConversationState  # noqa: PLC0415 -- the same
    from bot.embeddings.encoders import open_encoders  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same

    settings = read_settings()
    found = stored(release, settings.home, open_encoders(settings, warn), rebuild=rebuild)
    if not found.name.startswith(release.partition("@")[0]):
        typer.echo(f"版 {release} の内容から作り直した版 {found.name} の返答です。", err=True)
    reply, _ = converse(found, question, ConversationState(), today=day_of(on))
    typer.echo(json_line(record(reply, question)) if json else visible(reply.text))
    if reply.unembedded:
        warn(reply.unembedded)
