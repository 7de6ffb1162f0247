"""The command `faq`: one module a command, each thin over the packages."""

import functools
import inspect
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import ParamSpec

import typer

from bot.cli import (
    ask,
    batch,
    chat,
    check,
    diff,
    doctor,
    evaluate,
    export,
    import_,
    init,
    journal,
    proposals,
    publish,
    releases,
    replay,
    report,
    rollback,
    schema,
    slack,
    suggest,
    tune,
)
from bot.cli.options import FaqOption, NoColorOption, VersionOption
from bot.output.exit_status import ExitStatus
from bot.output.terminal import visible
from faq.errors import FaqError


def faq(
    context: typer.Context,
    *,
    path: FaqOption = None,
    no_color: NoColorOption = False,
    version: VersionOption = False,
) -> None:
    """Find the answer to a candidate's question in the FAQ, or say that it has none.

    Without a command, open the console.

    Example:
        faq --faq my-faq
    """
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415 -- nothing else needs it

        typer.echo(installed("recruiting-faq"))
    elif context.invoked_subcommand is None:
        chat.chat(path=path, no_color=no_color)
    else:
        # `faq --faq DIR ask …` is `faq ask --faq DIR …`; a flag of the command itself wins.
        given = {name: value for name, value in (("path", path), ("no_color", no_color)) if value}
        context.default_map = {context.invoked_subcommand: given}


_P = ParamSpec("_P")


def _polite(command: Callable[_P, None]) -> Callable[_P, None]:
    """Return the command with what a person can put right told on standard error, without a traceback."""

    @functools.wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except FaqError as error:
            typer.echo(visible(str(error)), err=True)
            raise typer.Exit(ExitStatus.FAILURE) from error

    return run


def _help(command: Callable[..., None]) -> str:
    # Click wraps paragraphs anew, except one that a backspace on a line of its own announces.
    return inspect.cleandoc(command.__doc__ or "").replace("\n\nExample:\n", "\n\n\b\nExample:\n")


app = typer.Typer(
    name="faq",
    rich_markup_mode=None,  # help that needs no rich, which takes as long to import as an answer to find
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback(invoke_without_command=True, help=_help(faq))(_polite(faq))
app.command("ask", help=_help(ask.ask))(_polite(ask.ask))
app.command("batch", help=_help(batch.batch))(_polite(batch.batch))
app.command("chat", help=_help(chat.chat))(_polite(chat.chat))
app.command("check", help=_help(check.check))(_polite(check.check))
app.command("doctor", help=_help(doctor.doctor))(_polite(doctor.doctor))
app.command("eval", help=_help(evaluate.evaluate))(_polite(evaluate.evaluate))
app.command("tune", help=_help(tune.tune))(_polite(tune.tune))
app.command("export", help=_help(export.export))(_polite(export.export))
app.command("import", help=_help(import_.import_))(_polite(import_.import_))
app.command("schema", help=_help(schema.schema))(_polite(schema.schema))
app.command("init", help=_help(init.init))(_polite(init.init))
app.command("suggest", help=_help(suggest.suggest))(_polite(suggest.suggest))
for decision in (proposals.proposals, proposals.approve, proposals.reject):
    app.command(decision.__name__, help=_help(decision))(_polite(decision))
app.command("publish", help=_help(publish.publish))(_polite(publish.publish))
app.command("releases", help=_help(releases.releases))(_polite(releases.releases))
app.command("diff", help=_help(diff.diff))(_polite(diff.diff))
app.command("rollback", help=_help(rollback.rollback))(_polite(rollback.rollback))
app.command("replay", help=_help(replay.replay))(_polite(replay.replay))
app.command("report", help=_help(report.report))(_polite(report.report))

kept = typer.Typer(rich_markup_mode=None)
kept.callback(help=_help(journal.journal))(journal.journal)
for command in (journal.policy, journal.tail, journal.export, journal.purge, journal.forget):
    kept.command(command.__name__, help=_help(command))(_polite(command))
app.add_typer(kept, name="journal")

in_slack = typer.Typer(rich_markup_mode=None)
in_slack.callback(help=_help(slack.slack))(slack.slack)
for command in (slack.run, slack.doctor, slack.manifest):
    in_slack.command(command.__name__, help=_help(command))(_polite(command))
app.add_typer(in_slack, name="slack")


def main() -> None:
    """Run the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an old terminal cannot show every character
    app(prog_name="faq")
