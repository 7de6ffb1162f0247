"""What publishing came to, as Japanese lines for whoever edits the files."""

from collections.abc import Iterable, Iterator, Sequence

from index.evaluation.judgements import Judgement
from index.release.differences import Differences
from index.release.gate import Effect, Finding, GateReport, Given
from index.release.history import PublicationKind
from index.release.published import Publishing, PublishingOutcome

MOST_LISTED = 20
"""Questions under one heading; those that keep a release from being published are all listed."""

REPLIES = {
    "answer": "回答",
    "choices": "候補",
    "referral": "案内",
    "unknown": "わからない",
    "smalltalk": "あいさつ",
}

_HEADINGS = {
    Effect.WRONGED: "正しく答えていたのに、誤った回答になる質問",
    Effect.FALSE: "答えてはいけないのに、答えてしまうようになる質問",
    Effect.WORSE: "答えていなかったのに、誤った回答になる質問",
    Effect.LOST: "正しく答えていたのに、候補か「わからない」になる質問",
    Effect.UNMET: "期待と違う回答の質問(前の内容でも同じか、新しい期待)",
    Effect.CHANGED: "返答の文面が変わる質問",
}
_ALWAYS = frozenset({Effect.WRONGED, Effect.FALSE})
_COUNTED = {
    Judgement.RIGHT: "正答",
    Judgement.OFFERED: "候補",
    Judgement.MISSED: "回答なし",
    Judgement.WRONG: "誤答",
    Judgement.FALSE: "答えてはいけないのに回答",
}


def publish_report(result: Publishing, answering: str | None = None) -> list[str]:
    """Return the lines that tell what became of a publication; the first one says it all.

    Args:
        result: What became of it.
        answering: The release that answered until then, where somebody else may have published since.
    """
    match result.outcome:
        case PublishingOutcome.UNCHANGED if answering not in {None, result.release.name}:
            return [switched(result.release.name)]
        case PublishingOutcome.UNCHANGED:
            return ["変わったところはありません。"]
        case PublishingOutcome.REFUSED:
            first = f"公開しませんでした。前の内容({result.before})のまま続けます。"
        case PublishingOutcome.PUBLISHED:
            first = f"{_done(result)}({_step(result)})。"
    lines = [first]
    if result.publication and result.publication.forced and result.outcome is PublishingOutcome.PUBLISHED:
        lines.append(f"期待より悪くなる質問がありますが、次の理由で公開しました: {result.publication.reason}")
    lines += difference_lines(result.differences) if result.differences else []
    lines += report_lines(result.report) if result.report else []
    if result.warnings:
        lines.append(f"ファイルについての注意が{len(result.warnings)}件あります(`faq check` で一覧)。")
    if result.outcome is PublishingOutcome.REFUSED:
        lines.append('それでも公開するときは、理由を付けます: faq publish --force --reason "理由"')
    elif result.unpublished:
        lines.append("ファイルの内容は公開中のものと違います(次の公開で反映されます)。")
    return lines


def switched(name: str) -> str:
    """Return the line that tells that another process has published."""
    return f"別の操作で公開された版 {name} に切り替えました。"


def _done(result: Publishing) -> str:
    rolled_back = result.publication and result.publication.kind is PublicationKind.ROLLBACK
    return "前に公開した版に戻しました" if rolled_back else "公開しました"


def _step(result: Publishing) -> str:
    return f"{result.before} → {result.release.name}" if result.before else f"版 {result.release.name}"


def difference_lines(found: Differences) -> list[str]:
    """Return a line for each sort of change, with the ids of the entries."""
    changes = {
        "追加": [entry.id for entry in found.added],
        "変更": [change.after.id for change in found.changed],
        "削除": [entry.id for entry in found.removed],
    }
    lines = [f"{name} {len(ids)}件: {'、'.join(ids)}" for name, ids in changes.items() if ids]
    return lines + other_lines(found)


def other_lines(found: Differences) -> list[str]:
    """Return a line for each thing other than entries that differs."""
    lines = []
    if found.lexicon:
        lines.append("辞書(lexicon)が変わりました。")
    if found.expectations_differ:
        before, after = found.expectations
        lines.append(f"期待(expectations)が変わりました: {before}件 → {after}件")
    if found.reordered:
        lines.append("項目の順序が変わりました。")
    if found.tuning:
        lines.append("調整(tuning)が変わりました。")
    return lines


def report_lines(report: GateReport) -> list[str]:
    """Return how the expectations went, then what got worse, the worst first, and what changed."""
    lines = [f"想定質問 {report.asked}問: {_counts(report)}"] if report.asked else []
    for effect, heading in _HEADINGS.items():
        findings = report.of(effect)
        if not findings:
            continue
        lines.append(f"{heading} {len(findings)}件")
        listed = findings if effect in _ALWAYS else findings[:MOST_LISTED]
        lines += [line for finding in listed for line in _finding_lines(finding)]
        lines += _rest(findings, listed)
    if report.alterations:
        lines.append(f"期待そのものの変更 {len(report.alterations)}件")
        altered = report.alterations[:MOST_LISTED]
        lines += [f"・「{each.q}」 {_gold(each.before)} → {_altered(each.after)}" for each in altered]
        lines += _rest(report.alterations, altered)
    return lines


def _counts(report: GateReport) -> str:
    parts: Iterator[str] = (
        f"{name} {report.before[judgement]} → {report.after[judgement]}"
        if report.before
        else f"{name} {report.after[judgement]}"
        for judgement, name in _COUNTED.items()
    )
    return "、".join(parts)


def _rest(everything: Sequence[object], listed: Sequence[object]) -> list[str]:
    rest = len(everything) - len(listed)
    return [f"・ほか{rest}件"] if rest else []


def _finding_lines(finding: Finding) -> Iterable[str]:
    if finding.effect is Effect.CHANGED:
        yield f"・「{finding.q}」 {_moved(finding)}"
        return
    gone = "、期待は削除されています" if finding.deleted else ""
    yield f"・「{finding.q}」({_gold(finding.gold)}{gone})"
    if finding.before:
        yield f"    前: {given_line(finding.before)}"
    yield f"    後: {given_line(finding.after)}"
    if finding.lacking:
        yield f"    回答に次の文字がありません: {'、'.join(finding.lacking)}"


def _moved(finding: Finding) -> str:
    before, after = finding.before, finding.after
    if before and (before.reply, before.ids) != (after.reply, after.ids):
        return f"{_shown(before)} → {_shown(after)}"
    return _shown(after)


def _shown(given: Given) -> str:
    return " ".join(filter(None, (REPLIES[given.reply], "、".join(given.ids))))


def given_line(given: Given) -> str:
    """Return what a release gave to a question: what it showed, how sure it was, and of which words.

    >>> given_line(Given(reply="answer", ids=("clothes",), confidence=0.934, words=("私服",)))
    '回答 clothes(確信度 0.93、当たった語: 私服)'
    """
    words = f"、当たった語: {'・'.join(given.words)}" if given.words else ""
    return f"{_shown(given)}(確信度 {given.confidence:.2f}{words})"


def _gold(gold: Sequence[str]) -> str:
    return f"正しい項目: {'、'.join(gold)}" if gold else "答えない"


def _altered(gold: Sequence[str] | None) -> str:
    return "削除" if gold is None else _gold(gold)
