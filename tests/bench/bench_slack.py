"""How many mentions a second one process answers, over a local socket: `python -m tests.bench.bench_slack`."""

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from tests.slack.double import SlackDouble
from tests.slack.office import KNOWLEDGE, connected, office

PEOPLE = 20


def main(mentions: Annotated[int, typer.Option(min=1, help="How many.")] = 200) -> None:
    """Ask, and print the figure."""
    with tempfile.TemporaryDirectory() as temporary, SlackDouble() as slack:
        place = Path(temporary)
        (place / "faq").mkdir()
        (place / "faq" / "faq.yaml").write_text(KNOWLEDGE, encoding="utf-8")
        people = [slack.person(f"候補者{number}") for number in range(PEOPLE)]
        general = slack.channel("general", *people)
        with (
            office(slack, place / "faq", place / "home", limit=1_000, by_dispatch=False) as bot,
            connected(slack, bot),
        ):
            begun = perf_counter()
            said = [
                people[number % PEOPLE].says("在宅勤務は?", channel=general, mention=True)
                for number in range(mentions)
            ]
            slack.until(lambda: all(each.acked for one in said for each in one.deliveries))
            kept = perf_counter() - begun
            bot.settle()
            seconds = perf_counter() - begun
        replies = len(slack.calls("chat.postMessage"))
    events = sum(len(one.deliveries) for one in said)
    typer.echo(f"{mentions} mentions, {events} events, {replies} replies in {seconds:.1f} s")
    typer.echo(
        f"{events / seconds:.0f} events/s, {replies / seconds:.0f} replies/s; all acknowledged in {kept:.1f} s"
    )


if __name__ == "__main__":
    typer.run(main)
