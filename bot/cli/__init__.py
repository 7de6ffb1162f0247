"""The command `faq`: one module for each group of commands; what a command needs is loaded when it is called."""

import inspect
import os
import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Any

import typer
import typer.core

from bot.cli import asking, checking, evaluation, exchange, journal, proposals, publishing, slack
from bot.cli.opening import UsageError, tell
from bot.cli.options import FaqOption, VersionOption
from bot.output.terminal import ExitStatus, visible
from faq.problems import FaqError, Fault
from faq.wording import telling

Command = Callable[..., None]

COMMANDS: dict[str, Command] = {
    "ask": asking.ask,
    "batch": asking.batch,
    "chat": asking.chat,
    "check": checking.check,
    "doctor": checking.doctor,
    "eval": evaluation.evaluate,
    "tune": evaluation.tune,
    "export": exchange.export,
    "import": exchange.import_,
    "init": exchange.init,
    "new": exchange.new,
    "suggest": proposals.suggest,
    "proposals": proposals.proposals,
    "approve": proposals.approve,
    "reject": proposals.reject,
    "publish": publishing.publish,
    "releases": publishing.releases,
    "diff": publishing.diff,
    "rollback": publishing.rollback,
    "replay": publishing.replay,
    "report": proposals.report,
    "backup": journal.backup,
    "restore": journal.restore,
}
GROUPS: dict[str, tuple[Command, tuple[Command, ...]]] = {
    "journal": (
        journal.journal,
        (journal.policy, journal.tail, journal.events, journal.export, journal.purge, journal.forget),
    ),
    "slack": (slack.slack, (slack.run, slack.doctor, slack.manifest)),
}


class FaqGroup(typer.core.TyperGroup):
    """All commands; an error that a person can correct is printed on standard error, without a traceback."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 -- typer brings types of its own from a version on
        try:
            with telling(tell):
                found = super().invoke(ctx)
            sys.stdout.flush()
        except FaqError as error:
            typer.echo(visible(str(error)), err=True)
            status = ExitStatus.USAGE if isinstance(error, UsageError) else ExitStatus.FAILURE
            raise typer.Exit(status) from error
        except BrokenPipeError as error:  # such as `faq batch | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitStatus.BROKEN_PIPE) from error
        except OSError as error:
            if error.filename is None:
                raise
            fault = Fault.of("place-unusable", file=str(error.filename), reason=error.strerror or str(error))
            typer.echo(visible(str(fault)), err=True)
            raise typer.Exit(ExitStatus.FAILURE) from error
        return found


def faq(context: typer.Context, *, path: FaqOption = None, version: VersionOption = False) -> None:
    """Find the answer to a candidate's question in the FAQ, or say that it has none.

    Without a command, open the console.

    Example:
        faq --faq my-faq
    """
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("recruiting-faq"))
    elif context.invoked_subcommand is None:
        asking.chat(path=path)
    else:
        # `faq --faq DIR ask …` is `faq ask --faq DIR …`; a flag of the command itself wins.
        context.default_map = {context.invoked_subcommand: {"path": path} if path else {}}


def _help(command: Command) -> str:
    # Click wraps paragraphs anew, except one that a backspace on a line of its own announces.
    return inspect.cleandoc(command.__doc__ or "").replace("\n\nExample:\n", "\n\n\b\nExample:\n")


app = typer.Typer(
    name="faq",
    cls=FaqGroup,
    rich_markup_mode=None,  # help that needs no rich, which takes as long to import as an answer to find
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.callback(invoke_without_command=True, help=_help(faq))(faq)
for name, command in COMMANDS.items():
    app.command(name, help=_help(command))(command)
for name, (callback, commands) in GROUPS.items():
    group = typer.Typer(rich_markup_mode=None)
    group.callback(help=_help(callback))(callback)
    for command in commands:
        group.command(command.__name__, help=_help(command))(command)
    app.add_typer(group, name=name)


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an old terminal cannot show every character
    app(prog_name="faq")
