"""What became of each question, as Slack saw it, and what that comes to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from bot.slack.delivery.sending import SENT, message_key
from bot.slack.messages import notices
from tests.slack.double import Posted, Request

REFUSALS = frozenset({notices.APOLOGY, notices.TOO_MANY, notices.UNKEPT})
_WARM_SECONDS = 60.0
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

    def ask(self, posted: Posted, question: Question) -> None:
        self.questions[message_key(posted.channel, posted.ts)] = question

    def note(self, requests: Iterable[Request]) -> None:
        """Note calls that post a message; what was done for a caller that heard nothing of it counts too."""
        for request in requests:
            metadata = request.body.get("metadata") or {}
            if request.method != "chat.postMessage" or metadata.get("event_type") != SENT:
                continue
            key = metadata["event_payload"]["key"].removesuffix(" sorry").removesuffix(" late")
            if question := self.questions.get(key):
                question.called = min(question.called or request.at, request.at)
                if request.answer.get("ok"):
                    question.texts.append(request.body["text"])

    def counts(self) -> dict[str, int]:
        """Return how many were asked, answered, refused with a reason, lost, and answered twice."""
        held = list(self.questions.values())
        refused = sum(each.texts[:1] != [] and each.texts[0] in REFUSALS for each in held)
        told = Counter(len(each.texts) for each in held)
        twice = sum(times for count, times in told.items() if count > 1)
        answered = len(held) - told[0] - refused
        return {"asked": len(held), "answered": answered, "refused": refused, "lost": told[0], "twice": twice}


def percentiles(waits: Seconds) -> dict[str, float]:
    """Return some of the waits, in milliseconds; nothing of none."""
    if not waits:
        return {}
    found = np.percentile([each for _, each in waits], [50, 95, 99]) * 1_000
    return {name: round(float(each), 1) for name, each in zip(("p50", "p95", "p99"), found, strict=True)}


def growth(memory: Seconds) -> dict[str, float]:
    """Return how the memory of a process went once it was warm, in megabytes and a percentage."""
    begun = memory[0][0]
    warm = [size for at, size in memory if at - begun > min(_WARM_SECONDS, (memory[-1][0] - begun) / 3)]
    part = max(1, len(warm) // 10)
    first, last = float(np.mean(warm[:part])), float(np.mean(warm[-part:]))
    found = {"MB at first": first, "MB at last": last, "growth in %": (last / first - 1) * 100}
    return {name: round(each, 2) for name, each in found.items()}
