"""What an entry is about, of the topics of the library: proposed with its probability, decided with one key each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from bot.output.tables import NOTE, Prose
from faq.exchange.edits import save_topic
from faq.fields import NO_TOPIC
from faq.loading.loader import load
from faq.model import Entry
from faq.wording import worded

if TYPE_CHECKING:
    from bot.console.commands import State

_NONE, _LATER = "n", "s"


def waiting(state: "State") -> tuple[str, ...]:
    """Return the ids of the entries whose topic nobody decided on in the files, those of the surest proposals first."""
    decided = {entry.id for entry in load(state.live.path).entries if entry.topic}
    index = state.release.index
    found = [
        (-likely[0][1], number)
        for number, entry in enumerate(index.entries)
        if entry.id not in decided and (likely := index.subjects.likely(number))
    ]
    return tuple(index.entries[number].id for _, number in sorted(found))


def question_view(state: "State") -> RenderableType:
    """Ask for the topic of the first entry that waits."""
    if not state.linking:
        return Prose(worded("話題を決める項目はありません。決めた話題は /reload で公開します。"))
    entry, names = _proposed(state)
    told = worded("「{q}」の話題はどれですか(残り {count}件)", q=entry.question, count=len(state.linking))
    lines = [
        worded("  {number} {name} {share:.0%}", number=number, name=name, share=share)
        for number, (name, share) in enumerate(names, start=1)
    ]
    keys = worded("  {none} どれでもない  {later} あとで決める", none=_NONE, later=_LATER)
    return Group(Prose(told), *map(Prose, lines), Prose(keys, NOTE))


def decided(state: "State", key: str) -> RenderableType | None:
    """Take a key as the decision on the first entry that waits, and ask for the next; `None` for any other line."""
    entry, names = _proposed(state)
    topics = {str(number): name for number, (name, _) in enumerate(names, start=1)} | {_NONE: NO_TOPIC}
    if key not in {*topics, _LATER}:
        state.linking = ()
        return None
    told = []
    if topic := topics.get(key):
        save_topic(state.live.path, entry.id, topic)
        told = [Prose(worded("記録しました: 「{q}」 → {topic}", q=entry.question, topic=topic), NOTE)]
    state.linking = state.linking[1:]
    return Group(*told, question_view(state))


def _proposed(state: "State") -> tuple[Entry, Sequence[tuple[str, float]]]:
    index = state.release.index
    number = index.numbers[state.linking[0]]
    return index.entries[number], [(topic.name, share) for topic, share in index.subjects.likely(number)]
