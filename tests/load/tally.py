"""What became of each question, as Slack saw it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from bot.slack.delivery.sending import SENT, message_key
from bot.slack.messages import notices
from tests.load.schedule import Slot
from tests.slack.double import Posted, Request

REFUSALS = frozenset({notices.APOLOGY, notices.TOO_MANY, notices.UNKEPT})
Seconds = list[tuple[float, float]]


@dataclass
class Question:
    """A question, when it was asked and first called the Web API, and the texts that stand in Slack for it."""

    asked: float
    called: float = 0.0
    texts: list[str] = field(default_factory=list)


@dataclass
class Tally:
    """All questions of a run, by the name that the bot gives each; for the threads of the run."""

    questions: dict[str, Question] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def ask(self, posted: Posted, question: Question) -> None:
        with self._lock:
            self.questions[message_key(posted.channel, posted.ts)] = question

    def note(self, requests: Iterable[Request]) -> None:
        """Note calls that post a message; what was done for a caller that heard nothing of it counts too."""
        for request in requests:
            metadata = request.body.get("metadata") or {}
            if request.method != "chat.postMessage" or metadata.get("event_type") != SENT:
                continue
            key = metadata["event_payload"]["key"].removesuffix(" sorry").removesuffix(" late")
            with self._lock:
                question = self.questions.get(key)
            if question:
                question.called = min(question.called or request.at, request.at)
                if request.answer.get("ok"):
                    question.texts.append(request.body["text"])

    def counts(self) -> dict[str, int]:
        """Return how many were asked, answered, refused with a reason, lost, and answered twice."""
        with self._lock:
            all_of_them = list(self.questions.values())
        refused = sum(each.texts[:1] != [] and each.texts[0] in REFUSALS for each in all_of_them)
        told = Counter(len(each.texts) for each in all_of_them)
        answered = len(all_of_them) - told[0] - refused
        twice = sum(times for count, times in told.items() if count > 1)
        numbers = {"asked": len(all_of_them), "answered": answered, "refused": refused}
        return {**numbers, "lost": told[0], "twice": twice}

    def blamed(self, slots: Sequence[Slot], begun: float) -> dict[str, int]:
        """Return how many were lost or answered twice, by what had been broken last when they were asked."""
        with self._lock:
            wrong = [each.asked - begun for each in self.questions.values() if len(each.texts) != 1]
        last = (
            next((slot.fault for slot in reversed(slots) if slot.begins < asked), "nothing")
            for asked in wrong
        )
        return dict(Counter(last))

    def waits(self, slots: Sequence[Slot], begun: float, *, quiet: bool) -> Seconds:
        """Return when each was asked, from when it `begun`, and how long it took until the Web API was called.

        Quiet is what was asked and sent while nothing was broken, and nothing that was broken showed any more.
        """
        with self._lock:
            called = [
                (each.asked - begun, each.called - begun) for each in self.questions.values() if each.called
            ]
        return [
            (asked, call - asked)
            for asked, call in called
            if not (quiet and any(asked < slot.over and call > slot.begins for slot in slots))
        ]


def percentiles(waits: Seconds) -> dict[str, float]:
    """Return some of the waits, in milliseconds; nothing of none."""
    if not waits:
        return {}
    found = np.percentile([each for _, each in waits], [50, 95, 99]) * 1_000
    return {name: round(float(each), 1) for name, each in zip(("p50", "p95", "p99"), found, strict=True)}
