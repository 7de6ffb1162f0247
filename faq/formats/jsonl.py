"""JSON Lines into documents, one object a line, and entries and expectations back into lines."""

import json
from collections.abc import Iterable
from typing import Literal, Never

from faq.formats.document import MOST_PARTS, MOST_PROBLEMS, Document, Origin, Steps, too_many_parts
from faq.formats.wording import quoted
from faq.model import Entry, Expectation
from faq.problems import Place, Problem

Held = Literal["entries", "expectations"]
"""What the lines of a file are."""


def parse(text: str, file: str, *, held: Held) -> Document:
    r"""Read the text of a JSON Lines file; blank lines are skipped.

    >>> document = parse('{"q": "給料は", "gold": []}\n', "expectations.jsonl", held="expectations")
    >>> document.data
    {'expectations': [{'q': '給料は', 'gold': []}]}
    >>> print(document.origin.at("expectations", 0, "gold"))
    expectations.jsonl:1
    """
    objects: list[object] = []
    lines: dict[Steps, int] = {}
    problems: list[Problem] = []
    parts = 0
    # Only "\n" ends a line: U+2028 and the like may stand inside a JSON text.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if len(problems) >= MOST_PROBLEMS:
            break
        value = _object(line, Place(file, number), problems)
        parts += _parts(value)
        if parts > MOST_PARTS:
            return Document(
                Origin(file, {}), None, (*problems, Problem(Place(file, number), *too_many_parts()))
            )
        if value is not None:
            lines[(held, len(objects))] = number
            objects.append(value)
    return Document(Origin(file, lines), {held: objects}, tuple(problems))


def dump(values: Iterable[Entry | Expectation]) -> str:
    r"""Return a line for each value, what is at its default left out; reading them gives equal values.

    >>> dump([Expectation(q="給料は", gold={"salary": 1})])
    '{"q": "給料は", "gold": {"salary": 1}}\n'
    """
    return "".join(json.dumps(_plain(value), ensure_ascii=False) + "\n" for value in values)


def _plain(value: Entry | Expectation) -> dict[str, object]:
    plain = value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, Entry) and value.source and value.as_of is None:
        # Left out, it would be read as the source's.
        plain["as_of"] = None
    return plain


def _parts(value: object) -> int:
    """Return how many values there are in one, itself included."""
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


def _object(line: str, place: Place, problems: list[Problem]) -> dict[str, object] | None:
    """Return the object on a line; `None` where there is none, which is then one of the problems."""
    repeated: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen = dict(pairs)
        if len(seen) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.extend(name for name in seen if names.count(name) > 1)
        return seen

    try:
        value = json.loads(line, object_pairs_hook=collect, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        what = f"not JSON ({error.msg}, column {error.colno})"
        problems.append(Problem(place, what, 'write one object a line, as {"id": "…", "question": "…"}'))
        return None
    except RecursionError:
        problems.append(Problem(place, "too many levels of nesting", "see the README for the form"))
        return None
    except ValueError as error:
        problems.append(Problem(place, f"a number that cannot be read ({error})", "write a whole number"))
        return None
    problems.extend(
        Problem(place, f"the key {quoted(name)} is used more than once", "keep one of them")
        for name in repeated
    )
    if not isinstance(value, dict):
        problems.append(Problem(place, "not an object", 'write {"id": "…", "question": "…", "answer": "…"}'))
        return None
    return value


def _refuse(constant: str) -> Never:
    raise ValueError(constant)
