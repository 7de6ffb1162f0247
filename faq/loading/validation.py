"""Data into models, and pydantic's errors into problems in plain words, with a remedy."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from faq.formats.parsed_file import MOST_PROBLEMS, Origin, Steps, name_of
from faq.formats.sheets.columns import TableKind, key_of
from faq.model import OneWay, Source
from faq.problems import Fault, Place, Problem, nearest
from faq.wording import Part, Term, Value, problem_kinds

Model = TypeVar("Model", bound=BaseModel)

_INNER_MODELS: Mapping[str, type[BaseModel]] = {"source": Source, "one_way": OneWay}

_WANTED = {
    "string_type": (Term("文字"), ""),
    "tuple_type": (Term("一覧"), "write-list"),
    "dict_type": (Term("idの一覧"), "write-ids"),
    "model_type": (Term("「キー: 値」の行"), "write-keys"),
    "model_attributes_type": (Term("「キー: 値」の行"), "write-keys"),
}
"""What is wanted, by the type of error, and what to do; empty if that depends on what is there."""
_TYPES: Mapping[type, tuple[Term, str]] = {
    type(None): (Term("空"), "write-text"),
    str: (Term("文字"), ""),
    bool: (Term("true か false"), "quote-text"),
    int: (Term("数"), "quote-text"),
    float: (Term("数"), "quote-text"),
    list: (Term("一覧"), "quote-list"),
    tuple: (Term("一覧"), "quote-list"),
    dict: (Term("「キー: 値」の行"), "quote-mapping"),
}
"""What is there, and what to do if a text is wanted."""
_KINDS = {
    "bool": "no-flag",
    "int": "no-count",
    "greater_than_equal": "no-count",
    "float": "no-number",
    "finite_number": "no-number",
    "greater_than": "not-above-zero",
    "less_than_equal": "too-great",
    "string_too_short": "empty-text",
    "string_too_long": "text-too-long",
    "string_pattern_mismatch": "no-id-form",
    "string_unicode": "half-character",
    "too_short": "too-few-words",
    "too_long": "too-many-words",
    "date": "no-date",
    "enum": "no-choice",
    "literal": "no-choice",
}
"""The kind in the catalogue by the type of pydantic's error, or by its first word. Other types are kinds themselves."""
_OF_KEY = {"handover-for-referrals": "handover", "words-without-gold": "answer_has"}


def validate(model: type[Model], data: object, origin: Origin) -> tuple[Model | None, list[Problem]]:
    """Return the value of the data and its problems; `None` if there are any."""
    value, errors = None, []
    try:
        value = model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)[: MOST_PROBLEMS + 1]
    problems = sorted((_translate(model, error, origin) for error in errors), key=lambda each: each.place)
    # A key that is mistyped is not told as missing too.
    meant = {Part(str(value)) for each in problems for name, value in each.fault.values if name == "near"}
    kept = [
        each
        for each in problems
        if each.fault.kind != "missing" or dict(each.fault.values)["name"] not in meant
    ]
    return (None if problems else value), kept


def unknown_key(key: str, known: Sequence[str], place: Place) -> Problem:
    """Return the problem of an unknown key."""
    # Who knows the sheets may write their names: 質問 for question.
    if key != key.lstrip("\u3000"):
        return Problem(place, Fault.of("wide-space"))
    meant = next((found for kind in TableKind if (found := key_of(key, kind)[0]) in known), None)
    near = meant or nearest(key, known) or ""
    advice = "did-you-mean" if near else ""
    return Problem(place, Fault.of("unknown-key", key=key, known=tuple(known), near=near, advice=advice))


def wrong_type(  # noqa: PLR0913, PLR0917 -- all that its text says
    name: Value, wanted: Term, given: object, place: Place, advice: str, known: tuple[str, ...] = ()
) -> Problem:
    """Return the problem of a value of a wrong type."""
    there, _ = _type_of(given)
    fault = Fault.of("wrong-type", name=name, wanted=wanted, given=there, known=known, advice=advice)
    return Problem(place, fault)


def _translate(model: type[BaseModel], error: ErrorDetails, origin: Origin) -> Problem:
    steps, given, context = error["loc"], error["input"], error.get("ctx", {})
    place = origin.at(*steps)
    if error["type"] == "extra_forbidden":
        return unknown_key(str(steps[-1]), _keys(model, steps), place)
    if error["type"] in _WANTED:
        wanted, advice = _WANTED[error["type"]]
        return wrong_type(name_of(steps or origin.steps), wanted, given, place, advice or _type_of(given)[1])
    kind = _KINDS.get(error["type"]) or _KINDS.get(error["type"].split("_")[0], "invalid")
    kind = error["type"] if error["type"] in problem_kinds() else kind
    if kind == "missing" and isinstance(steps[-1], int):
        steps, kind = steps[:-1], "not-a-pair"
    elif key := _OF_KEY.get(kind):
        steps = (*steps, key)
        place = origin.at(*steps)
    choices = tuple(re.findall("'(.*?)'", context["expected"])) if kind == "no-choice" else ()
    near = (nearest(str(given), choices) if choices else None) or ""
    fault = Fault.of(
        kind,
        advice="did-you-mean" if near else "",
        name=name_of(steps),
        value=Part(given) if isinstance(given, str) else _type_of(given)[0],
        length=context.get("actual_length", len(str(given).strip())),
        most=context.get("max_length", context.get("le", 0)),
        least=context.get("min_length", 0),
        known=choices,
        near=near,
        message=error["msg"],
    )
    return Problem(place, fault)


def _keys(model: type[BaseModel], steps: Steps) -> list[str]:
    around = [step for step in steps[:-1] if isinstance(step, str)]
    inner = (_INNER_MODELS[step] for step in reversed(around) if step in _INNER_MODELS)
    return list(next(inner, model).model_fields)


def _type_of(given: object) -> tuple[Term, str]:
    return _TYPES.get(type(given), _TYPES[dict])
