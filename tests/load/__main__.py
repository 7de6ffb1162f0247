"""The bot at work for long, with faults all around it: `python -m tests.load --rate 50 --minutes 30`."""

import json
import shutil
import tempfile
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from faq.loading.loader import builtin, load
from tests.bot.embeddings.embeddings_double import serving, well
from tests.bot.journal.cluster import cluster
from tests.load.faults import faults, schedule
from tests.load.office import Office
from tests.load.reloads import Reloads
from tests.load.run import Run
from tests.load.tally import percentiles
from tests.slack.double import SlackDouble

POINTS = 240
ASKED, ANSWER = "職場の服装はどんな感じですか", "服装はカジュアルになってきています。"
"""A question to the built-in FAQ, and a line of its answer that reloads change."""


def main(  # noqa: PLR0913 -- what can be set of a run
    *,
    rate: Annotated[float, typer.Option(min=0.1, help="Questions a second.")] = 50,
    minutes: Annotated[float, typer.Option(min=0.1, help="How long.")] = 30,
    http: Annotated[bool, typer.Option("--http", help="Events come over HTTP, not by sockets.")] = False,
    postgresql: Annotated[bool, typer.Option("--postgresql", help="For the journal, not SQLite.")] = False,
    replicas: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    every: Annotated[float, typer.Option(min=1, help="Seconds from one fault to the next.")] = 30,
    only: Annotated[str, typer.Option(help="Faults, with commas; 'none' for none.")] = "",
    embeddings: Annotated[bool, typer.Option(help="With an embeddings server.")] = False,
    reload_seconds: Annotated[float, typer.Option(min=1, help="Between two reloads.")] = 60,
    out: Annotated[Path, typer.Option(help="Folder for load.json and load.svg.")] = Path("load"),
) -> None:
    """Ask, and print the figures; exits with 1 if anything was lost, came twice, or was a mistake of the program."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = stack.enter_context(SlackDouble())
        url = stack.enter_context(cluster()) if postgresql else f"sqlite:///{place / 'home' / 'journal.db'}"
        # Its thousands of expectations are asked at every publication: that would be most of what is measured.
        shutil.copytree(builtin(), place / "faq", ignore=shutil.ignore_patterns("expectations*"))
        server = stack.enter_context(serving(well)) if embeddings else None
        encoder = "use,endpoint" if embeddings else "use"
        office = Office(slack, place / "faq", url, http, replicas, encoder, server)
        known = faults(office)
        names = [each for each in known if not only or each in only.split(",")]
        office.publish()
        run = Run(
            office,
            [each.q for each in load(builtin()).expectations],
            reloads=Reloads(office, place / "faq" / "workplace.yaml", ANSWER, ASKED),
            rate=rate,
            seconds=minutes * 60,
            reload_seconds=reload_seconds,
            faults=known,
            slots=schedule(names, minutes * 60, every=every),
        )
        stack.enter_context(office)
        run()
    out.mkdir(parents=True, exist_ok=True)
    title = f"{rate:g} questions a second for {minutes:g} minutes, {url.partition(':')[0]}{', HTTP' * http}"
    held = {"run": title, **run.figures()}
    (out / "load.json").write_text(json.dumps(held, indent=2), encoding="utf-8")
    show(run, title)
    if find_spec("matplotlib") is None:
        typer.echo("matplotlib is not installed: no picture")
    else:
        draw(run, out / "load.svg", title)
    if run.wrong:
        raise typer.Exit(1)


def show(run: Run, title: str) -> None:
    table = Table("", "", Column("value", justify="right"), title=title)
    for group, figures in run.figures().items():
        table.add_section()
        for number, (name, value) in enumerate(figures.items()):
            table.add_row("" if number else group, name, f"{value:,}")
    console = Console()
    console.print(table)
    for line in dict.fromkeys(run.office.bugs):
        console.print(line.rstrip(), markup=False)


def draw(run: Run, file: Path, title: str) -> None:
    """Draw how long answers took over time, the memory below it, and what was broken when."""
    figure = import_module("matplotlib.figure").Figure(figsize=(12, 6))
    waiting, memory = figure.subplots(2, sharex=True, height_ratios=[3, 1])
    asked = sorted(run.waits())
    part = len(asked) // POINTS + 1
    buckets = [asked[at : at + part] for at in range(0, len(asked), part)]
    for name in percentiles(asked):
        times = [held[0][0] for held in buckets]
        waiting.plot(times, [percentiles(held)[name] for held in buckets], label=name)
    for life in run.office.lives:
        memory.plot([at for at, _ in life.memory], [size for _, size in life.memory], color="tab:green")
    for slot in run.slots:
        for axes in (waiting, memory):
            axes.axvspan(slot.begins, slot.ends, color="lightgrey")
        waiting.annotate(slot.fault, (slot.begins, 1), xycoords=("data", "axes fraction"), rotation=50)
    waiting.set(yscale="log", ylabel="ms to the Web API")
    waiting.legend()
    memory.set(xlabel="seconds; grey: what is named above is broken", ylabel="MB", ylim=(0, None))
    figure.suptitle(title, y=1.2)
    figure.savefig(file, bbox_inches="tight")


if __name__ == "__main__":
    typer.run(main)
