"""What a suggestion says that it would do is what is seen once it is published, on a simulated week."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from bot.conversation.engine import converse
from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from bot.journal.journal import Journal
from bot.proposals.approving import Approving
from bot.proposals.effect import Trial
from bot.proposals.files import Proposals
from bot.proposals.offered import Offered
from bot.proposals.proposal import AskedText, Effect, NewEntry, Proposal, target_of
from bot.proposals.suggesting import CLOSE, Suggestion, closest, suggest
from bot.proposals.unanswered import unanswered
from bot.proposals.unanswered import grouped
from bot.settings import Settings
from faq.initialize import copy_builtin
from index.release.building import Release
from index.release.published import PublishingOutcome
from index.release.serving import open_serving
from index.retrieval.encoder import packaged
from tests.bot.reporting.week import MONDAY, record, simulated

ENCODERS = (packaged("use"),)
WEEK = 5_000
GROUPS = 2
ONE_IN = 40
DAY = date(2025, 6, 9)
NOW = MONDAY + timedelta(days=8)

GOLD = {
    line["q"]: tuple(line["gold"])
    for file in sorted((Path(__file__).parents[2] / "data" / "reporting").glob("*_scope.jsonl"))
    for line in map(json.loads, file.read_text(encoding="utf-8").splitlines())
}
"""The entries that may answer a question, as its writer says."""


@dataclass
class Office:
    """A folder of an office's own, with a week of questions behind it."""

    folder: Path
    home: Path
    trial: Trial
    suggestions: Sequence[Suggestion]

    def proposed(self, suggestion: Suggestion, now: datetime = NOW) -> Proposal:
        """Accept a suggestion, and write the answer of a draft as HR would."""
        offered = Offered(str(self.folder.resolve()), self.trial.base.name, (suggestion,))
        kept = Proposals(self.home).add(offered.proposal(1, self.trial, "人事の花", now))
        if isinstance(kept.entry, NewEntry):
            entry = kept.entry.model_copy(update={"answer": "採用サイトの問い合わせ先でお尋ねください。"})
            kept = kept.model_copy(update={"entry": entry})
            Proposals(self.home).save(kept)
        return kept


@pytest.fixture(autouse=True)
def _decides_by_words() -> None:
    """Decide as the product does."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Ask 5,000 questions in a week, and suggest something for the largest groups whose closest entry is the right one.

    A person sees which those are; here the labels of the questions say so.
    """
    root = tmp_path_factory.mktemp("office")
    folder, home = root / "my-faq", root / "home"
    copy_builtin(folder)
    expected = folder / "expectations.jsonl"
    lines = expected.read_text(encoding="utf-8").splitlines(keepends=True)
    expected.write_text(
        "".join(lines[::ONE_IN]), encoding="utf-8"
    )  # each is asked of every release that is tried
    trial = Trial(folder, home, DAY, encoders=ENCODERS)
    with Journal(Settings(home=home), complain=pytest.fail, clock=lambda: NOW) as journal:
        record(journal, list(simulated(trial.base, WEEK)))
        asked = unanswered(journal.questions.between(MONDAY))
    right = (
        group
        for group in grouped(trial.base, asked, DAY)
        if (target := closest(trial, [AskedText(q=text) for text in group.questions]))
        and target.confidence >= CLOSE
        and target.entry_id in GOLD.get(group.representative, ())
    )
    tried = (next(suggest(trial, [group])) for group in right)
    # What the gate would refuse or what helps nobody, a person does not accept.
    helping = (
        each
        for each in tried
        if not each.effect.refused and each.effect.answered > each.effect.answered_before
    )
    return Office(folder, home, trial, list(islice(helping, GROUPS)))


def seen(release: Release, target: str, questions: Sequence[AskedText]) -> tuple[int, int]:
    """Return how many questions the target answers, or refers, in a release, and how many it is offered to."""
    shown = offered = 0
    for each in questions:
        reply, _ = converse(release, each.q, ConversationState(), today=DAY)
        if target in reply.ids:
            shown += each.times * (reply.kind in (ReplyKind.ANSWER, ReplyKind.REFERRAL))
            offered += each.times * (reply.kind is ReplyKind.CHOICES)
    return shown, offered


def told(effect: Effect) -> tuple[int, int]:
    return effect.answered, effect.offered


def test_a_suggestion_reaches_some_of_what_it_is_for(office: Office) -> None:
    assert len(office.suggestions) == GROUPS
    for suggestion in office.suggestions:
        assert suggestion.effect.answered > suggestion.effect.answered_before
        assert suggestion.effect.asked == sum(each.times for each in suggestion.questions)


def test_what_was_foreseen_is_what_is_seen(office: Office) -> None:
    """For a suggestion as it was made, and, where others were published meanwhile, as it was worked out anew."""
    approving = Approving(office.home, "人事の花", DAY, NOW, encoders=ENCODERS)
    approved = 0
    for suggestion in office.suggestions:
        proposal = office.proposed(suggestion)
        outlook = approving.look(proposal.name)
        assert outlook.moved == (approved > 0)
        if outlook.report.refused:  # with what was published before it
            continue
        before = open_serving(office.folder, home=office.home, encoders=ENCODERS).release
        result = approving.approve(outlook)
        assert result.outcome is PublishingOutcome.PUBLISHED
        after = open_serving(office.folder, home=office.home, encoders=ENCODERS).release
        target = target_of(proposal.change)
        assert told(outlook.effect) == seen(after, target, proposal.questions)
        assert outlook.effect.answered_before == seen(before, target, proposal.questions)[0]
        assert outlook.effect.release == after.name
        assert proposal.effect is not None
        if not approved and proposal.entry is None:  # as it was accepted; a draft has got its answer since
            assert proposal.effect == suggestion.effect == outlook.effect
        assert result.report is not None
        assert outlook.effect.expectations == result.report.asked
        assert not outlook.effect.refused
        approved += 1
    assert approved
