"""YAML that a program changes and a person goes on editing: comments, order and quotes stay as they are."""

import datetime
import difflib
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

# Our reader takes these for nothing when they are not in quotes.
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Other programs take these for numbers, days or truth values.
_NO_TEXT = re.compile(
    r"[-+]?[0-9.][0-9a-fxo_.,:e+\-TZ ]*|y|n|yes|no|on|off|true|false|null|=|<<", re.IGNORECASE
)
_PLAIN = re.compile(
    r"[ -~\xa1-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
# Inside [ ] more letters mean something, and parsers disagree about which.
_SIMPLE = re.compile(r"[^-\s:,#&*!|>%@`\"'?\[\]{}=~][^\n:,#\"'\[\]{}]*")
_INDENTS = ((4, 2), (2, 0))


class _Texts(VersionedResolver):
    """Leaves every plain scalar a text, as our reader does: `2025-02-18` and `yes` come out as they went in."""

    @property
    def versioned_resolver(self) -> dict[Any, Any]:
        return {}


class YamlFile:
    """A YAML file that is being changed."""

    def __init__(self, text: str = "") -> None:
        """Take over the text of a file that our reader has no errors in."""
        self._ends = "\r\n" if "\r\n" in text else "\n"
        text = text.replace("\r\n", "\n")
        self._yaml, self.data = _loaded(text)

    def text(self) -> str:
        """Return the file with its changes; what was not changed is as it was."""
        stream = io.StringIO()
        self._yaml.dump(self.data, stream)
        return stream.getvalue().replace("\n", self._ends)

    def items(self, *way: str) -> CommentedSeq:
        """Return the list at the end of a way of keys, made where there is none yet."""
        held = self.data
        for key in way[:-1]:
            if not isinstance(held.get(key), CommentedMap):
                held[key] = CommentedMap()
            held = held[key]
        if not isinstance(held.get(way[-1]), CommentedSeq):
            held[way[-1]] = CommentedSeq()
        found = held[way[-1]]
        assert isinstance(found, CommentedSeq)
        if not found:
            found.fa.set_block_style()  # '[]' is how an empty list is written
        return found


def put(held: CommentedMap, key: str, value: object, order: Sequence[str]) -> None:
    """Give a key a value; a new key comes after those that precede it in `order`.

    A list is changed item by item, so that the comments between its items stay.
    """
    if key not in held:
        before = [
            number
            for number, each in enumerate(held)
            if each in order and order.index(each) < order.index(key)
        ]
        held.insert(max(before, default=-1) + 1, key, node(value))
    elif isinstance(held[key], CommentedSeq) and isinstance(value, list | tuple):
        change_items(held[key], [str(part) for part in value])
    else:
        held[key] = node(value)


def change_items(held: CommentedSeq, wanted: Sequence[str]) -> None:
    """Make a list of texts hold the wanted ones, with the least change."""
    inline = held.fa.flow_style()
    changes = difflib.SequenceMatcher(
        None, [str(part) for part in held], wanted, autojunk=False
    ).get_opcodes()
    for _, start, end, first, last in reversed([change for change in changes if change[0] != "equal"]):
        new = [_on_one_line(text) if inline else scalar(text) for text in wanted[first:last]]
        for number in range(start, min(end, start + len(new))):
            held[number] = new[number - start]
        for number in reversed(range(start + len(new), end)):
            del held[number]
        for number in range(end, start + len(new)):
            held.insert(number, new[number - start])


def dumped(data: Mapping[str, object], comment: str = "") -> str:
    r"""Return plain data as YAML that our reader reads back the same.

    >>> print(dumped({"q": "a: b", "answer": "一行目\n二行目", "ids": ("pay", "leave")}, "メモ"), end="")
    # メモ
    q: 'a: b'
    answer: |
      一行目
      二行目
    ids: [pay, leave]
    """
    file = YamlFile()
    file.data.update({key: node(value) for key, value in data.items()})
    if comment:
        file.data.yaml_set_start_comment(comment)
    return file.text()


def node(value: object) -> object:  # noqa: PLR0911 -- one type each
    """Return a value as it is written: short lists of ids on one line, other lists one item a line."""
    match value:
        case None:
            return PlainScalarString("null")
        case bool():
            return str(value).lower()
        case str():
            return scalar(value)
        case datetime.date():
            return value.isoformat()
        case Mapping():
            return CommentedMap((scalar(str(key)), node(part)) for key, part in value.items())
        case tuple():
            return flow(value)
        case list():
            return CommentedSeq(node(part) for part in value)
    return str(value)


def flow(parts: Sequence[object]) -> CommentedSeq:
    """Return a list that is written on one line."""
    found = CommentedSeq(_on_one_line(part) for part in parts)
    found.fa.set_flow_style()
    return found


def scalar(text: str) -> ScalarString:
    """Return a text so that it is written readably where that is safe, and in double quotes elsewhere."""
    style: type[ScalarString] = (
        PlainScalarString  # a bare text would be written in the style of the one it replaces
    )
    if "\n" in text:
        lines = text.split("\n")
        safe = all(_PLAIN.fullmatch(line) and line == line.strip() for line in lines) and text == text.strip()
        text, style = (text + "\n", LiteralScalarString) if safe else (text, DoubleQuotedScalarString)
    elif text in _NULLS or _NO_TEXT.fullmatch(text) or not _PLAIN.fullmatch(text) or text != text.strip():
        style = DoubleQuotedScalarString
    written: ScalarString = style(text)
    return written


def _on_one_line(part: object) -> object:
    if isinstance(part, tuple):
        return flow(part)
    text = str(part)
    return scalar(text) if _SIMPLE.fullmatch(text) else DoubleQuotedScalarString(text)


@dataclass(frozen=True)
class Draft:
    """A value that a person has to write; our reader reports its line until then."""

    what: str


def drafted(data: Mapping[str, object], *, note: str, titles: Mapping[int, str]) -> str:
    """Return a draft as YAML.

    Args:
        data: With a list `entries`; a `Draft` in it is an empty value with its text as a remark.
        note: At the top of the file.
        titles: What is written above entries, by their number from 0.
    """
    file = YamlFile()
    file.data.update({key: _drafted(value) for key, value in data.items()})
    file.data.yaml_set_start_comment(note)
    for number in range(len(file.items("entries"))):
        title = f"\n── {titles[number]} ──" if titles.get(number) else "\n"
        file.items("entries").yaml_set_comment_before_after_key(number, before=title, indent=2)
    return file.text()


def _drafted(value: object) -> object:
    if isinstance(value, list):
        return CommentedSeq(_drafted(part) for part in value)
    if not isinstance(value, Mapping):
        return node(value)
    held = CommentedMap()
    for key, part in value.items():
        held[key] = PlainScalarString("") if isinstance(part, Draft) else _drafted(part)
        if isinstance(part, Draft):
            held.yaml_add_eol_comment(f"← {part.what}", key)
    return held


def _loaded(text: str) -> tuple[YAML, CommentedMap]:
    """Return the parsed text, with the indent at which writing it changes nothing, where there is one."""
    found: list[tuple[YAML, CommentedMap]] = []
    for sequence, offset in _INDENTS:
        yaml = YAML()
        yaml.Resolver = _Texts
        yaml.preserve_quotes = True
        yaml.width = 10**9  # a line that is folded is another text to our reader
        yaml.indent(mapping=2, sequence=sequence, offset=offset)
        data = yaml.load(text)
        found.append((yaml, data if isinstance(data, CommentedMap) else CommentedMap()))
        stream = io.StringIO()
        yaml.dump(data, stream)
        if stream.getvalue() == text:
            return found[-1]
    return found[0]
