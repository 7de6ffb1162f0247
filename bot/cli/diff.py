"""`faq diff`: what is different between two releases, and which replies."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import FaqOption, JsonOption
from bot.output.terminal import visible

if TYPE_CHECKING:
    from bot.settings import Settings
    from faq.model import Entry
    from index.release.building import Release
    from index.release.differences import Differences, EntryChange, ReplyChange

Names = Annotated[str | None, typer.Argument(show_default=False, metavar="[A]", help="The older release.")]
NewNames = Annotated[str | None, typer.Argument(show_default=False, metavar="[B]", help="The newer release.")]


def diff(
    older: Names = None, newer: NewNames = None, *, path: FaqOption = None, json: JsonOption = False
) -> None:
    """Show what is different between two releases.

    Names may be cut to two digits or more. Without B it is the files as they are now; without A, what is
    served. Told are entries added, changed and removed, with their fields, and each expectation and
    recently asked question to which the reply changes.

    Example:
        faq diff --faq my-faq
    """
    from bot.cli.opening import knowledge_path, today  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.cli.recent import recent_questions  # noqa: PLC0415 -- the same
    from bot.conversation.record import json_line  # noqa: PLC0415 -- the same
    from bot.serving.gate_adapter import asker  # noqa: PLC0415 -- the same
    from bot.settings import read_settings  # noqa: PLC0415 -- the same
    from index.release.differences import differences, reply_changes  # noqa: PLC0415 -- the same

    settings = read_settings()
    before, after = _pair(older, newer, knowledge_path(path, settings), settings)
    expected = (each.q for release in (after, before) for each in release.knowledge.expectations)
    ask = asker(today(), settings.point)
    replies = tuple(
        reply_changes(
            (*expected, *recent_questions(settings)),
            lambda question: ask(before, question),
            lambda question: ask(after, question),
        )
    )
    found = differences(before.knowledge, after.knowledge)
    if json:
        typer.echo(json_line(_record(before, after, found, replies)))
        return
    for line in _lines(before, after, found, replies):
        typer.echo(visible(line))


def _pair(
    older: str | None, newer: str | None, path: Path, settings: "Settings"
) -> "tuple[Release, Release]":
    from bot.cli.opening import tell, warn  # noqa: PLC0415 -- the index; `faq --help` needs none
    from bot.cli.releasing import stored  # noqa: PLC0415 -- the same
    from bot.embeddings.encoders import open_encoders  # noqa: PLC0415 -- the same
    from bot.embeddings.endpoint import patiently  # noqa: PLC0415 -- the same
    from index.release.serving import open_serving  # noqa: PLC0415 -- the same
    from index.release.store import open_release  # noqa: PLC0415 -- the same

    home, encoders = settings.home, open_encoders(settings, warn)
    with patiently():
        before = (
            stored(older, home, encoders, rebuild=True)
            if older
            else open_serving(path, home=home, encoders=encoders, progress=tell).release
        )
        after = (
            stored(newer, home, encoders, rebuild=True)
            if newer
            else open_release(path, home=home, encoders=encoders, progress=tell)
        )
    return before, after


def _lines(
    before: "Release", after: "Release", found: "Differences", replies: "Sequence[ReplyChange]"
) -> Iterator[str]:
    from bot.serving.publish_report import given_line, other_lines  # noqa: PLC0415 -- with the index

    yield f"{before.name} → {after.name}"
    if not found and not replies:
        yield "変わったところはありません。"
    for sign, entries in (("+", found.added), ("-", found.removed)):
        for entry in entries:
            yield f"{sign} {entry.id} {entry.question}"
    for change in found.changed:
        yield f"* {change.after.id} {change.after.question}"
        for name in change.fields:
            yield from _field_lines(name, getattr(change.before, name), getattr(change.after, name))
    yield from other_lines(found)
    if replies:
        yield f"返答が変わる質問 {len(replies)}件"
    for reply in replies:
        yield f"・「{reply.q}」"
        yield f"    前: {given_line(reply.before)}"
        yield f"    後: {given_line(reply.after)}"


def _field_lines(name: str, before: object, after: object) -> Iterable[str]:
    if isinstance(before, tuple) and isinstance(after, tuple):
        yield f"    {name}:"
        yield from (f"      - {value}" for value in before if value not in after)
        yield from (f"      + {value}" for value in after if value not in before)
        if set(before) == set(after):
            yield "      (順序)"
        return
    yield f"    {name}:"
    for sign, value in (("-", before), ("+", after)):
        if value is not None:
            yield from (f"      {sign} {line}" for line in str(value).splitlines() or [""])


def _record(
    before: "Release", after: "Release", found: "Differences", replies: "Sequence[ReplyChange]"
) -> dict[str, Any]:
    return {
        "before": before.name,
        "after": after.name,
        "added": [_entry(entry) for entry in found.added],
        "changed": [_change(change) for change in found.changed],
        "removed": [_entry(entry) for entry in found.removed],
        "lexicon": found.lexicon,
        "expectations": {"differ": found.expectations_differ, "counts": list(found.expectations)},
        "reordered": found.reordered,
        "tuning": found.tuning,
        "replies": [
            {"q": each.q, "before": each.before.model_dump(), "after": each.after.model_dump()}
            for each in replies
        ],
    }


def _entry(entry: "Entry") -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude_defaults=True)


def _change(change: "EntryChange") -> dict[str, Any]:
    before, after = (side.model_dump(mode="json") for side in (change.before, change.after))
    return {
        "id": change.after.id,
        "fields": {name: {"before": before[name], "after": after[name]} for name in change.fields},
    }
