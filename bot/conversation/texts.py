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
LACKING_TOPIC = "申し訳ありません。「{}」についての回答は、このFAQにはないようです。"
UNREADABLE = "質問を文章で入力してください。\nたとえば「{example}」のようにお書きください。"
TOLD = "ありがとうございます。知りたいことがありましたら、質問の形でお尋ねください。"
MORE = "くわしくは: "
UNANSWERED = "次のお尋ねには、お答えできませんでした: "
NOT_ALL_READ = (
    f"長い文章のため、お尋ねの文を中心に{LONGEST_READ:,}字までを読みました。残りは分けてお送りください。"
)
MOST_UNANSWERED, LONGEST_UNANSWERED = 5, 40
"""How many of these questions are repeated, and how many characters of each."""
LONGEST_BEGINNING = 60  # characters of an answer that are shown with a choice
CHOICES = "お尋ねに近い質問がいくつかあります。次のどれでしょうか。"
BESIDE = "お尋ねの点そのものは載っていません。近い内容です。"
ONE_CHOICE = "お尋ねは、次のことでしょうか。"
HR = "人事担当者"
ASK_HR = f"「人事に聞く」から{HR}にお尋ねください"
_BUTTON = re.compile("「人事に聞く」(?:から|で)")
WITHOUT_NAME = "採用"
_PLACEHOLDER = re.compile(r"\{(name|covers|person|example|examples)\}")
_EXAMPLES = 2


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
    if entry.as_of:
        parts.append(f"{japanese_day(entry.as_of)}時点")
    return " / ".join(parts)


def japanese_day(day: date) -> str:
    """Return the day as it is written in Japanese."""
    return f"{day.year}年{day.month}月{day.day}日"


def remark(unanswered: Sequence[str], *, all_read: bool) -> str:
    """Return what stands below a reply: the questions without an answer, and that not all was read; mostly nothing."""
    shown = [
        each if len(each) <= LONGEST_UNANSWERED else f"{each[:LONGEST_UNANSWERED]}…" for each in unanswered
    ]
    more = f"ほか{len(shown) - MOST_UNANSWERED}件" if len(shown) > MOST_UNANSWERED else ""
    named = "".join(f"「{each}」" for each in shown[:MOST_UNANSWERED])
    return "\n".join(
        filter(None, (f"{UNANSWERED}{named}{more}" if named else "", "" if all_read else NOT_ALL_READ))
    )


def unknown_text(lacking: str = "", person: str = "") -> str:
    """Return what is said where nothing is found, with the name of the topic that is lacking, if one is known.

    `person`, here and below, is `Voice.person`: the end of a sentence that says whom to ask.

    >>> print(unknown_text(person="人事課にお尋ねください"))
    申し訳ありません。このFAQには、お尋ねへの回答が見つかりませんでした。
    言い方を変えてもう一度お試しいただくか、人事課にお尋ねください。
    """
    otherwise = (
        f"言い方を変えてもう一度お試しいただくか、{person}。"
        if person
        else "言い方を変えて、もう一度お試しください。"
    )
    return f"{LACKING_TOPIC.format(lacking) if lacking else NOT_FOUND}\n{otherwise}"


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
        line
        for number, entry in enumerate(entries, start=1)
        for line in (f"{number}. {entry.question}", f"   {beginning(entry)}")
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
    """Return what stands above that many questions to choose from, 1 or more.

    `lacking` names what they are not about; `beside` says that what was wanted is not in the one that is shown.
    """
    if beside:
        return BESIDE
    if lacking:
        return f"「{lacking}」についての回答はないようです。近いものは次のとおりです。"
    return CHOICES if count > 1 else ONE_CHOICE


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
        answer = (
            entry.answer if self.hands_over else "\n".join(map(_without_button, entry.answer.split("\n")))
        )
        return entry if answer == entry.answer else entry.model_copy(update={"answer": answer})

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
