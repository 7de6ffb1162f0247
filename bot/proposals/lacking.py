"""What an FAQ can and cannot do before anybody has asked, and referrals for topics asked often that it lacks."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial

from bot.conversation.engine import converse
from bot.conversation.reply import Reply, ReplyKind
from bot.conversation.state import ConversationState
from bot.conversation.texts import Voice, referral_text
from bot.output.labels import REPLIES
from bot.output.tables import wrap
from bot.output.terminal import one_line
from bot.proposals.proposal import AskedText, NewEntry, Suggestion
from bot.proposals.trial import Trial
from faq.model import EntryKind
from faq.problems import Problem
from faq.wording import listed, worded
from index.library.topics import Topic, topics
from index.release.building import Release
from index.retrieval.subjects import LIKELY

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
_TRIED = (3, 10)
"""Places of the questions of a topic that are asked: not the first, which an FAQ may hold word for word."""


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


def referrals(trial: Trial) -> Iterator[Suggestion]:
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
        yield trial.suggestion(
            entry, asked, group=number, representative=first, closeness=0.0, topic=topic.name
        )


_MOST_SHOWN, _LONGEST, _WIDTH = 2, 30, 78


class Outlook:
    """A release that is asked what applicants ask; by words alone nothing is known of topics, and entries are asked."""

    def __init__(self, release: Release, today: date) -> None:
        """Find the topics that an entry is about, and those asked often that none seems to be."""
        self._release, self._today = release, today
        subjects = release.index.subjects
        self._near = [topic for number, topic in enumerate(topics()) if subjects.asked(number) >= LIKELY]
        self._far = seemingly_lacking(release)
        self.lacking: list[str] = []  # their names, once they were asked for
        asked = sum(len(topic.questions) for topic in self._far)
        self.steps = len(_TRIED) * len(self._near) + asked + len(release.index.entries)

    def lines(self, problems: Iterable[Problem], step: Callable[[], None]) -> list[str]:
        """Ask, and return what is told of it, for 80 columns; `problems` are those that the check found.

        `step` is called after each of `steps` questions.
        """
        questions = [topic.questions[place] for topic in self._near for place in _TRIED]
        replies = {question: self._ask(question, step) for question in questions}
        entries = self._release.index.entries
        told = [worded("項目 {count}件", count=len(entries))]
        if replies:
            kinds = Counter(reply.kind for reply in replies.values())
            counts = (
                worded("{name} {count}問", name=REPLIES[kind], count=kinds[kind])
                for kind in REPLIES
                if kinds[kind]
            )
            tried = "このFAQにありそうな{topics}の話題について、応募者がふつう尋ねる{questions}問で試すと"
            told += [worded(tried, topics=len(self._near), questions=len(replies)), f"  {listed(counts)}"]
        missed = [question for question, reply in replies.items() if reply.kind is ReplyKind.UNKNOWN]
        told += _some(worded("  わからなかった質問"), list(map(_quoted, missed)))
        unreached = [
            _quoted(each.question) for each in entries if each.id not in self._ask(each.question, step).ids
        ]
        told += _some(worded("そのままの言葉で尋ねても出ない項目"), unreached)
        alike = [dict(each.fault.values) for each in problems if each.fault.kind == "differs-little"]
        pairs = [
            worded(
                "{one}\n    と{other}", one=_quoted(str(each["other"])), other=_quoted(str(each["question"]))
            )
            for each in alike
        ]
        told += _some(worded("取り違えやすい組"), pairs)
        ask = partial(self._ask, step=step)
        self.lacking = [topic.name for topic in self._far if is_lacking(topic, ask)][:MOST_LACKING]
        if self.lacking:
            told.append(
                worded("よく尋ねられるのに、項目が見あたらない話題(答えるか、尋ね先の案内を書きます)")
            )
            told += [f"  {line}" for line in wrap(listed(self.lacking), _WIDTH - 2)]
        return told

    def _ask(self, question: str, step: Callable[[], None]) -> Reply:
        reply, _ = converse(self._release, question, ConversationState(), today=self._today)
        step()
        return reply


def _some(title: str, told: Sequence[str]) -> Iterator[str]:
    if told:
        counted = "{title} {count}件(はじめの{most}件)" if len(told) > _MOST_SHOWN else "{title} {count}件"
        yield worded(counted, title=title, count=len(told), most=_MOST_SHOWN)
        yield from (f"    {each}" for each in told[:_MOST_SHOWN])


def _quoted(text: str) -> str:
    return worded("「{text}」", text=one_line(text, _LONGEST))
