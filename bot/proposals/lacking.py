"""Topics that applicants ask nearly every employer about and that an FAQ lacks, and the referrals for them."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.conversation.engine import converse
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import Voice, referral_text
from bot.proposals.proposal import AskedText, NewEntry, Proposal, Suggestion
from bot.proposals.trial import Trial
from faq.model import EntryKind
from index.library.topics import Topic, topics
from index.release.building import Release

OFTEN = (
    "starting-salary", "overtime-hours", "annual-days-off", "transfer", "selection-flow", "bonus", "working-hours",
    "how-to-apply", "age-limit", "remote-work", "paid-leave-usage", "documents-to-submit", "newcomer-training",
    "interview-count", "initial-assignment", "work-location", "written-exam", "parental-leave", "housing-allowance",
    "dormitory", "inexperienced-applicants", "competition-ratio", "job-content", "recruiting-inquiries",
    "result-notification", "joining-date", "pay-raise", "side-job", "atmosphere", "evaluation", "retirement-pay",
    "workplace-tour", "dress-code", "qualification-support", "turnover", "welfare-overview", "trial-period",
)  # fmt: skip
"""Topics of the library that applicants ask nearly every employer about, the commonest first."""

MOST_LACKING = 10
_ALSO_ASKED = 4
_FAR = 0.2
"""How much a topic is what an entry is about or tells of, 0 to 1, below which it may be lacking."""


def seemingly_lacking(release: Release) -> list[Topic]:
    """Return the topics asked often that no entry seems to be about; none by words alone, which tell of no topic."""
    subjects = release.index.subjects
    numbers = {topic.id: number for number, topic in enumerate(topics())}
    often = [numbers[each] for each in OFTEN if subjects.are_known]
    return [topics()[each] for each in often if max(subjects.asked(each), subjects.told(each)) < _FAR]


def is_lacking(topic: Topic, ask: Callable[[str], Reply]) -> bool:
    """Whether half of the questions on a topic get nothing, or are told that it is lacking."""
    replies = [ask(question) for question in topic.questions]
    nothing = sum(reply.kind is ReplyKind.UNKNOWN or reply.lacking == topic.name for reply in replies)
    return 2 * nothing >= len(replies)


def referrals(trial: Trial, by: str, at: datetime) -> Iterator[Suggestion]:
    """Yield a referral for each topic that is lacking, ten at most, still to be tried; its text is a person's to judge.

    Without anybody to ask in `about`, its answer is left to be written.
    """

    def ask(question: str) -> Reply:
        return converse(trial.base, question, ConversationState(), today=trial.today)[0]

    found = (topic for topic in seemingly_lacking(trial.base) if is_lacking(topic, ask))
    person = Voice(trial.base.knowledge, trial.today).person
    for number, topic in zip(range(1, MOST_LACKING + 1), found, strict=False):
        first, *others = topic.questions
        entry = NewEntry(
            id=f"refer-{topic.id}",
            kind=EntryKind.REFERRAL,
            question=first,
            also_asked=tuple(others[:_ALSO_ASKED]),
            answer=referral_text(topic.name, person) if person else "",
            topic=topic.name,
        )
        asked = tuple(AskedText(q=each) for each in others[_ALSO_ASKED:])
        proposal = Proposal(
            faq=str(trial.path.resolve()), by=by, at=at, base=trial.base.name, entry=entry, questions=asked
        )
        yield Suggestion(
            group=number, representative=first, closeness=0.0, topic=topic.name, proposal=proposal
        )
