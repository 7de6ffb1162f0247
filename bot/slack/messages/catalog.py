"""What the FAQ knows about, as it is shown to those who do not know what to ask."""

from dataclasses import dataclass
from datetime import date

from bot.slack.messages.text import cut, shown
from faq.model import Entry, EntryKind, Knowledge

STARTERS = 4
"""Questions offered to begin with; the agent profile takes no more."""

LONGEST_PROMPT_TITLE = 75
WITHOUT_CATEGORY = "その他"


@dataclass(frozen=True)
class Catalog:
    """The answers of a knowledge set that are served on a day.

    Attributes:
        categories: Entries by category, both in order of the files; what has no category comes under その他.
        as_of: The latest day of which an answer tells; `None` if none tells of one.
    """

    categories: tuple[tuple[str, tuple[Entry, ...]], ...]
    as_of: date | None

    @property
    def prompts(self) -> list[dict[str, str]]:
        """What an agent offers at the top of its direct message: what each button says, and the question it asks."""
        return [
            {"title": cut(shown(entry.question), LONGEST_PROMPT_TITLE), "message": shown(entry.question)}
            for entry in self.starters
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the categories."""
        return tuple(name for name, _ in self.categories)

    @property
    def starters(self) -> tuple[Entry, ...]:
        """Four entries or fewer to begin with: the first of each category, then the second ones."""
        rounds = max((len(entries) for _, entries in self.categories), default=0)
        found = (
            entries[place]
            for place in range(min(rounds, STARTERS))
            for _, entries in self.categories
            if place < len(entries)
        )
        return tuple(entry for entry, _ in zip(found, range(STARTERS), strict=False))

    def entries(self, name: str) -> tuple[Entry, ...]:
        """Return a category's entries; none if there is no such category any more."""
        return dict(self.categories).get(name, ())


def catalog(knowledge: Knowledge, today: date) -> Catalog:
    """Return the catalog of a knowledge set on a day."""
    answers = [entry for entry in knowledge.of_kind(EntryKind.ANSWER) if entry.served_on(today)]
    names = dict.fromkeys(entry.category or WITHOUT_CATEGORY for entry in answers)
    categories = tuple(
        (name, tuple(entry for entry in answers if (entry.category or WITHOUT_CATEGORY) == name))
        for name in names
    )
    return Catalog(categories, max((entry.as_of for entry in answers if entry.as_of), default=None))
