"""JSON Lines into data, one object a line, and entries and expectations back into lines."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Literal

from faq.formats.parsed_file import MOST_PARTS, MOST_PROBLEMS, TOO_MANY_PARTS, ParsedFile
from faq.model import Entry, Expectation
from faq.problems import Fault, Place

Held = Literal["entries", "expectations"]
"""What the lines of a file are."""

LONGEST_LINE = 200_000
"""Characters: a hundred times a long entry."""

FORMS = {
    "entries": '{"id": "…", "question": "…", "answer": "…"}',
    "expectations": '{"q": "…", "gold": ["id"]}',
}


def parse(text: str, file: str, *, held: Held) -> ParsedFile:
    """Read the text of a JSON Lines file; blank lines are skipped."""
    parsed = ParsedFile(file)
    objects: list[object] = []
    parts = 0
    # Only a line feed ends a line: others, such as U+2028, may stand in a text of JSON.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(parsed.problems) >= MOST_PROBLEMS:
            break
        place = Place(file, number)
        if len(line) > LONGEST_LINE:
            parsed.report(place, Fault.of("line-too-long", most=LONGEST_LINE))
            continue
        parts += line.count('"') // 2 + line.count("{") + line.count("[")
        if parts > MOST_PARTS:
            parsed.report(place, TOO_MANY_PARTS)
            return parsed
        value = _object(line, place, parsed, FORMS[held])
        if value is not None:
            parsed.places[held, len(objects)] = place
            objects.append(value)
    parsed.data = {held: objects}
    return parsed


def dump(values: Iterable[Entry | Expectation]) -> str:
    """Return a line for each value, without fields at their default; reading the lines gives equal values."""
    lines = []
    for value in values:
        plain = value.model_dump(mode="json", exclude_defaults=True)
        if isinstance(value, Entry) and value.source and value.as_of is None:
            plain["as_of"] = None  # left out, it would be read as the source's
        lines.append(json.dumps(plain, ensure_ascii=False) + "\n")
    return "".join(lines)


def _object(line: str, place: Place, parsed: ParsedFile, form: str) -> dict[str, object] | None:
    """Return the object on a line; without one, report that and return `None`."""

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        for name, times in Counter(name for name, _ in pairs).items():
            if times > 1:
                parsed.report(place, Fault.of("json-key-twice", key=name))
        return dict(pairs)

    try:
        value = json.loads(line, object_pairs_hook=collect)
    except (ValueError, RecursionError) as error:
        reason, column = getattr(error, "msg", str(error)), getattr(error, "colno", 1)
        parsed.report(place, Fault.of("not-json", reason=reason, column=column, form=form))
        return None
    if isinstance(value, dict):
        return value
    parsed.report(place, Fault.of("no-object", form=form))
    return None
