"""What stands at the top of the Home tab for who looks at it: their questions with HR, HR's queue, what is served."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.journal.handovers import STATE_LABELS, Handover, HandoverState
from bot.slack.messages import block_kit as kit
from bot.slack.messages.block_kit import Action, Block, Value

LONGEST_QUESTION, LONGEST_ANSWER = 200, 1_000
MOST_OWN, MOST_QUEUED = 5, 10
_URGENT = (
    HandoverState.OPEN,
    HandoverState.REPLIED,
    HandoverState.UNREACHED,
    HandoverState.TAKEN,
    HandoverState.ANSWERED,
)
RELOAD = "ファイルを読み直して公開します。"
ROLLBACK = "1つ前に公開した内容に戻します。"


def urgency(handover: Handover) -> tuple[int, datetime]:
    """Return by what HR's queue is sorted: what nobody has in hand first, and the oldest of it."""
    return _URGENT.index(handover.state), handover.steps[0].at


def own_blocks(handovers: Sequence[Handover], name: Callable[[str], str]) -> list[Block]:
    """Return somebody's questions that HR has, the newest first, each with HR's latest answer."""
    if not handovers:
        return []
    blocks = kit.written("人事への質問", bold=True)
    for each in handovers[::-1][:MOST_OWN]:
        answers = [
            block
            for step in each.answers[-1:]
            for block in (
                kit.context(f"{name(step.who)}さんの回答"),
                *kit.written(step.text[:LONGEST_ANSWER]),
            )
        ]
        seen = "回答済み" if answers else "確認中です"
        at = f"{each.steps[0].at.astimezone():%Y-%m-%d %H:%M}"
        blocks += [kit.context(f"{seen} / 受付: {at}"), kit.quoted(each.question, LONGEST_QUESTION), *answers]
    return [*blocks, kit.divider()]


def queue_blocks(handovers: Sequence[Handover], address: Callable[[Handover], str]) -> list[Block]:
    """Return HR's queue, in the order that is given, with a button that leads to each card."""
    blocks = kit.written(f"人事への質問の一覧({len(handovers)}件)", bold=True)
    for each in handovers[:MOST_QUEUED]:
        at = f"{each.steps[0].at.astimezone():%Y-%m-%d %H:%M}"
        blocks += [
            kit.context(f"{STATE_LABELS[each.state]} / 受付: {at}"),
            kit.quoted(each.question, LONGEST_QUESTION),
        ]
        if where := address(each):
            led = kit.button("カードを開く", Action.CASE_OPEN, Value(each.id))
            blocks.append(kit.actions({**led, "url": where}))
    if more := len(handovers) - MOST_QUEUED:
        blocks += [kit.context(f"ほか{more}件")] if more > 0 else []
    return [*blocks, kit.divider()]


def admin_blocks(status: str) -> list[Block]:
    """Return what is served, and the buttons that change it."""
    reload = Value(category="reload")
    return [
        *kit.written("FAQの管理", bold=True),
        *kit.written(status),
        kit.actions(
            kit.button("読み直して公開", Action.ADMIN_RELOAD, reload, confirm=RELOAD),
            kit.button("前の内容に戻す", Action.ADMIN_ROLLBACK, Value(category="rollback"), confirm=ROLLBACK),
        ),
        kit.divider(),
    ]
