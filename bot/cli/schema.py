"""`faq schema`: what editors need to complete and check the YAML files."""

from pathlib import Path
from typing import Annotated

import typer

from bot.output.terminal import visible


def schema(
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write; standard output without it."),
    ] = None,
) -> None:
    """Print the JSON Schema of the YAML files.

    Put it beside the files as faq.schema.json, and begin each file with the line
    "# yaml-language-server: $schema=faq.schema.json". Editors with a YAML language server, such as
    Visual Studio Code with its YAML extension, then complete keys and mark mistakes.

    Example:
        faq schema --output my-faq/faq.schema.json
    """
    import json  # noqa: PLC0415 -- `faq --help` needs none

    from faq.exporting import ExportError  # noqa: PLC0415 -- the same
    from faq.formats.files import write_whole  # noqa: PLC0415 -- the same
    from faq.schema import schema as made  # noqa: PLC0415 -- the same

    text = json.dumps(made(), ensure_ascii=False, indent=2) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        write_whole(output, text.encode())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "使えない名前です"
        msg = f"{output} に書き込めません({reason})。\n  別の場所を --output で指定してください。"
        raise ExportError(msg) from error
    typer.echo(visible(str(output)))
