"""A knowledge as it stands in YAML: plain data with the keys in their usual order and nothing at its default."""

from faq.formats.yaml_writer import dumped
from faq.model import Entry, EntryKind, Expectation, Knowledge, Lexicon, Source
from faq.tuning import Tuning

KEYS = (
    "id", "kind", "category", "question", "also_asked", "answer", "speaker", "owner", "source", "as_of",
    "review_by", "valid_until", "related", "handover",
)  # fmt: skip
"""The keys of an entry in the order in which they are written."""


def dump(knowledge: Knowledge) -> str:
    """Return one YAML file that holds the knowledge; reading it gives the same knowledge."""
    source = _common_source(knowledge.entries)
    data: dict[str, object] = {"source": source_data(source)} if source else {}
    data["entries"] = [entry_data(entry, source) for entry in knowledge.entries]
    if knowledge.lexicon != Lexicon():
        data["lexicon"] = lexicon_data(knowledge.lexicon)
    if knowledge.expectations:
        data["expectations"] = [expectation_data(each) for each in knowledge.expectations]
    if knowledge.tuning:
        data["tuning"] = tuning_data(knowledge.tuning)
    return dumped(data)


def entry_data(entry: Entry, common: Source | None = None) -> dict[str, object]:
    """Return what an entry is in YAML.

    Args:
        entry: Its source is left out where it is the one of the whole file, and its day where it is the source's.
        common: The source of the whole file.

    >>> entry_data(Entry(id="clothes", question="服装は", answer="自由です。"))
    {'id': 'clothes', 'question': '服装は', 'answer': '自由です。'}
    """
    data: dict[str, object] = {}
    for key in KEYS:
        value = getattr(entry, key)
        default = Entry.model_fields[key].get_default()
        if key == "source" and value is not None:
            if value != common:
                data[key] = source_data(value)
        elif key == "as_of" and entry.source is not None:
            if value != entry.source.as_of:
                data[key] = value
        elif value != default:
            data[key] = list(value) if key == "also_asked" else value
    if isinstance(data.get("kind"), EntryKind):
        data["kind"] = entry.kind.value
    return data


def source_data(source: Source, *, as_text: bool = False) -> dict[str, object]:
    """Return what a source is in YAML, or, as text, what our reader makes of that."""
    return {key: str(value) if as_text else value for key, value in source if value is not None}


def expectation_data(expectation: Expectation) -> dict[str, object]:
    """Return what an expectation is in YAML; grades are written where one is not 1.

    >>> expectation_data(Expectation(q="給料は", gold={"salary": 1}))
    {'q': '給料は', 'gold': ('salary',)}
    """
    plain = all(grade == 1 for grade in expectation.gold.values())
    data: dict[str, object] = {
        "q": expectation.q,
        "gold": tuple(expectation.gold) if plain else expectation.gold,
    }
    if expectation.kind != Expectation.model_fields["kind"].default:
        data["kind"] = expectation.kind
    if expectation.answer_has:
        data["answer_has"] = list(expectation.answer_has)
    return data


def lexicon_data(lexicon: Lexicon) -> dict[str, object]:
    """Return what a lexicon is in YAML: a group a line."""
    data: dict[str, object] = {
        "groups": list(lexicon.groups),
        "one_way": [{"word": rule.word, "means": rule.means} for rule in lexicon.one_way],
        "never": list(lexicon.never),
        "terms": list(lexicon.terms),
    }
    return {key: value for key, value in data.items() if value}


def tuning_data(tuning: Tuning) -> dict[str, object]:
    """Return what a tuning is in YAML."""
    return tuning.model_dump(exclude_defaults=True)


def _common_source(entries: tuple[Entry, ...]) -> Source | None:
    sources = {entry.source for entry in entries}
    return next(iter(sources)) if len(sources) == 1 else None
