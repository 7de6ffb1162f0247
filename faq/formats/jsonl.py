"""JSON Lines into documents, one object a line, and entries and expectations back into lines."""

import json
from collections.abc import Iterable
from typing import Literal, Never

from faq.formats.document import MOST_PARTS, MOST_PROBLEMS, TOO_MANY_PARTS, Document
from faq.model import Entry, Expectation
from faq.problems import Place, quoted

Held = Literal["entries", "expectations"]
"""What the lines of a file are."""


def parse(text: str, file: str, *, held: Held) -> Document:
    """Read the text of a JSON Lines file; blank lines are skipped."""
    document = Document(file)
    objects: list[object] = []
    parts = 0
    # Only "\n" ends a line: U+2028 and the like may stand inside a JSON text.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(document.problems) >= MOST_PROBLEMS:
            break
        place = Place(file, number)
        value = _object(line, place, document)
        parts += _count(value)
        if parts > MOST_PARTS:
            document.report(place, *TOO_MANY_PARTS)
            return document
        if value is not None:
            document.places[held, len(objects)] = place
            objects.append(value)
    document.data = {held: objects}
    return document


def dump(values: Iterable[Entry | Expectation]) -> str:
    """Return a line for each value, what is at its default left out; reading them gives equal values."""
    lines = []
    for value in values:
        plain = value.model_dump(mode="json", exclude_defaults=True)
        if isinstance(value, Entry) and value.source and value.as_of is None:
            plain["as_of"] = None  # left out, it would be read as the source's
        lines.append(json.dumps(plain, ensure_ascii=False) + "\n")
    return "".join(lines)


def _count(value: object) -> int:
    found, rest = 0, [value]
    while rest:
        part = rest.pop()
        found += 1
        if isinstance(part, dict):
            rest += part.values()
            found += len(part)
        elif isinstance(part, list):
            rest += part
    return found


def _object(line: str, place: Place, document: Document) -> dict[str, object] | None:
    """Return the object on a line; `None` where there is none, which is then one of the problems."""

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen = dict(pairs)
        names = [name for name, _ in pairs]
        for name in seen if len(seen) < len(names) else ():
            if names.count(name) > 1:
                document.report(place, f"the key {quoted(name)} is used more than once", "keep one of them")
        return seen

    try:
        value = json.loads(line, object_pairs_hook=collect, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        what = f"not JSON ({error.msg}, column {error.colno})"
        document.report(place, what, 'write one object a line, as {"id": "…", "question": "…"}')
    except RecursionError:
        document.report(place, "too many levels of nesting", "see the README for the form")
    except ValueError as error:
        document.report(place, f"a number that cannot be read ({error})", "write a whole number")
    else:
        if isinstance(value, dict):
            return value
        document.report(place, "not an object", 'write {"id": "…", "question": "…", "answer": "…"}')
    return None


def _refuse(constant: str) -> Never:
    raise ValueError(constant)
