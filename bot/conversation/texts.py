"""The bot's own words, in Japanese and in the name of an office, and how a reply reads as plain text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice, zip_longest

from faq.model import About, Entry, EntryKind, Knowledge
from index.analysis.questions import LONGEST_READ

NOT_FOUND = "申し訳ありません。このFAQには、お尋ねへの回答が見つかりませんでした。"
MOST_CATEGORIES = 8
UNREADABLE = "質問を文章で入力してください。\nたとえば「{example}」のようにお書きください。"
TOLD = "ありがとうございます。知りたいことがありましたら、質問の形でお尋ねください。"
MORE = "くわしくは: "
NOT_ALL_READ = (
    f"長い文章のため、お尋ねの文を中心に{LONGEST_READ:,}字までを読みました。残りは分けてお送りください。"
)
MOST_UNANSWERED, LONGEST_UNANSWERED = 5, 40
"""How many of these questions are repeated, and how many characters of each."""
LONGEST_BEGINNING = 60  # characters of an answer that are shown with a choice
HR = "人事担当者"
ASK_HR = f"「人事に聞く」から{HR}にお尋ねください"
_BUTTON = re.compile("「人事に聞く」(?:から|で)")
_PLACEHOLDER = re.compile(r"\{(name|covers|person|example|examples)\}")


def answer_text(entries: Sequence[Entry]) -> str:
    """Return the answers with their sources; several each under the question it answers."""
    if len(entries) == 1:
        return with_source(entries[0])
    return "\n\n".join(f"■ {entry.question}\n{with_source(entry)}" for entry in entries)


def with_source(entry: Entry) -> str:
    """Return an answer, then the lines that tell its source and its page; a referral tells no facts of a source."""
    line = source_line(entry) if entry.kind is EntryKind.ANSWER else ""
    told = (entry.answer, f"({line})" if line else "", f"{MORE}{entry.page}" if entry.page else "")
    return "\n".join(filter(None, told))


def source_line(entry: Entry) -> str:
    """Return source, speaker and day of an answer's facts; empty where the entry has none of them."""
    parts = []
    if entry.source:
        parts.append(f"出典: {entry.source.publisher or ''}「{entry.source.title}」")
    if entry.speaker:
        parts.append(entry.speaker)
    if day := entry.as_of:
        parts.append(f"{day.year}年{day.month}月{day.day}日時点")
    return " / ".join(parts)


def remark(unanswered: Sequence[str], *, all_read: bool) -> str:
    """Return what stands below a reply: the questions without an answer, and that not all was read; mostly nothing."""
    lines = [] if all_read else [NOT_ALL_READ]
    if unanswered:
        most, longest = MOST_UNANSWERED, LONGEST_UNANSWERED
        named = "".join(f"「{each[:longest]}{'…' * (len(each) > longest)}」" for each in unanswered[:most])
        more = f"ほか{len(unanswered) - most}件" if len(unanswered) > most else ""
        lines.insert(0, f"次のお尋ねには、お答えできませんでした: {named}{more}")
    return "\n".join(lines)


def unknown_text(lacking: str = "", person: str = "") -> str:
    """Return what is said where nothing is found; `lacking` is a topic, `person` here and below is `Voice.person`.

    >>> print(unknown_text(person="人事課にお尋ねください"))
    申し訳ありません。このFAQには、お尋ねへの回答が見つかりませんでした。
    言い方を変えてもう一度お試しいただくか、人事課にお尋ねください。
    """
    said = (
        f"申し訳ありません。「{lacking}」についての回答は、このFAQにはないようです。"
        if lacking
        else NOT_FOUND
    )
    if person:
        return f"{said}\n言い方を変えてもう一度お試しいただくか、{person}。"
    return f"{said}\n言い方を変えて、もう一度お試しください。"


def referral_text(topic: str, person: str) -> str:
    """Return the draft of a referral, for a person to confirm.

    >>> referral_text("副業", "人事課にお尋ねください")
    '「副業」については、このFAQでは扱っていません。人事課にお尋ねください。'
    """
    return f"「{topic}」については、このFAQでは扱っていません。{person}。"


