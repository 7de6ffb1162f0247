"""What publishing came to: served from now on, unchanged, or refused by the gate, and why."""

from dataclasses import dataclass
from enum import StrEnum

from faq.problems import FaqError, Problem
from index.release.building import Release
from index.release.differences import Differences
from index.release.gate import GateReport
from index.release.history import Publication


class PublishingError(FaqError):
    """Something that keeps a release from being stored or served; in Japanese, for admins."""


class PublishingOutcome(StrEnum):
    """What publishing came to."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class Publishing:
    """What publishing came to.

    Attributes:
        release: What is served from now on.
        publication: How that came to be served; `None` if nothing was ever published.
        before: Name of the release that was served; `None` for the first.
        candidate: Name of the release that was to be served.
        report: What the gate said; `None` where nothing changed.
        differences: From the knowledge that was served to the new one; `None` for the first.
        warnings: Of the files, in order of place.
        unpublished: The files are others than those that the release was made of.
    """

    outcome: PublishingOutcome
    release: Release
    publication: Publication | None
    before: str | None
    candidate: str
    report: GateReport | None = None
    differences: Differences | None = None
    warnings: tuple[Problem, ...] = ()
    unpublished: bool = False
