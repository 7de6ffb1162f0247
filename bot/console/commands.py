"""From one line to what is shown: a command, the number of a choice, or a question; and the loop over lines."""

import difflib
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple, NoReturn

from rich.console import Console, Group, RenderableType
from rich.table import Column

from bot.console.state import ConsoleState, topic_questions
from bot.console.views import entry_list, entry_view, reply_view, why_view
from bot.conversation.engine import chosen
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.evaluation.runner import evaluate_set, labelled
from bot.evaluation.views import evaluation_view
from bot.output.publish_report import failure_lines, publish_report
from bot.output.tables import NOTE, WARNING, Prose, plain_cell, table
from faq.exchange.edits import refuse_builtin, save_expectation
from faq.model import Entry, EntryKind
from faq.problems import FaqError
from faq.wording import listed, worded
from index.release.publishing import PublishingOutcome

_DIGITS = 2
MOST_MISSES = 20  # questions that `/eval` lists: a screen has no room for more


class QuitError(Exception):
    """The person quits."""


class CommandError(FaqError):
    """A command that cannot be run as it was typed."""


def _refuse(japanese: str, **values: object) -> NoReturn:
    raise CommandError(worded(japanese, **values))


class Command(NamedTuple):
    """One command: its name with the slash, then its argument and what it does for the help, and its function."""

    name: str
    argument: str
    what: str
    run: Callable[[ConsoleState, str], RenderableType]


def _run_command(state: ConsoleState, line: str) -> RenderableType:
    name, *argument = line.split(maxsplit=1)
    command = COMMANDS.get(narrow(name))
    if command is None:
        near = difflib.get_close_matches(narrow(name), COMMANDS, n=1, cutoff=0.5)
        if near:
            _refuse("{name} というコマンドはありません。{near} ではありませんか。", name=name, near=near[0])
        _refuse("{name} というコマンドはありません。/help で一覧を表示します。", name=name)
    return command.run(state, "".join(argument).strip())


