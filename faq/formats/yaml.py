"""YAML into data: scalars stay texts, each part has its line, and one broken entry hides no other."""

import itertools
import re

import yaml

from faq.formats.parsed_file import MOST_PARTS, MOST_PROBLEMS, TOO_MANY_PARTS, ParsedFile, Steps, name_of
from faq.formats.yaml_slips import QUOTES, BrokenError, changes, cut_off, is_prose, syntax_error
from faq.problems import Fault, Place, Problem, Severity

# The parser's events are used, not its nodes: nodes are built by recursion in C, and some ten thousand
# '[' end the process. The base loaders leave every scalar a text.
PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_ALIAS = Fault.of("begins-with", mark="*")
_DEEPEST = 12
_MOST_RETRIES = 20
_REREAD = 20_000_000
"""Most characters that are read again to look beyond broken entries."""
_NULLS = frozenset({"~", "null", "Null", "NULL"})
# A quote that was never closed ends where the next one opens.
_SWALLOWED = re.compile(r"\s(?:-|[a-z_]+:)\s*$")
_ID = re.compile(r"[\s{,-]id:\s*[\"']?([A-Za-z0-9._-]+)")
_UNREADABLE = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTRY_START = re.compile(r"\s*-\s*[\"']?(?:id|kind|category|question|answer|also_asked|q|gold)[\"']?\s*:")
_BLOCK_START = re.compile(r"[^\s#\u3000-]|---")


def parse(text: str, file: str) -> ParsedFile:
    """Read the text of a YAML file."""
    lines = _UNREADABLE.sub(" ", text).splitlines(keepends=True)
    problems: list[Problem] = []
    if found := _UNREADABLE.search(text):
        line = len(f"{text[: found.start()]}.".splitlines())
        problems.append(
            Problem(Place(file, line), Fault.of("control-character", code=f"{ord(found[0]):04X}"))
        )
    lost_ids: set[str] = set()
    retries = min(_MOST_RETRIES, _REREAD // (len(text) + 1))
    for attempt in itertools.count():
        parsed = ParsedFile(file, lost_ids=lost_ids)
        try:
            parsed.data = _Reader(parsed, lines).read()
            break
        except BrokenError as broken:
            place = Place(file, broken.line, column=broken.column)
            problems.append(Problem(place, broken.fault))
            if broken.fault == TOO_MANY_PARTS:
                return ParsedFile(file, problems=problems)
        if attempt == retries:
            return ParsedFile(file, problems=[*problems, Problem(place, Fault.of("nothing-below-read"))])
        lost = _part_around(lines, place.line - 1)
        lost_ids.update(_ID.findall("".join(lines[lost.start : lost.stop])))
        # Blank lines keep the numbers of the others; the null keeps the list from being empty.
        dash = lines[lost.start].split("-")[0] + "- ~" if _ENTRY_START.match(lines[lost.start]) else ""
        lines[lost.start : lost.stop] = [f"{dash}\n", *["\n"] * (len(lost) - 1)]
    parsed.problems[:0] = problems
    return parsed


def _part_around(lines: list[str], at: int) -> range:
    """Return the lines of the entry at a line, or of the part of the file outside of entries."""
    start = min(at, len(lines) - 1)
    while start > 0 and not (_ENTRY_START.match(lines[start]) or _BLOCK_START.match(lines[start])):
        start -= 1
    ends = (_ENTRY_START, _BLOCK_START) if _ENTRY_START.match(lines[start]) else (_BLOCK_START,)
    stop = start + 1
    while stop < len(lines) and not any(end.match(lines[stop]) for end in ends):
        stop += 1
    return range(start, stop)


class _Reader:
    def __init__(self, parsed: ParsedFile, lines: list[str]) -> None:
        self._parsed, self._lines = parsed, lines
        self._events = enumerate(yaml.parse("".join(lines), PARSER))

    def read(self) -> object:
        """Return the data of the file; raises `BrokenError` where it cannot be read on."""
        data: object = None
        try:
            self._next()  # the stream begins
            if isinstance(self._next(), yaml.DocumentStartEvent):
                data = self._value((), self._next())
                self._next()  # the document ends
                if isinstance(event := self._next(), yaml.DocumentStartEvent):
                    self._problem(_line_of(event), Fault.of("two-documents"))
        except yaml.MarkedYAMLError as error:
            raise syntax_error(error, self._lines) from error
        return data

    def _next(self) -> yaml.Event:
        number, event = next(self._events)
        if number > MOST_PARTS:
            raise BrokenError(_line_of(event), TOO_MANY_PARTS)
        return event

    def _value(self, steps: Steps, event: yaml.Event) -> object:
        """Return the value that begins with an event."""
        line = _line_of(event)
        self._parsed.places.setdefault(steps, Place(self._parsed.file, line))
        self._refuse_extras(event, line)
        if isinstance(event, yaml.AliasEvent):
            self._problem(line, _ALIAS)
            return None
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line, steps)
        if len(steps) >= _DEEPEST:
            raise BrokenError(line, Fault.of("too-deep"))
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[object] = []
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                items.append(self._value((*steps, len(items)), event))
            return items
        held: dict[str, object] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            way, place = (*steps, key), Place(self._parsed.file, _line_of(event))
            if key in held:
                first = self._parsed.places[way].line
                self._problem(place.line, Fault.of("key-twice", key=key, line=first))
            self._parsed.places[way] = place
            held[key] = self._value(way, self._next())
        return held

    def _key(self, event: yaml.Event) -> str:
        if isinstance(event, yaml.AliasEvent):
            raise BrokenError(_line_of(event), _ALIAS)
        if not isinstance(event, yaml.ScalarEvent):
            raise BrokenError(_line_of(event), Fault.of("key-no-text"))
        self._refuse_extras(event, _line_of(event))
        return str(event.value)

    def _scalar(self, event: yaml.ScalarEvent, line: int, steps: Steps) -> str | None:
        text, plain = event.value, not event.style
        has_lines = event.end_mark is not None and event.end_mark.line >= line
        if has_lines and event.style in QUOTES and _SWALLOWED.search(text):
            raise BrokenError(line, Fault.of("open-quote"))
        if has_lines and plain and " - " in text:
            self._problem(line, Fault.of("item-joins-text", text=text))
            return text
        slips = [*cut_off(event, self._lines), *changes(event, self._lines)] if is_prose(steps) else []
        for number, column, fault, severity in slips:
            self._problem(number, fault, severity, column=column)
        if plain and not text and not slips:
            self._problem(self._parsed.places[steps].line, Fault.of("no-value", name=name_of(steps)))
        return None if plain and (not text or text in _NULLS) else text

    def _refuse_extras(self, event: yaml.Event, line: int) -> None:
        if getattr(event, "anchor", None) and not isinstance(event, yaml.AliasEvent):
            self._problem(line, Fault.of("begins-with", mark="&"))
        if getattr(event, "tag", None) not in (None, "!"):
            self._problem(line, Fault.of("begins-with", mark="!"))

    def _problem(
        self, line: int, fault: Fault, severity: Severity = Severity.ERROR, *, column: int = 0
    ) -> None:
        if len(self._parsed.problems) < MOST_PROBLEMS:
            self._parsed.report(Place(self._parsed.file, line, column=column), fault, severity)


def _line_of(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
