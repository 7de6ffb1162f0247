"""What a doctor says, on a terminal."""

from collections.abc import Iterable

import typer

from bot.diagnostics.finding import Finding
from bot.output.exit_status import ExitStatus
from bot.output.terminal import rich_console, visible

INDENT = "  "


def show(findings: Iterable[Finding]) -> None:
    """Print each finding as soon as it is made, with what to do below it, and at the end how many are bad.

    Raises:
        Exit: with 1, if there are any.
    """
    from bot.output.wrapping import wrap  # noqa: PLC0415 -- rich

    width, bad = rich_console().width - len(INDENT), 0
    for finding in findings:
        first, *more = wrap(visible(finding.text), width)
        typer.echo(f"{finding.mark} {first}")
        for line in [*more, *(wrap(visible(f"→ {finding.to_do}"), width) if finding.to_do else [])]:
            typer.echo(f"{INDENT}{line}")
        bad += finding.bad
    if bad:
        typer.echo(f"\n直すところが{bad}件あります。")
        raise typer.Exit(ExitStatus.FAILURE)
