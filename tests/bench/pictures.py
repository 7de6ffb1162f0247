"""The two pictures of the bench: cost against size, and the stages of a reply."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench.stages import STAGES

SMALL = {"svg.fonttype": "none", "svg.hashsalt": "bench", "font.size": 9, "figure.figsize": (6, 3.2)}


def draw(found: Mapping[str, Any], folder: Path) -> None:
    """Write the pictures of figures into a folder."""
    matplotlib = import_module("matplotlib")
    matplotlib.use("svg")
    plot = import_module("matplotlib.pyplot")
    with matplotlib.rc_context(SMALL):
        figure, axes = plot.subplots()
        sizes = [int(size) for size in found["scoring"]]
        for name in next(iter(found["scoring"].values())):
            times = [programs[name]["µs"] for programs in found["scoring"].values()]
            axes.plot(
                sizes, times, marker="o", markersize=3, label=name, linewidth=2.5 if name == "ours" else 1
            )
        axes.set(xscale="log", yscale="log", xlabel="documents", ylabel="µs for the ten best, median")
        _saved(figure, axes, folder / "scoring.svg")
        figure, axes = plot.subplots()
        left = [0.0] * len(found["stages"])
        for stage in STAGES:
            widths = [spent[stage] for spent in found["stages"].values()]
            axes.barh(list(found["stages"]), widths, left=left, label=stage)
            left = [before + width for before, width in zip(left, widths, strict=True)]
        axes.set(xlabel="ms of CPU for a reply, median")
        axes.invert_yaxis()
        _saved(figure, axes, folder / "stages.svg")


def _saved(figure: Any, axes: Any, file: Path) -> None:  # noqa: ANN401 -- matplotlib need not be installed
    axes.legend(frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None})
