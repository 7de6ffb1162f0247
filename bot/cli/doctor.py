"""`faq doctor`: whether this installation can serve its FAQ."""

import typer

from bot.cli.options import FaqOption, JsonOption
from bot.output.exit_status import ExitStatus


def doctor(*, path: FaqOption = None, json: JsonOption = False) -> None:
    """Check that this installation can serve its FAQ.

    Looked at are the program and its dictionary, the sentence encoders, FAQ_HOME and the disk, the files of
    the knowledge, the release that is served, the journal, and the terminal. Each line says what to do:
    × is to be put right, △ works and could be better. `faq slack doctor` looks at Slack.

    Exits with 0 if nothing is to be put right, with 1 if something is.

    Example:
        faq doctor --faq my-faq
    """
    from bot.cli.findings import show  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.cli.opening import knowledge_path, today  # noqa: PLC0415 -- the same
    from bot.conversation.record import json_line  # noqa: PLC0415 -- the same
    from bot.diagnostics.installation import examine  # noqa: PLC0415 -- the same
    from bot.settings import read_settings, read_slack_settings  # noqa: PLC0415 -- the same

    settings = read_settings()
    findings = examine(settings, read_slack_settings(), knowledge_path(path, settings), today())
    if not json:
        show(findings)
        return
    found = list(findings)
    told = [
        {
            "name": each.name,
            "state": "bad" if each.bad else "note" if each.to_do else "ok",
            "text": each.text,
            "to_do": each.to_do,
        }
        for each in found
    ]
    bad = sum(each.bad for each in found)
    typer.echo(json_line({"bad": bad, "findings": told}))
    if bad:
        raise typer.Exit(ExitStatus.FAILURE)
