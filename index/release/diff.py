"""What is different in another knowledge set, and what it does to the replies."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from faq.model import Changed, Entry, Knowledge
from index.release.gate import Given


@dataclass(frozen=True)
class Differences:
    """From one knowledge set to another, each in order of its files, and how many expectations each has."""

    added: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Entry, ...]
    lexicon: bool
    expectations: tuple[int, int]
    expectations_differ: bool
    reordered: bool
    tuning: bool

    def __bool__(self) -> bool:
        entries = self.added or self.changed or self.removed or self.reordered
        return bool(entries or self.lexicon or self.expectations_differ or self.tuning)


@dataclass(frozen=True)
class ReplyChange:
    """A question to which another release replies otherwise."""

    q: str
    before: Given
    after: Given


def differences(before: Knowledge, after: Knowledge) -> Differences:
    """Compare two knowledge sets, entry by entry; entries are the same by their id."""
    old = {entry.id: entry for entry in before.entries}
    new = {entry.id: entry for entry in after.entries}
    both = [Changed(old[name], new[name]) for name in new if name in old]
    return Differences(
        added=tuple(entry for name, entry in new.items() if name not in old),
        changed=tuple(each for each in both if each.before != each.after),
        removed=tuple(entry for name, entry in old.items() if name not in new),
        lexicon=before.lexicon != after.lexicon,
        expectations=(len(before.expectations), len(after.expectations)),
        expectations_differ=before.expectations != after.expectations,
        reordered=[name for name in old if name in new] != [each.before.id for each in both],
        tuning=before.tuning != after.tuning,
    )


def reply_changes(
    questions: Iterable[str], before: Callable[[str], Given], after: Callable[[str], Given]
) -> Iterator[ReplyChange]:
    """Yield each question, once, to which the reply differs in kind or text, in order."""
    for q in dict.fromkeys(questions):
        was, would = before(q), after(q)
        if (was.reply, was.text) != (would.reply, would.text):
            yield ReplyChange(q, was, would)
