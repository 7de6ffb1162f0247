"""Why a reply is what it is: the terms, evidence that adds up to the scores, what moved the confidence."""

import math
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.console.rendering import NOTE, REPLIES, Prose, plain, table
from bot.reply import Reply, ReplyKind
from index.decision import Fit, Verdict
from index.evidence import Hit, Hits
from index.kinds import CHANNELS
from index.reading import Reading
from index.release.building import Release

FIRST = 3
"""Hits in the table of evidence."""
MOST_ROWS = 16
"""Rows of evidence that are shown one by one; the rest is added up in a row of its own."""
LEAST_EFFECT = 0.01
"""Of a factor that is shown, in the logit."""


def why_view(reply: Reply, release: Release) -> RenderableType:
    """Return the reasons for a reply that the release gave, for each question found in the message."""
    if not reply.readings:
        return Text("あいさつとして受け取ったため、検索していません。")
    parts: list[RenderableType] = []
    for number, reading in enumerate(reply.readings, start=1):
        title = "質問" if len(reply.readings) == 1 else f"質問{number}"
        parts += [Prose(f"{title}: {reading.question}", style="bold"), "", *_reading(reading, release), ""]
    return Group(*parts[:-1])


def _reading(reading: Reading, release: Release) -> Iterator[RenderableType]:
    yield _terms(reading.hits)
    yield ""
    if reading.hits.hits:
        yield from _evidence(
            reading.hits.hits[:FIRST], release.index.query(reading.question).words_of_concepts()
        )
    else:
        yield Text("当たった項目はありません。")
    yield ""
    yield from _verdict(reading.verdict, release.fit.of(embedded=reading.embedded))


def _terms(hits: Hits) -> RenderableType:
    if not hits.terms:
        return Text("検索に使える語がありません。")
    rows = table(Column("語", overflow="fold"), Column("idf", justify="right"), "一致")
    for term in hits.terms:
        matched = Text("あり") if term.matched else Text("なし", style="red")
        rows.add_row(plain(term.text), f"{term.idf:.2f}", matched)
    return rows


def _evidence(hits: Sequence[Hit], words: Mapping[str, str]) -> Iterator[RenderableType]:
    for place, hit in enumerate(hits, start=1):
        yield Prose(f"{place}. {hit.entry_id}「{hit.phrasing}」")
    yield ""
    places = [str(place) for place in range(1, len(hits) + 1)]
    rows = table("根拠", Column("語", overflow="fold"), *(Column(place, justify="right") for place in places))
    columns = [_column(hit, words) for hit in hits]
    keys = sorted({key for column in columns for key in column}, key=lambda key: _rank(key, columns))
    shown, rest = keys[:MOST_ROWS], keys[MOST_ROWS:]
    for channel, term in shown:
        cells = (_cell(column.get((channel, term), 0)) for column in columns)
        rows.add_row(plain(CHANNELS.get(channel, channel)), plain(term), *cells)
    if rest:
        cells = (_cell(sum(column.get(key, 0) for key in rest)) for column in columns)
        rows.add_row(Text(f"ほか{len(rest)}件", style=NOTE), "", *cells)
    rows.add_row("合計", "", *(f"{sum(column.values()) / 100:.2f}" for column in columns), style="bold")
    yield rows


def _column(hit: Hit, words: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """Return the hundredths to show for each reason of a hit; they add up to its score as it is shown."""
    parts: dict[tuple[str, str], float] = {}
    for evidence in hit.evidence:
        # Sounds are cut in pieces of a few kana that say little one by one.
        term = "" if evidence.channel == "sound" else words.get(evidence.term, evidence.term)
        key = (evidence.channel, term)
        parts[key] = parts.get(key, 0.0) + evidence.score
    return dict(zip(parts, hundredths(list(parts.values()), hit.score), strict=True))


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


def _rank(key: tuple[str, str], columns: Sequence[dict[tuple[str, str], int]]) -> tuple[int, tuple[str, str]]:
    return -max(column.get(key, 0) for column in columns), key


def _cell(value: int) -> str:
    return f"{value / 100:.2f}" if value else ""


def _verdict(verdict: Verdict, fit: Fit) -> Iterator[RenderableType]:
    yield Text(f"判断: {REPLIES[ReplyKind(verdict.kind)]}  確信度 {verdict.confidence:.2f}", style="bold")
    yield Text(f"回答は {fit.answer:.2f} 以上、候補と案内は {fit.offer:.2f} 以上のとき", style=NOTE)
    if not verdict.factors:
        return
    rows = table(
        Column("確信度を上げ下げしたもの", overflow="fold"),
        Column("値", justify="right"),
        Column("効果", justify="right"),
    )
    told = (factor for factor in verdict.factors if abs(factor.effect) >= LEAST_EFFECT)
    for factor in sorted(told, key=lambda factor: -abs(factor.effect)):
        style = "green" if factor.effect > 0 else "red"
        rows.add_row(plain(factor.name), f"{factor.value:.2f}", Text(f"{factor.effect:+.2f}", style=style))
    yield rows
