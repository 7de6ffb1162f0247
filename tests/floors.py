"""The parts of the program, which imports which, and on which floor each stands.

python -m tests.floors           prints the parts, top floor first
python -m tests.floors --write   draws them into docs/architecture.md, between its markers
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("faq", "index", "bot")
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- parts -->\n", "<!-- end of parts -->"


def modules(*packages: str) -> Iterator[Path]:
    """Yield the modules of some packages, in order."""
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """Yield the full name of everything that a module imports, wherever in it."""
    package = module.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*above, *filter(None, [node.module])))


def part_of(name: str) -> str:
    """Return the part that a module belongs to: the folder, or the module, just below its package."""
    return "/".join(name.split(".")[:2])


@cache
def graph() -> Mapping[str, frozenset[str]]:
    """Return the parts that each part imports; what only starts a package is none."""
    found: dict[str, set[str]] = {}
    for module in modules(*PACKAGES):
        if module.name == "__main__.py" or (module.parent.parent == ROOT and module.name == "__init__.py"):
            continue
        part = part_of(".".join(module.relative_to(ROOT).with_suffix("").parts))
        others = {part_of(each) for each in imports(module) if each.split(".")[0] in PACKAGES}
        found.setdefault(part, set()).update(each for each in others - {part} if "/" in each)
    return {part: frozenset(others) for part, others in sorted(found.items())}


def floors() -> list[list[str]]:
    """Return the parts by floor, lowest first: each stands just above the highest that it imports.

    Raises:
        graphlib.CycleError: two parts import each other.
    """
    level: dict[str, int] = {}
    for part in TopologicalSorter(graph()).static_order():
        level[part] = max((level[other] + 1 for other in graph()[part]), default=0)
    return [
        sorted(part for part in level if level[part] == floor) for floor in range(max(level.values()) + 1)
    ]


def picture() -> str:
    """Return the parts as a diagram in Mermaid; an import that another one implies is not drawn."""
    lines = ["```mermaid", "flowchart TD"]
    for number, floor in reversed(list(enumerate(floors()))):
        lines.append(f'  subgraph floor{number}["floor {number}"]')
        lines += [f'    {_node(part)}["{part}"]' for part in floor]
        lines.append("  end")
    for part, others in graph().items():
        implied = {below for other in others for below in _below(other)}
        lines += [f"  {_node(part)} --> {_node(other)}" for other in sorted(others - implied)]
    return "\n".join([*lines, "```", ""])


def _below(part: str) -> frozenset[str]:
    return graph()[part].union(*map(_below, graph()[part]))


def _node(part: str) -> str:
    return part.replace("/", "_")


def main() -> None:
    """Print or write."""
    if "--write" in sys.argv:
        head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}{picture()}{END}{rest.split(END)[1]}", encoding="utf-8")
    for number, floor in reversed(list(enumerate(floors()))):
        print(number, ", ".join(floor))  # noqa: T201 -- a script


if __name__ == "__main__":
    main()
