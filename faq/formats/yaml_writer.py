"""A knowledge as YAML for a person to edit: keys in the usual order, without fields at their default."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    LiteralScalarString,
    PlainScalarString,
    ScalarString,
)

from faq.model import Entry, Expectation, Knowledge, Lexicon, Source

KEYS = (
    "id", "kind", "category", "question", "also_asked", "answer", "url", "speaker", "owner", "source", "as_of",
    "review_by", "valid_until", "related", "handover", "topic",
)  # fmt: skip
"""The keys of an entry in the order in which they are written."""

# Without quotes, these are numbers, days, truth values or nothing, to our reader or to other programs.
_NO_TEXT = re.compile(
    r"[-+]?[0-9.][0-9a-fxo_.,:e+\-TZ ]*|y|n|yes|no|on|off|true|false|null|~|=|<<|", re.IGNORECASE
)
_PLAIN = re.compile(
    r"[ -~\xa1-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
# Inside [ ] more characters have a meaning, and parsers disagree about which.
_SIMPLE = re.compile(r"[^-\s:,#&*!|>%@`\"'?\[\]{}=~][^\n:,#\"'\[\]{}]*")


@dataclass(frozen=True)
class Draft:
    """A value that a person must write; until then, our reader reports its line."""

    what: str


def dump(knowledge: Knowledge) -> str:
    """Return the knowledge as one YAML file; reading it gives the same knowledge."""
    sources = {entry.source for entry in knowledge.entries}
    common = next(iter(sources)) if len(sources) == 1 else None
    data: dict[str, object] = {"source": common.model_dump(exclude_none=True)} if common else {}
    data["entries"] = [entry_data(entry, common) for entry in knowledge.entries]
    if knowledge.lexicon != Lexicon():
        lists = knowledge.lexicon.model_dump()
        data["lexicon"] = {name: list(rows) for name, rows in lists.items() if rows}
    if knowledge.expectations:
        data["expectations"] = [expectation_data(each) for each in knowledge.expectations]
    if knowledge.about:
        data = {"about": knowledge.about.model_dump(exclude_defaults=True), **data}
    if knowledge.tuning:
        data["tuning"] = knowledge.tuning.model_dump(exclude_defaults=True)
    return dumped(data)


def entry_data(entry: Entry, common: Source | None = None) -> dict[str, object]:
    """Return an entry as YAML data, without a source that is `common` to the file, and without its source's day."""
    data: dict[str, object] = entry.model_dump(exclude_defaults=True)
    if entry.source:
        data["as_of"] = entry.as_of
        if entry.as_of == entry.source.as_of:
            del data["as_of"]
    if entry.source == common:
        data.pop("source", None)
    elif entry.source is None:
        data["source"] = None
    if entry.also_asked:
        data["also_asked"] = list(entry.also_asked)
    return {key: data[key] for key in KEYS if key in data}


def expectation_data(expectation: Expectation) -> dict[str, object]:
    """Return an expectation as YAML data; grades are written if one is not 1."""
    data: dict[str, object] = expectation.model_dump(exclude_defaults=True)
    if all(grade == 1 for grade in expectation.gold.values()):
        data["gold"] = tuple(expectation.gold)
    if expectation.answer_has:
        data["answer_has"] = list(expectation.answer_has)
    return data


def dumped(data: Mapping[str, object], note: str = "") -> str:
    """Return plain data as YAML that reads back the same, with a note at the top.

    A `Draft` becomes an empty value with its text as a remark.
    """
    held = node(data)
    assert isinstance(held, CommentedMap)
    if note:
        held.yaml_set_start_comment(note)
    return written(round_trip_yaml(), held)


class _Texts(VersionedResolver):
    """Leaves every plain scalar a text, as our reader does: `2025-02-18` and `yes` stay as they are."""

    @property
    def versioned_resolver(self) -> dict[Any, Any]:
        return {}


def round_trip_yaml(*, sequence: int = 4, offset: int = 2) -> YAML:
    """Return a YAML writer with these indents of lists and of their dashes."""
    yaml = YAML()
    yaml.Resolver = _Texts
    yaml.preserve_quotes = True
    yaml.width = 10**9  # a line that is folded is another text to our reader
    yaml.indent(mapping=2, sequence=sequence, offset=offset)
    return yaml


def written(yaml: YAML, data: CommentedMap) -> str:
    """Return data as text."""
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def node(value: object) -> object:  # noqa: PLR0911 -- one type each
    """Return a value for the writer: tuples, such as ids, on one line, and lists with one item a line."""
    match value:
        case None:
            return PlainScalarString("null")
        case Draft():
            return PlainScalarString("")
        case bool():
            return str(value).lower()
        case str():
            return scalar(value)
        case Mapping():
            held = CommentedMap((scalar(str(key)), node(part)) for key, part in value.items())
            for key, part in value.items():
                if isinstance(part, Draft):
                    held.yaml_add_eol_comment(f"← {part.what}", key)
            return held
        case tuple():
            return _flow(value)
        case list():
            return CommentedSeq(node(part) for part in value)
    return str(value)


def scalar(text: str) -> ScalarString:
    """Return a text for the writer: plain or as a block if that is safe, else in double quotes."""
    # A plain `str` would be written in the style of the value it replaces.
    style: type[ScalarString] = PlainScalarString
    if "\n" in text:
        lines = text.split("\n")
        # A block's indent is that of its first line; lines below may have more.
        safe = (
            all(_PLAIN.fullmatch(line) and line == line.rstrip() for line in lines) and text == text.strip()
        )
        text, style = (text + "\n", LiteralScalarString) if safe else (text, DoubleQuotedScalarString)
    elif _NO_TEXT.fullmatch(text) or not _PLAIN.fullmatch(text) or text != text.strip():
        style = DoubleQuotedScalarString
    found: ScalarString = style(text)
    return found


def on_one_line(part: object) -> object:
    """Return a text, or a tuple of texts, for the writer inside [ ]."""
    if isinstance(part, tuple):
        return _flow(part)
    text = str(part)
    return scalar(text) if _SIMPLE.fullmatch(text) else DoubleQuotedScalarString(text)


def _flow(parts: Sequence[object]) -> CommentedSeq:
    found = CommentedSeq(on_one_line(part) for part in parts)
    found.fa.set_flow_style()
    return found
