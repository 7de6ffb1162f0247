"""What `faq eval --json` writes."""

from dataclasses import is_dataclass
from typing import Any

from bot.conversation.record import DIGITS
from bot.evaluation.error_analysis import diagnose
from bot.evaluation.runner import Evaluation, reliability_of
from index.evaluation.judgements import Miss

MEANS = ("p_at_1", "mrr", "ndcg_at_10", "recall_at_10")


def evaluation_record(found: Evaluation, *, errors: bool, reliability: bool) -> dict[str, Any]:
    """Return the counts and means of one set, and what else is wanted of it."""
    report, turns = found.report, found.turns
    told = {
        "in_scope": report.in_scope,
        "out_of_scope": report.out_of_scope,
        **{judgement.value: count for judgement, count in report.counts.items()},
        "utility": round(found.utility, DIGITS),
        **{name: round(getattr(report, name), DIGITS) for name in MEANS},
        "by_kind": report.by_kind,
        **({"turns": turns.asked, "turns_right": turns.right} if turns.asked else {}),
    }
    if reliability:
        told["reliability"] = rounded(reliability_of(found))
    if errors:
        told["errors"] = [_miss(miss, found) for miss in report.misses]
        if turns.asked:
            told["turn_errors"] = [rounded(miss) for miss in turns.misses]
    return told


def _miss(miss: Miss, of: Evaluation) -> dict[str, Any]:
    found = diagnose(of.release_of(miss.expectation), miss)
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
        "confidence": round(found.confidence, DIGITS),
        "offered": round(found.offered, DIGITS),
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
