"""YAML into documents: scalars stay text, each part keeps its line, and one broken entry hides no other."""

import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial

import yaml

from faq.formats.document import MOST_PARTS, MOST_PROBLEMS, TOO_MANY_PARTS, Document, Steps
from faq.problems import Place, Problem, quoted

# The parser's events are used, not its nodes: building nodes is recursive in C, and a few ten thousand
# '[' end the process. The base loaders differ from the safe ones in that texts are not guessed at.
PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_DEEPEST = 12
_MOST_RETRIES = 20
_REREAD = 5_000_000
"""Characters that are read again, at most, to look beyond broken entries."""
_NULLS = frozenset({"~", "null", "Null", "NULL"})
_OPENS = re.compile("quoted|flow|simple key")
# A quote that was never closed ends where the next one opens.
_SWALLOWED = re.compile(r"\s(?:-|[a-z_]+:)\s*$")
_ID = re.compile(r"[\s{,-]id:\s*[\"']?([A-Za-z0-9._-]+)")
_UNREADABLE = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTRY_START = re.compile(r"\s*-\s*[\"']?(?:id|kind|category|question|q)[\"']?\s*:")
_BLOCK_START = re.compile(r"[^\s#-]|---")
_NO_SPACE = re.compile(r"\s*-[A-Za-z_]+\s*:")
_FULL_WIDTH_COLON = re.compile(r"\s*(?:- +)?[A-Za-z_]+\uff1a")

_QUOTE = 'put the text in "quotes"'
_OPEN_QUOTE = ("a quote that is never closed", "close it, or leave both out")
_TOO_DEEP = ("too many levels of nesting", "see the files of faq init for the form")
_TWO_DOCUMENTS = ("more than one document", "remove what separates them ('---', '...' or '%YAML')")
# In order: the first that is part of the parser's complaint holds. Both parsers of PyYAML are covered.
_MEANINGS = {
    "maximum nesting depth": _TOO_DEEP,  # libyaml looks this far ahead before the first level is told
    "mapping values are not allowed": ("a ': ' in the middle of a text", _QUOTE),
    "entries are not allowed": ("a '- ' where no list item can stand", "begin a new line with it"),
    "while scanning a simple key": ("a line without ': '", "write 'key: value', or indent it as text"),
    "while scanning a quoted scalar": _OPEN_QUOTE,
    "while scanning a double-quoted scalar": ("a '\\' that means nothing", "write '\\\\' for it"),
    "unknown escape character": ("a '\\' that means nothing", "write '\\\\' for it"),
    "scanning an alias": ("a text that begins with '*'", _QUOTE),
    "scanning an anchor": ("a text that begins with '&'", _QUOTE),
    "tag": ("a text that begins with '!'", _QUOTE),
    "flow sequence": ("a '[' whose list goes wrong", "separate items by ',' and close it with ']'"),
    "flow mapping": ("a '{' whose keys go wrong", "separate keys by ',' and close it with '}'"),
    "cannot start any token": ("a text that begins with a special character", _QUOTE),
    "node content": ("a special character where a value should be", _QUOTE),
    "directive": ("a line that begins with '%'", "remove it"),
    "document": _TWO_DOCUMENTS,
}
_WRONG_INDENT = (
    "a line that does not fit those above",
    "indent it like its neighbours, and see that every quote above is closed",
)


class _BrokenError(Exception):
    """The file cannot be read beyond a line."""

    def __init__(self, line: int, wrong: tuple[str, str]) -> None:
        self.line, self.wrong = line, wrong
        super().__init__(wrong)


