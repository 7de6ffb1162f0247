"""How fast it is, beside other programs in the same run: `python -m tests.bench`, half an hour; `--quick`, two minutes.

Prints ratios and writes `bench.json` and two pictures. What is not installed (`pip install -e '.[bench]'`) is left out.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from tests.bench import commands, pictures, scoring, stages

_UNITS = ("µs", "build seconds", "MB")


def main(
    out: Annotated[Path, typer.Option(help="Folder for the figures and pictures.")] = Path("docs/bench"),
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes only.")] = False,
) -> None:
    """Measure, print ratios, write the figures and draw them."""
    for name in scoring.missing():
        typer.echo(f"{name} is not installed and left out")
    # Commands first: a process that is begun counts as large as the one that begins it.
    found = {
        "commands": commands.measured(0 if quick else 10_000),
        "scoring": {
            str(size): scoring.measured(size)
            for size in ((1_000, 10_000) if quick else (1_000, 10_000, 100_000, 1_000_000))
        },
        "stages": stages.measured((10_000,) if quick else (10_000, 100_000), 60 if quick else 200),
    }
    typer.echo("\n".join(told(found)))
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if find_spec("matplotlib") is None:
        typer.echo("matplotlib is not installed: no pictures")
    else:
        pictures.draw(found, out)
    typer.echo(f"written to {out}")


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures with their ratios, a line each."""
    for size, programs in found["scoring"].items():
        ours = programs["ours"]
        right = f", {ours['right']:.0%} of the top tens as of rank-bm25" if "right" in ours else ""
        yield f"{int(size):,} documents{right}"
        for name, each in programs.items():
            ratios = (f"{each[unit]:>12,} {unit} (ours {_ratio(ours, each, unit)})" for unit in _UNITS)
            yield f"  {name:<10}{''.join(ratios)}"
    small = found["stages"]["built-in"]
    for name, spent in found["stages"].items():
        parts = "  ".join(f"{stage} {spent[stage]:.2f}" for stage in (*stages.STAGES, "all"))
        yield f"{name}: {parts} ms, recall {spent['recall']:.3f}"
        yield f"  {spent['all'] / small['all']:.2f} of built-in, {spent['all'] / spent['encode']:.2f} of encoding"
    bare = found["commands"][commands.BARE]["seconds"]
    for name, cost in found["commands"].items():
        yield f"{name}: {cost['seconds']} s, {cost['seconds'] / bare:.1f} of bare; {cost['MB']} MB"


def _ratio(ours: Mapping[str, float], other: Mapping[str, float], unit: str) -> str:
    return f"{ours[unit] / other[unit]:.2f}" if other[unit] > 0 else "–"


if __name__ == "__main__":
    typer.run(main)
