"""Changes to a YAML file: only changed items are written anew, and new ones come after the last."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from faq.formats import yaml as reader
from faq.formats import yaml_writer as writer
from faq.formats.parsed_file import Origin, Steps
from faq.model import Entry, Expectation, Source

_WRAPPER = "items"
_DASH = 2


class YamlEdits:
    """A YAML file with changes that are not written yet."""

    def __init__(self, data: bytes) -> None:
        """Take over the content of a file that has no errors, or nothing for a new one."""
        self._data = data
        self._codec = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
        text = data.decode("utf-8-sig")
        self._ends = "\r\n" if "\r\n" in text else "\n"
        self._lines = text.replace("\r\n", "\n").splitlines(keepends=True)
        if self._lines and not self._lines[-1].endswith("\n"):
            self._lines[-1] += "\n"
        document = reader.parse("".join(self._lines), "")
        self._lines_by_steps = {steps: place.line - 1 for steps, place in document.places.items()}
        self.held: Mapping[str, Any] = document.data if isinstance(document.data, dict) else {}
        self._common = Source.model_validate(self.held["source"]) if "source" in self.held else None
        self._pieces: list[tuple[int, int, str]] = []  # from and to which line, and what stands there instead
        self._new: list[tuple[Steps, object]] = []  # items of lists that the file does not have

    def content(self) -> bytes:
        """Return the changed file."""
        if not self._pieces and not self._new:
            return self._data
        parts, at = list[str](), 0
        for start, stop, new in sorted(self._pieces, key=lambda piece: piece[:2]):
            parts += [*self._lines[at:start], new]
            at = stop
        text = "".join((*parts, *self._lines[at:]))
        if self._new:
            yaml, whole = _loaded(text)
            for block, item in self._new:
                _list_at(whole, block).append(writer.node(item))
            text = writer.written(yaml, whole)
        return text.replace("\n", self._ends).encode(self._codec)

    def remove(self, origin: Origin) -> None:
        """Take an item out, with the empty lines below it."""
        span = self._span(origin.steps)
        stop = span.stop
        while stop < len(self._lines) and not self._lines[stop].strip():
            stop += 1
        self._pieces.append((span.start, stop, ""))

    def add(self, value: Entry | Expectation) -> None:
        """Add an entry or an expectation after the last one."""
        self._add(("entries" if isinstance(value, Entry) else "expectations",), self._parts(value))

    def replace(self, origin: Origin, before: Entry | Expectation, after: Entry | Expectation) -> None:
        """Change an entry or an expectation of the file where `after` differs from `before`."""
        old, new = self._parts(before), self._parts(after)
        order = writer.KEYS if isinstance(after, Entry) else tuple(new)
        with self._item(origin.steps) as held:
            # What the file says although it could be left out, such as the day of the source.
            said = [key for key in held if getattr(before, key, None) != getattr(after, key, None)]
            for key in dict.fromkeys((*old, *new, *said)):
                if key not in new:
                    held.pop(key, None)
                elif key not in held:
                    earlier = order[: order.index(key)]
                    above = [number for number, each in enumerate(held) if each in earlier]
                    held.insert(max(above, default=-1) + 1, key, writer.node(new[key]))
                elif key not in old or old[key] != new[key]:
                    value = new[key]
                    if isinstance(held[key], CommentedSeq) and isinstance(value, list | tuple):
                        _change_items(held[key], list(map(str, value)))
                    else:
                        held[key] = writer.node(value)

    def _parts(self, value: Entry | Expectation) -> Mapping[str, object]:
        return (
            writer.entry_data(value, self._common)
            if isinstance(value, Entry)
            else writer.expectation_data(value)
        )

    def add_words(self, name: str, words: tuple[str, ...]) -> None:
        """Add a row to one of the lists of the lexicon."""
        row = {"one_way": {"word": words[0], "means": words[1:]}, "terms": words[0]}.get(name, words)
        self._add(("lexicon", name), row)

    def replace_words(self, name: str, words: Sequence[str]) -> bool:
        """Give the row of the lexicon that begins with the same word these words; `False` if there is none."""
        for number, row in enumerate(self.held.get("lexicon", {}).get(name, [])):
            first = row["word"] if isinstance(row, dict) else row[0] if isinstance(row, list) else row
            if first == words[0]:
                with self._item(("lexicon", name, number)) as held:
                    if isinstance(held, CommentedMap):
                        _change_items(held["means"], words[1:])
                    elif isinstance(held, CommentedSeq):
                        _change_items(held, words)
                return True
        return False

    @contextmanager
    def _item(self, steps: Steps) -> Iterator[Any]:
        """Give an item of a list, parsed by itself so that what is around it stays, and take over its changes."""
        span = self._span(steps)
        column = _column(self._lines[span.start])
        shift = min(_DASH - column, 0)
        text = _shifted("".join(self._lines[span.start : span.stop]), shift)
        yaml, whole = _loaded(f"{_WRAPPER}:\n{text}")
        yield whole[_WRAPPER][0]
        text = _unwrapped(writer.written(yaml, whole))
        self._pieces.append((span.start, span.stop, _shifted(text, column - _column(text))))

    def _span(self, steps: Steps) -> range:
        """Return the lines of an item, from 0, without what stands between it and the next."""
        start = self._lines_by_steps[steps]
        later = (
            line for way, line in self._lines_by_steps.items() if way[: len(steps)] != steps and line > start
        )
        stop = min(later, default=len(self._lines))
        # A comment is no part of the item, but deeper than its keys it may be text.
        deepest = _column(self._lines[start]) + _DASH
        while not (line := self._lines[stop - 1]).strip() or (
            line.lstrip().startswith("#") and _column(line) <= deepest
        ):
            stop -= 1
        return range(start, stop)

    def _add(self, block: Steps, item: object) -> None:
        """Add an item after the last one of a list, as far from it as that is from the one above."""
        numbers = [way[-1] for way in self._lines_by_steps if way[:-1] == block and isinstance(way[-1], int)]
        last = self._span((*block, max(numbers))) if numbers else range(0)
        if not last or not self._lines[last.start].lstrip().startswith("- "):
            self._new.append((block, item))
            return
        above = last.start - 1
        while self._lines[above].lstrip().startswith("#"):
            above -= 1
        gap = "\n" if len(numbers) > 1 and not self._lines[above].strip() else ""
        indent = _column(self._lines[last.start]) - _DASH
        text = _shifted(_unwrapped(writer.dumped({_WRAPPER: [item]})), indent)
        self._pieces.append((last.stop, last.stop, gap + text))


def _loaded(text: str) -> tuple[YAML, CommentedMap]:
    """Return the parsed text, with a writer that keeps its indents, if there is one."""
    found: list[tuple[YAML, CommentedMap]] = []
    for sequence, offset in ((4, 2), (2, 0)):
        yaml = writer.round_trip_yaml(sequence=sequence, offset=offset)
        data = yaml.load(text)
        found.append((yaml, data if isinstance(data, CommentedMap) else CommentedMap()))
    return next((each for each in found if writer.written(*each) == text), found[0])


def _list_at(held: CommentedMap, block: Steps) -> CommentedSeq:
    """Return the list at the end of these keys; it is made if it is not there."""
    for key in block[:-1]:
        if not isinstance(held.get(key), CommentedMap):
            held[key] = CommentedMap()
        held = held[key]
    found = held.get(block[-1])
    if not isinstance(found, CommentedSeq):
        found = held[block[-1]] = CommentedSeq()
    if not found:
        found.fa.set_block_style()  # '[]' is how an empty list is written
    return found


def _change_items(held: CommentedSeq, wanted: Sequence[str]) -> None:
    """Change a list to the wanted texts with as few steps as possible, so that comments stay."""
    as_item = writer.on_one_line if held.fa.flow_style() else writer.scalar
    before = [str(part) for part in held]
    changes = difflib.SequenceMatcher(None, before, wanted, autojunk=False).get_opcodes()
    for tag, start, end, first, last in reversed(changes):
        if tag == "equal":
            continue
        new = [as_item(text) for text in wanted[first:last]]
        kept = min(end, start + len(new))
        for number in range(start, kept):
            held[number] = new[number - start]
        for number in reversed(range(kept, end)):
            del held[number]
        for number in range(kept, start + len(new)):
            held.insert(number, new[number - start])


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _unwrapped(text: str) -> str:
    return text.partition("\n")[2]


def _shifted(text: str, by: int) -> str:
    """Return the lines moved to the right, or to the left where `by` is negative."""
    lines = text.splitlines(keepends=True)
    if by < 0:
        return "".join(line[-by:] if line[:-by].isspace() else line.lstrip(" ") for line in lines)
    return "".join(" " * by + line if line.strip() else line for line in lines)
