"""What most commands begin and end with: the settings, the day, the knowledge ready to be asked, and what is told."""

import re
import sys
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer import Abort, Exit, echo, prompt

from bot.journal.question_record import now, whoever_runs_this
from bot.output.terminal import ExitStatus, progress_bar, rich_console, visible
from faq.exchange.changes import undo_killed
from faq.problems import EditError, FaqError, Fault
from faq.wording import Value, worded

if TYPE_CHECKING:
    from bot.conversation.reply import Reply
    from bot.diagnostics import Finding
    from bot.journal.journal import Journal
    from index.release.building import Release
    from index.release.publishing import Publisher, Publishing
    from index.release.serving import Serving
    from index.retrieval.encoder import SentenceEncoder

_AGO = re.compile(r"([1-9][0-9]{0,3})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class Office:
    """The settings of this process, and the knowledge of a command: the flag's, the setting's, the built-in."""

    def __init__(self, path: Path | None = None, point: str | None = None) -> None:
        """Read the settings, and finish or undo what was killed half-way; nothing else is opened yet."""
        from bot.settings import live_in, read_settings
        from faq.loading.loader import builtin

        self.settings = read_settings(point)
        live_in(self.settings)
        self.home = self.settings.home
        self.path = path or self.settings.path or builtin()
        if (self.home / "proposals").exists():
            from bot.proposals.folder import end_killed

            say(end_killed(self.home), err=True)
        say(undo_killed(self.path), err=True)

    @cached_property
    def encoders(self) -> "tuple[SentenceEncoder, ...]":
        """Those that are set and installed."""
        from bot.embeddings import open_encoders

        return open_encoders(self.settings, warn)

    def serving(self) -> "Serving":
        """Return what is served, and how it came to be."""
        from index.release.serving import open_serving

        return open_serving(self.path, home=self.home, encoders=self.encoders, progress=tell)

    def served(self) -> "Release":
        """Return the release that is served; what differs from the files is told."""
        serving = self.serving()
        if serving.unpublished:
            warn(worded("未公開の変更があります。公開中の内容で答えます(`faq publish` で公開)。"))
        if serving.problem:
            warn(worded("{problem} 語だけで探して答えます。", problem=serving.problem))
        return serving.release.at(self.settings.point)

    def compiled(self) -> "Release":
        """Return the release of the files as they are."""
        from index.release.store import open_release

        release = open_release(self.path, home=self.home, encoders=self.encoders, progress=tell)
        return release.at(self.settings.point)

    def stored(self, prefix: str, *, rebuild: bool = False) -> "Release":
        """Return the one stored release whose name begins so; an operating point may follow: `44@cautious`."""
        from index.decision.point import Point
        from index.release.store import OtherEngineError, ReleaseError, Store

        store = Store(self.home, self.encoders)
        prefix, _, point = prefix.partition("@")
        if point and point not in list(Point):
            raise ReleaseError.of(Fault.of("release-no-point", point=point, points=tuple(Point)))
        name = store.full_name(prefix)
        try:
            found = store.read(name)
        except OtherEngineError:
            if not rebuild:
                raise
            found = store.rebuilt(name, tell)
        return found.at(Point(point or Point.BALANCED))

    def publisher(self) -> "Publisher":
        """Return what publishes the knowledge, on this day, for whoever runs this process."""
        from bot.conversation.engine import asker
        from index.release.publishing import Publisher

        ask, by, shown = asker(today(), self.settings.point), whoever_runs_this(), progress_bar
        return Publisher(self.path, self.home, ask, now(), today(), by, tell, self.encoders, shown)

    def journal(self, keep: Collection[str] = frozenset()) -> "Journal":
        """Return the journal; what goes wrong with it is told on standard error, and no reply waits for it."""
        from bot.journal.journal import Journal

        return Journal(self.settings, keep=keep, complain=warn)

    def journal_of(self, release: "Release") -> "Journal":
        """Return the journal, in which the speakers of a release are not masked."""
        from bot.privacy.masking import speakers

        return self.journal(speakers(release.knowledge))

    def audit(self, by: str, result: "Publishing") -> None:
        """Tell what became of a publication, and note it in the journal's record of what admins did."""
        from bot.output.publish_report import publish_report
        from bot.serving.live_release import auditor

        say(publish_report(result))
        with self.journal() as journal:
            auditor(journal, warn)(by, result)


def say(lines: Iterable[str], *, err: bool = False) -> None:
    """Write lines of text, with what a terminal would act upon written out."""
    for line in lines:
        echo(visible(line), err=err)


def emit(record: Mapping[str, Any]) -> None:
    """Write one object of JSON."""
    from bot.conversation.reply import json_line

    echo(json_line(record))


def show(view: Any) -> None:  # noqa: ANN401 -- whatever rich can render
    """Write a table or another view."""
    rich_console().print(view, crop=False)


def show_findings(findings: Iterable["Finding"]) -> None:
    """Write each finding as soon as it is made; exit with 1 if one of them is to be put right."""
    width, bad = rich_console().width, 0
    for finding in findings:
        say(finding.lines(width))
        bad += finding.state == "bad"
    if bad:
        echo("\n" + worded("直すところが{count}件あります。", count=bad))
        raise Exit(ExitStatus.FAILURE)


def tell(progress: str) -> None:
    """Tell a person at a terminal what takes so long."""
    if sys.stderr.isatty():  # a person who waits; a log is not one
        echo(progress, err=True)


def answer(question: str, answers: Mapping[str, str], otherwise: str) -> str:
    """Return the letter that a person types, of the answers by their letters; asks again until it is one of them."""
    choices = " ".join(f"{letter}={worded(told)}" for letter, told in answers.items())
    while (given := typed(f"{question} ({choices})", otherwise).strip().lower()) not in answers:
        pass
    return given


def confirmed(question: str) -> bool:
    """Return whether a person says yes."""
    return answer(question, {"y": "はい", "n": "いいえ"}, "n") == "y"


def typed(question: str, default: str = "") -> str:
    """Return what a person types; `EditError` where nobody can be asked."""
    try:
        return str(prompt(question, default=default, show_default=bool(default)))
    except Abort:
        raise EditError.of(Fault.of("nobody-to-ask")) from None


def show_reply(reply: "Reply", question: str, *, json: bool) -> None:
    """Write a reply, and on standard error why an encoder took no part in it."""
    from bot.conversation.reply import reply_record

    if json:
        emit(reply_record(reply, question))
    else:
        say([reply.text])
    if reply.unembedded:
        warn(reply.unembedded)


def warn(message: str) -> None:
    """Tell something on standard error, on one line."""
    echo(visible(" ".join(message.split())), err=True)


class UsageError(FaqError):
    """A command line that is not meant so."""


def check_usage(right: bool, kind: str, **values: Value) -> None:  # noqa: FBT001 -- a condition
    """Tell what kind of mistake a command line is, unless it is right."""
    if not right:
        raise UsageError.of(Fault(kind, tuple(values.items())))


def today() -> date:
    """Return the day where the office stands."""
    return now().astimezone().date()


def moment(text: str, now: datetime) -> datetime:
    """Return the moment that a text means: hours, days or weeks before now, or a day.

    >>> from datetime import UTC
    >>> moment("7d", datetime(2025, 6, 8, 12, tzinfo=UTC)).isoformat()
    '2025-06-01T12:00:00+00:00'
    """
    if found := _AGO.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").astimezone()
    except ValueError as error:
        raise UsageError.of(Fault.of("usage-moment", name="--since", given=text)) from error
