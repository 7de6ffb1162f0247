"""`faq publish`, `faq releases`, `faq diff`, `faq rollback`, `faq replay`: what is served, was served and is to be."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Exit, Option

from bot.cli.opening import Office, check_usage, emit, say, show, show_reply, today, warn
from bot.cli.options import FaqOption, JsonOption, KnowledgeArgument
from bot.output.terminal import ExitStatus
from faq.wording import listed, worded

if TYPE_CHECKING:
    from rich.table import Table

    from index.release.history import Publication

MOST_RECENT = 500  # recent questions that a change is tried on
_FIELDS = {"number", "at", "kind", "before", "by", "reason", "entries", "counts"}
_NAME_HELP = "Two digits of its name or more; see faq releases."


def publish(
    knowledge: KnowledgeArgument = None,
    *,
    path: FaqOption = None,
    force: Annotated[
        bool, Option("--force", help="Publish even what the gate refuses; needs --reason.")
    ] = False,
    reason: Annotated[
        str, Option(metavar="TEXT", help="Why; kept and shown by faq releases.", show_default=False)
    ] = "",
) -> None:
    """Serve the files as they are now, as a whole or not at all.

    The files are read, checked and built. Then every expectation is asked, of what is served and of
    the new release: if a question that was answered rightly would be answered wrongly, or one that
    must not be answered would be, nothing is published, and the report says which and why.

    An expectation that was changed is judged as it stands now; one that was deleted still counts this
    once. From the first publication on, only publishing changes what is served of that path.

    Where an encoder of FAQ_ENCODER fails, nothing is published.

    Exits with 0 if it was published or nothing had changed, with 1 if not.

    Example:
        faq publish my-faq
    """
    check_usage(force == bool(reason.strip()), "usage-with", name="--force", other="--reason")
    from bot.output.publish_report import failure_lines
    from faq.problems import KnowledgeError
    from index.release.publishing import PublishingOutcome

    office = Office(knowledge or path)
    publisher = office.publisher()
    try:
        result = publisher.publish(reason=reason.strip() or None)
    except KnowledgeError as error:
        say(failure_lines(error), err=True)
        raise Exit(ExitStatus.FAILURE) from error
    office.audit(publisher.by, result)
    if result.outcome is PublishingOutcome.REFUSED:
        raise Exit(ExitStatus.FAILURE)


def releases(*, path: FaqOption = None, json: JsonOption = False) -> None:
    """List what was published of a knowledge path, newest first.

    Of each: its name, when, entries, expectations answered rightly and falsely, and why the gate was
    overridden, if it was. A * marks what is served. The last 10 releases are kept, all of the last 30
    days, and always what is served; of older ones only the line remains.

    Example:
        faq releases --faq my-faq
    """
    from index.release.history import History
    from index.release.store import Store

    office = Office(path)
    past = History(office.home, office.path).publications()[::-1]
    kept = frozenset(Store(office.home).names())
    if json:
        records = [
            {
                "release": each.release,
                "served": each is past[0],
                "kept": each.release in kept,
                **each.model_dump(mode="json", include=_FIELDS),
                "forced": each.forced,
            }
            for each in past
        ]
        emit({"path": str(office.path), "releases": records})
    elif past:
        show(_table(past, kept))
    else:
        say([worded("{path} はまだ公開されていません。`faq publish` で公開します。", path=office.path)])


def _table(past: "Sequence[Publication]", kept: frozenset[str]) -> "Table":
    from rich.table import Column

    from bot.output.labels import JUDGEMENTS
    from bot.output.tables import number_column, plain_cell, table
    from index.evaluation.judgements import Judgement
    from index.release.history import PublicationKind

    counted = (Judgement.RIGHT, Judgement.WRONG, Judgement.FALSE)
    numbers = (number_column(name) for name in (worded("項目"), *(JUDGEMENTS[each] for each in counted)))
    at, remarks = Column(worded("日時"), no_wrap=True), Column(worded("備考"), overflow="fold")
    rows = table("", worded("版"), at, *numbers, remarks)
    for each in past:
        note = [each.by]
        if each.kind is PublicationKind.ROLLBACK:
            note.append(worded("{release} から戻した", release=each.before))
        if each.forced:
            note.append(worded("強制公開: {reason}", reason=each.reason))
        if each.release not in kept:
            note.append(worded("整理済み"))
        rows.add_row(
            "*" if each is past[0] else "",
            plain_cell(each.release),
            f"{each.at.astimezone():%Y-%m-%d %H:%M}",
            str(each.entries),
            *(str(each.counts.get(judgement, 0)) if each.counts else "" for judgement in counted),
            plain_cell(listed(note)),
        )
    return rows


def diff(
    older: Annotated[
        str | None, Argument(show_default=False, metavar="[A]", help="The older release.")
    ] = None,
    newer: Annotated[
        str | None, Argument(show_default=False, metavar="[B]", help="The newer release.")
    ] = None,
    *,
    path: FaqOption = None,
) -> None:
    """Show what is different between two releases.

    Names may be cut to two digits or more. Without B it is the files as they are now; without A, what is
    served. Told are entries added, changed and removed, with their fields, and each expectation and
    recently asked question to which the reply changes.

    Example:
        faq diff --faq my-faq
    """
    from bot.conversation.engine import asker
    from bot.output.differences import entry_lines, other_lines
    from bot.output.labels import called
    from bot.output.publish_report import before_and_after
    from index.release.gate import differences, reply_changes

    office = Office(path)
    before = office.stored(older, rebuild=True) if older else office.serving().release
    after = office.stored(newer, rebuild=True) if newer else office.compiled()
    ask = asker(today(), office.settings.point)
    expected = (each.q for release in (after, before) for each in release.knowledge.expectations)
    questions = (*expected, *_recent_questions(office))
    replies = list(reply_changes(questions, lambda q: ask(before, q), lambda q: ask(after, q)))
    found = differences(before.knowledge, after.knowledge)
    say([f"{before.name} → {after.name}"])
    if not found and not replies:
        say([worded("変わったところはありません。")])
    say((*entry_lines(found), *other_lines(found)))
    if replies:
        say([worded("返答が変わる質問 {count}件", count=len(replies))])
    names = called((*before.knowledge.entries, *after.knowledge.entries))
    for q, was, would in replies:
        say([worded("・「{q}」", q=q), *before_and_after(was, would, names)])


def _recent_questions(office: Office) -> Sequence[str]:
    """Return recent questions, masked, each once, without follow-ups."""
    from bot.journal.database import JournalError
    from bot.settings import JournalMode

    if office.settings.journal is not JournalMode.MASKED:
        return ()
    with office.journal() as journal:
        try:
            newest = reversed(journal.questions.last(MOST_RECENT))
            return list(dict.fromkeys(each.text for each in newest if each.text and not each.follows))
        except JournalError as error:
            warn(str(error))
            return ()


def rollback(
    name: Annotated[str | None, Argument(metavar="[NAME]", help=_NAME_HELP)] = None, *, path: FaqOption = None
) -> None:
    """Serve a release that was published before, at once and without the gate.

    Without a name, it is the one that was served before the present one was published. The files stay
    as they are: publish again once they are put right.

    Example:
        faq rollback --faq my-faq
    """
    office = Office(path)
    publisher = office.publisher()
    office.audit(publisher.by, publisher.rollback(name))


def replay(
    question: Annotated[str, Argument(metavar="QUESTION", help="What the candidate asked.")],
    *,
    release: Annotated[str, Option(metavar="NAME", help=f"{_NAME_HELP} @cautious or @eager may follow.")],
    on: Annotated[
        datetime | None,
        Option(
            metavar="DATE", formats=["%Y-%m-%d"], help="The day it was asked, as YYYY-MM-DD; today without."
        ),
    ] = None,
    rebuild: Annotated[
        bool, Option("--rebuild", help="Build anew what another version of this program built.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Reply as a stored release did to the first question of a conversation, byte for byte.

    Entries that were no longer valid on the day are not shown. What another version of this program or
    of the dictionary built is refused, or one made with other encoders: rebuilt, it may reply otherwise.

    Example:
        faq replay --release 44 --on 2025-06-01 "在宅勤務は週に何日できますか"
    """
    from bot.conversation.engine import converse
    from bot.conversation.state import ConversationState

    found = Office().stored(release, rebuild=rebuild)
    if not found.name.startswith(release.partition("@")[0]):
        told = "版 {release} の内容から作り直した版 {name} の返答です。"
        say([worded(told, release=release, name=found.name)], err=True)
    day = on.date() if on else today()
    reply, _ = converse(found, question, ConversationState(), today=day)
    show_reply(reply, question, json=json)
