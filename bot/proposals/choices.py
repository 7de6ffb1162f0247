"""What the journal says of a question: which entry people chose for it, and whether it was answered at all."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.conversation.reply import ReplyKind
from bot.journal.questions import StoredQuestion


@dataclass
class Votes:
    """Who chose an entry, by the last choice of each, and how many said that it is not what they had asked."""

    people: set[str] = field(default_factory=set)
    against: int = 0

    def add(self, other: "Votes") -> None:
        """Add the votes of another text: somebody who wrote both is one person."""
        self.people |= other.people
        self.against += other.against

    @property
    def lead(self) -> int:
        """How many more chose it than refused it."""
        return len(self.people) - self.against


def chosen(recorded: Sequence[StoredQuestion]) -> Mapping[str, Mapping[str, Votes]]:
    """Return by text, and then by id, the entries that people chose or refused for it.

    They chose by a press on a choice, or by 👍 below the one answer; they refused by 👎, or by 「どれも違う」 all that
    was offered. What goes on with a conversation does not count; `recorded` comes oldest first.
    """
    asked = {each.id: each for each in recorded if stands_alone(each)}
    found: dict[str, defaultdict[str, Votes]] = {}
    for each in asked.values():
        votes = found.setdefault(each.text or "", defaultdict(Votes))
        for entry_id in each.entries:
            votes[entry_id].against += each.bad
        if each.reply == ReplyKind.ANSWER.value and len(each.entries) == 1 and each.good > each.bad:
            votes[each.entries[0]].people.add(each.person or each.id)
    last: dict[tuple[str, str], str] = {}
    for each in recorded:
        original = asked.get(each.choice_of)
        if original and original.reply == ReplyKind.CHOICES.value and each.entries[:1] != ():
            entry_id = each.entries[0]
            found[original.text or ""][entry_id].against += each.bad
            if not each.bad:
                last[original.id, each.person or each.id] = entry_id
    for (original_id, person), entry_id in last.items():
        found[asked[original_id].text or ""][entry_id].people.add(person)
    return {
        text: votes
        for text, votes in found.items()
        if any(each.people or each.against for each in votes.values())
    }


def unanswered(recorded: Iterable[StoredQuestion]) -> Mapping[str, int]:
    """Return how often each text got no reply that helped; what goes on with a conversation is left out."""
    return Counter(each.text for each in recorded if each.text and is_unanswered(each) and stands_alone(each))


def is_unanswered(each: StoredQuestion) -> bool:
    """Tell whether the bot had nothing to say to a question, or said what helped fewer people than it did not.

    A pressed choice is none: what it says of the question that was asked is told by `chosen`.
    """
    return not each.choice_of and (each.reply == ReplyKind.UNKNOWN.value or each.bad > each.good)


def stands_alone(each: StoredQuestion) -> bool:
    """Tell whether a question's text was kept and says by itself what was meant; a pressed button's does not."""
    return bool(each.text and each.text.strip()) and not each.follows and not each.choice_of
