"""A week of simulated questions: paraphrases, slips of the fingers and off-topic ones, through the real recorder."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.conversation.engine import converse
from bot.conversation.state import ConversationState
from bot.journal.handovers import HandoverState
from bot.journal.journal import Journal
from bot.journal.question_record import Channel, QuestionRecord
from bot.journal.questions import Rating
from faq.model import EntryKind
from index.release.building import Release
from tests.bench.mistyping import mistyped

MONDAY = datetime(2025, 6, 1, 15, tzinfo=UTC)
"""The beginning of Monday, 2 June 2025, in Tokyo."""

WEEK = timedelta(days=7)

_DATA = Path(__file__).parents[1] / "data" / "reporting"
_CHANNELS = (Channel.SLACK_DM, Channel.SLACK_DM, Channel.SLACK_THREAD, Channel.SLACK_COMMAND, Channel.CONSOLE)
_SHARES = (0.55, 0.3, 0.15)
"""Of questions that have an answer, of those near to them that have none, and of all others."""
_ELSEWHERE = {"far", "noise"}
_MISTYPED = 0.45
_PEOPLE = 1_500
_MARKED = 0.12


def simulated(release: Release, count: int, *, seed: int = 1) -> Iterator[QuestionRecord]:
    """Yield that many questions of one week, oldest first, each answered by the release.

    Things are asked unequally often, as in life: the one in place n about 1 / n times as often as the first.
    """
    chance = Random(seed)  # noqa: S311 -- a simulation, no secret
    pools = [
        (pool, [1 / place**0.8 for place in range(1, len(pool) + 1)]) for pool in _pools(release, chance)
    ]
    seconds = WEEK.total_seconds()
    for number, second in enumerate(sorted(chance.uniform(0, seconds) for _ in range(count))):
        (pool,) = chance.choices(pools, _SHARES)
        (topic,) = chance.choices(*pool)
        text = chance.choice(topic)
        text = mistyped(text, chance) if chance.random() < _MISTYPED else text
        reply, _ = converse(release, text, ConversationState(), today=MONDAY.date())
        channel, user = chance.choice(_CHANNELS), f"U{chance.randrange(_PEOPLE):05}"
        asked = QuestionRecord.of(reply, text, channel=channel, user=user, milliseconds=chance.uniform(1, 6))
        yield replace(asked, at=MONDAY + timedelta(seconds=second), id=f"{seed:08x}{number:024x}")


def record(journal: Journal, asked: Sequence[QuestionRecord], *, seed: int = 1) -> None:
    """Record questions as the front ends do, with what people thought of some replies and what went to HR."""
    chance = Random(seed)  # noqa: S311 -- a simulation, no secret
    journal.record(*asked)
    handovers = journal.handovers
    for each in asked:
        if each.reply == "smalltalk" or chance.random() > _MARKED:
            continue
        if each.reply != "unknown":
            rating = Rating.GOOD if chance.random() < (0.9 if each.reply == "answer" else 0.6) else Rating.BAD
            journal.questions.rate(each.id, each.user, rating, at=each.at)
            continue
        opened = handovers.open(each.id, user=each.user, question=each.text, at=each.at)
        at = each.at
        for state in (HandoverState.TAKEN, HandoverState.ANSWERED, HandoverState.CLOSED):
            at += timedelta(minutes=chance.lognormvariate(4.5, 1))
            handovers.move(opened.id, state, who="UHR", key=f"{each.id} {state}", at=at)


def _pools(release: Release, chance: Random) -> list[list[list[str]]]:
    """Return what is asked for, each thing with its phrasings: what has an answer, what is near it, what is not."""
    kinds: list[dict[str, list[str]]] = [{}, {}, {}]
    for entry in release.index.entries:
        kinds[entry.kind is EntryKind.REFERRAL][entry.id] = list(entry.phrasings)
    lines = [
        json.loads(line)
        for name in ("in_scope", "out_of_scope")
        for line in (_DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for line in lines:
        topics = kinds[2 if line["kind"] in _ELSEWHERE else 0 if line["gold"] else 1]
        topics.setdefault(line["gold"][0] if line["gold"] else line["q"], []).append(line["q"])
    pools = [[topics[name] for name in sorted(topics)] for topics in kinds]
    for pool in pools:
        chance.shuffle(pool)
    return pools
