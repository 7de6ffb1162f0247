"""How many mentions a second one process answers, over a local socket: `python -m tests.bench.bench_slack`."""

import tempfile
from pathlib import Path
from time import perf_counter, process_time
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
        hr = slack.channel("人事", kind="private")
        with (
            office(slack, place / "faq", place / "home", hr=hr.id, limit=1_000, by_dispatch=False) as bot,
            connected(slack, bot),
        ):
            people[0].says("給料はいくらですか")
            slack.until(lambda: len(people[0].sees()) == len(["question", "answer"]))
            begun, worked = perf_counter(), process_time()
            said = [
                people[number % PEOPLE].says("在宅勤務は?", channel=general, mention=True)
                for number in range(mentions)
            ]
            pressed = perf_counter()
            people[0].presses("人事に聞く", message=people[0].sees()[-1])
            slack.until(people[0].modals)
            opened = perf_counter() - pressed
            slack.until(lambda: all(each.acked for one in said for each in one.deliveries))
            kept, work = perf_counter() - begun, process_time() - worked
            bot.settle()
            seconds = perf_counter() - begun
        replies = len([each for each in slack.calls("chat.postMessage") if each.body.get("thread_ts")])
    waits = sorted(each.acked_at - each.sent_at for one in said for each in one.deliveries)
    events = sum(len(one.deliveries) for one in said)
    typer.echo(f"{mentions} mentions, {events} events, {replies} replies in {seconds:.1f} s")
    typer.echo(
        f"{events / seconds:.0f} events/s, {replies / seconds:.0f} replies/s; "
        f"all kept in {kept:.1f} s, {work:.1f} of CPU"
    )
    late = waits[len(waits) * 99 // 100]
    typer.echo(
        f"acknowledged within {late:.1f} s at the 99th percentile; a form opened within {opened:.1f} s"
    )


if __name__ == "__main__":
    typer.run(main)
