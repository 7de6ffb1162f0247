"""The JSON Schema of the YAML files, so that editors complete keys and mark mistakes."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from faq.formats.columns import COLUMNS, Kind
from faq.model import Entry, Expectation, Lexicon, Source, Tuning

_TITLES: Mapping[str, Mapping[str, str]] = {
    "Entry": {key: name for key, name in COLUMNS[Kind.ENTRIES].items() if "." not in key}
    | {"source": "出典"},
    "Source": {"title": "題名", "publisher": "発行元", "as_of": "出典の時点"},
    "Expectation": COLUMNS[Kind.EXPECTATIONS],
    "Lexicon": {
        "groups": "同じ意味",
        "one_way": "片方向",
        "never": "別の意味",
        "terms": "ひとまとまりの言葉",
    },
    "OneWay": {"word": "言葉", "means": "広い言葉"},
    "Tuning": {
        "made_on": "調整した日",
        "questions": "質問の数",
        "entries": "項目の数",
        "search": "検索の版",
        "scale": "確信度の倍率",
        "shift": "確信度の増減",
    },
}


class KnowledgeFile(BaseModel):
    """A file of knowledge: entries with their common source, words, expectations, and what `faq tune` kept."""

    model_config = ConfigDict(extra="forbid")

    source: Source | None = None
    entries: tuple[Entry, ...] = ()
    lexicon: Lexicon = Lexicon()
    expectations: tuple[Expectation, ...] = ()
    tuning: Tuning | None = None


def schema() -> dict[str, Any]:
    """Return the schema, made of the models that the reader validates with."""
    made = KnowledgeFile.model_json_schema()
    parts = made["$defs"]
    for name, titles in _TITLES.items():
        for key, title in titles.items():
            parts[name]["properties"][key]["title"] = title
    gold = parts["Expectation"]["properties"]["gold"]
    ids = {"type": "array", "items": {"type": "string"}}
    # Both forms are read: a list of ids, and ids with grades.
    graded = {key: value for key, value in gold.items() if key not in ("title", "description")}
    parts["Expectation"]["properties"]["gold"] = {"title": gold["title"], "anyOf": [ids, graded]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "FAQ"}
