"""What `faq eval`, `faq tune` and the console's `/eval` show, or write as JSON; its keys never change."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.table import Column

from bot.conversation.reply import Json, ReplyKind, jsonable
from bot.evaluation.learning import Tuned
from bot.evaluation.runner import FOLDS, WORTH, Evaluation
from bot.output.labels import JUDGEMENTS, REPLIES, called
from bot.output.tables import NOTE, Prose, number_column, plain_cell, table
from faq.wording import listed, worded
from index.evaluation.calibration import Interval
from index.evaluation.judgements import IN_SCOPE, OUT_OF_SCOPE, EvaluationReport, Judgement, Turns

_WORST_FIRST = (
    Judgement.FALSE,
    Judgement.WRONG,
    Judgement.WRONG_CHOICES,
    Judgement.MISSED,
    Judgement.OFFERED_UNASKED,
    Judgement.OFFERED,
)
_VERDICTS = {
    "better": ("偶然の範囲を超えて良くなります", "bold green"),
    "worse": ("偶然の範囲を超えて悪くなります", "bold red"),
    "chance": ("差は偶然の範囲内です。良くなるとは言えません", "bold"),
}


def evaluation_view(found: Evaluation, *, errors: bool, most: int | None = None) -> RenderableType:
    """Return the tables of a set, below its errors, worst first, if they are wanted: all, or `most` and a count."""
    parts: list[RenderableType] = []
    if errors:
        names = called(found.release.knowledge.entries)
        misses = sorted(found.report.misses, key=lambda miss: _WORST_FIRST.index(miss.judgement))
        for miss in misses[:most]:
            parts.append(Prose(f"{JUDGEMENTS[miss.judgement]}: {miss.expectation.q}", style="bold"))
            gold, shown = (tuple(map(names, ids)) for ids in (miss.expectation.gold, miss.outcome.ids))
            parts += [_expected(gold, miss.outcome.reply, shown), ""]
        if most and len(misses) > most:
            told = "うまくいかなかった質問はほかに{count}件(`faq eval --errors`)"
            parts += [Prose(worded(told, count=len(misses) - most)), ""]
        for turn in found.turns.misses:
            parts.append(Prose(worded("会話: {turns}", turns=" → ".join(turn.said))))
            parts.append(_expected(turn.gold, turn.outcome.reply, turn.outcome.ids))
        parts += [""] if found.turns.misses else []
    parts += _scores(found.report, found.turns)
    if found.asked.questions:
        parts.append(Prose(worded("平均の効用 {utility:+.3f}", utility=found.utility), style="bold"))
        told = "正答 {right:+g}、候補に正解 {offered:+g}、候補に正解なし {unhelpful:+g}、誤答 {wrong:+g}、答えない 0"
        parts += [Prose(worded("効用: {worth}", worth=worded(told, **asdict(WORTH))), NOTE), ""]
    return Group(*parts[:-1])


def _expected(gold: Sequence[str], reply: str, ids: Sequence[str]) -> RenderableType:
    got = " ".join((REPLIES[ReplyKind(reply)], listed(ids))).rstrip()
    wanted = listed(gold) or worded("答えない")
    return Prose(worded("期待 {wanted}; 返答 {got}", wanted=wanted, got=got), style=NOTE, indent=2)


def _scores(report: EvaluationReport, turns: Turns) -> Iterator[RenderableType]:
    """Yield the counts by kind, the four means of the ranking, and the turns of conversations, if there are any."""
    if report.in_scope:
        yield from (_counts(worded("答えられる質問"), IN_SCOPE, report), "")
    if report.out_of_scope:
        yield from (_counts(worded("答えない質問"), OUT_OF_SCOPE, report), "")
    if report.in_scope:
        means = table("P@1", "MRR", "nDCG@10", "Recall@10")
        values = (report.p_at_1, report.mrr, report.ndcg_at_10, report.recall_at_10)
        means.add_row(*(f"{value:.3f}" for value in values))
        yield from (means, "")
    if turns.asked:
        rows = table(worded("会話"), *(number_column(worded(name)) for name in ("発言", "正しい返答")))
        rows.add_row(worded("全体"), str(turns.asked), str(turns.right), style="bold")
        rows.add_row("", "", f"{turns.right / turns.asked:.1%}")
        yield from (rows, "")


def _counts(title: str, judgements: Sequence[Judgement], report: EvaluationReport) -> RenderableType:
    names = (worded("質問"), *(JUDGEMENTS[judgement] for judgement in judgements))
    rows = table(Column(title, overflow="fold"), *map(number_column, names))
    counts = [report.counts[judgement] for judgement in judgements]
    total = sum(counts)
    rows.add_row(worded("全体"), str(total), *map(str, counts), style="bold")
    rows.add_row("", "", *(f"{count / total:.1%}" for count in counts))
    for kind, found in report.by_kind.items():
        counts = [found.get(judgement, 0) for judgement in judgements]
        if any(counts):
            rows.add_row(plain_cell(kind), str(sum(counts)), *map(str, counts))
    return rows


def tuning_view(found: Tuned, *, skipped: int) -> RenderableType:
    """Return the table of `faq tune` with its notes; `skipped` conversations were not used."""
    rows = table("", *(number_column(worded(name)) for name in ("質問", "調整前", "調整後", "差")))
    shares = (_percent(found.before), _percent(found.after), _percent(found.difference, sign="+"))
    rows.add_row(worded("効用"), str(found.questions), *shares)
    text, style = _VERDICTS[found.verdict]
    notes = [
        worded("値は%、差はポイント、[ ]は95%の区間。効用は、返答1つの値打ちの平均(正答が100)。"),
        worded("質問を{folds}つに分け、どの質問も、それを除いて合わせた確率で判定しています。", folds=FOLDS),
    ]
    if skipped:
        notes.insert(0, worded("会話 {count}件は使っていません。", count=skipped))
    verdict = Prose(worded("{verdict}。", verdict=worded(text)), style=style)
    return Group(rows, "", verdict, "", *(Prose(note, NOTE) for note in notes))


def _percent(value: Interval, sign: str = "") -> str:
    """Return a share and its interval in percent, or a difference in points.

    >>> _percent(Interval(0.5, 0.25, 0.7512), sign="+")
    '+50.0 [+25.0, +75.1]'
    """
    # Adding 0 removes the sign of a rounded -0.
    estimate, low, high = (
        f"{round(100 * part, 1) + 0:{sign}.1f}" for part in (value.estimate, value.low, value.high)
    )
    return f"{estimate} [{low}, {high}]"


def evaluation_record(found: Evaluation, *, errors: bool) -> dict[str, Json]:
    """Return the counts and means of a set as JSON, and its `errors`, if wanted."""
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
    if errors:
        told["errors"] = [
            {
                "q": miss.expectation.q,
                "gold": list(miss.expectation.gold),
                "kind": miss.expectation.kind,
                "judgement": miss.judgement,
                "reply": miss.outcome.reply,
                "ids": miss.outcome.ids,
            }
            for miss in report.misses
        ]
        if turns.asked:
            told["turn_errors"] = turns.misses
    return jsonable(told)  # type: ignore[no-any-return]  # an object gives an object
