"""Why a reply is what it is: the words, what came close, parts that add up to the scores, what was decided."""

import math
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.conversation.reply import Reply, ReplyKind
from bot.output.evidence_names import kind_name
from bot.output.rendering import NOTE, REPLIES, Prose, plain_cell, table
from index.decision.policy import Utility, Verdict, VerdictKind
from index.decision.reader import Reading
from index.release.building import Release
from index.retrieval.explain import Hit, QueryTerm


def why_view(reply: Reply, release: Release) -> RenderableType:
    """Return the reasons for a reply that the release gave, for each question found in the message."""
    if not reply.readings:
        return Text("あいさつとして受け取ったため、検索していません。")
    parts: list[RenderableType] = []
    for number, reading in enumerate(reply.readings, start=1):
        title = "質問" if len(reply.readings) == 1 else f"質問{number}"
        parts += [Prose(f"{title}: {reading.question}", style="bold"), *_reading(reading, release), ""]
    return Group(*parts[:-1])


def _reading(reading: Reading, release: Release) -> Iterator[RenderableType]:
    yield from _terms(reading.terms)
    yield ""
    for place, hit in enumerate(reading.hits, start=1):
        yield Prose(f"{place}. {hit.entry_id}「{hit.phrasing.text}」{_closeness(hit.phrasing.closeness)}")
        if hit.sentence.text:
            yield Prose(f"回答「{hit.sentence.text}」{_closeness(hit.sentence.closeness)}", NOTE, indent=3)
    yield ""
    yield _parts(reading.hits)
    yield ""
    yield from _verdict(reading.verdict, release.policy.utility)


def _closeness(closeness: float) -> str:
    return f" 近さ {closeness:.2f}" if closeness else ""


def _terms(terms: Sequence[QueryTerm]) -> Iterator[RenderableType]:
    if not terms:
        yield Text("検索に使える語がありません。")
    for name, matched in (("一致した語", True), ("一致しない語", False)):
        told = "、".join(f"{term.text} {term.idf:.1f}" for term in terms if term.matched is matched)
        if told:
            yield Prose(f"{name}(重み): {told}")


def _parts(hits: Sequence[Hit]) -> RenderableType:
    rows = table("根拠", *(Column(str(place), justify="right") for place in range(1, len(hits) + 1)))
    columns = [_column(hit) for hit in hits]
    for part in hits[0].parts if hits else ():
        rows.add_row(
            plain_cell(kind_name(part.kind)), *(f"{column[part.kind] / 100:+.2f}" for column in columns)
        )
    rows.add_row("合計", *(f"{sum(column.values()) / 100:+.2f}" for column in columns), style="bold")
    return rows


def _column(hit: Hit) -> dict[str, int]:
    """Return the hundredths to show for each part of a hit; they add up to its score as it is shown."""
    shown = hundredths([part.score for part in hit.parts], hit.score)
    return {part.kind: value for part, value in zip(hit.parts, shown, strict=True)}


def hundredths(parts: Sequence[float], total: float) -> list[int]:
    """Return the parts in hundredths, rounded so that they add up to the rounded total.

    Each is less than 0.01 off where the parts do add up to the total; those cut most are rounded up first.

    >>> hundredths([1.004, 1.004, 1.004], 3.012)
    [101, 100, 100]
    """
    cut = [math.floor(part * 100) for part in parts]
    missing = round(total * 100) - sum(cut)
    for number in sorted(range(len(parts)), key=lambda number: cut[number] - parts[number] * 100)[:missing]:
        cut[number] += 1
    return cut


def _verdict(verdict: Verdict, utility: Utility) -> Iterator[RenderableType]:
    yield Text(
        f"判断: {REPLIES[ReplyKind(verdict.kind)]}  確信度 {verdict.confidence:.2f}"
        f"  候補の中に正解がある確率 {verdict.offered:.2f}",
        style="bold",
    )
    refers = verdict.kind is VerdictKind.REFERRAL
    sure = (utility.of_choices if refers else utility.of_answer)(verdict.confidence)
    told = f"{'案内' if refers else '回答'} {sure:+.2f}、候補 {utility.of_choices(verdict.offered):+.2f}"
    yield Prose(f"期待効用: {told}、答えない 0。いちばん高いものを選びます。", NOTE)
    yield Prose(f"効用: {utility_line(utility)}", NOTE)


def utility_line(utility: Utility) -> str:
    """Return what replies are worth.

    >>> utility_line(Utility())
    '正答 +1、候補に正解 +0.6、候補に正解なし -0.2、誤答 -1、答えない 0'
    """
    return (
        f"正答 {utility.right:+g}、候補に正解 {utility.offered:+g}、候補に正解なし {utility.unhelpful:+g}、"
        f"誤答 {utility.wrong:+g}、答えない 0"
    )
