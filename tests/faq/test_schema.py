import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from faq.exchange.exporting import schema
from faq.loading.loader import builtin, read

TUNING = {"made_on": "2025-06-01", "questions": 200, "entries": 1, "search": "s", "scale": 0.5}
ENTRY = {"id": "a", "question": "aは", "answer": "aです。"}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    made = schema()
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def as_an_editor_reads(text: str) -> Any:  # noqa: ANN401 -- data
    """Return YAML as data of JSON: days are texts there."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize("file", sorted(builtin().glob("*.yaml")), ids=lambda file: file.name)
def test_the_built_in_files_are_valid(validator: Draft202012Validator, file: Path) -> None:
    validator.validate(as_an_editor_reads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "change",
    [
        {"entries": [{**ENTRY, "also_aksed": ["x"]}]},
        {"entries": [{**ENTRY, "kind": "referal"}]},
        {"lexicon": {"groups": [["在宅"]]}},
        {"expectations": [{"q": "aは", "gold": "a"}]},
        {"tuning": {**TUNING, "scael": 1}},
    ],
)
def test_what_the_reader_refuses_is_marked_by_an_editor(
    validator: Draft202012Validator, change: object
) -> None:
    assert list(validator.iter_errors(change))


@pytest.mark.parametrize("gold", [["a"], {"a": 2}, []])
def test_both_forms_of_gold_and_a_tuning_are_valid(validator: Draft202012Validator, gold: object) -> None:
    validator.validate({"entries": [ENTRY], "expectations": [{"q": "aは", "gold": gold}], "tuning": TUNING})
    assert schema()["$defs"]["Entry"]["properties"]["also_asked"]["title"] == "別の聞き方"


def test_the_schema_may_lie_beside_the_files(tmp_path: Path) -> None:
    """The command says to put it there, so the check must not say to take it away."""
    (tmp_path / "a.yaml").write_text("entries:\n  - {id: a, question: aは, answer: aです。}\n")
    (tmp_path / "faq.schema.json").write_text(json.dumps(schema()))
    assert read(tmp_path).problems == ()
