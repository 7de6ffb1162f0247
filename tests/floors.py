"""The parts of the program, which imports which, and on which floor each stands.

python -m tests.floors           prints the parts, top floor first
python -m tests.floors --write   draws them into docs/architecture.md, between its markers
"""

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
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


@cache
def imports(module: Path) -> tuple[str, ...]:
    """Return the full name of everything that a module imports, wherever in it."""
    package = module.relative_to(ROOT).parent.parts
    found: list[str] = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            found.append(".".join((*above, *filter(None, [node.module]))))
    return tuple(found)


def folder_of(name: str) -> str:
    """Return the folder, or the module, just below its package that a module belongs to."""
    return "/".join(name.split(".")[:2])


def room_of(name: str) -> str:
    """Return the same, but `faq` and `index` as one: who uses them sees them whole."""
    return folder_of(name) if name.startswith("bot.") else name.split(".", maxsplit=1)[0]


def graph(part_of: Callable[[str], str], *packages: str) -> Mapping[str, frozenset[str]]:
    """Return the parts of some packages that each of their parts imports; what only starts a package is none."""
    found: dict[str, set[str]] = {}
    for module in modules(*packages):
        if module.name == "__main__.py" or (module.parent.parent == ROOT and module.name == "__init__.py"):
            continue
        part = part_of(".".join(module.relative_to(ROOT).with_suffix("").parts))
        others = {part_of(each) for each in imports(module) if each.split(".")[0] in packages and "." in each}
        found.setdefault(part, set()).update(others - {part})
    return {part: frozenset(others) for part, others in sorted(found.items())}


def floors(found: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return the parts by floor, lowest first: each stands just above the highest that it imports.

    Raises:
        graphlib.CycleError: two parts import each other.
    """
    level: dict[str, int] = {}
    for part in TopologicalSorter(found).static_order():
        level[part] = max((level[other] + 1 for other in found[part]), default=1)
    return [
        sorted(part for part in level if level[part] == floor) for floor in range(1, max(level.values()) + 1)
    ]


def picture() -> str:
    """Return the house as a diagram in Mermaid, and what stands inside `faq` and `index`, lowest first.

    An import that another one implies is not drawn.
    """
    found = graph(room_of, *PACKAGES)
    lines = ["```mermaid", "flowchart TD"]
    for number, floor in reversed(list(enumerate(floors(found), start=1))):
        lines.append(f'  subgraph floor{number}["floor {number}"]')
        lines += [f'    {_node(part)}["{part}"]' for part in floor]
        lines.append("  end")
    for part, others in found.items():
        implied = {below for other in others for below in _below(found, other)}
        lines += [f"  {_node(part)} --> {_node(other)}" for other in sorted(others - implied)]
    lines += ["```", ""]
    for package in PACKAGES[:2]:
        inside = [
            ", ".join(part.removeprefix(f"{package}/") for part in floor)
            for floor in floors(graph(folder_of, package))
        ]
        lines.append(f"Inside `{package}`: {' → '.join(inside)}.")
    return "\n".join([*lines, ""])


def _below(found: Mapping[str, frozenset[str]], part: str) -> frozenset[str]:
    return found[part].union(*(_below(found, other) for other in found[part]))


def _node(part: str) -> str:
    return part.replace("/", "_")


def main() -> None:
    if "--write" in sys.argv:
        head, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}{picture()}{END}{rest.split(END)[1]}", encoding="utf-8")
    for number, floor in reversed(list(enumerate(floors(graph(room_of, *PACKAGES)), start=1))):
        print(number, ", ".join(floor))  # noqa: T201 -- a script


if __name__ == "__main__":
    main()
