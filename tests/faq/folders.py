"""Small knowledge folders for the tests of reading and checking."""

from pathlib import Path

from faq.loading.loader import KnowledgeReading, read

SOURCE = "source: {title: イベントレポート, publisher: デジタルサービス局, as_of: 2025-02-18}\n"


def entry(entry_id: str, *lines: str) -> str:
    """Return a sound entry as YAML, with `lines` after its keys."""
    keys = (f"id: {entry_id}", f"question: {entry_id}とは", f"answer: {entry_id}です。", *lines)
    return "  - " + "\n    ".join(keys) + "\n"


def written(folder: Path, **texts: str | bytes) -> Path:
    """Write files of these names, `__` standing for the dot, and return the folder."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def messages(reading: KnowledgeReading, folder: Path) -> list[str]:
    """Return the problems as people see them, the folder's own path left out."""
    return [str(problem).replace(f"{folder}/", "") for problem in reading.problems]


def problems_of(folder: Path, **texts: str | bytes) -> list[str]:
    return messages(read(written(folder, **texts)), folder)