def parse(text: str, file: str) -> Document:
    """Read the text of a YAML file."""
    lines = _UNREADABLE.sub(" ", text).splitlines(keepends=True)
    problems = _control_characters(text, lines, file)
    lost_ids: set[str] = set()
    gaps: set[Place] = set()
    retries = min(_MOST_RETRIES, _REREAD // (len(text) + 1))
    for attempt in itertools.count():
        document = Document(file)
        reader = _Reader(document)
        broken = reader.read(lines)
        if broken is None:
            break
        (what, remedy), line = broken.wrong, broken.line
        if broken.wrong == TOO_MANY_PARTS:
            return Document(file, problems=[*problems, Problem(Place(file, line), what, remedy)])
        span = _entry_around(lines, line - 1) if attempt < retries else None
        if span is None:
            what += " (and nothing below it was read)"
        problems.append(Problem(Place(file, line), what, remedy))
        if span is None:
            reader.drop_unfinished()
            break
        lost_ids.update(_ID.findall("".join(lines[span.start : span.stop])))
        # Blank lines keep the numbers of the others; the null keeps the list from being empty.
        indent = lines[span.start].split("-")[0]
        lines[span.start : span.stop] = ["\n"] * len(span)
        if line - 1 > span.start:
            lines[span.start] = f"{indent}- ~\n"
            gaps.add(Place(file, span.start + 1))
    document.problems[:0] = problems
    document.gaps |= gaps
    document.lost_ids |= lost_ids
    return document


def _control_characters(text: str, lines: list[str], file: str) -> list[Problem]:
    """Say where the first character stands that no text has; `lines` is the text without such."""
    found = _UNREADABLE.search(text)
    if found is None:
        return []
    ends = itertools.accumulate(map(len, lines))
    line = next(number for number, end in enumerate(ends, start=1) if found.start() < end)
    remedy = "remove it and all like it below, and save the file as UTF-8"
    return [Problem(Place(file, line), f"a control character (U+{ord(found[0]):04X})", remedy)]


def _entry_around(lines: list[str], at: int) -> range | None:
    """Return the lines of the entry that the line `at` belongs to; `None` if it belongs to none."""
    first = min(at, len(lines) - 1)
    while first >= 0 and not _ENTRY_START.match(lines[first]):
        if _BLOCK_START.match(lines[first]):
            return None
        first -= 1
    if first < 0:
        return None
    after = first + 1
    while after < len(lines) and not (_ENTRY_START.match(lines[after]) or _BLOCK_START.match(lines[after])):
        after += 1
    return range(first, after)


def _syntax_error(error: yaml.MarkedYAMLError, lines: list[str]) -> _BrokenError:
    """Return what a parser's complaint means to the person who wrote the file."""
    # The line to look at is where a quote or bracket opens, else where the parser gave up.
    opens = error.context_mark if _OPENS.search(error.context or "") else None
    mark = opens or error.problem_mark
    number = mark.line + 1 if mark else 1
    if 1 < number <= len(lines) and _NO_SPACE.match(lines[number - 2]):
        number -= 1  # it was read as a key, and the line below as more of its value
    line = lines[number - 1] if number <= len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    complaint = f"{error.context}: {error.problem}"
    if "\t" in indent:
        wrong = "a tab at the beginning of the line", "indent with spaces"
    elif "\u3000" in indent:
        wrong = "a full-width space at the beginning of the line", "indent with ordinary spaces"
    elif _NO_SPACE.match(line):
        wrong = "a '-' without a space after it", "write '- ' before the key"
    elif _FULL_WIDTH_COLON.match(line):
        wrong = "a full-width '\uff1a' after a key", "write an ordinary ':' and a space"
    else:
        wrong = next((meaning for part, meaning in _MEANINGS.items() if part in complaint), _WRONG_INDENT)
    return _BrokenError(number, wrong)


class _Reader:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._events: Iterator[tuple[int, yaml.Event]] = iter(())
        self._open: list[dict[str, object] | list[object]] = []

    def read(self, lines: list[str]) -> _BrokenError | None:
        """Fill the document, and return why it ends before the file does; `None` if it does not."""
        self._events = enumerate(yaml.parse("".join(lines), PARSER))
        documents = 0
        try:
            self._next()  # the stream begins
            while isinstance(event := self._next(), yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    return _BrokenError(_line(event), _TWO_DOCUMENTS)
                self._read_value((), partial(setattr, self._document, "data"), self._next())
                self._next()  # the document ends
        except yaml.MarkedYAMLError as error:
            return _syntax_error(error, lines)
        except _BrokenError as error:
            return error
        return None

    def drop_unfinished(self) -> None:
        """Forget the entry that was being read when the file broke."""
        in_list = next((held for held in self._open[:-1] if isinstance(held, list)), None)
        if in_list:
            in_list.pop()
        if not isinstance(self._document.data, dict):
            self._document.data = None

    def _next(self) -> yaml.Event:
        number, event = next(self._events)
        if number > MOST_PARTS:
            raise _BrokenError(_line(event), TOO_MANY_PARTS)
        return event

    def _read_value(self, steps: Steps, put: Callable[[object], None], event: yaml.Event) -> None:
        """Read what begins with an event, and put it where it belongs before it is complete."""
        line = _line(event)
        self._document.places.setdefault(steps, Place(self._document.file, line))
        self._refuse_extras(event, line)
        if isinstance(event, yaml.AliasEvent):
            self._gap(line, *_alias(event))
            put(None)
        elif isinstance(event, yaml.ScalarEvent):
            put(self._scalar(event, line, steps))
        elif len(steps) >= _DEEPEST:
            raise _BrokenError(line, _TOO_DEEP)
        elif isinstance(event, yaml.SequenceStartEvent):
            items: list[object] = []
            put(items)
            self._open.append(items)
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                self._read_value((*steps, len(items)), items.append, event)
            self._open.pop()
        else:
            held: dict[str, object] = {}
            put(held)
            self._open.append(held)
            while not isinstance(event := self._next(), yaml.MappingEndEvent):
                key = self._key(event)
                way, place = (*steps, key), Place(self._document.file, _line(event))
                if key in held:
                    what = f"the key {quoted(key)} is already used on line {self._document.places[way].line}"
                    self._problem(place.line, what, "keep one of the two")
                self._document.places[way] = place
                self._read_value(way, partial(held.__setitem__, key), self._next())
            self._open.pop()

    def _key(self, event: yaml.Event) -> str:
        if isinstance(event, yaml.AliasEvent):
            raise _BrokenError(_line(event), _alias(event))
        if not isinstance(event, yaml.ScalarEvent):
            raise _BrokenError(_line(event), ("a key that is a list or a mapping", _QUOTE))
        self._refuse_extras(event, _line(event))
        return str(event.value)

    def _scalar(self, event: yaml.ScalarEvent, line: int, steps: Steps) -> str | None:
        text, plain = event.value, not event.style
        folded = event.end_mark is not None and event.end_mark.line >= line
        if folded and event.style in {'"', "'"} and _SWALLOWED.search(text):
            raise _BrokenError(line, _OPEN_QUOTE)
        if folded and plain and " - " in text:
            what = f"a list item that is read as part of the text above it ({quoted(text)})"
            self._problem(line, what, 'give all items the same indent, or put the text in "quotes"')
        if plain and not text:
            what = "an empty list item" if steps else "the file has no value"
            if steps and isinstance(steps[-1], str):
                what, line = f"{quoted(steps[-1])} has no value", self._document.places[steps].line
            self._gap(line, what, "write one, or remove the line")
        return None if plain and (not text or text in _NULLS) else text

    def _refuse_extras(self, event: yaml.Event, line: int) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor and not isinstance(event, yaml.AliasEvent):
            what = f"an anchor ({quoted(f'&{anchor}')}), which is not supported"
            self._problem(line, what, "remove it, or put a text that begins with '&' in \"quotes\"")
        if tag and tag != "!":
            what = f"a tag ({quoted(tag)}), which is not supported"
            self._problem(line, what, "remove it, or put a text that begins with '!' in \"quotes\"")

    def _gap(self, line: int, what: str, remedy: str) -> None:
        self._problem(line, what, remedy)
        self._document.gaps.add(Place(self._document.file, line))

    def _problem(self, line: int, what: str, remedy: str) -> None:
        if len(self._document.problems) < MOST_PROBLEMS:
            self._document.report(Place(self._document.file, line), what, remedy)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _alias(event: yaml.AliasEvent) -> tuple[str, str]:
    what = f"an alias ({quoted(f'*{event.anchor}')}), which is not supported"
    return what, "write the value out, or put a text that begins with '*' in \"quotes\""
