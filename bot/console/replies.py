"""One line in, what to show out; and the loop around it."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType

from bot.console.commands import QuitError, narrow, refuse, run_command
from bot.console.state import ConsoleState, decided
from bot.console.views import answer_view, reply_view, stale_lines
from bot.conversation.reply import Reply, ReplyKind
from bot.output.labels import ENTRY_KINDS, entry_name
from bot.output.tables import NOTE, WARNING, Prose
from faq.loading.loader import builtin
from faq.problems import FaqError
from faq.wording import worded

_DIGITS = 2


def run_lines(state: ConsoleState, lines: Iterable[str], console: Console) -> None:
    """Answer line by line, each reply followed by a blank line, until the lines end or the person quits."""
    for line in lines:
        try:
            shown = respond(state, line)
        except QuitError:
            return
        except FaqError as error:
            shown = Prose(str(error), style=WARNING)
        except KeyboardInterrupt:
            shown = Prose(worded("中断しました。"), style=WARNING)
        if shown is not None:
            console.print(shown, "", sep="\n", crop=False)


def respond(state: ConsoleState, line: str) -> RenderableType | None:
    """Return what a line brings: a command's result, the choice of that number, a reply; `None` for a blank."""
    line = line.strip()
    if not line:
        return None
    typed = narrow(line)  # an IME types a wide slash and wide digits
    if state.linking and (shown := decided(state, typed)):
        return shown
    if typed.startswith("/"):
        return run_command(state, line)
    number = int(typed) if typed.isdecimal() and len(typed) <= _DIGITS else None
    if number is not None and state.reply and state.reply.kind is ReplyKind.CHOICES:
        return _choice(state, state.reply, number)
    return reply_view(state.ask(line), state.release.knowledge, state.today())


def _choice(state: ConsoleState, reply: Reply, number: int) -> RenderableType:
    if not 1 <= number <= len(reply.entries):
        refuse("1から{last}までの番号を入力してください。", last=len(reply.entries))
    entry = reply.entries[number - 1]
    state.choose(entry)
    view = answer_view(entry, state.release.knowledge, state.today())
    note = f"[{ENTRY_KINDS[entry.kind]}] {entry_name(entry)}"
    return Group(view, "", Prose(note, NOTE), *stale_lines([entry], state.today()))


def banner(state: ConsoleState) -> RenderableType:
    """Return what is served, and what is to be known of it."""
    knowledge, serving, release = state.release.knowledge, state.live.serving, state.release.name
    sizes = {name: len(knowledge.of_kind(kind)) for kind, name in ENTRY_KINDS.items()}
    counts = tuple(f"{name} {size}" for name, size in sizes.items() if size)
    name = worded("組み込みのFAQ") if state.live.path == builtin() else str(state.live.path)
    stale = [entry.id for entry in knowledge.entries if entry.review_by and entry.review_by < state.today()]
    warnings = []
    if serving.unpublished:
        warnings.append(worded("未公開の変更があります。/reload で公開します。"))
    if serving.changed and serving.publication:
        told = (
            "公開した版 {release} を、いまのプログラムと辞書で作り直して使っています({changed})。"
            "`faq eval --published` で変わった答えを確かめ、/reload で公開し直します。"
        )
        warnings.append(worded(told, release=serving.publication.release, changed=serving.changed))
    if serving.problem:
        warnings.append(worded("{problem}\n語だけで探して答えます。", problem=serving.problem))
    if stale:
        told = "注意: {count}件が見直し期限を過ぎています。`faq check` で確かめてください。"
        warnings.append(worded(told, count=len(stale)))
    return Group(
        Prose(worded("{faq}({counts}) 版 {release}", faq=name, counts=counts, release=release), style=NOTE),
        *(Prose(warning, WARNING) for warning in warnings),
    )