def narrow(text: str) -> str:
    """Return typed text as without an IME: narrow letters, signs and blanks, in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def _why(state: ConsoleState, _argument: str) -> RenderableType:
    if state.reply is None:
        _refuse("まだ質問がありません。質問を入力してから /why と入力してください。")
    return why_view(state.reply)


def _show(state: ConsoleState, argument: str) -> RenderableType:
    if not argument:
        told = "IDを続けて入力してください{example}。/list で一覧を表示します。"
        _refuse(told, example=_example(f"/show {entry.id}" for entry in state.voice.examples[:1]))
    entry = _entry(state, argument)
    if entry.kind is EntryKind.SMALLTALK:
        entry = entry.model_copy(update={"answer": state.voice.spoken(entry.answer)})
    return entry_view(entry, state.release.knowledge, state.today())


def _example(typed: Iterable[str]) -> str:
    return "".join(worded("(例: {text})", text=each) for each in typed)


def _entry(state: ConsoleState, entry_id: str) -> Entry:
    entries = {entry.id: entry for entry in state.release.knowledge.entries}
    for typed in (entry_id, narrow(entry_id)):
        if typed in entries:
            return entries[typed]
    near = difflib.get_close_matches(entry_id, entries, n=1)
    if near:
        _refuse("{id} というIDはありません。{near} ではありませんか。", id=entry_id, near=near[0])
    _refuse("{id} というIDはありません。/list で一覧を表示します。", id=entry_id)


def _list(state: ConsoleState, argument: str) -> RenderableType:
    entries = state.release.knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)
    found = [entry for entry in entries if argument in (entry.category or "")]
    if not found:
        known = tuple(dict.fromkeys(entry.category for entry in entries if entry.category))
        _refuse("{name} という分類はありません。\n次から選べます: {known}", name=argument, known=known)
    return entry_list(found)


def _reload(state: ConsoleState, argument: str) -> RenderableType:
    option, _, reason = argument.partition(" ")
    if argument and (narrow(option) != "--force" or not reason.strip()):
        _refuse("使い方は /reload か、想定質問が悪くなっても公開する /reload --force 理由 です。")
    before = state.release
    try:
        result = state.live.publish(reason=reason.strip() or None)
    except FaqError as error:
        raise CommandError("\n".join(failure_lines(error, before.name))) from error
    text = "\n".join(publish_report(result, before.name, "/reload --force 理由"))
    return Prose(text, WARNING if result.outcome is PublishingOutcome.REFUSED else "")


def _eval(state: ConsoleState, _argument: str) -> RenderableType:
    if not state.release.knowledge.expectations:
        _refuse(
            "公開中の内容に、想定質問が1つもありません。/expect で書き足し、/reload で公開してから評価します。"
        )
    asked, releases = labelled(state.release, None, state.live.home)
    found = evaluate_set(state.release, asked, today=state.today(), releases=releases)
    return evaluation_view(found, errors=True, most=MOST_MISSES)


def _expect(state: ConsoleState, argument: str) -> RenderableType:
    if state.question is None:
        _refuse("まだ質問がありません。質問を入力してから /expect ID と入力してください。")
    if not argument:
        _refuse("正しい項目のIDを続けて入力してください。答えるべきでない質問なら /expect none です。")
    ids = [] if narrow(argument) == "none" else argument.replace(",", " ").split()
    gold = [_entry(state, entry_id).id for entry_id in ids]
    file = save_expectation(state.live.path, state.question, gold)
    wanted = listed(gold) or worded("答えない")
    told = worded("記録しました: 「{q}」 → {gold}", q=state.question, gold=wanted)
    return Group(Prose(told), Prose(worded("{file}(/reload で公開します)", file=file), NOTE))


def _topic(state: ConsoleState, _argument: str) -> RenderableType:
    if not state.release.index.subjects.are_known:
        _refuse("エンコーダーなしでは、話題の見当がつきません。ファイルの topic(話題)に書いてください。")
    refuse_builtin(state.live.path)
    state.asking = topic_questions(state)
    return next(state.asking)


def _new(state: ConsoleState, _argument: str) -> RenderableType:
    state.thread, state.question, state.reply = ConversationState(), None, None
    return Prose(worded("新しい会話を始めます。"))


def _help(state: ConsoleState, _argument: str) -> RenderableType:
    rows = table(Column(no_wrap=True), Column(overflow="fold"), heading=False)
    for command in COMMANDS.values():
        typed = f"{command.name} {worded(command.argument)}".rstrip()
        rows.add_row(plain_cell(typed), plain_cell(worded(command.what)))
    told = "質問をそのまま入力します{example}。候補が出たら、番号を入力すると回答を表示します。"
    example = _example(entry.question for entry in state.voice.examples[:1])
    return Group(Prose(worded(told, example=example)), "", rows)


def _quit(_state: ConsoleState, _argument: str) -> RenderableType:
    raise QuitError


COMMANDS = {
    command.name: command
    for command in (
        Command("/why", "", "直前の回答の理由(語、根拠、確信度)", _why),
        Command("/show", "ID", "項目の全文と言い回し", _show),
        Command("/list", "[分類]", "項目の一覧", _list),
        Command("/expect", "ID|none", "直前の質問を、正しい項目とともに記録", _expect),
        Command("/topic", "", "項目がどの話題のものかを、1つずつ決める", _topic),
        Command("/eval", "", "記録した期待で評価", _eval),
        Command("/reload", "[--force 理由]", "編集したファイルを確かめて公開", _reload),
        Command("/new", "", "新しい会話(話の流れを忘れる)", _new),
        Command("/help", "", "この一覧", _help),
        Command("/quit", "", "終了(Ctrl-D でも)", _quit),
    )
}
"""Every command by its name, in the order of the help."""


def run_lines(state: ConsoleState, lines: Iterable[str], console: Console) -> None:
    """Answer each line, with a blank line after the reply, until the lines end or the person quits."""
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
    """Return what to show for a line: the result of a command, a choice by number, a reply; `None` for a blank line."""
    line = line.strip()
    if not line:
        return None
    typed = narrow(line)  # an IME types a wide slash and wide digits
    if state.asking:
        with suppress(StopIteration):
            return state.asking.send(typed)
        state.asking = None
    if typed.startswith("/"):
        return _run_command(state, line)
    number = int(typed) if typed.isdecimal() and len(typed) <= _DIGITS else None
    if number is not None and state.reply and state.reply.kind is ReplyKind.CHOICES:
        return _choice(state, state.reply, number)
    return reply_view(state.ask(line), state.release.knowledge, state.today())


def _choice(state: ConsoleState, reply: Reply, number: int) -> RenderableType:
    if not 1 <= number <= len(reply.entries):
        _refuse("1から{last}までの番号を入力してください。", last=len(reply.entries))
    shown, state.thread = chosen(state.release, reply.entries[number - 1], state.thread, state.voice)
    return reply_view(shown, state.release.knowledge, state.today())
