"""What a knowledge that was published replies now, beside what it replied when it was published."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.conversation.engine import asker
from bot.output.labels import Called, called
from bot.output.publish_report import report_lines
from faq.problems import FaqError, Fault, shown
from index.decision.policy import Point
from index.release.building import Release
from index.release.gate import GateReport, GivenReplies, compare
from index.release.history import History
from index.release.store import Store


@dataclass(frozen=True)
class Kept:
    """What the served release of a path replied to its expectations, and on which day."""

    release: str
    given: GivenReplies


@dataclass(frozen=True)
class SincePublished:
    """The replies of a publication beside those of what is served of it now, on the same day."""

    published: str
    asked_on: date
    now: str
    report: GateReport
    names: Called

    def lines(self) -> Iterator[str]:
        """Yield the figures of both, and the replies that differ."""
        yield f"公開したとき({self.asked_on})の版 {self.published} と、いまの版 {self.now} の返答を比べました。"
        yield from report_lines(self.report, names=self.names)
        if not self.report.findings:
            yield "返答が変わった質問はありません。"


def kept_replies(path: Path, home: Path) -> Kept:
    """Return what is kept of the last publication of a path; raises `FaqError` if nothing is."""
    served = History(home, path).served()
    given = Store(home).replies(served.release) if served else None
    if served is None or given is None:
        kind = "replies-lost" if served else "never-published"
        raise FaqError.of(Fault.of(kind, path=shown(path)))
    return Kept(served.release, given)


def since_published(kept: Kept, release: Release, point: Point, step: Callable[[], None]) -> SincePublished:
    """Ask a release what the published one was asked, on that day, so that no date makes a difference."""
    ask = asker(kept.given.asked_on, point)
    known = kept.given.replies
    now = {}
    for question in known:
        now[question] = ask(release, question)
        step()
    report = compare(release.knowledge, release.knowledge, known.__getitem__, now.__getitem__)
    names = called(release.knowledge.entries)
    return SincePublished(kept.release, kept.given.asked_on, release.name, report, names)
