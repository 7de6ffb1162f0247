"""`faq publish`: read, check, build, gate, swap."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import FaqOption
from bot.output.exit_status import ExitStatus
from bot.output.terminal import visible


def publish(
    knowledge: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="Knowledge file or folder, as with --faq.")
    ] = None,
    *,
    path: FaqOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Publish even what the gate refuses; needs --reason.")
    ] = False,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; kept and shown by faq releases.", show_default=False)
    ] = "",
) -> None:
    """Serve the files as they are now, as a whole or not at all.

    The files are read, checked and built. Then every expectation is asked, of what is served and of
    the new release: if a question that was answered rightly would be answered wrongly, or one that
    must not be answered would be, nothing is published, and the report says which and why.

    An expectation that was changed is judged as it stands now; one that was deleted still counts this
    once. From the first publication on, only publishing changes what is served of that path.

    Where an encoder of FAQ_ENCODER fails, nothing is published.

    Exits with 0 if it was published or nothing had changed, with 1 if not.

    Example:
        faq publish my-faq
    """
    if force != bool(reason.strip()):
        msg = "give both or neither: the reason is kept with the release"
        raise typer.BadParameter(msg, param_hint="--force --reason")
    from bot.cli.opening import knowledge_path  # noqa: PLC0415 -- the same
    from bot.cli.releasing import audit, publisher  # noqa: PLC0415 -- the same
    from bot.embeddings.endpoint import patiently  # noqa: PLC0415 -- the same
    from bot.serving.publish_report import publish_report  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from index.release.published import PublishingOutcome  # noqa: PLC0415 -- the same

    settings = read_settings()
    wanted = knowledge_path(knowledge or path, settings)
    publishes = publisher(wanted, settings)
    with patiently():
        result = publishes.publish(reason=reason.strip() or None)
    typer.echo(visible("\n".join(publish_report(result))))
    audit(settings, publishes.by, result)
    if result.outcome is PublishingOutcome.REFUSED:
        raise typer.Exit(ExitStatus.FAILURE)
