"""`faq rollback`: serve what was served before."""

from typing import Annotated

import typer

from bot.cli.options import FaqOption
from bot.output.terminal import visible


def rollback(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Two digits of its name or more; see faq releases.")
    ] = None,
    *,
    path: FaqOption = None,
) -> None:
    """Serve a release that was published before, at once and without the gate.

    Without a name, it is the one that was served before the present one was published. The files stay
    as they are: publish again once they are put right.

    Example:
        faq rollback --faq my-faq
    """
    from bot.cli.opening import knowledge_path  # noqa: PLC0415 -- the same
    from bot.cli.releasing import audit, publisher  # noqa: PLC0415 -- the same
    from bot.embeddings.endpoint import patiently  # noqa: PLC0415 -- the same
    from bot.serving.publish_report import publish_report  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.settings import read_settings  # noqa: PLC0415 -- the same

    settings = read_settings()
    publishes = publisher(knowledge_path(path, settings), settings)
    with patiently():
        result = publishes.rollback(name)
    typer.echo(visible("\n".join(publish_report(result))))
    audit(settings, publishes.by, result)
