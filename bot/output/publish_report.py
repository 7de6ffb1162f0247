"""What publishing came to, as Japanese lines for whoever edits the files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.conversation.reply import ReplyKind
from bot.output.differences import count_lines, other_lines
from bot.output.labels import JUDGEMENTS, REPLIES, Called, called
from bot.output.terminal import one_line
from faq.model import Entry
from faq.problems import FaqError
from faq.wording import around, language
from index.evaluation.judgements import Judgement
from index.release.findability import Findability
from index.release.gate import GateFinding, GateReport, Given, ReplyEffect
from index.release.history import PublicationKind
from index.release.publishing import Publishing, PublishingOutcome

MOST_FOUND = 5  # entries of which it is told how they are found
_LONGEST_QUESTION = 20
MOST_LISTED = 20  # questions under one heading; those that keep a release from being published are all listed
_HEADINGS = {
    ReplyEffect.WRONGED: "正しく答えていたのに、誤った回答になる質問",
    ReplyEffect.FALSE: "答えてはいけないのに、答えてしまうようになる質問",
    ReplyEffect.WORSE: "答えていなかったのに、誤った回答になる質問",
    ReplyEffect.LOST: "正しく答えていたのに、候補か「わからない」になる質問",
    ReplyEffect.UNMET: "期待と違う回答の質問(前の内容でも同じか、新しい期待)",
    ReplyEffect.CHANGED: "返答の文面が変わる質問",
}
_ALWAYS = frozenset({ReplyEffect.WRONGED, ReplyEffect.FALSE})
_COUNTED = (Judgement.RIGHT, Judgement.OFFERED, Judgement.MISSED, Judgement.WRONG, Judgement.FALSE)


def publish_report(result: Publishing, answering: str | None = None) -> list[str]:
    """Return what became of a publication, the first line says it all; `answering` is what answered until then."""
    gone = result.differences.removed if result.differences else ()
    new = result.differences.added if result.differences else ()
    names = called((*gone, *new, *result.release.knowledge.entries))
    changed = [each.after for each in result.differences.changed] if result.differences else []
    report = report_lines(result.report, changed, names=names) if result.report else []
    match result.outcome:
        case PublishingOutcome.UNCHANGED if answering not in {None, result.release.name}:
            return [switched(result.release.name)]
        case PublishingOutcome.UNCHANGED:
            return ["変わったところはありません。"]
        case PublishingOutcome.REFUSED:
            lines = [
                f"公開しませんでした。前の内容({result.before})のまま続けます。",
                *report,
                'それでも公開するときは、理由を付けます: faq publish --force --reason "理由"',
            ]
        case PublishingOutcome.PUBLISHED:
            lines = [*_published(result), *report]
    if result.differences:
        lines += [*count_lines(result.differences), *other_lines(result.differences)]
    lines += found_lines(result.found)
    if result.warnings:
        lines.append(f"ファイルについての注意が{len(result.warnings)}件あります(`faq check` で一覧)。")
    if result.outcome is not PublishingOutcome.REFUSED and result.unpublished:
        lines.append("ファイルの内容は公開中のものと違います(次の公開で反映されます)。")
    return lines


def found_lines(found: Sequence[Findability]) -> Iterator[str]:
    """Yield how each new or changed entry is found, those that are hardly found first; how many more there are."""
    ordered = sorted(found, key=lambda each: (not each.drowned, each.first - each.asked))
    if ordered:
        yield "追加・変更した項目の見つかり方(聞き方を1つずつ隠して探しました)"
    for each in ordered[:MOST_FOUND]:
        asked = one_line(each.entry.question, _LONGEST_QUESTION)
        if len(each.entry.phrasings) == 1:
            yield f"・「{asked}」 聞き方が1つだけです"
        else:
            yield f"・「{asked}」 {each.asked}とおりのうち{each.first}とおりで1番目"
        if each.rival:
            yield f"    似た項目: 「{one_line(each.rival.question, _LONGEST_QUESTION)}」"
        yield from (f"    → {line}" for line in _advice(each))
    if rest := ordered[MOST_FOUND:]:
        drowned = sum(each.drowned for each in rest)
        yield f"・ほか{len(rest)}件(別の項目が先に出るもの {drowned}件)"


def _advice(found: Findability) -> Iterator[str]:
    if found.first < found.asked and found.rival:
        yield f"「{one_line(found.by, _LONGEST_QUESTION)}」では、似た項目が先に出ます。"
    if found.drowned:
        yield "この項目にしかない言葉を使った聞き方を2つ3つ足してください。"
    elif len(found.entry.phrasings) == 1:
        yield "応募者の言い方で、別の聞き方を足してください。"


def failure_lines(error: FaqError, answering: str | None = None) -> list[str]:
    """Return why files could not be published, after the line that says so; `answering` is what goes on answering."""
    if answering:
        first = around("not-published-goes-on", language(), release=answering)
    else:
        first = around("not-published", language())
    return [first, *str(error).splitlines()]


def _published(result: Publishing) -> Iterator[str]:
    publication, name = result.publication, result.release.name
    rolled_back = publication and publication.kind is PublicationKind.ROLLBACK
    done = "前に公開した版に戻しました" if rolled_back else "公開しました"
    yield f"{done}({result.before} → {name})。" if result.before else f"{done}(版 {name})。"
    if publication and publication.forced:
        yield f"期待より悪くなる質問がありますが、次の理由で公開しました: {publication.reason}"


def switched(name: str) -> str:
    """Return the line that tells that another process has published."""
    return f"別の操作で公開された版 {name} に切り替えました。"


def report_lines(report: GateReport, entries: Sequence[Entry] = (), *, names: Called = str) -> list[str]:
    """Return how the expectations went, what got worse, the worst first, and what changed.

    Of replies that show the same entries, those that one of the changed `entries` words anew are a count. `names` tells
    what an entry of an id is called.
    """
    was = {each: f"{report.before[each]} → " if report.before else "" for each in _COUNTED}
    counts = "、".join(f"{JUDGEMENTS[each]} {was[each]}{report.after[each]}" for each in _COUNTED)
    lines = [f"想定質問 {report.asked}問: {counts}"] if report.asked else []
    lines += _finding_groups(report, entries, names)
    if report.alterations:
        lines.append(f"期待そのものの変更 {len(report.alterations)}件")
        altered = report.alterations[:MOST_LISTED]
        for each in altered:
            after = "削除" if each.after is None else _gold(each.after, names)
            lines.append(f"・「{each.q}」 {_gold(each.before, names)} → {after}")
        lines += _rest(report.alterations, altered)
    return lines


def _finding_groups(report: GateReport, entries: Sequence[Entry], names: Called) -> Iterator[str]:
    for effect, heading in _HEADINGS.items():
        if findings := report.of(effect):
            yield f"{heading} {len(findings)}件"
            reworded = {finding.q: entry for finding in findings if (entry := _reworded(finding, entries))}
            for entry, count in Counter(reworded.values()).items():
                yield f"・「{entry.question}」の回答文が変わった質問: {count}件"
            others = [finding for finding in findings if finding.q not in reworded]
            listed = others if effect in _ALWAYS else others[:MOST_LISTED]
            for finding in listed:
                yield from _finding_lines(finding, names)
            yield from _rest(others, listed)


def _reworded(finding: GateFinding, entries: Sequence[Entry]) -> Entry | None:
    """Return the changed entry whose text is all that differs in a reply, if it is all."""
    before, after = finding.before, finding.after
    if finding.effect is not ReplyEffect.CHANGED or not before or not _same_entries(before, after):
        return None
    return next((entry for entry in entries if entry.id in after.ids), None)


def _same_entries(before: Given, after: Given) -> bool:
    return (before.reply, before.ids) == (after.reply, after.ids)


def _rest(everything: Sequence[object], listed: Sequence[object]) -> list[str]:
    rest = len(everything) - len(listed)
    return [f"・ほか{rest}件"] if rest else []


def _finding_lines(finding: GateFinding, names: Called) -> Iterable[str]:
    before, after = finding.before, finding.after
    if finding.effect is ReplyEffect.CHANGED:
        moved = f"{_shown(before, names)} → " if before and not _same_entries(before, after) else ""
        yield f"・「{finding.q}」 {moved}{_shown(after, names)}"
        return
    gone = "、期待は削除されています" if finding.deleted else ""
    yield f"・「{finding.q}」({_gold(finding.gold, names)}{gone})"
    yield from before_and_after(before, after, names)
    if finding.lacking:
        yield f"    回答に次の文字がありません: {'、'.join(finding.lacking)}"


def before_and_after(before: Given | None, after: Given, names: Called) -> Iterator[str]:
    """Yield what two releases gave to a question: what they showed, how sure they were, and of which words."""
    if before:
        yield f"    前: {_given_line(before, names)}"
    yield f"    後: {_given_line(after, names)}"


def _given_line(given: Given, names: Called) -> str:
    words = f"、当たった語: {'・'.join(given.words)}" if given.words else ""
    return f"{_shown(given, names)}(確信度 {given.confidence:.2f}{words})"


def _shown(given: Given, names: Called) -> str:
    return " ".join(filter(None, (REPLIES[ReplyKind(given.reply)], "、".join(map(names, given.ids)))))


def _gold(gold: Sequence[str], names: Called) -> str:
    return f"正しい項目: {'、'.join(map(names, gold))}" if gold else "答えない"
