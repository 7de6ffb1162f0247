"""`faq chat`, and `faq` alone: the console in which HR tries questions."""

from typing import Annotated

import typer

from bot.cli.options import FaqOption, NoColorOption, PointOption


def chat(
    *,
    path: FaqOption = None,
    point: PointOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Publish whenever the files change, if they pass the gate.")
    ] = False,
    no_color: NoColorOption = False,
) -> None:
    """Open the console, in which questions are tried.

    It speaks Japanese, and says why it replied as it did; type /help for its commands. In a pipe it
    reads a question or a command a line, and writes plain text without a prompt.

    Questions are journalled, masked; `faq journal policy` says what is kept.

    SIGHUP publishes the files as they are, like /reload. What happens in the background is told above
    the prompt; in a pipe, on standard error.

    Example:
        faq chat --faq my-faq
    """
    from bot.cli.opening import knowledge_path, today  # noqa: PLC0415 -- `faq --help` needs no index
    from bot.console.session import run  # noqa: PLC0415 -- the same
    from bot.settings import at_point, read_settings  # noqa: PLC0415 -- the same

    settings = at_point(read_settings(), point)
    run(knowledge_path(path, settings), settings, today=today, no_color=no_color, watch=watch)
