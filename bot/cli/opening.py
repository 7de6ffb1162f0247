"""What most commands share: settings, the day, the knowledge, and output."""

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
    """The settings of this process, and the knowledge of a command: of its flag, the setting, or the built-in one."""

    def __init__(self, path: Path | None = None, point: str | None = None) -> None:
        """Read the settings, and finish or undo what was killed half-way."""
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
        from bot.embeddings import open_encoders

        return open_encoders(self.settings, warn)

    def serving(self) -> "Serving":
        from index.release.serving import open_serving

        return open_serving(self.path, home=self.home, encoders=self.encoders)

    def served(self) -> "Release":
        """Return the served release; warn if the files differ."""
        serving = self.serving()
        if serving.unpublished:
            warn(worded("未公開の変更があります。公開中の内容で答えます(`faq publish` で公開)。"))
        if serving.problem:
            warn(worded("{problem} 語だけで探して答えます。", problem=serving.problem))
        return serving.release.at(self.settings.point)

    def compiled(self) -> "Release":
        """Return the release of the files as they are."""
        from index.release.store import open_release

        release = open_release(self.path, home=self.home, encoders=self.encoders)
        return release.at(self.settings.point)

    def stored(self, prefix: str, *, rebuild: bool = False) -> "Release":
        """Return the one stored release whose name begins with a prefix; a point may follow: `44@cautious`."""
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
            found = store.rebuilt(name)
        return found.at(Point(point or Point.BALANCED))

    def publisher(self) -> "Publisher":
        """Return a publisher of the knowledge, for today and for the user of this process."""
        from bot.conversation.engine import asker
        from index.release.publishing import Publisher

        ask, by, shown = asker(today(), self.settings.point), whoever_runs_this(), progress_bar
        return Publisher(self.path, self.home, ask, now(), today(), by, self.encoders, shown)

    def journal(self, keep: Collection[str] = frozenset()) -> "Journal":
        """Return the journal; its problems are warnings, and no reply waits for it."""
        from bot.journal.journal import Journal

        return Journal(self.settings, keep=keep, complain=warn)

    def journal_of(self, release: "Release") -> "Journal":
        """Return the journal, which does not mask the speakers of a release."""
        from bot.privacy.masking import speakers

        return self.journal(speakers(release.knowledge))

    def audit(self, by: str, result: "Publishing") -> None:
        """Report a publication, and note it in the journal's events."""
        from bot.output.publish_report import publish_report
        from bot.serving.live_release import auditor

        say(publish_report(result))
        with self.journal() as journal:
            auditor(journal, warn)(by, result)


def say(lines: Iterable[str], *, err: bool = False) -> None:
    """Write lines of text, with control characters made visible."""
    for line in lines:
        echo(visible(line), err=err)


def emit(record: Mapping[str, Any]) -> None:
    from bot.conversation.reply import json_line

    echo(json_line(record))


def show(view: Any) -> None:  # noqa: ANN401 -- whatever rich can render
    rich_console().print(view, crop=False)


def show_findings(findings: Iterable["Finding"]) -> None:
    """Write each finding as soon as it is made; exit with 1 if one is to be corrected."""
    from bot.output.tables import Prose

    marks, bad = {"bad": "×", "note": "△", "ok": "○"}, 0
    for finding in findings:
        show(Prose(f"{marks[finding.state]} {finding.text}"))
        if finding.to_do:
            show(Prose(f"→ {finding.to_do}", indent=2))
        bad += finding.state == "bad"
    if bad:
        echo("\n" + worded("直すところが{count}件あります。", count=bad))
        raise Exit(ExitStatus.FAILURE)


def tell(text: str) -> None:
    """Tell a person at a terminal what the program is doing."""
    if sys.stderr.isatty():  # a log does not wait
        echo(text, err=True)


def answer(question: str, answers: Mapping[str, str], otherwise: str) -> str:
    """Return the letter of the answer that a person types; ask again until it is one of them."""
    choices = " ".join(f"{letter}={worded(told)}" for letter, told in answers.items())
    while (given := typed(f"{question} ({choices})", otherwise).strip().lower()) not in answers:
        pass
    return given


def confirmed(question: str) -> bool:
    return answer(question, {"y": "はい", "n": "いいえ"}, "n") == "y"


def typed(question: str, default: str = "") -> str:
    """Return what a person types; raises `EditError` if nobody can be asked."""
    try:
        return str(prompt(question, default=default, show_default=bool(default)))
    except Abort:
        raise EditError.of(Fault.of("nobody-to-ask")) from None


def show_reply(reply: "Reply", question: str, *, json: bool) -> None:
    """Write a reply, and on standard error why an encoder was not used."""
    from bot.conversation.reply import reply_record

    if json:
        emit(reply_record(reply, question))
    else:
        say([reply.text])
    if reply.unembedded:
        warn(reply.unembedded)


def warn(message: str) -> None:
    """Write a message to standard error, on one line."""
    echo(visible(" ".join(message.split())), err=True)


class UsageError(FaqError):
    """A mistake in the command line."""


def check_usage(right: bool, kind: str, **values: Value) -> None:  # noqa: FBT001 -- a condition
    """Raise `UsageError` with that kind of mistake, unless the command line is right."""
    if not right:
        raise UsageError.of(Fault(kind, tuple(values.items())))


def today() -> date:
    """Return the day in the zone of the office."""
    return now().astimezone().date()


def moment(text: str, now: datetime) -> datetime:
    """Return the moment of a text: hours, days or weeks before now, or a day.

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
