"""The App Home tab: what the bot is for, what it knows, where to begin; and one category of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, zip_longest

from bot.slack.messages.block_kit import (
    TEXT,
    Block,
    actions,
    button,
    buttons,
    context,
    divider,
    header,
    plain_text,
    written,
)
from bot.slack.messages.text import cut, shown
from bot.slack.messages.values import Action, Value
from faq.model import Entry, EntryKind, Knowledge

STARTERS = 4  # questions offered to begin with; the agent profile takes no more
LONGEST_PROMPT_TITLE = 75
WITHOUT_CATEGORY = "その他"

ROW = 5
MOST_CATEGORIES = 50
PAGE = 20  # questions on a page of a category: two blocks each stay well below Slack's hundred

CAN = (
    "採用のFAQにある質問に、出典と日付をつけてお答えします。\n"
    "このアプリへのメッセージ、チャンネルでのメンション、「/faq 質問」のどれでもお尋ねいただけます。"
)
CANNOT = (
    "FAQにないことは「わかりません」とお伝えし、「人事に聞く」から担当者におつなぎします。\n"
    "個別の合否や選考の状況など、お一人ずつのことにはお答えできません。"
)


@dataclass(frozen=True)
class Catalog:
    """The answers served on a day: by category, both in order of the files, and the latest day any tells of."""

    categories: Mapping[str, Sequence[Entry]]
    as_of: date | None

    @property
    def starters(self) -> tuple[Entry, ...]:
        """Four entries or fewer to begin with: the first of each category, then the second ones."""
        rounds = zip_longest(*self.categories.values())
        return tuple(islice((entry for each in rounds for entry in each if entry), STARTERS))

    @property
    def prompts(self) -> list[dict[str, str]]:
        """What an agent offers at the top of its direct message: what each button says, and the question it asks."""
        return [
            {"title": cut(shown(entry.question), LONGEST_PROMPT_TITLE), "message": shown(entry.question)}
            for entry in self.starters
        ]


def catalog(knowledge: Knowledge, today: date) -> Catalog:
    """Return the catalog of a knowledge set on a day."""
    answers = [entry for entry in knowledge.of_kind(EntryKind.ANSWER) if entry.served_on(today)]
    categories: dict[str, list[Entry]] = {}
    for entry in answers:
        categories.setdefault(entry.category or WITHOUT_CATEGORY, []).append(entry)
    return Catalog(categories, max((entry.as_of for entry in answers if entry.as_of), default=None))


def home_view(catalog: Catalog) -> Block:
    """Return the Home tab as it opens."""
    day = catalog.as_of
    as_of = [context(f"FAQの内容は{day.year}年{day.month}月{day.day}日時点のものです。")] if day else []
    return _home(
        header("採用FAQ"),
        *written("こんにちは。採用についてのご質問にお答えするボットです。"),
        *written("できること", bold=True),
        *written(CAN),
        *written("できないこと", bold=True),
        *written(CANNOT),
        *as_of,
        *_categories(catalog),
    )


def category_view(catalog: Catalog, name: str, page: int = 0) -> Block:
    """Return the Home tab with the questions of one category, twenty a page.

    Pages count from 0; one beyond the last shows the last. A category that is no longer there says so.
    """
    entries = catalog.categories.get(name, ())
    last = max(0, (len(entries) - 1) // PAGE)
    page = min(max(page, 0), last)
    questions = [
        {
            "type": "section",
            "text": plain_text(entry.question, TEXT),
            "accessory": button("回答を見る", f"{Action.ASK}.{number}", Value(entry_ids=(entry.id,))),
        }
        for number, entry in enumerate(entries[page * PAGE : (page + 1) * PAGE])
    ]
    missing = [] if entries else written("このカテゴリーの質問は、いまはありません。")
    where = [context(f"{page + 1} / {last + 1} ページ")] if last else []
    turns = [("前へ", page - 1)] if page else []
    turns += [("次へ", page + 1)] if page < last else []
    turning = buttons(Action.CATEGORY, [(label, Value(category=name, page=to)) for label, to in turns])
    back = button("ホームに戻る", Action.HOME)
    return _home(header(name), *questions, *missing, *where, actions(back, *turning))


def ask_buttons(entries: Iterable[Entry], key: str = "", *, numbers: bool = False) -> list[Block]:
    """Return a row for each entry, with the button that asks for it; `key` names the reply that they stand under."""
    labels = [
        (f"{number}. {entry.question}" if numbers else entry.question, Value(key, (entry.id,)))
        for number, entry in enumerate(entries, start=1)
    ]
    return [actions(each) for each in buttons(Action.ASK, labels)]


def _home(*blocks: Block) -> Block:
    return {"type": "home", "blocks": list(blocks)}


def _categories(catalog: Catalog) -> list[Block]:
    if not catalog.categories:
        return written("FAQにはまだ回答がありません。")
    starters = [divider(), *written("たとえば", bold=True), *ask_buttons(catalog.starters)]
    first = islice(catalog.categories.items(), MOST_CATEGORIES)
    labels = [(f"{name}({len(entries)})", Value(category=name)) for name, entries in first]
    found = buttons(Action.CATEGORY, labels)
    rows = [actions(*found[start : start + ROW]) for start in range(0, len(found), ROW)]
    beyond = len(catalog.categories) - len(found)
    more = [context(f"ほか{beyond}カテゴリーは、質問を書いてお尋ねください。")] if beyond else []
    return [*starters, divider(), *written("カテゴリーから探す", bold=True), *rows, *more]
