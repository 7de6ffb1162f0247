"""The App Home tab: what the bot is for, what it knows, where to begin; and one category of it."""

from collections.abc import Sequence
from datetime import date

from bot.slack.messages.block_kit import (
    actions,
    button,
    buttons,
    context,
    divider,
    header,
    plain_text,
    written,
)
from bot.slack.messages.catalog import Catalog
from bot.slack.messages.limits import TEXT, Block
from bot.slack.messages.values import Action, Value

ROW = 5
MOST_CATEGORIES = 50
PAGE = 20
"""Questions on a page of a category: two blocks each stay well below Slack's hundred."""

CAN = (
    "採用のFAQにある質問に、出典と日付をつけてお答えします。\n"
    "このアプリへのメッセージ、チャンネルでのメンション、「/faq 質問」のどれでもお尋ねいただけます。"
)
CANNOT = (
    "FAQにないことは「わかりません」とお伝えし、「人事に聞く」から担当者におつなぎします。\n"
    "個別の合否や選考の状況など、お一人ずつのことにはお答えできません。"
)


def home_view(catalog: Catalog) -> Block:
    """Return the Home tab as it opens."""
    return _home(
        header("採用FAQ"),
        *written("こんにちは。採用についてのご質問にお答えするボットです。"),
        *written("できること", bold=True),
        *written(CAN),
        *written("できないこと", bold=True),
        *written(CANNOT),
        *([context(f"FAQの内容は{day(catalog.as_of)}時点のものです。")] if catalog.as_of else []),
        *_starters(catalog),
        *_categories(catalog),
    )


def category_view(catalog: Catalog, name: str, page: int = 0) -> Block:
    """Return the Home tab with the questions of one category, twenty a page.

    Pages count from 0; one beyond the last shows the last. A category that is no longer there says so.
    """
    entries = catalog.entries(name)
    last = max(0, (len(entries) - 1) // PAGE)
    page = min(max(page, 0), last)
    on_page = entries[page * PAGE : (page + 1) * PAGE]
    questions = [
        {
            "type": "section",
            "text": plain_text(entry.question, TEXT),
            "accessory": button("回答を見る", f"{Action.ASK}.{number}", Value(entry_ids=(entry.id,))),
        }
        for number, entry in enumerate(on_page)
    ]
    missing = [] if entries else written("このカテゴリーの質問は、いまはありません。")
    where = [context(f"{page + 1} / {last + 1} ページ")] if last else []
    return _home(header(name), *questions, *missing, *where, actions(*_turning(name, page, last)))


def _home(*blocks: Block) -> Block:
    return {"type": "home", "blocks": list(blocks)}


def _turning(name: str, page: int, last: int) -> Sequence[Block]:
    back = [("前へ", page - 1)] if page else []
    on = [("次へ", page + 1)] if page < last else []
    turns = [(label, Value(category=name, page=to)) for label, to in [*back, *on]]
    return [button("ホームに戻る", Action.HOME), *buttons(Action.CATEGORY, turns)]


def _starters(catalog: Catalog) -> list[Block]:
    if not catalog.starters:
        return []
    asks = buttons(Action.ASK, [(entry.question, Value(entry_ids=(entry.id,))) for entry in catalog.starters])
    return [divider(), *written("たとえば", bold=True), *(actions(each) for each in asks)]


def _categories(catalog: Catalog) -> list[Block]:
    if not catalog.categories:
        return written("FAQにはまだ回答がありません。")
    labelled = [
        (f"{name}({len(entries)})", Value(category=name))
        for name, entries in catalog.categories[:MOST_CATEGORIES]
    ]
    asks = buttons(Action.CATEGORY, labelled)
    rows = [actions(*asks[start : start + ROW]) for start in range(0, len(asks), ROW)]
    beyond = len(catalog.categories) - len(asks)
    more = [context(f"ほか{beyond}カテゴリーは、質問を書いてお尋ねください。")] if beyond else []
    return [divider(), *written("カテゴリーから探す", bold=True), *rows, *more]


def day(value: date) -> str:
    """Return a day as it is written in Japanese.

    >>> day(date(2025, 2, 18))
    '2025年2月18日'
    """
    return f"{value.year}年{value.month}月{value.day}日"
