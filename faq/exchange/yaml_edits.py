"""Changes to a YAML file: only the items that are changed are written anew, and new ones come after the last."""

from collections.abc import Sequence

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from faq.formats import authoring
from faq.formats import yaml as reader
from faq.formats.document import Origin, Steps
from faq.formats.yaml_writer import YamlFile, change_items, dumped, node, put
from faq.model import Entry, Expectation

_WRAPPER = "items"
_DASH = 2


class YamlEdits:
    """A YAML file with changes that are not written yet."""

    def __init__(self, data: bytes) -> None:
        """Take over the content of a file that has no errors, or nothing for a new one."""
        self._codec = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
        text = data.decode("utf-8-sig")
        self._ends = "\r\n" if "\r\n" in text else "\n"
        self._lines = text.replace("\r\n", "\n").splitlines(keepends=True) if text else []
        if self._lines and not self._lines[-1].endswith("\n"):
            self._lines[-1] += "\n"
        self._document = reader.parse("".join(self._lines), "")
        self._changed: dict[Steps, tuple[range, YamlFile]] = {}
        self._added: dict[Steps, list[object]] = {}

    @property
    def has_lexicon(self) -> bool:
        """Whether the file holds words of the lexicon."""
        return isinstance(self._document.data, dict) and isinstance(self._document.data.get("lexicon"), dict)

    def content(self) -> bytes:
        """Return the file as it is to be."""
        pieces: list[tuple[int, int, str]] = []
        elsewhere: list[tuple[Steps, object]] = []
        for span, file in self._changed.values():
            text = _unwrapped(file.text())
            pieces.append(
                (span.start, span.stop, _shifted(text, _column(self._lines[span.start]) - _column(text)))
            )
        for block, items in self._added.items():
            where = self._after(block)
            if where is None:
                elsewhere += [(block, item) for item in items]
                continue
            line, shift, gap = where
            texts = (_shifted(_unwrapped(dumped({_WRAPPER: [item]})), shift) for item in items)
            pieces.append((line, line, "".join(gap + text for text in texts)))
        lines = list(self._lines)
        for start, stop, text in sorted(pieces, reverse=True):
            lines[start:stop] = [text]
        text = "".join(lines)
        if elsewhere:
            whole = YamlFile(text)
            for block, item in elsewhere:
                whole.items(*map(str, block)).append(node(item))
            text = whole.text()
        return text.replace("\n", self._ends).encode(self._codec)

    def set_field(self, origin: Origin, entry: Entry, field: str) -> None:
        """Give an entry of the file the value that `entry` has in a field."""
        held, wanted = self._item(origin.steps), authoring.entry_data(entry)
        common = self._common_source()
        if field == "source":
            # The day of an answer without one of its own is the source's.
            self.set_field(origin, entry, "as_of")
            if entry.source and common == authoring.source_data(entry.source, as_text=True):
                held.pop("source", None)
                return
            if entry.source is None and common:
                put(held, "source", None, authoring.KEYS)
                return
        if field in wanted:
            put(held, field, wanted[field], authoring.KEYS)
        else:
            held.pop(field, None)

    def add_entry(self, entry: Entry) -> None:
        """Add an entry after the last one."""
        common, data = self._common_source(), authoring.entry_data(entry)
        if entry.source is None and common:
            data["source"] = None
        elif entry.source and common == authoring.source_data(entry.source, as_text=True):
            del data["source"]
        self._added.setdefault(("entries",), []).append(data)

    def add_expectation(self, expectation: Expectation) -> None:
        """Add an expectation after the last one."""
        self._added.setdefault(("expectations",), []).append(authoring.expectation_data(expectation))

    def set_expectation(self, origin: Origin, expectation: Expectation) -> None:
        """Put an expectation in the place of one of the file."""
        held, data = self._item(origin.steps), authoring.expectation_data(expectation)
        for key in [key for key in held if key not in data]:
            del held[key]
        for key, value in data.items():
            if key == "gold" and not (isinstance(value, tuple) and isinstance(held["gold"], CommentedSeq)):
                held[key] = node(value)
            else:
                put(held, key, value, tuple(data))

    def set_words(self, name: str, words: Sequence[str]) -> bool:
        """Give the row of the lexicon that begins with the same word these words; `False` if there is none."""
        lexicon = self._document.data.get("lexicon") if isinstance(self._document.data, dict) else None
        rows = lexicon.get(name) if isinstance(lexicon, dict) else None
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            first = row.get("word") if isinstance(row, dict) else row[0] if isinstance(row, list) else row
            if first == words[0]:
                held = self._part(("lexicon", name, number))
                if isinstance(held, CommentedMap):
                    change_items(held["means"], words[1:])
                elif isinstance(held, CommentedSeq):
                    change_items(held, words)
                return True
        return False

    def add_words(self, name: str, row: object) -> None:
        """Add a row to a list of the lexicon, as it stands in YAML."""
        self._added.setdefault(("lexicon", name), []).append(row)

    def _common_source(self) -> object:
        data = self._document.data
        source = data.get("source") if isinstance(data, dict) else None
        return (
            {key: " ".join(str(value).split()) for key, value in source.items()}
            if isinstance(source, dict)
            else None
        )

    def _item(self, steps: Steps) -> CommentedMap:
        held = self._part(steps)
        assert isinstance(held, CommentedMap)
        return held

    def _part(self, steps: Steps) -> object:
        """Return an item of a list, parsed alone, so that nothing around it is written anew."""
        if steps not in self._changed:
            span = self._span(steps)
            column = _column(self._lines[span.start])
            text = _shifted(
                "".join(self._lines[span.start : span.stop]), _DASH - column if column > _DASH else 0
            )
            self._changed[steps] = span, YamlFile(f"{_WRAPPER}:\n{text}")
        return self._changed[steps][1].data[_WRAPPER][0]

    def _span(self, steps: Steps) -> range:
        """Return the lines of an item, counted from 0, what stands between it and the next left out."""
        start = self._line(steps)
        starts = (self._line(way) for way in self._document.origin.lines if way[: len(steps)] != steps)
        stop = min((line for line in starts if line > start), default=len(self._lines))
        column = _column(self._lines[start])
        while _is_between(self._lines[stop - 1], column + _DASH):
            stop -= 1
        return range(start, stop)

    def _after(self, block: Steps) -> tuple[int, int, str] | None:
        """Return the line after the last item of a list, its indent, and what separates items."""
        lines = self._document.origin.lines
        numbers = [way[-1] for way in lines if way[:-1] == block and isinstance(way[-1], int)]
        if not numbers:
            return None
        last = self._span((*block, max(numbers)))
        first = self._lines[last.start]
        if not first.lstrip().startswith("- "):
            return None
        above = last.start - 1
        while self._lines[above].lstrip().startswith("#"):
            above -= 1
        apart = len(numbers) > 1 and not self._lines[above].strip()
        return last.stop, _column(first) - _DASH, "\n" if apart else ""

    def _line(self, steps: Steps) -> int:
        found = self._document.origin.lines[steps]
        return found - 1 if isinstance(found, int) else 0


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_between(line: str, column: int) -> bool:
    """Whether a line at the end of an item is empty or a comment; deeper than its keys it may be text."""
    return not line.strip() or (line.lstrip().startswith("#") and _column(line) <= column)


def _unwrapped(text: str) -> str:
    return text.partition("\n")[2]


def _shifted(text: str, by: int) -> str:
    """Return the lines moved to the right, or to the left where `by` is negative."""
    lines = text.splitlines(keepends=True)
    if by < 0:
        return "".join(line[-by:] if line[:-by].isspace() else line.lstrip(" ") for line in lines)
    return "".join(" " * by + line if line.strip() else line for line in lines)
