"""Data into the models of the knowledge, and pydantic's errors into plain words with a remedy."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from faq.formats.document import MOST_PROBLEMS, Origin, Steps
from faq.model import EntryKind, OneWay, Source
from faq.problems import Place, Problem, nearest, quoted

Model = TypeVar("Model", bound=BaseModel)

_INNER_MODELS: Mapping[str, type[BaseModel]] = {"source": Source, "one_way": OneWay}
_NAMED_KEY = re.compile(r"'(\w+)'")

_KEYS_WANTED = ("keys with values", "write 'key: value' lines under it")
_WANTED = {
    "string_type": ("text", ""),
    "tuple_type": ("a list", "write one '- ' item a line, or [a, b]"),
    "dict_type": ("a list of ids", "write [id], or [] for what must not be answered"),
    "model_type": _KEYS_WANTED,
    "model_attributes_type": _KEYS_WANTED,
}
_NUMBER = ("a number", 'put it in "quotes"')
_LIST = ("a list", "put the text in \"quotes\" if it begins with '['")
_TYPES: Mapping[type, tuple[str, str]] = {
    type(None): ("empty", "write the text"),
    str: ("text", ""),
    bool: ("true or false", 'put it in "quotes"'),
    int: _NUMBER,
    float: _NUMBER,
    list: _LIST,
    tuple: _LIST,
    dict: ("keys with values", "put the text in \"quotes\" if it contains ': '"),
}
_NO_COUNT = ("{name} {has} {value}", "write a whole number, 1 or more")
_NO_NUMBER = ("{name} is {value}, which is no number", "write a number such as 0.5")
_WORDINGS = {
    "missing": ("{name} is missing", "add the key {name} with its value"),
    "bool": ("{name} is neither true nor false", "write true or false"),
    "int": _NO_COUNT,
    "greater_than_equal": _NO_COUNT,
    "float": _NO_NUMBER,
    "finite_number": _NO_NUMBER,
    "greater_than": ("{name} is {value}", "write a number above 0"),
    "string_too_short": ("{name} is empty", "write the text, or remove the line"),
    "string_too_long": ("{name} has {length} characters", "shorten it to {max_length} or fewer"),
    "string_pattern_mismatch": (
        "{value} cannot be an id",
        "use 1 to 64 letters a-z, digits, '-', '_' and '.', a letter or digit first",
    ),
    "string_unicode": ("{name} holds half a character", "type the text again"),
    "too_short": ("{name} has too few words ({actual_length})", "give {min_length} or more, or remove it"),
    "too_long": ("{name} has too many words", "give {max_length}"),
}
"""What is wrong and what to do, by the type of pydantic's error, or by its first word."""


def validate(model: type[Model], data: object, origin: Origin) -> tuple[Model | None, list[Problem]]:
    """Return the value that the data stands for, or every problem that it has."""
    value, errors = None, []
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)[: MOST_PROBLEMS + 1]
    meant = {_meant(model, error["loc"]) for error in errors if error["type"] == "extra_forbidden"}
    problems = [
        _translate(model, error, origin)
        for error in errors
        if not (error["type"] == "missing" and error["loc"] in meant)
    ]
    return (None if problems else value), sorted(problems, key=lambda problem: problem.place)


def unknown_key(key: str, known: Sequence[str], place: Place) -> Problem:
    """Return the problem of a key that has no meaning where it stands."""
    return Problem(place, f"unknown key {quoted(key)}", _nearest(key, known, "remove it; possible keys are"))


def _nearest(word: str, known: Sequence[str], otherwise: str) -> str:
    near = nearest(word, known)
    return f"did you mean {near!r}?" if near else f"{otherwise} {', '.join(known)}"


def wrong_type(name: str, wanted: str, given: object, place: Place, remedy: str) -> Problem:
    """Return the problem of a value of the wrong type."""
    return Problem(place, f"{name} should be {wanted}, but is {_type_of(given)[0]}", remedy)


def _translate(model: type[BaseModel], error: ErrorDetails, origin: Origin) -> Problem:
    kind, steps, given = error["type"], error["loc"], error["input"]
    place, message = origin.at(*steps), " ".join(error["msg"].removeprefix("Value error, ").split())
    if kind == "extra_forbidden":
        return unknown_key(str(steps[-1]), _keys(model, steps), place)
    if kind.startswith("date"):
        what = f"{_name(steps)} is {_value(given)}, which is no date"
        return Problem(place, what, "write a real day as YYYY-MM-DD")
    if kind in _WANTED:
        wanted, remedy = _WANTED[kind]
        return wrong_type(_name(steps or origin.steps), wanted, given, place, remedy or _type_of(given)[1])
    if kind == "value_error":
        key = _NAMED_KEY.match(message)
        return Problem(origin.at(*steps, *key.groups()) if key else place, message, "change one of the two")
    unknown = ("{name}: {message}", "see the README for the form")
    what, remedy = _WORDINGS.get(kind) or _WORDINGS.get(kind.split("_")[0], unknown)
    if kind == "missing" and isinstance(steps[-1], int):
        steps, what, remedy = steps[:-1], "{name} has too few words", "give exactly two"
    elif kind == "enum":
        what = "{name} is {value}, which is not known"
        remedy = _nearest(str(given), [each.value for each in EntryKind], "use one of")
    words = {
        "name": _name(steps),
        "message": message,
        "value": _value(given),
        "length": len(str(given).strip()),
        "has": "has the grade" if steps[:1] == ("gold",) else "is",
        **error.get("ctx", {}),
    }
    return Problem(place, what.format(**words), remedy.format(**words))


def _name(steps: Steps) -> str:
    if steps and steps[-1] == "[key]":
        steps = steps[:-1]
    if not steps:
        return "this"
    last = steps[-1]
    return f"item {last + 1} of {_name(steps[:-1])}" if isinstance(last, int) else quoted(last)


def _keys(model: type[BaseModel], steps: Steps) -> list[str]:
    around = [step for step in steps[:-1] if isinstance(step, str)]
    inner = (_INNER_MODELS[step] for step in reversed(around) if step in _INNER_MODELS)
    return list(next(inner, model).model_fields)


def _meant(model: type[BaseModel], steps: Steps) -> Steps:
    """Return where a mistyped key should be, so that it is not reported as missing too."""
    return (*steps[:-1], nearest(str(steps[-1]), _keys(model, steps)) or "")


def _value(given: object) -> str:
    return quoted(given) if isinstance(given, str) else _type_of(given)[0]


def _type_of(given: object) -> tuple[str, str]:
    """Return what a value is, and what to do where a text should be."""
    return _TYPES.get(type(given), _TYPES[dict])
