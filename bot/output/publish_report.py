"""The result of publishing, as lines for the editors of the files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.conversation.reply import ReplyKind
from bot.output.differences import count_lines, other_lines
from bot.output.labels import JUDGEMENTS, REPLIES, Called, called
from bot.output.terminal import one_line
from faq.model import Entry
from faq.problems import FaqError
from faq.wording import Labels, listed, worded
from index.evaluation.judgements import Judgement
from index.release.findability import Findability
from index.release.gate import GateFinding, GateReport, Given, ReplyEffect
from index.release.history import PublicationKind
from index.release.publishing import Publishing, PublishingOutcome

_MOST_FOUND = 5  # entries in the part on how they are found
_LONGEST_QUESTION = 20
_MOST_LISTED = 5  # questions under one heading; those that stop a publication are all listed
_HEADINGS = Labels(
    {
        ReplyEffect.WRONGED: "正しく答えていたのに、誤った回答になる質問",
        ReplyEffect.FALSE: "答えてはいけないのに、答えてしまうようになる質問",
        ReplyEffect.WORSE: "答えていなかったのに、誤った回答になる質問",
        ReplyEffect.LOST: "正しく答えていたのに、候補か「わからない」になる質問",
        ReplyEffect.UNMET: "期待と違う回答の質問(前の内容でも同じか、新しい期待)",
        ReplyEffect.CHANGED: "返答の文面が変わる質問",
    }
)
_ALWAYS = frozenset({ReplyEffect.WRONGED, ReplyEffect.FALSE})
_COUNTED = (Judgement.RIGHT, Judgement.OFFERED, Judgement.MISSED, Judgement.WRONG, Judgement.FALSE)


def publish_report(
    result: Publishing, answering: str | None = None, force: str = 'faq publish --force --reason "理由"'
) -> list[str]:
    """Return a publication as lines; `answering` is the release before it, `force` how to override the gate."""
    if result.outcome is PublishingOutcome.UNCHANGED:
        others = answering not in {None, result.release}
        return [switched(result.release) if others else worded("変わったところはありません。")]
    found = result.differences
    names = called((*(found.removed + found.added if found else ()), *result.knowledge.entries))
    changed = [each.after for each in found.changed] if found else []
    refused = result.outcome is PublishingOutcome.REFUSED
    compare = "faq diff" if refused else f"faq diff {result.before} {result.release}"
    lines = report_lines(result.report, changed, names=names, compare=compare) if result.report else []
    if refused:
        told = "公開しませんでした。前の内容({release})のまま続けます。"
        lines.insert(0, worded(told, release=result.before))
        lines.append(worded("それでも公開するときは、理由を付けます: {command}", command=worded(force)))
    else:
        lines = [*_published(result), *lines]
    if found:
        lines += [*count_lines(found), *other_lines(found)]
    lines += found_lines(result.found)
    if result.warnings:
        told = "ファイルについての注意が{count}件あります(`faq check` で一覧)。"
        lines.append(worded(told, count=len(result.warnings)))
    if not refused and result.unpublished:
        lines.append(worded("ファイルの内容は公開中のものと違います(次の公開で反映されます)。"))
    return lines


def found_lines(found: Sequence[Findability]) -> Iterator[str]:
    """Yield how each new or changed entry is found, the worst first, and how many more there are."""
    ordered = sorted(found, key=lambda each: (not each.drowned, each.first - each.asked))
    if ordered:
        yield worded("追加・変更した項目の見つかり方(聞き方を1つずつ隠して探しました)")
    for each in ordered[:_MOST_FOUND]:
        asked = one_line(each.entry.question, _LONGEST_QUESTION)
        if len(each.entry.phrasings) == 1:
            yield worded("・「{q}」 聞き方が1つだけです", q=asked)
        else:
            told = "・「{q}」 {asked}とおりのうち{first}とおりで1番目"
            yield worded(told, q=asked, asked=each.asked, first=each.first)
        if each.topic:
            told = "    話題「{topic}」の聞き方{count}とおりのうち{reached}とおりで出ます"
            yield worded(told, topic=each.topic, count=each.of_topic, reached=each.reached)
        if each.runner_up:
            yield worded("    似た項目: 「{q}」", q=one_line(each.runner_up.question, _LONGEST_QUESTION))
        yield from (f"    → {line}" for line in _advice(each))
    if rest := ordered[_MOST_FOUND:]:
        drowned = sum(each.drowned for each in rest)
        yield worded("・ほか{count}件(別の項目が先に出るもの {drowned}件)", count=len(rest), drowned=drowned)


def _advice(found: Findability) -> Iterator[str]:
    if found.first < found.asked and found.runner_up:
        yield worded("「{q}」では、似た項目が先に出ます。", q=one_line(found.by, _LONGEST_QUESTION))
    if found.drowned:
        yield worded("この項目にしかない言葉を使った聞き方を2つ3つ足してください。")
    elif len(found.entry.phrasings) == 1 and 2 * found.reached <= found.of_topic:
        yield worded("応募者の言い方で、別の聞き方を足してください。")


def failure_lines(error: FaqError, answering: str | None = None) -> list[str]:
    """Return why files could not be published; `answering` is the release that goes on answering."""
    if answering:
        first = worded("公開しませんでした。前の内容({release})のまま続けます。", release=answering)
    else:
        first = worded("公開しませんでした。公開中の内容は変わっていません。")
    return [first, *str(error).splitlines()]


def _published(result: Publishing) -> Iterator[str]:
    publication, name = result.publication, result.release
    rolled_back = publication and publication.kind is PublicationKind.ROLLBACK
    if rolled_back:
        yield worded("前に公開した版に戻しました({before} → {name})。", before=result.before, name=name)
    elif result.before:
        yield worded("公開しました({before} → {name})。", before=result.before, name=name)
    else:
        yield worded("公開しました(版 {name})。", name=name)
    if publication and publication.forced:
        told = "期待より悪くなる質問がありますが、次の理由で公開しました: {reason}"
        yield worded(told, reason=publication.reason)


def switched(name: str) -> str:
    """Return the line for a publication of another process."""
    return worded("別の操作で公開された版 {name} に切り替えました。", name=name)


def report_lines(
    report: GateReport, entries: Sequence[Entry] = (), *, names: Called = str, compare: str = ""
) -> list[str]:
    """Return the counts of the expectations, and the changed replies, the worst first.

    Replies that show a new text of one of the changed `entries` are only counted; the command `compare` shows all.
    """
    was = {each: f"{report.before[each]} → " if report.before else "" for each in _COUNTED}
    counts = tuple(f"{JUDGEMENTS[each]} {was[each]}{report.after[each]}" for each in _COUNTED)
    lines = (
        [worded("想定質問 {asked}問: {counts}", asked=report.asked, counts=counts)] if report.asked else []
    )
    return [*lines, *_finding_groups(report, entries, names, compare)]


def _finding_groups(
    report: GateReport, entries: Sequence[Entry], names: Called, compare: str
) -> Iterator[str]:
    for effect, heading in _HEADINGS.items():
        if findings := report.of(effect):
            yield worded("{title} {count}件", title=heading, count=len(findings))
            reworded = {finding.q: entry for finding in findings if (entry := _reworded(finding, entries))}
            for entry, count in Counter(reworded.values()).items():
                yield worded("・「{q}」の回答文が変わった質問: {count}件", q=entry.question, count=count)
            others = [finding for finding in findings if finding.q not in reworded]
            others.sort(key=lambda finding: -finding.after.confidence)
            most = len(others) if effect in _ALWAYS else _MOST_LISTED
            for finding in others[:most]:
                yield from _finding_lines(finding, names)
            command = "faq eval --errors" if effect is ReplyEffect.UNMET else compare
            if rest := others[most:]:
                told = "・ほか{count}件(`{command}` で見られます)" if command else "・ほか{count}件"
                yield worded(told, count=len(rest), command=command)


def _reworded(finding: GateFinding, entries: Sequence[Entry]) -> Entry | None:
    """Return the changed entry, if its text is all that differs in a reply."""
    if finding.effect is not ReplyEffect.CHANGED or shows_others(finding):
        return None
    return next((entry for entry in entries if entry.id in finding.after.ids), None)


def shows_others(finding: GateFinding) -> bool:
    """Whether a question gets other entries than before, or another kind of reply."""
    before, after = finding.before, finding.after
    return before is not None and (before.reply, before.ids) != (after.reply, after.ids)


def _finding_lines(finding: GateFinding, names: Called) -> Iterable[str]:
    before, after = finding.before, finding.after
    if finding.effect is ReplyEffect.CHANGED:
        moved = f"{_shown(before, names)} → " if before and shows_others(finding) else ""
        yield worded("・「{q}」 {change}", q=finding.q, change=f"{moved}{_shown(after, names)}")
        return
    told = "・「{q}」({gold}、期待は削除されています)" if finding.deleted else "・「{q}」({gold})"
    gold = tuple(map(names, finding.gold))
    wanted = worded("正しい項目: {ids}", ids=gold) if gold else worded("答えない")
    yield worded(told, q=finding.q, gold=wanted)
    yield from before_and_after(before, after, names)
    if finding.lacking:
        yield worded("    回答に次の文字がありません: {words}", words=finding.lacking)


def before_and_after(before: Given | None, after: Given, names: Called) -> Iterator[str]:
    """Yield the replies of two releases to a question: entries, confidence and matched words."""
    if before:
        yield worded("    前: {given}", given=_given_line(before, names))
    yield worded("    後: {given}", given=_given_line(after, names))


def _given_line(given: Given, names: Called) -> str:
    values = {"shown": _shown(given, names), "confidence": given.confidence}
    if not given.words:
        return worded("{shown}(確信度 {confidence:.2f})", **values)
    told = "{shown}(確信度 {confidence:.2f}、当たった語: {words})"
    return worded(told, **values, words="・".join(given.words))


def _shown(given: Given, names: Called) -> str:
    return " ".join(filter(None, (REPLIES[ReplyKind(given.reply)], listed(map(names, given.ids)))))
