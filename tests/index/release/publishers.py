"""Small knowledge folders that are published, and how they are asked without a conversation."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from faq.model import Entry, Expectation
from index.analysis.questions import question
from index.release.building import Release
from index.release.gate import Given
from index.release.publishing import Publisher
from tests.index.builders import TINY, FakeEncoder

NOW = datetime(2025, 6, 1, 9, 0, tzinfo=UTC)
ENCODERS = [FakeEncoder()]
EXPECTED = (
    Expectation(q="テレワークは週に何日できますか", gold={"remote": 1}, answer_has=("二日",)),
    Expectation(q="服装は自由ですか", gold={"clothes": 1}),
    Expectation(q="宇宙旅行の割引はありますか", gold={}),
)


def ask(release: Release, text: str) -> Given:
    """Put a question to the index alone."""
    verdict = release.reader().read(question(text)).verdict
    answers = [release.knowledge.entry(entry_id).answer for entry_id in verdict.entry_ids]
    return Given(reply=verdict.kind.value, ids=verdict.entry_ids, text="\n".join(answers))


def write(
    folder: Path, entries: Iterable[Entry] = TINY.entries, expectations: Iterable[Expectation] = EXPECTED
) -> Path:
    folder.mkdir(exist_ok=True)
    for name, values in (("entries", entries), ("expectations", expectations)):
        lines = (each.model_dump_json(exclude_defaults=True) for each in values)
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def changed(entry_id: str, **fields: Any) -> tuple[Entry, ...]:  # noqa: ANN401 -- whatever an entry has
    """Return the entries of the tiny set, one of them changed."""
    return tuple(entry.model_copy(update=fields) if entry.id == entry_id else entry for entry in TINY.entries)


def publisher(folder: Path, home: Path, **rest: Any) -> Publisher:  # noqa: ANN401 -- what a publisher has
    usual = {"ask": ask, "now": NOW, "day": date(2025, 6, 1), "by": "suzuki", "encoders": ENCODERS}
    return Publisher(folder, home, **usual | rest)  # type: ignore[arg-type]  # each as a publisher has it
