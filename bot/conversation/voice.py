"""How the bot speaks for an office: what it calls itself, what it gives as examples, and whom to ask otherwise."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice, zip_longest

from faq.model import About, Entry, EntryKind, Knowledge

ASK_HR = "「人事に聞く」から人事担当者にお尋ねください"
WITHOUT_NAME = "採用"
_PLACEHOLDER = re.compile(r"\{(name|covers|person|example|examples)\}")
_EXAMPLES = 2


def starters(entries: Iterable[Entry], most: int) -> tuple[Entry, ...]:
    """Return questions to begin with: the first of each category, in order of the files, then the second ones."""
    categories: dict[str | None, list[Entry]] = {}
    for entry in entries:
        categories.setdefault(entry.category, []).append(entry)
    rounds = zip_longest(*categories.values())
    return tuple(islice((entry for each in rounds for entry in each if entry), most))


@dataclass(frozen=True)
class Voice:
    """What is said in the name of an office on a day; `hands_over` where a button takes questions to HR."""

    knowledge: Knowledge
    today: date
    hands_over: bool = False

    @property
    def person(self) -> str:
        """The end of a sentence that says whom to ask, without its full stop; empty where nobody is known."""
        about = self.knowledge.about or About()
        if self.hands_over:
            return ASK_HR
        if about.contact:
            return f"{about.contact}{f'({about.where})' if about.where else ''}にお尋ねください"
        return f"{about.where}でご確認ください" if about.where else ""

    @cached_property
    def examples(self) -> tuple[Entry, ...]:
        """Two answers of different categories, or fewer, whose questions show how to ask."""
        answers = self.knowledge.of_kind(EntryKind.ANSWER)
        return starters((entry for entry in answers if entry.served_on(self.today)), _EXAMPLES)

    def spoken(self, text: str) -> str:
        r"""Return a text of small talk with its placeholders filled, without the lines that cannot be.

        `{name}` and `{covers}` are those of the FAQ, `{person}` says whom to ask, `{example}` is a question and
        `{examples}` a list of some.

        >>> from datetime import date
        >>> Voice(Knowledge(entries=()), date(2026, 4, 1)).spoken("{name}のFAQです。\n分かるのは、{covers}です。")
        '採用のFAQです。'
        """
        return "\n".join(line for each in text.split("\n") if (line := self._filled(each)) is not None)

    def _filled(self, line: str) -> str | None:
        values = {name: self._value(name) for name in _PLACEHOLDER.findall(line)}
        return (
            _PLACEHOLDER.sub(lambda found: values[found[1]], line)
            if all(values.values()) or not values
            else None
        )

    def _value(self, placeholder: str) -> str:
        about, questions = self.knowledge.about or About(), [each.question for each in self.examples]
        match placeholder:
            case "name":
                return about.name or WITHOUT_NAME
            case "covers":
                return about.covers or ""
            case "person":
                return self.person
            case "example":
                return questions[0] if questions else ""
        return "\n".join(["質問の例:", *(f"・{each}" for each in questions)]) if questions else ""
