"""Changes to a JSON Lines file: the lines that are changed are written anew, and new ones come last."""

from faq.formats import jsonl
from faq.formats.document import Origin
from faq.model import Entry, Expectation


class LinesEdits:
    """A JSON Lines file with changes that are not written yet."""

    def __init__(self, data: bytes) -> None:
        """Take over the content of a file that has no errors, or nothing for a new one."""
        text = data.decode("utf-8-sig")
        self._lines = [line + "\n" for line in text.split("\n")]
        if not text or text.endswith("\n"):
            del self._lines[-1]

    def content(self) -> bytes:
        """Return the file as it is to be."""
        return "".join(self._lines).encode()

    def set_entry(self, origin: Origin, entry: Entry) -> None:
        """Put an entry in the place of one of the file."""
        self._lines[origin.at().line - 1] = jsonl.dump([entry])

    def set_expectation(self, origin: Origin, expectation: Expectation) -> None:
        """Put an expectation in the place of one of the file."""
        self._lines[origin.at().line - 1] = jsonl.dump([expectation])

    def add(self, value: Entry | Expectation) -> None:
        """Add an entry or an expectation after the last one."""
        self._lines.append(jsonl.dump([value]))
