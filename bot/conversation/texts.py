"""The bot's own words, in Japanese, and how a reply reads as plain text."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from faq.model import Entry, EntryKind

NOT_FOUND = "申し訳ありません。このFAQには、お尋ねへの回答が見つかりませんでした。"
MOST_CATEGORIES = 8
LACKING = "申し訳ありません。「{}」についての回答は、このFAQにはないようです。"
UNREADABLE = "質問を文章で入力してください。\nたとえば「{example}」のようにお書きください。"
TOLD = "ありがとうございます。知りたいことがありましたら、質問の形でお尋ねください。"
UNANSWERED = "次のお尋ねには、お答えできませんでした: "
MOST_UNANSWERED, LONGEST_UNANSWERED = 5, 40
"""How many of these questions are repeated, and how many characters of each."""
LONGEST_BEGINNING = 60  # characters of an answer that are shown with a choice
CHOICES = "お尋ねに近い質問がいくつかあります。次のどれでしょうか。"
ONE_CHOICE = "お尋ねは、次のことでしょうか。"


def answer_text(entries: Sequence[Entry]) -> str:
    """Return the answers with their sources; several each under the question it answers."""
    if len(entries) == 1:
        return with_source(entries[0])
    return "\n\n".join(f"■ {entry.question}\n{with_source(entry)}" for entry in entries)


def with_source(entry: Entry) -> str:
    """Return an answer, then the line that tells its source; a referral tells no facts and has no such line."""
    line = source_line(entry) if entry.kind is EntryKind.ANSWER else ""
    return f"{entry.answer}\n({line})" if line else entry.answer


def source_line(entry: Entry) -> str:
    """Return source, speaker and day of an answer's facts; empty where the entry has none of them.

    >>> from faq.model import Source
    >>> source = Source(title="レポート", publisher="東京都", as_of="2025-02-18")
    >>> source_line(Entry(id="a", question="q", answer="a", source=source, speaker="安藤", as_of="2025-02-18"))
    '出典: 東京都「レポート」 / 安藤 / 2025年2月18日時点'
    """
    parts = []
    if entry.source:
        parts.append(f"出典: {entry.source.publisher or ''}「{entry.source.title}」")
    if entry.speaker:
        parts.append(entry.speaker)
    if entry.as_of:
        parts.append(f"{japanese_day(entry.as_of)}時点")
    return " / ".join(parts)


def japanese_day(day: date) -> str:
    """Return the day as it is written in Japanese.

    >>> japanese_day(date(2025, 2, 18))
    '2025年2月18日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def unanswered_text(questions: Sequence[str]) -> str:
    """Return the line for what was asked beside what is answered, 1 question or more; of long ones the beginning.

    >>> unanswered_text(["駐車場はあるか", "社宅"])
    '次のお尋ねには、お答えできませんでした: 「駐車場はあるか」「社宅」'
    """
    shown = [
        each if len(each) <= LONGEST_UNANSWERED else f"{each[:LONGEST_UNANSWERED]}…" for each in questions
    ]
    more = f"ほか{len(shown) - MOST_UNANSWERED}件" if len(shown) > MOST_UNANSWERED else ""
    return f"{UNANSWERED}{''.join(f'「{each}」' for each in shown[:MOST_UNANSWERED])}{more}"


def unknown_text(lacking: str = "", person: str = "") -> str:
    """Return what is said where nothing is found, with the name of the topic that is lacking, if one is known.

    `person` is the end of a sentence that says whom to ask, as `Voice` has it; so in what follows.

    >>> print(unknown_text(person="人事課にお尋ねください"))
    申し訳ありません。このFAQには、お尋ねへの回答が見つかりませんでした。
    言い方を変えてもう一度お試しいただくか、人事課にお尋ねください。
    """
    otherwise = (
        f"言い方を変えてもう一度お試しいただくか、{person}。"
        if person
        else "言い方を変えて、もう一度お試しください。"
    )
    return f"{LACKING.format(lacking) if lacking else NOT_FOUND}\n{otherwise}"


def other_way_text(entries: Sequence[Entry], person: str = "") -> str:
    """Return what is said to who asks the same in vain again and again: what the FAQ is about, and who knows more."""
    categories = [
        name
        for name, _ in Counter(each.category for each in entries if each.category).most_common(
            MOST_CATEGORIES
        )
    ]
    held = f"このFAQにあるのは、次の話題です: {'、'.join(categories)}" if categories else ""
    others = f"ほかのことは、{person}。" if person else ""
    return "\n".join(filter(None, (NOT_FOUND, held, others)))


def choices_text(entries: Sequence[Entry], lacking: str = "", person: str = "") -> str:
    """Return the questions to choose from, numbered from 1, each with the beginning of its answer."""
    lines = (
        line
        for number, entry in enumerate(entries, start=1)
        for line in (f"{number}. {entry.question}", f"   {beginning(entry)}")
    )
    wrong = "どれも違うときは" if len(entries) > 1 else "違うときは"
    end = f"{wrong}、言い方を変えるか、{person}。" if person else f"{wrong}、言い方を変えてみてください。"
    return "\n".join([choices_head(len(entries), lacking), *lines, end])


def beginning(entry: Entry) -> str:
    r"""Return the first line of an answer; of a long one the beginning.

    >>> beginning(Entry(id="a", question="q", answer="週に1日です。\n部署によります。"))
    '週に1日です。'
    """
    line = entry.answer.strip().partition("\n")[0].rstrip()
    return line if len(line) <= LONGEST_BEGINNING else f"{line[: LONGEST_BEGINNING - 1].rstrip()}…"


def choices_head(count: int, lacking: str = "") -> str:
    """Return what stands above that many questions to choose from, 1 or more."""
    if lacking:
        return f"「{lacking}」についての回答はないようです。近いものは次のとおりです。"
    return CHOICES if count > 1 else ONE_CHOICE
