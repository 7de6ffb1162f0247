"""`faq export`: the knowledge as a workbook, or as files of text."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import FaqOption
from bot.output.terminal import visible
from faq.formats.target import Format


def export(
    knowledge: Annotated[
        Path | None, typer.Argument(metavar="[PATH]", help="Knowledge file or folder, as with --faq.")
    ] = None,
    *,
    to: Annotated[Format, typer.Option("--to", help="Format to write.")] = Format.XLSX,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write; faq.xlsx, faq.csv … without it."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")] = False,
    path: FaqOption = None,
) -> None:
    """Write the FAQ for Excel or another program, so that nothing is lost when it is imported.

    Excel and YAML hold everything in one file. With CSV, TSV and JSON Lines, the expectations and the
    lexicon go into files beside it. Texts that begin like a formula are written as texts.

    Prints the files that it wrote.

    Example:
        faq export --to xlsx --output faq.xlsx
    """
    from bot.cli.opening import knowledge_path  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from faq.exporting import export as write  # noqa: PLC0415 -- the same
    from faq.reading import load  # noqa: PLC0415 -- the same

    held = load(knowledge_path(knowledge or path, read_settings()))
    for file in write(held, to, output or Path(f"faq.{to.value}"), overwrite=force):
        typer.echo(visible(str(file)))
    told = f"項目 {len(held.entries)}件、想定質問 {len(held.expectations)}件を書き出しました。"
    typer.echo(told, err=True)
