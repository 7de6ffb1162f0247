"""The Home tab: the categories of the FAQ, and above them somebody's own questions, HR's queue, what is served."""

from collections.abc import Callable, Collection, Sequence

from bot.journal.handover import STATE_LABELS, Handover, HandoverState
from bot.proposals.proposal import Proposal, content_lines
from bot.slack.messages import block_kit as kit
from bot.slack.messages.answers import Catalog, ask_buttons
from bot.slack.messages.block_kit import Action, Block, ButtonValue, Message
from bot.slack.messages.text import person
from faq.wording import worded
from index.clustering.groups import Group

MOST_CATEGORIES = 25  # as many buttons as stand in one block
MOST_QUESTIONS = 90  # of a category, each a block: a Home tab has a hundred at most

HELLO = "こんにちは。採用についてのご質問にお答えするボットです。"
CAN = (
    "採用のFAQにある質問に、出典と日付をつけてお答えします。\n"
    "このアプリへのメッセージ、チャンネルでのメンション、「/faq 質問」のどれでもお尋ねいただけます。"
)
CANNOT = (
    "FAQにないことは「わかりません」とお伝えし{}ます。\n"
    "個別の合否や選考の状況など、お一人ずつのことにはお答えできません。"
)

LONGEST_QUESTION, LONGEST_ANSWER = 200, 1_000
MOST_OWN, MOST_QUEUED, MOST_UNANSWERED, MOST_PROPOSALS = 5, 10, 5, 5
_IN_HAND = {HandoverState.TAKEN, HandoverState.ANSWERED}
APPROVE = "FAQに加えて公開します。"
REJECT = "提案を退けます。"


def home_view(catalog: Catalog, *, hands_over: bool, own: Sequence[Block] = ()) -> Block:
    day = catalog.as_of
    as_of = [kit.context(f"FAQの内容は{day.year}年{day.month}月{day.day}日時点のものです。")] if day else []
    greeting = _greeting(hands_over=hands_over)
    return _home(kit.header("採用FAQ"), *own, *greeting, *as_of, *_categories(catalog))


def welcome_message(catalog: Catalog, *, hands_over: bool) -> Message:
    starters = ask_buttons(catalog.starters)
    begun = [*kit.written("たとえば", bold=True), *starters] if starters else []
    return Message(f"{HELLO}\n{CAN}", (*_greeting(hands_over=hands_over), *begun))


def _greeting(*, hands_over: bool) -> list[Block]:
    return [
        *kit.written(HELLO),
        *kit.written("できること", bold=True),
        *kit.written(CAN),
        *kit.written("できないこと", bold=True),
        *kit.written(CANNOT.format("、「人事に聞く」から担当者におつなぎし" if hands_over else "")),
    ]


def category_view(catalog: Catalog, name: str) -> Block:
    """Return the Home tab with the questions of a category."""
    entries = catalog.categories.get(name, ())
    questions = ask_buttons(entries[:MOST_QUESTIONS])
    missing = [] if entries else kit.written("このカテゴリーの質問は、いまはありません。")
    beyond = len(entries) - len(questions)
    more = [kit.context(f"ほか{beyond}件は、質問を書いてお尋ねください。")] if beyond else []
    back = kit.actions(kit.button("ホームに戻る", Action.HOME))
    return _home(kit.header(name), *questions, *missing, *more, back)


def _home(*blocks: Block) -> Block:
    return {"type": "home", "blocks": list(blocks[: kit.VIEW_BLOCKS])}


def _categories(catalog: Catalog) -> list[Block]:
    if not catalog.categories:
        return kit.written("FAQにはまだ回答がありません。")
    starters = [kit.divider(), *kit.written("たとえば", bold=True), *ask_buttons(catalog.starters)]
    first = list(catalog.categories.items())[:MOST_CATEGORIES]
    labels = [(f"{name}({len(entries)})", ButtonValue(category=name)) for name, entries in first]
    found = kit.buttons(Action.CATEGORY, labels)
    beyond = len(catalog.categories) - len(found)
    more = [kit.context(f"ほか{beyond}カテゴリーは、質問を書いてお尋ねください。")] if beyond else []
    return [
        *starters,
        kit.divider(),
        *kit.written("カテゴリーから探す", bold=True),
        kit.actions(*found),
        *more,
    ]