def other_way_text(entries: Sequence[Entry], person: str = "") -> str:
    """Return what is said when the same is asked again without an answer: what the FAQ is about, who knows more."""
    counted = Counter(each.category for each in entries if each.category)
    categories = [name for name, _ in counted.most_common(MOST_CATEGORIES)]
    held = f"このFAQにあるのは、次の話題です: {'、'.join(categories)}" if categories else ""
    others = f"ほかのことは、{person}。" if person else ""
    return "\n".join(filter(None, (NOT_FOUND, held, others)))


def choices_text(
    entries: Sequence[Entry], lacking: str = "", person: str = "", *, beside: bool = False
) -> str:
    """Return the questions to choose from, numbered from 1, each with the beginning of its answer."""
    lines = (
        f"{number}. {entry.question}\n   {beginning(entry)}" for number, entry in enumerate(entries, start=1)
    )
    wrong = "どれも違うときは" if len(entries) > 1 else "違うときは"
    end = f"{wrong}、言い方を変えるか、{person}。" if person else f"{wrong}、言い方を変えてみてください。"
    if beside and person:
        end = f"お尋ねの点は、{person}。"
    return "\n".join([choices_head(len(entries), lacking, beside=beside), *lines, end])


def beginning(entry: Entry) -> str:
    """Return the first line of an answer; of a long one the beginning."""
    line = entry.answer.strip().partition("\n")[0].rstrip()
    return line if len(line) <= LONGEST_BEGINNING else f"{line[: LONGEST_BEGINNING - 1].rstrip()}…"


def choices_head(count: int, lacking: str = "", *, beside: bool = False) -> str:
    """Return what stands above so many choices, that are not about what is `lacking`, or `beside` what was wanted."""
    if beside:
        return "お尋ねの点そのものは載っていません。近い内容です。"
    if lacking:
        return f"「{lacking}」についての回答はないようです。近いものは次のとおりです。"
    if count > 1:
        return "お尋ねに近い質問がいくつかあります。次のどれでしょうか。"
    return "お尋ねは、次のことでしょうか。"


def starters(entries: Iterable[Entry], most: int) -> tuple[Entry, ...]:
    """Return questions to begin with: the first of each category, in order of the files, then the second ones."""
    categories: dict[str | None, list[Entry]] = {}
    for entry in entries:
        categories.setdefault(entry.category, []).append(entry)
    rounds = zip_longest(*categories.values())
    return tuple(islice((entry for each in rounds for entry in each if entry), most))


def _without_button(line: str) -> str:
    """Return a line that says whom to ask, and not by which button.

    >>> [_without_button(line) for line in ("「人事に聞く」から人事担当者にどうぞ。", "ほかは「人事に聞く」でどうぞ。")]
    ['人事担当者にどうぞ。', 'ほかは人事担当者にどうぞ。']
    """
    return _BUTTON.sub("" if HR in line else f"{HR}に", line)


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

    def shown(self, entry: Entry) -> Entry:
        """Return an entry as it is told: where no button leads to HR, its answer names none."""
        if self.hands_over or not _BUTTON.search(entry.answer):
            return entry
        answer = "\n".join(map(_without_button, entry.answer.split("\n")))
        return entry.model_copy(update={"answer": answer})

    @cached_property
    def examples(self) -> tuple[Entry, ...]:
        """Two answers of different categories, or fewer, whose questions show how to ask."""
        answers = self.knowledge.of_kind(EntryKind.ANSWER)
        return starters((entry for entry in answers if entry.served_on(self.today)), 2)

    def spoken(self, text: str) -> str:
        r"""Return a text of small talk with its placeholders filled, without the lines that cannot be.

        `{name}` and `{covers}` are those of the FAQ, `{person}` says whom to ask, `{example}` is a question and
        `{examples}` a list of some.

        >>> from datetime import date
        >>> Voice(Knowledge(entries=()), date(2026, 4, 1)).spoken("{name}のFAQです。\n分かるのは、{covers}です。")
        '採用のFAQです。'
        """
        about, questions = self.knowledge.about or About(), [each.question for each in self.examples]
        values = {
            "name": about.name or "採用",
            "covers": about.covers or "",
            "person": self.person,
            "example": "".join(questions[:1]),
            "examples": "\n・".join(["質問の例:", *questions]) if questions else "",
        }
        lines = (
            line for line in text.split("\n") if all(values[each] for each in _PLACEHOLDER.findall(line))
        )
        return "\n".join(_PLACEHOLDER.sub(lambda found: values[found[1]], line) for line in lines)
