"""YAML into documents: scalars stay text, each part keeps its line, and one broken entry hides no other."""

import re
from dataclasses import dataclass

import yaml

from faq.formats.document import MOST_PARTS, MOST_PROBLEMS, Document, Origin, Steps, too_many_parts
from faq.formats.syntax import TOO_DEEP, lacks_space, meaning
from faq.formats.wording import quoted
from faq.formats.yaml_lines import control_characters, entry_around, readable_lines
from faq.problems import Place, Problem

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


class _BrokenError(Exception):
    """The file cannot be read beyond this line."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        self.line, self.what, self.remedy = line, what, remedy
        super().__init__(what)


class _TooLargeError(_BrokenError):
    """There is more in the file than is read; no part of it is worth a second look."""


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    held: dict[str, object] | list[object]
    steps: Steps
    key: str | None = None


def parse(text: str, file: str) -> Document:
    r"""Read the text of a YAML file.

    >>> document = parse("entries:\n  - id: dress-code\n    handover: yes\n", "job.yaml")
    >>> document.data
    {'entries': [{'id': 'dress-code', 'handover': 'yes'}]}
    >>> print(document.origin.at("entries", 0, "handover"))
    job.yaml:3
    """
    lines = readable_lines(text)
    problems = control_characters(text, lines, file)
    lost: set[str] = set()
    gaps: set[Place] = set()
    retries = min(_MOST_RETRIES, _REREAD // (len(text) + 1))
    for attempt in range(retries + 1):
        builder = _Builder(file)
        try:
            builder.build("".join(lines))
        except _TooLargeError as large:
            return Document(
                Origin(file, {}),
                None,
                (*problems, Problem(Place(file, large.line), large.what, large.remedy)),
            )
        except _BrokenError as broken:
            line, what, remedy = broken.line, broken.what, broken.remedy
        except yaml.MarkedYAMLError as error:
            line = _line_of(error)
            if 1 < line <= len(lines) and lacks_space(lines[line - 2]):
                line -= 1  # it was read as a key, and the line below as more of its value
            wrong = lines[line - 1] if line <= len(lines) else ""
            what, remedy = meaning(f"{error.context}: {error.problem}", wrong)
        else:
            break
        span = entry_around(lines, line - 1) if attempt < retries else None
        if span is None:
            what += " (and nothing below it was read)"
        problems.append(Problem(Place(file, line), what, remedy))
        if span is None:
            builder.drop_unfinished()
            break
        lost.update(_ID.findall("".join(lines[span.start : span.stop])))
        # Blank lines keep the numbers of the others; the null keeps the list from being empty.
        indent = lines[span.start].split("-")[0]
        lines[span.start : span.stop] = ["\n"] * len(span)
        if line - 1 > span.start:
            lines[span.start] = f"{indent}- ~\n"
            gaps.add(Place(file, span.start + 1))
    origin = Origin(file, builder.lines)
    problems += builder.problems
    return Document(origin, builder.data, tuple(problems), frozenset(gaps | builder.gaps), frozenset(lost))


def _line_of(error: yaml.MarkedYAMLError) -> int:
    """Return the line to look at: where a quote or bracket opens, else where the parser gave up."""
    opens = error.context_mark if _OPENS.search(error.context or "") else None
    mark = opens or error.problem_mark
    return mark.line + 1 if mark else 1


class _Builder:
    """Puts the events of a parser together to data, without recursion."""

    def __init__(self, file: str) -> None:
        self.data: object = None
        self.lines: dict[Steps, int] = {}
        self.problems: list[Problem] = []
        self.gaps: set[Place] = set()
        self._file = file
        self._open: list[_Open] = []

    def build(self, text: str) -> None:
        documents = 0
        for number, event in enumerate(yaml.parse(text, PARSER)):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if number > MOST_PARTS:
                raise _TooLargeError(line, *too_many_parts())
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event, line)
            elif isinstance(event, yaml.MappingStartEvent):
                self._begin({}, event, line)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._begin([], event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event, line)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _BrokenError(line, *meaning("document", ""))

    def drop_unfinished(self) -> None:
        """Forget the entry that was being read when the file broke."""
        in_list = next((part.held for part in self._open[:-1] if isinstance(part.held, list)), None)
        if in_list:
            in_list.pop()
        if not isinstance(self.data, dict):
            self.data = None

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        self._refuse_extras(event, line)
        text, plain = event.value, not event.style
        if self._awaits_key():
            self._key(text, line)
            return
        folded = event.end_mark is not None and event.end_mark.line >= line
        if folded and event.style in {'"', "'"} and _SWALLOWED.search(text):
            raise _BrokenError(line, *meaning("while scanning a quoted scalar", ""))
        if folded and plain and " - " in text:
            what = f"a list item that is read as part of the text above it ({quoted(text)})"
            self._problem(line, what, 'give all items the same indent, or put the text in "quotes"')
        if plain and not text:
            self._empty(line)
        self._put(None if plain and (not text or text in _NULLS) else text, line)

    def _empty(self, line: int) -> None:
        inner = self._open[-1] if self._open else None
        if inner is None:
            what = "the file has no value"
        elif inner.key is None:
            what = "an empty list item"
        else:
            what, line = f"{quoted(inner.key)} has no value", self.lines[(*inner.steps, inner.key)]
        self._gap(line, what, "write one, or remove the line")

    def _begin(
        self,
        held: dict[str, object] | list[object],
        event: yaml.ScalarEvent | yaml.CollectionStartEvent,
        line: int,
    ) -> None:
        if self._awaits_key():
            raise _BrokenError(line, "a key that is a list or a mapping", 'put the text in "quotes"')
        if len(self._open) >= _DEEPEST:
            raise _BrokenError(line, *TOO_DEEP)
        self._refuse_extras(event, line)
        self._open.append(_Open(held, self._put(held, line)))

    def _alias(self, event: yaml.AliasEvent, line: int) -> None:
        what = f"an alias ({quoted(f'*{event.anchor}')}), which is not supported"
        remedy = "write the value out, or put a text that begins with '*' in \"quotes\""
        if self._awaits_key():
            raise _BrokenError(line, what, remedy)
        self._gap(line, what, remedy)
        self._put(None, line)

    def _key(self, key: str, line: int) -> None:
        inner = self._open[-1]
        steps = (*inner.steps, key)
        if key in inner.held:
            what = f"the key {quoted(key)} is already used on line {self.lines[steps]}"
            self._problem(line, what, "keep one of the two")
        self.lines[steps] = line
        inner.key = key

    def _put(self, value: object, line: int) -> Steps:
        if not self._open:
            self.data, self.lines[()] = value, line
            return ()
        inner = self._open[-1]
        if isinstance(inner.held, list):
            steps: Steps = (*inner.steps, len(inner.held))
            self.lines[steps] = line
            inner.held.append(value)
        else:
            key = inner.key or ""
            steps = (*inner.steps, key)
            inner.held[key], inner.key = value, None
        return steps

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor:
            what = f"an anchor ({quoted(f'&{event.anchor}')}), which is not supported"
            self._problem(line, what, "remove it, or put a text that begins with '&' in \"quotes\"")
        if event.tag and event.tag != "!":
            what = f"a tag ({quoted(event.tag)}), which is not supported"
            self._problem(line, what, "remove it, or put a text that begins with '!' in \"quotes\"")

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].held, dict) and self._open[-1].key is None

    def _gap(self, line: int, what: str, remedy: str) -> None:
        self._problem(line, what, remedy)
        self.gaps.add(Place(self._file, line))

    def _problem(self, line: int, what: str, remedy: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(Place(self._file, line), what, remedy))
