"""`faq releases`: what was published, when, and how it did."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.options import FaqOption, JsonOption, NoColorOption

if TYPE_CHECKING:
    from index.release.history import Publication


def releases(*, path: FaqOption = None, json: JsonOption = False, no_color: NoColorOption = False) -> None:
    """List what was published of a knowledge path, newest first.

    Of each: its name, when, entries, expectations answered rightly and falsely, and why the gate was
    overridden, if it was. A * marks what is served. The last 10 releases are kept, all of the last 30
    days, and always what is served; of older ones only the line remains.

    Example:
        faq releases --faq my-faq
    """
    from bot.cli.opening import knowledge_path  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.conversation.record import json_line  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from index.release.history import History  # noqa: PLC0415 -- the same
    from index.release.store import Store  # noqa: PLC0415 -- the same

    settings = read_settings()
    wanted = knowledge_path(path, settings)
    past = History(settings.home, wanted).publications()[::-1]
    kept = frozenset(Store(settings.home).names())
    if json:
        records = [_record(each, served=each is past[0], kept=each.release in kept) for each in past]
        typer.echo(json_line({"path": str(wanted), "releases": records}))
        return
    _print(wanted, past, kept, no_color=no_color)


def _record(publication: "Publication", *, served: bool, kept: bool) -> dict[str, Any]:
    return {
        "release": publication.release,
        "served": served,
        "kept": kept,
        **publication.model_dump(mode="json", include=set(_FIELDS)),
        "forced": publication.forced,
        "gate": publication.report.model_dump(mode="json") if publication.report else None,
    }


_FIELDS = ("number", "at", "kind", "before", "by", "reason", "entries", "counts")


def _print(path: Path, past: "Sequence[Publication]", kept: frozenset[str], *, no_color: bool) -> None:
    from rich.table import Column  # noqa: PLC0415 -- JSON needs no rich

    from bot.output.rendering import Prose, plain_cell, table  # noqa: PLC0415 -- the same
    from bot.output.terminal import rich_console  # noqa: PLC0415 -- the same
    from index.evaluation.judgements import Judgement  # noqa: PLC0415 -- with the index

    console = rich_console(no_color=no_color)
    if not past:
        console.print(Prose(f"{path} はまだ公開されていません。`faq publish` で公開します。"), crop=False)
        return
    numbers = (Column(name, justify="right") for name in ("項目", "正答", "誤答", "誤回答"))
    rows = table("", "版", "日時", *numbers, Column("備考", overflow="fold"))
    for publication in past:
        counts = publication.counts
        figures = (
            str(counts.get(judgement, 0)) if counts else ""
            for judgement in (Judgement.RIGHT, Judgement.WRONG, Judgement.FALSE)
        )
        rows.add_row(
            "*" if publication is past[0] else "",
            plain_cell(publication.release),
            f"{publication.at.astimezone():%Y-%m-%d %H:%M}",
            str(publication.entries),
            *figures,
            plain_cell(_note(publication, kept=publication.release in kept)),
        )
    console.print(rows, crop=False)


def _note(publication: "Publication", *, kept: bool) -> str:
    from index.release.history import PublicationKind  # noqa: PLC0415 -- with the index

    parts = [publication.by]
    if publication.kind is PublicationKind.ROLLBACK:
        parts.append(f"{publication.before} から戻した")
    if publication.forced:
        parts.append(f"強制公開: {publication.reason}")
    if not kept:
        parts.append("整理済み")
    return "、".join(parts)
