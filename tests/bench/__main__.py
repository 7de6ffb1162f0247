"""How fast it is, beside other programs in the same run: `python -m tests.bench`, some minutes; `--quick`, one.

Prints ratios and writes `bench.json` and two pictures. What is not installed (`pip install -e '.[bench]'`) is left out.
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from tests.bench import commands, pictures, scoring, stages


def main(
    out: Annotated[Path, typer.Option(help="Folder for the figures and pictures.")] = Path("docs/bench"),
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Small sizes only.")] = False,
) -> None:
    """Measure, print ratios, write the figures and draw them."""
    for name in scoring.missing():
        typer.echo(f"{name} is not installed and left out")
    # First, as a process that is begun counts as large as who begins it.
    found: dict[str, Any] = {"commands": commands.measured(0 if quick else 10_000), "scoring": {}}
    bare = next(iter(found["commands"].values()))["seconds"]
    for name, cost in found["commands"].items():
        typer.echo(f"{name}: {cost['seconds']} s ({cost['seconds'] / bare:.1f} of bare), {cost['MB']} MB")
    for size in (1_000, 10_000) if quick else (1_000, 10_000, 100_000, 1_000_000):
        found["scoring"][str(size)] = programs = scoring.measured(size)
        ours = programs["ours"]
        typer.echo(f"{size:>9,} documents, top ten as of rank-bm25: {ours['top tens as of rank-bm25']:.0%}")
        for name, each in programs.items():
            ratios = "  ".join(f"{each[unit]:>10,} {unit} ({_ratio(ours, each, unit)})" for unit in _UNITS)
            typer.echo(f"  {name:<10}{ratios}")
    found["stages"] = stages.measured((10_000,) if quick else (10_000, 100_000), 60 if quick else 200)
    small = found["stages"]["built-in"]
    for name, spent in found["stages"].items():
        told = "  ".join(f"{stage} {spent[stage]:.2f}" for stage in (*stages.STAGES, "all"))
        ratio = f"{spent['all'] / small['all']:.2f} of built-in, {spent['all'] / small['encode']:.2f} of encoding; recall {spent['recall']:.3f}"
        typer.echo(f"{name}: {told} ms ({ratio})")
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if find_spec("matplotlib") is None:
        typer.echo("matplotlib is not installed: no pictures")
    else:
        pictures.draw(found, out)
    typer.echo(f"written to {out}")


_UNITS = ("µs", "build seconds", "MB")


def _ratio(ours: dict[str, float], other: dict[str, float], unit: str) -> str:
    return f"ours {ours[unit] / other[unit]:.2f}" if other[unit] > 0 else "–"


if __name__ == "__main__":
    typer.run(main)
