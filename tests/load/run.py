"""A run: people ask at a steady rate while things break by schedule, and what became of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Thread
from time import perf_counter

import numpy as np

from tests.load.faults import Fault
from tests.load.office import Office
from tests.load.reloads import Reloads
from tests.load.schedule import Slot
from tests.load.tally import Question, Seconds, Tally, percentiles
from tests.patience import PATIENCE_SECONDS

PEOPLE_PER_RATE = 60
"""People for each question a second: each asks about once a minute."""
MENTION_EVERY = 5
"""Of so many questions, one is asked in a channel, the others in direct messages."""
PEOPLE_PER_CHANNEL = 10
"""For Slack takes about one message a second in a channel."""
MOST_LOOKS = 6
_RESENT_SECONDS = (3.0, 60.0, 300.0)
"""Without an acknowledgement for so long, Slack sends an event for the first, second and last time again."""
_TICK_SECONDS = 1.0
_WARM_SECONDS = 60.0
_KEPT_SECONDS, _KEPT_MESSAGES = 240, 80
"""Of what stands in Slack, the local one keeps the last of each conversation: it must not be what is measured."""


@dataclass(frozen=True)
class Outcome:
    """What a run showed; waits are of the questions, in seconds of the run."""

    counts: Mapping[str, int]
    blamed: Mapping[str, int]
    reloads: Mapping[str, int]
    memory: Mapping[str, float]
    waits: Seconds
    quiet: Seconds
    weighed: Sequence[tuple[float, int]]
    slots: Sequence[Slot]
    bugs: Sequence[str]

    @property
    def wrong(self) -> int:
        return self.counts["lost"] + self.counts["twice"] + self.reloads["lost"] + len(self.bugs)

    def figures(self) -> dict[str, Mapping[str, float]]:
        quiet = {**percentiles(self.quiet), "questions": len(self.quiet)}
        return {
            "questions": self.counts,
            **({"lost or twice, by what broke last": self.blamed} if self.blamed else {}),
            "reloads": self.reloads,
            "milliseconds to the Web API": percentiles(self.waits),
            "the same while nothing was broken": quiet,
            "memory": self.memory,
            "log": {"mistakes of the program": len(self.bugs)},
        }


class Run:
    """Asks, breaks, reloads and counts, each in a thread of its own."""

    def __init__(  # noqa: PLR0913 -- what a run is made of
        self,
        office: Office,
        texts: Sequence[str],
        *,
        rate: float,
        seconds: float,
        reloads: Reloads,
        reload_seconds: float,
        faults: Mapping[str, Fault],
        slots: Sequence[Slot],
    ) -> None:
        self.office, self.texts, self.rate, self.seconds = office, texts, rate, seconds
        self.faults, self.slots, self.reload_seconds = faults, slots, reload_seconds
        slack = office.slack
        # Other tests see to the blocks; this work is Slack's, which has other machines for it.
        slack.workspace.excess = lambda _text, _blocks: ""
        self.people = [slack.person(f"候補者{at}") for at in range(round(rate * PEOPLE_PER_RATE) + 1)]
        self.direct = [person.dm for person in self.people]
        self.channels = [
            slack.channel(f"部屋{at}", *self.people)
            for at in range(len(self.people) // PEOPLE_PER_CHANNEL + 1)
        ]
        self.reloads = reloads
        self.tally = Tally()
        self._ending, self._settled = Event(), Event()
        self._begun = perf_counter()

    def __call__(self) -> Outcome:
        """Run to the end, and wait until all is answered, or nothing comes any more."""
        self._begun = perf_counter()
        watch = Thread(target=self._watch)
        others = [
            Thread(target=self._break),
            Thread(target=self.reloads.run, args=(self.reload_seconds, self._ending, self._settled)),
        ]
        for each in (watch, *others):
            each.start()
        try:
            self._ask()
        finally:
            self._ending.set()
            for each in others:
                each.join()
        try:
            self.reloads.write(broken=False)
            self.reloads.reload(self._settled)
            served = self._serves_what_was_reloaded()
        finally:
            self._settled.set()
            watch.join()
        memory = self.office.lives[-1].memory
        return Outcome(
            self.tally.counts(),
            self.tally.blamed(self.slots, self._begun),
            {
                "asked": self.reloads.asked,
                "published": len(self.reloads.published),
                "refused": self.reloads.refused,
                "lost": self.reloads.asked
                - len(self.reloads.published)
                - self.reloads.refused
                + (not served),
                "asked again": self.reloads.repeated,
            },
            growth(memory),
            self._waits(quiet=False),
            self._waits(quiet=True),
            [each for life in self.office.lives for each in life.memory],
            self.slots,
            self.office.bugs,
        )

    def _now(self) -> float:
        return perf_counter() - self._begun

    def _waits(self, *, quiet: bool) -> Seconds:
        return self.tally.waits(self.slots, self._begun, quiet=quiet)

    def _ask(self) -> None:
        for number in range(round(self.rate * self.seconds)):
            if self._ending.wait(max(0.0, number / self.rate - self._now())):
                return
            at = number % len(self.people)
            self._says(at, self.texts[number % len(self.texts)], in_channel=number % MENTION_EVERY == 0)

    def _says(self, at: int, text: str, *, in_channel: bool = False) -> Question:
        place = self.channels[at % len(self.channels)] if in_channel else self.direct[at]
        asked = perf_counter()
        said = self.people[at].says(text, channel=place, mention=in_channel)
        question = Question(asked)
        self.tally.ask(said.posted, question)
        for each in said.deliveries * (self.office.times - 1):
            self.office.slack.resend(each)
        return question

    def _break(self) -> None:
        for slot in self.slots:
            if self._ending.wait(max(0.0, slot.begins - self._now())):
                return
            with self.faults[slot.fault](self.office):
                self._ending.wait(max(0.0, slot.ends - self._now()))

    def _watch(self) -> None:
        """Do what Slack does by the way, and note what became of it."""
        while not self._settled.wait(_TICK_SECONDS):
            self.office.weigh(self._now())
            self._look()
        self._look()

    def _look(self) -> None:
        slack, workspace = self.office.slack, self.office.slack.workspace
        with workspace.changed:
            workspace.now += _TICK_SECONDS
            done = [each for each in slack.requests if each.status]
            slack.requests[:] = [each for each in slack.requests if not each.status]
            for messages in workspace.messages.values():
                del messages[:-_KEPT_MESSAGES]
            workspace.scenes.clear()
            workspace.tickets = {
                name: each
                for name, each in workspace.tickets.items()
                if workspace.now - each.made < _KEPT_SECONDS
            }
        self.tally.note(done)
        now = perf_counter()
        held = list(slack.deliveries)
        late = [at for at, each in enumerate(held) if not each.acked and each.type == "events_api"]
        del slack.deliveries[: min(late, default=len(held))]
        for each in (held[at] for at in late):
            pauses = _RESENT_SECONDS[each.resent :]
            if pauses and now - each.sent_at > pauses[0]:
                each.sent_at = now
                slack.resend(each)

    def _serves_what_was_reloaded(self) -> bool:
        """Wait until all is answered, and tell whether the last answer has it; of replicas, one may follow later."""
        for _ in range(1 if self.office.replicas == 1 else MOST_LOOKS):
            last = self._says(0, self.reloads.question)
            self._wait_for_answers()
            if self.reloads.version in "".join(last.texts):
                return True
        return False

    def _wait_for_answers(self) -> None:
        """Wait as long as some are not answered and answers go on coming."""
        lost, patience = -1, 0.0
        while (now := self.tally.counts()["lost"]) and patience < PATIENCE_SECONDS:
            patience, lost = (patience + _TICK_SECONDS if now == lost else 0.0), now
            self._settled.wait(_TICK_SECONDS)


def growth(memory: Sequence[tuple[float, int]]) -> dict[str, float]:
    """Return how the memory of a process went once it was warm, in megabytes and a percentage."""
    begun = memory[0][0]
    warm = [each for each in memory if each[0] - begun > min(_WARM_SECONDS, (memory[-1][0] - begun) / 3)]
    part = max(1, len(warm) // 10)
    times, sizes = np.array([each[0] for each in warm]), np.array([each[1] for each in warm]) / (1 << 20)
    first, last = sizes[:part].mean(), sizes[-part:].mean()
    with suppress(ValueError, np.linalg.LinAlgError):
        slope = np.polyfit(times, sizes, 1)[0] * 60
    found = {
        "MB at first": first,
        "MB at last": last,
        "growth in %": (last / first - 1) * 100,
        "MB a minute": slope,
    }
    return {name: round(float(each), 2) for name, each in found.items()}
