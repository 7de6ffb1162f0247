"""`faq init`: a copy of the built-in knowledge to make one's own."""

from pathlib import Path
from typing import Annotated

import typer

from bot.output.terminal import visible


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder to make; one that exists must be empty.")
    ],
) -> None:
    """Copy the built-in FAQ to a folder that you then edit.

    Prints the files that it wrote. Serve the folder with --faq DIR or FAQ_PATH=DIR.

    Example:
        faq init my-faq
    """
    from faq.initialize import copy_builtin  # noqa: PLC0415 -- `faq --help` needs no YAML

    for file in copy_builtin(folder):
        typer.echo(visible(str(file)))
    typer.echo(visible(f"Edit the files, then: faq check {folder}"), err=True)
