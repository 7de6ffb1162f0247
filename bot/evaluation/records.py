"""What `faq eval --json` and `faq tune --json` write, under keys that stay."""

from pathlib import Path

from bot.conversation.record import Json, jsonable
from bot.evaluation.error_analysis import diagnose
from bot.evaluation.runner import Evaluation
from bot.evaluation.tuner import FEW, Tuned
from index.evaluation.judgements import Miss


def evaluation_record(found: Evaluation, *, errors: bool, reliability: bool) -> dict[str, Json]:
    """Return the counts and means of one set, and what else is wanted of it."""
    report, turns = found.report, found.turns
    told: dict[str, Json] = {
        "in_scope": report.in_scope,
        "out_of_scope": report.out_of_scope,
        **{judgement.value: count for judgement, count in report.counts.items()},
        "utility": found.utility,
        "p_at_1": report.p_at_1,
        "mrr": report.mrr,
        "ndcg_at_10": report.ndcg_at_10,
        "recall_at_10": report.recall_at_10,
        "by_kind": report.by_kind,
    }
    if turns.asked:
        told |= {"turns": turns.asked, "turns_right": turns.right}
    if reliability:
        told["reliability"] = found.reliability
    if errors:
        told["errors"] = [_miss(miss, found) for miss in report.misses]
        if turns.asked:
            told["turn_errors"] = turns.misses
    return jsonable(told)  # type: ignore[no-any-return]  # an object gives an object


def _miss(miss: Miss, of: Evaluation) -> dict[str, Json]:
    return {
        "q": miss.expectation.q,
        "gold": list(miss.expectation.gold),
        "kind": miss.expectation.kind,
        "judgement": miss.judgement,
        "reply": miss.outcome.reply,
        "ids": miss.outcome.ids,
        **jsonable(diagnose(of.release_of(miss.expectation), miss)),
    }


def tuned_record(found: Tuned, *, skipped: int, kept: Path | None) -> dict[str, Json]:
    """Return everything that came of it; `skipped` conversations were not used, `kept` is the file written."""
    inside = sum(bool(each.gold) for each in found.questions)
    told = {
        "questions": {
            "asked": len(found.questions),
            "in_scope": inside,
            "out_of_scope": len(found.questions) - inside,
            "conversations_skipped": skipped,
            "few": len(found.questions) < FEW,
        },
        "measures": found.figures,
        "verdict": found.verdict,
        "calibration": {"before": found.old, "after": found.new},
        "kept": kept,
    }
    return jsonable(told)  # type: ignore[no-any-return]  # an object gives an object
