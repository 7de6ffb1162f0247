"""Data into the models of the knowledge, and pydantic's errors into plain words with a remedy."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from faq.formats.document import MOST_PROBLEMS, Origin, Steps
from faq.formats.wording import nearest, quoted, suggestion
from faq.model import EntryKind, OneWay, Source
from faq.problems import Place, Problem

Model = TypeVar("Model", bound=BaseModel)

_INNER_MODELS: Mapping[str, type[BaseModel]] = {"source": Source, "one_way": OneWay}
_DAYS = ("as_of", "review_by", "valid_until", "made_on")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMED_KEY = re.compile(r"'(\w+)'")


def validate(model: type[Model], data: object, origin: Origin) -> tuple[Model | None, list[Problem]]:
    """Return the value that the data stands for, or every problem that it has.

    >>> origin = Origin("job.yaml", {(): 3, ("pubisher",): 5})
    >>> data = {"title": "報告", "pubisher": "東京都", "as_of": "2025-02-30"}
    >>> for problem in validate(Source, data, origin)[1]:
    ...     print(problem)
    job.yaml:3: error: 'as_of' is '2025-02-30', which is no date; write a real day as YYYY-MM-DD
    job.yaml:5: error: unknown key 'pubisher'; did you mean 'publisher'?
    """
    value, errors = None, []
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)[: MOST_PROBLEMS + 1]
    meant = {_meant(model, error) for error in errors}
    problems = [
        _translate(model, error, origin)
        for error in errors
        if not (error["type"] == "missing" and error["loc"] in meant)
    ]
    reported = {error["loc"] for error in errors}
    problems += [_no_day(steps, given, origin) for steps, given in _loose_days(data) if steps not in reported]
    return (None if problems else value), sorted(problems, key=lambda problem: problem.place)


def unknown_key(key: str, known: Iterable[str], place: Place) -> Problem:
    """Return the problem of a key that has no meaning where it stands."""
    names = list(known)
    near = nearest(key, names)
    remedy = f"did you mean {near!r}?" if near else f"remove it; possible keys are {', '.join(names)}"
    return Problem(place, f"unknown key {quoted(key)}", remedy)


def wrong_type(name: str, wanted: str, given: object, place: Place, remedy: str) -> Problem:
    """Return the problem of a value of the wrong type."""
    return Problem(place, f"{name} should be {wanted}, but is {_type_of(given)}", remedy)


def _translate(model: type[BaseModel], error: ErrorDetails, origin: Origin) -> Problem:
    """Return the problem that an error of pydantic stands for."""
    kind, steps, given = error["type"], error["loc"], error["input"]
    place = origin.at(*steps)
    if kind == "extra_forbidden":
        return unknown_key(str(steps[-1]), _keys(model, steps), place)
    if kind.startswith("date"):
        return _no_day(steps, given, origin)
    if kind in _WANTED:
        wanted, remedy = _WANTED[kind]
        return wrong_type(_name(steps or origin.steps), wanted, given, place, remedy or _text_remedy(given))
    message = " ".join(error["msg"].removeprefix("Value error, ").split())
    if kind == "value_error":
        key = _NAMED_KEY.match(message)
        return Problem(origin.at(*steps, *key.groups()) if key else place, message, "change one of the two")
    wording = _WORDINGS.get(kind)
    if wording is None:
        return Problem(place, f"{_name(steps)}: {message}", "see the README for the form")
    what, remedy = wording(_Fault(steps, given, error.get("ctx", {})))
    return Problem(place, what, remedy)


@dataclass(frozen=True)
class _Fault:
    """One error of pydantic: where, what was given, and the bounds that it broke."""

    steps: Steps
    given: object
    context: Mapping[str, Any]

    @property
    def name(self) -> str:
        return _name(self.steps)


_WANTED = {
    "string_type": ("text", ""),
    "tuple_type": ("a list", "write one '- ' item a line, or [a, b]"),
    "dict_type": ("a list of ids", "write [id], or [] for what must not be answered"),
    "model_type": ("keys with values", "write 'key: value' lines under it"),
    "model_attributes_type": ("keys with values", "write 'key: value' lines under it"),
}


def _missing(fault: _Fault) -> tuple[str, str]:
    if isinstance(fault.steps[-1], int):
        return f"{_name(fault.steps[:-1])} has too few words", "give exactly two"
    return f"{fault.name} is missing", f"add the key {fault.name} with its value"


def _not_a_boolean(fault: _Fault) -> tuple[str, str]:
    return f"{fault.name} is neither true nor false", "write true or false"


def _not_a_whole_number(fault: _Fault) -> tuple[str, str]:
    if fault.steps[0] != "gold":
        return f"{fault.name} is {_value(fault.given)}", "write a whole number, 1 or more"
    return f"{fault.name} has the grade {_value(fault.given)}", "write a whole number, 1 or more"


def _not_a_number(fault: _Fault) -> tuple[str, str]:
    return f"{fault.name} is {_value(fault.given)}, which is no number", "write a number such as 0.5"


_WORDINGS: Mapping[str, Callable[[_Fault], tuple[str, str]]] = {
    "missing": _missing,
    "bool_type": _not_a_boolean,
    "bool_parsing": _not_a_boolean,
    "int_type": _not_a_whole_number,
    "int_parsing": _not_a_whole_number,
    "int_parsing_size": _not_a_whole_number,
    "int_from_float": _not_a_whole_number,
    "float_type": _not_a_number,
    "float_parsing": _not_a_number,
    "finite_number": _not_a_number,
    "greater_than_equal": _not_a_whole_number,
    "greater_than": lambda fault: (f"{fault.name} is {_value(fault.given)}", "write a number above 0"),
    "string_too_short": lambda fault: (f"{fault.name} is empty", "write the text, or remove the line"),
    "string_too_long": lambda fault: (
        f"{fault.name} has {len(str(fault.given).strip())} characters",
        f"shorten it to {fault.context['max_length']} or fewer",
    ),
    "string_pattern_mismatch": lambda fault: (
        f"{quoted(str(fault.given))} cannot be an id",
        "use 1 to 64 letters a-z, digits, '-', '_' and '.', a letter or digit first",
    ),
    "string_unicode": lambda fault: (f"{fault.name} holds half a character", "type the text again"),
    "too_short": lambda fault: (
        f"{fault.name} has too few words ({fault.context['actual_length']})",
        f"give {fault.context['min_length']} or more, or remove it",
    ),
    "too_long": lambda fault: (f"{fault.name} has too many words", f"give {fault.context['max_length']}"),
    "enum": lambda fault: (
        f"{fault.name} is {_value(fault.given)}, which is not known",
        suggestion(str(fault.given), [kind.value for kind in EntryKind]),
    ),
}


def _name(steps: Steps) -> str:
    """Return what a part is called.

    >>> _name(("groups", 2)), _name(("answer",)), _name(())
    ("item 3 of 'groups'", "'answer'", 'this')
    """
    if steps and steps[-1] == "[key]":
        steps = steps[:-1]
    if not steps:
        return "this"
    last = steps[-1]
    return f"item {last + 1} of {_name(steps[:-1])}" if isinstance(last, int) else quoted(last)


def _keys(model: type[BaseModel], steps: Steps) -> list[str]:
    """Return the keys that are possible beside the one at `steps`."""
    around = [step for step in steps[:-1] if isinstance(step, str)]
    inner = (_INNER_MODELS[step] for step in reversed(around) if step in _INNER_MODELS)
    return list(next(inner, model).model_fields)


def _meant(model: type[BaseModel], error: ErrorDetails) -> Steps | None:
    """Return where a mistyped key should be, so that it is not reported as missing too."""
    if error["type"] != "extra_forbidden":
        return None
    near = nearest(str(error["loc"][-1]), _keys(model, error["loc"]))
    return (*error["loc"][:-1], near) if near else None


def _loose_days(data: object) -> Iterator[tuple[Steps, object]]:
    """Yield what is not written as a day; pydantic takes '86400' for seconds, and so for a date."""
    source = data.get("source") if isinstance(data, dict) else None
    parts: tuple[tuple[Steps, object], ...] = (((), data), (("source",), source))
    for steps, part in parts:
        if not isinstance(part, dict):
            continue
        for key in _DAYS:
            given = part.get(key)
            if isinstance(given, str | int | float) and not _DAY.fullmatch(str(given).strip()):
                yield (*steps, key), given


def _no_day(steps: Steps, given: object, origin: Origin) -> Problem:
    what = f"{_name(steps)} is {_value(given)}, which is no date"
    return Problem(origin.at(*steps), what, "write a real day as YYYY-MM-DD")


def _text_remedy(given: object) -> str:
    match given:
        case dict():
            return "put the text in \"quotes\" if it contains ': '"
        case list():
            return "put the text in \"quotes\" if it begins with '['"
        case None:
            return "write the text"
    return 'put it in "quotes"'


def _type_of(given: object) -> str:
    match given:
        case None:
            return "empty"
        case str():
            return "text"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case list() | tuple():
            return "a list"
    return "keys with values"


def _value(given: object) -> str:
    return quoted(given) if isinstance(given, str) else _type_of(given)