def _part(title: str, blocks: Sequence[Block], more: int = 0) -> list[Block]:
    rest = [kit.context(f"ほか{more}件")] if more > 0 else []
    return [*kit.written(title, bold=True), *blocks, *rest, kit.divider()]


def _asked(handover: Handover, state: str) -> list[Block]:
    at = f"{handover.steps[0].at.astimezone():%Y-%m-%d %H:%M}"
    return [kit.context(f"{state} / 受付: {at}"), kit.quoted(handover.question, LONGEST_QUESTION)]


def own_blocks(handovers: Sequence[Handover]) -> list[Block]:
    blocks: list[Block] = []
    for each in handovers[::-1][:MOST_OWN]:
        blocks += _asked(each, "回答済み" if each.answers else "確認中です")
        for step in each.answers[-1:]:
            blocks.append(kit.context(f"{person(step.who)}さんの回答"))
            blocks += kit.written(step.text[:LONGEST_ANSWER])
    return _part("人事への質問", blocks) if blocks else []


def queue_blocks(handovers: Collection[Handover], address: Callable[[Handover], str]) -> list[Block]:
    """Return HR's queue with a button to each card: what nobody has in hand first, and the oldest of it."""
    steps = [*HandoverState]
    queue = sorted(
        handovers, key=lambda each: (each.state in _IN_HAND, steps.index(each.state), each.steps[0].at)
    )
    blocks: list[Block] = []
    for each in queue[:MOST_QUEUED]:
        blocks += _asked(each, STATE_LABELS[each.state])
        if where := address(each):
            read = f"カードを開く: {each.question}"
            led = kit.button("カードを開く", Action.CASE_OPEN, ButtonValue(each.id), read=read)
            blocks.append(kit.actions({**led, "url": where}))
    return _part(f"人事への質問の一覧({len(queue)}件)", blocks, len(queue) - MOST_QUEUED)


def unanswered_blocks(groups: Sequence[Group]) -> list[Block]:
    rows = [f"{each.representative}({each.times}回)" for each in groups[:MOST_UNANSWERED]]
    return _part("この1週間に答えられなかった質問", [kit.listed(rows)]) if rows else []


def proposal_blocks(proposals: Sequence[Proposal]) -> list[Block]:
    blocks: list[Block] = []
    for each in proposals[:MOST_PROPOSALS]:
        what = "\n".join(line.strip() for line in content_lines(each))
        value, is_whole = ButtonValue(each.name), each.phrasing or (each.entry and each.entry.answer)
        take = kit.button(
            "取り込んで公開", Action.PROPOSAL_APPROVE, value, confirm=APPROVE, read=f"{APPROVE}{what}"
        )
        refuse = kit.button("退ける", Action.PROPOSAL_REJECT, value, confirm=REJECT, read=f"{REJECT}{what}")
        blocks += [
            kit.context(f"{each.name} / {each.by}さん / {each.at.astimezone():%Y-%m-%d %H:%M}"),
            kit.quoted(what, LONGEST_ANSWER),
            kit.actions(*([take] if is_whole else []), refuse),
        ]
    more = len(proposals) - MOST_PROPOSALS
    return _part(f"FAQへの提案({len(proposals)}件)", blocks, more) if blocks else []


def admin_blocks(status: str, report: str) -> list[Block]:
    last = [kit.context(worded("最後の公開の結果")), kit.quoted(report, 2_000)] if report else []
    reload, sure = ButtonValue(category="reload"), "ファイルを読み直して公開します。"
    publish = kit.button("読み直して公開", Action.ADMIN_RELOAD, reload, confirm=sure)
    rollback, sure = ButtonValue(category="rollback"), "1つ前に公開した内容に戻します。"
    back = kit.button("前の内容に戻す", Action.ADMIN_ROLLBACK, rollback, confirm=sure)
    return _part("FAQの管理", [*kit.written(status), *last, kit.actions(publish, back)])
