"""What a release replied to its own expectations when it was first published, kept beside it."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationError

from faq.model import Knowledge
from index.evaluation.judgements import Judgement
from index.release.gate import Given, judged
from index.release.store import Store

FILE = "report.json"


class ReleaseReport(BaseModel):
    """How a release did.

    Attributes:
        asked_on: The day that it was asked for.
        counts: Of its expectations, by judgement; what never happened is left out.
        replies: By question.
    """

    model_config = ConfigDict(frozen=True)

    asked_on: date
    counts: Mapping[Judgement, int] = {}
    replies: Mapping[str, Given] = {}


def report_on(knowledge: Knowledge, ask: Callable[[str], Given], day: date) -> ReleaseReport:
    """Ask every expectation of a knowledge set."""
    replies = {expectation.q: ask(expectation.q) for expectation in knowledge.expectations}
    counts = Counter(judged(each, replies[each.q]) for each in knowledge.expectations)
    return ReleaseReport(asked_on=day, counts=counts, replies=replies)


def keep_report(store: Store, name: str, report: ReleaseReport) -> None:
    """Keep it beside the release, unless that has one: a release is published again as it is.

    Raises:
        OSError: it cannot be written.
    """
    store.attach(name, FILE, report.model_dump_json().encode())


def kept_report(store: Store, name: str) -> ReleaseReport | None:
    """Return the report of a release; `None` if there is none that can be read."""
    try:
        return ReleaseReport.model_validate_json(store.attached(name, FILE) or b"")
    except ValidationError:
        return None
