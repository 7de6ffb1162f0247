"""What the console shows: replies and entries as candidates see them, and the reasons for a reply."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Column
from rich.text import Text

from bot.console.state import ConsoleState
from bot.conversation.reply import SHOWN, Reply, ReplyKind
from bot.conversation.texts import Voice, with_source
from bot.output.labels import ENTRY_KINDS, EVIDENCE, REPLIES, day, entry_name
from bot.output.tables import NOTE, WARNING, Prose, number_column, plain_cell, table
from faq.loading.loader import builtin
from faq.model import Entry, Knowledge
from faq.wording import listed, worded
from index.decision.reader import Reading
from index.retrieval.explain import Hit, Neighbor


def reply_view(reply: Reply, knowledge: Knowledge, today: date) -> RenderableType:
    """Return a reply as the candidate sees it, with its kind, entries and confidence in a dim line."""
    parts: list[RenderableType] = [Prose(reply.text)]
    if reply.kind in SHOWN:
        parts += _related(reply.entries, knowledge, today)
    if reply.kind is not ReplyKind.SMALLTALK:
        shown = " ".join(filter(None, (f"[{REPLIES[reply.kind]}]", listed(map(entry_name, reply.entries)))))
        note = worded("{shown} 確信度 {confidence:.2f}", shown=shown, confidence=reply.confidence)
        parts.append(Prose(note, NOTE))
    if reply.unembedded:
        parts.append(Prose(reply.unembedded, WARNING))
    return Group(*parts, *_stale(reply.entries, today))


def _related(entries: Sequence[Entry], knowledge: Knowledge, today: date) -> Iterator[RenderableType]:
    served = {other.id: other.question for other in knowledge.entries if other.served_on(today)}
    ids = dict.fromkeys(related for entry in entries for related in entry.related if related in served)
    if ids:
        yield Prose(worded("関連する質問:"), NOTE)
        yield from (Prose(f"・{served[each]}", NOTE, indent=2) for each in ids)


def _stale(entries: Iterable[Entry], today: date) -> Iterator[RenderableType]:
    """Yield a warning for each entry past its `review_by`, which candidates do not see."""
    for entry in entries:
        if entry.review_by and entry.review_by < today:
            told = "注意: {name} は見直し期限({day})を過ぎています。"
            yield Prose(worded(told, name=entry_name(entry), day=day(entry.review_by)), style=WARNING)


def entry_view(entry: Entry, knowledge: Knowledge, today: date) -> RenderableType:
    """Return an entry: the answer as candidates see it, its fields and its phrasings."""
    facts = {
        "ID": entry.id,
        "種類": " / ".join(filter(None, (ENTRY_KINDS[entry.kind], entry.category))),
        "関連": listed(entry.related),
        "見直し期限": day(entry.review_by) if entry.review_by else "",
        "掲載期限": day(entry.valid_until) if entry.valid_until else "",
    }
    rows = table(Column(style=NOTE, no_wrap=True), Column(overflow="fold"), heading=False)
    for name, fact in facts.items():
        if fact:
            rows.add_row(worded(name), plain_cell(fact))
    asked: list[RenderableType] = [Prose(f"・{phrasing}", indent=2) for phrasing in entry.also_asked]
    if asked:
        asked = ["", Text(worded("ほかの言い回し({count})", count=len(asked)), style="bold"), *asked]
    title, answer = Prose(entry.question, style="bold"), with_source(Voice(knowledge, today).shown(entry))
    related = _related([entry], knowledge, today)
    return Group(title, "", Prose(answer), *related, "", rows, *asked, *_stale([entry], today))


def entry_list(entries: Sequence[Entry]) -> RenderableType:
    """Return ids, kinds and questions, in order of the files."""
    rows = table(Column(no_wrap=True), Column(no_wrap=True), Column(overflow="fold"), heading=False)
    for entry in entries:
        kind = Text(ENTRY_KINDS[entry.kind], style=NOTE)
        rows.add_row(plain_cell(entry.id), kind, plain_cell(entry.question))
    return rows


def why_view(reply: Reply) -> RenderableType:
    """Return the reasons for a reply, for each question found in the message."""
    if not reply.readings and reply.kind in SHOWN:
        return Text(worded("示した候補に「はい」と答えたため、検索していません。"))
    if not reply.readings:
        return Text(worded("あいさつとして受け取ったため、検索していません。"))
    parts: list[RenderableType] = []
    for number, reading in enumerate(reply.readings, start=1):
        told = "質問: {q}" if len(reply.readings) == 1 else "質問{number}: {q}"
        title = worded(told, number=number, q=reading.question)
        parts += [Prose(title, style="bold"), *_reading(reading), ""]
    return Group(*parts[:-1])


def _reading(reading: Reading) -> Iterator[RenderableType]:
    if not reading.terms:
        yield Text(worded("検索に使える語がありません。"))
    for told, matched in (("一致した語(重み): {words}", True), ("一致しない語(重み): {words}", False)):
        words = tuple(f"{term.text} {term.idf:.1f}" for term in reading.terms if term.matched is matched)
        if words:
            yield Prose(worded(told, words=words))
    yield ""
    for place, hit in enumerate(reading.hits, start=1):
        told = "{place}. {id}「{text}」{closeness}"
        yield Prose(worded(told, place=place, id=hit.entry_id, **_near(hit.phrasing)))
        if hit.sentence.text:
            yield Prose(worded("回答「{text}」{closeness}", **_near(hit.sentence)), NOTE, indent=3)
    yield ""
    yield _evidence(reading.hits)
    yield ""
    told = "判断: {reply}  確信度 {confidence:.2f}  候補の中に正解がある確率 {offered:.2f}"
    verdict, reply = reading.verdict, REPLIES[ReplyKind(reading.verdict.kind)]
    yield Text(
        worded(told, reply=reply, confidence=verdict.confidence, offered=verdict.offered), style="bold"
    )


def _near(nearest: Neighbor) -> dict[str, str]:
    closeness = worded(" 近さ {closeness:.2f}", closeness=nearest.closeness) if nearest.closeness else ""
    return {"text": nearest.text, "closeness": closeness}


def _evidence(hits: Sequence[Hit]) -> RenderableType:
    rows = table(worded("根拠"), *(number_column(str(place)) for place in range(1, len(hits) + 1)))
    kinds = list(hits[0].parts) if hits else []
    # So that what is shown adds up.
    columns = [[round(hit.parts[kind], 2) for kind in kinds] for hit in hits]
    for row, each in enumerate(kinds):
        kind, _, encoder = each.partition(":")
        label = f"{EVIDENCE[kind]}({encoder})" if encoder else EVIDENCE[kind]
        rows.add_row(plain_cell(label), *(f"{column[row]:+z.2f}" for column in columns))
    rows.add_row(worded("合計"), *(f"{sum(column):+z.2f}" for column in columns), style="bold")
    return rows


def banner(state: ConsoleState) -> RenderableType:
    """Return the name and size of the served FAQ, with warnings."""
    knowledge, serving, release = state.release.knowledge, state.live.serving, state.release.name
    sizes = {name: len(knowledge.of_kind(kind)) for kind, name in ENTRY_KINDS.items()}
    counts = tuple(f"{name} {size}" for name, size in sizes.items() if size)
    name = worded("組み込みのFAQ") if state.live.path == builtin() else str(state.live.path)
    stale = [entry.id for entry in knowledge.entries if entry.review_by and entry.review_by < state.today()]
    warnings = []
    if serving.unpublished:
        warnings.append(worded("未公開の変更があります。/reload で公開します。"))
    if serving.changed and serving.publication:
        told = (
            "公開した版 {release} を、いまのプログラムと辞書で作り直して使っています({changed})。"
            "`faq eval --published` で変わった答えを確かめ、/reload で公開し直します。"
        )
        warnings.append(worded(told, release=serving.publication.release, changed=serving.changed))
    if serving.problem:
        warnings.append(worded("{problem}\n語だけで探して答えます。", problem=serving.problem))
    if stale:
        told = "注意: {count}件が見直し期限を過ぎています。`faq check` で確かめてください。"
        warnings.append(worded(told, count=len(stale)))
    return Group(
        Prose(worded("{faq}({counts}) 版 {release}", faq=name, counts=counts, release=release), style=NOTE),
        *(Prose(warning, WARNING) for warning in warnings),
    )
