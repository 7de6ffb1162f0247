"""A run: people ask at a steady rate while things break by schedule, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from threading import Event, Thread
from time import perf_counter

from tests.load.faults import Fault, Slot
from tests.load.office import Office
from tests.load.reloads import Reloads
from tests.load.tally import Question, Seconds, Tally, growth, percentiles
from tests.patience import PATIENCE_SECONDS
from tests.slack.double import Channel, Person

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
_KEPT_SECONDS, _KEPT_MESSAGES = 240, 80
"""Of what stands in Slack, the local one keeps the last of each conversation: it must not be what is measured."""


@dataclass
class Run:
    """Asks, breaks, reloads and counts, each in a thread of its own."""

    office: Office
    texts: Sequence[str]
    reloads: Reloads
    faults: Mapping[str, Fault]
    slots: Sequence[Slot]
    rate: float
    seconds: float
    reload_seconds: float
    tally: Tally = field(default_factory=Tally)
    served: bool = False
    """Whether the last answer was of what was reloaded last."""
    _people: list[tuple[Person, Channel, Channel]] = field(default_factory=list)
    _ending: Event = field(default_factory=Event)
    _settled: Event = field(default_factory=Event)
    _begun: float = 0.0

    def __post_init__(self) -> None:
        slack = self.office.slack
        # Other tests see to the blocks; this work is Slack's, which has other machines for it.
        slack.workspace.excess = lambda _text, _blocks: ""
        channels: list[Channel] = []
        for number in range(round(self.rate * PEOPLE_PER_RATE) + 1):
            if number % PEOPLE_PER_CHANNEL == 0:
                channels.append(slack.channel(f"部屋{len(channels)}"))
            person = slack.person(f"候補者{number}")
            person.joins(channels[-1])
            self._people.append((person, person.dm, channels[-1]))

    def __call__(self) -> None:
        """Run to the end, and wait until all is answered, or nothing comes any more."""
        self._begun = perf_counter()
        watch, breaks = Thread(target=self._watch), Thread(target=self._break)
        changes = Thread(target=self.reloads.run, args=(self.reload_seconds, self._ending, self._settled))
        for each in (watch, breaks, changes):
            each.start()
        try:
            self._ask()
        finally:
            self._ending.set()
            for each in (breaks, changes):
                each.join()
        try:
            self.reloads.reload(self._settled)
            self.served = self._serves_what_was_reloaded()
        finally:
            self._settled.set()
            watch.join()

    @property
    def wrong(self) -> int:
        counts = self.tally.counts()
        return (
            counts["lost"] + counts["twice"] + self.reloads.lost + (not self.served) + len(self.office.bugs)
        )

    def figures(self) -> dict[str, Mapping[str, float]]:
        quiet, reloads = self.waits(self.slots), self.reloads
        told = {"asked": reloads.asked, "published": reloads.published, "refused": reloads.refused}
        return {
            "questions": self.tally.counts(),
            "reloads": {**told, "lost": reloads.lost + (not self.served)},
            "milliseconds to the Web API": percentiles(self.waits()),
            "the same while nothing was broken": {**percentiles(quiet), "questions": len(quiet)},
            "memory": growth(self.office.lives[-1].memory),
            "log": {"mistakes of the program": len(self.office.bugs)},
        }

    def waits(self, broken: Sequence[Slot] = ()) -> Seconds:
        """Return when each was asked, in seconds of the run, and how long it waited for its first call of the Web API.

        What was asked or sent while something was `broken`, or showed traces of that, is left out.
        """
        asked = [each for each in list(self.tally.questions.values()) if each.called]
        times = [(each.asked - self._begun, each.called - self._begun) for each in asked]
        return [
            (at, called - at)
            for at, called in times
            if not any(at < slot.over and called > slot.begins for slot in broken)
        ]

    def _now(self) -> float:
        return perf_counter() - self._begun

    def _ask(self) -> None:
        for number in range(round(self.rate * self.seconds)):
            if self._ending.wait(max(0.0, number / self.rate - self._now())):
                return
            at, text = number % len(self._people), self.texts[number % len(self.texts)]
            self._says(at, text, in_channel=number % MENTION_EVERY == 0)

    def _says(self, at: int, text: str, *, in_channel: bool = False) -> Question:
        person, direct, channel = self._people[at]
        question = Question(perf_counter())
        said = person.says(text, channel=channel if in_channel else direct, mention=in_channel)
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
        workspace.now += _TICK_SECONDS
        workspace.scenes.clear()
        for messages in list(workspace.messages.values()):
            del messages[:-_KEPT_MESSAGES]
        for name, ticket in list(workspace.tickets.items()):
            if workspace.now - ticket.made > _KEPT_SECONDS:
                del workspace.tickets[name]
        done = list(takewhile(lambda each: each.status, slack.requests))
        del slack.requests[: len(done)]
        self.tally.note(done)
        now, held = perf_counter(), list(slack.deliveries)
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
