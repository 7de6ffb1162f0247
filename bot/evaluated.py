"""What `faq eval --json` writes."""

from collections.abc import Sequence
from dataclasses import is_dataclass
from typing import Any

from bot.ablation import Ablation
from bot.diagnosis import diagnose
from bot.evaluating import Evaluation
from bot.record import DIGITS
from index.evaluation import Miss
from index.release.building import Release

MEANS = ("p_at_1", "mrr", "ndcg_at_10", "recall_at_10")


def evaluation_record(
    found: Evaluation, release: Release, *, errors: bool, reliability: bool, curve: bool
) -> dict[str, Any]:
    """Return the counts and means of one set, and what else is wanted of it."""
    told = counts_record(found)
    if reliability and found.reliability:
        told["reliability"] = rounded(found.reliability)
    if curve:
        told["curve"] = [rounded(each) for each in found.curve]
    if errors:
        told["errors"] = [_miss(miss, release) for miss in found.report.misses]
        if found.turns.asked:
            told["turn_errors"] = [rounded(miss) for miss in found.turns.misses]
    return told


def counts_record(found: Evaluation) -> dict[str, Any]:
    """Return the counts and means of one set."""
    report, turns = found.report, found.turns
    return {
        "in_scope": report.in_scope,
        "out_of_scope": report.out_of_scope,
        **{judgement.value: count for judgement, count in report.counts.items()},
        **{name: round(getattr(report, name), DIGITS) for name in MEANS},
        "by_kind": report.by_kind,
        **({"turns": turns.asked, "turns_right": turns.right} if turns.asked else {}),
    }


def ablation_record(found: Sequence[Ablation]) -> list[dict[str, Any]]:
    """Return the counts of every set with all evidence, `without` being empty, and without each kind of it."""
    return [
        {
            "without": each.kind,
            "sets": [{"questions": one.asked.name, **counts_record(one)} for one in each.sets],
        }
        for each in found
    ]


def _miss(miss: Miss, release: Release) -> dict[str, Any]:
    found = diagnose(release, miss)
    return {
        "q": miss.expectation.q,
        "gold": list(miss.expectation.gold),
        "kind": miss.expectation.kind,
        "judgement": miss.judgement,
        "reply": miss.outcome.reply,
        "ids": list(miss.outcome.ids),
        "wanted": rounded(found.wanted),
        "shown": rounded(found.shown),
        "differences": [{**rounded(each), "gap": round(each.gap, DIGITS)} for each in found.differences],
        "factors": rounded(found.factors),
        "answer_from": round(found.answer, DIGITS),
        "remedies": list(found.remedies),
    }


def rounded(value: object) -> Any:  # noqa: ANN401 -- a value as the json module writes it
    """Return a value as JSON has it, with few decimals; a named tuple and a dataclass are objects."""
    match value:
        case float():
            return round(value, DIGITS)
        case dict():
            return {name: rounded(each) for name, each in value.items()}
        case tuple() if hasattr(value, "_asdict"):
            return rounded(value._asdict())
        case list() | tuple():
            return [rounded(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: rounded(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
