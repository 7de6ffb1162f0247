"""What an FAQ can answer before anybody has asked, and referrals for common topics that it lacks."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from bot.conversation.engine import converse
from bot.conversation.reply import OPEN, Reply
from bot.conversation.state import ConversationState
from bot.conversation.texts import Voice, referral_text
from bot.output.labels import REPLIES
from bot.output.tables import wrap
from bot.output.terminal import one_line, progress_bar
from bot.proposals.approving import Trial
from bot.proposals.proposal import AskedText, NewEntry, Proposal
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
"""Topics of the library that applicants ask nearly every employer about, the most common first."""

MOST_LACKING = 10
_ALSO_ASKED = 4
_FAR = 0.2
"""A topic may be lacking if no entry is about it, or mentions it, by more than this (0 to 1)."""
_TRIED = (3, 10)
"""Places of the questions of a topic that are asked: not the first, which an FAQ may have word for word."""


def _seemingly_lacking(release: Release) -> list[Topic]:
    """Return the common topics that no entry seems to be about; none without an encoder."""
    subjects = release.index.subjects
    numbers = {topic.id: number for number, topic in enumerate(topics())}
    often = [numbers[each] for each in OFTEN if subjects.are_known]
    return [topics()[each] for each in often if max(subjects.asked(each), subjects.told(each)) < _FAR]


def _is_lacking(topic: Topic, ask: Callable[[str], Reply]) -> bool:
    replies = [ask(question) for question in topic.questions]
    nothing = sum(reply.kind in OPEN or reply.lacking == topic.name for reply in replies)
    return 2 * nothing >= len(replies)


def referrals(trial: Trial) -> Iterator[Proposal]:
    """Yield a referral for each lacking topic, not tried yet; without an answer if `about` names nobody."""

    def ask(question: str) -> Reply:
        return converse(trial.base, question, ConversationState(), today=trial.today)[0]

    found = (topic for topic in _seemingly_lacking(trial.base) if _is_lacking(topic, ask))
    person = Voice(trial.base.knowledge, trial.today).person
    for topic in islice(found, MOST_LACKING):
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
        yield trial.proposal(entry, asked)


_MOST_SHOWN, _LONGEST, _WIDTH = 2, 30, 78


def outlook(release: Release, problems: Iterable[Problem], today: date) -> tuple[list[str], list[str]]:
    """Ask a release common questions; return lines on the result and on its `problems`, and the topics it lacks."""
    subjects, entries = release.index.subjects, release.index.entries
    near = [topic for number, topic in enumerate(topics()) if subjects.asked(number) >= LIKELY]
    far = _seemingly_lacking(release)
    count = len(_TRIED) * len(near) + sum(len(topic.questions) for topic in far) + len(entries)
    with progress_bar(worded("試しています"), count) as step:

        def ask(question: str) -> Reply:
            reply, _ = converse(release, question, ConversationState(), today=today)
            step()
            return reply

        questions = [topic.questions[place] for topic in near for place in _TRIED]
        replies = {question: ask(question) for question in questions}
        unreached = [_quoted(each.question) for each in entries if each.id not in ask(each.question).ids]
        lacking = [topic.name for topic in far if _is_lacking(topic, ask)][:MOST_LACKING]
    told = [worded("項目 {count}件", count=len(entries))]
    if replies:
        kinds = Counter(reply.kind for reply in replies.values())
        counts = (
            worded("{name} {count}問", name=REPLIES[kind], count=kinds[kind])
            for kind in REPLIES
            if kinds[kind]
        )
        tried = "このFAQにありそうな{topics}の話題について、応募者がふつう尋ねる{questions}問で試すと"
        told += [worded(tried, topics=len(near), questions=len(replies)), f"  {listed(counts)}"]
    missed = [_quoted(question) for question, reply in replies.items() if reply.kind in OPEN]
    told += _some(worded("  わからなかった質問"), missed)
    told += _some(worded("そのままの言葉で尋ねても出ない項目"), unreached)
    alike = [dict(each.fault.values) for each in problems if each.fault.kind == "differs-little"]
    pairs = [
        worded("{one}\n    と{other}", one=_quoted(str(each["other"])), other=_quoted(str(each["question"])))
        for each in alike
    ]
    told += _some(worded("取り違えやすい組"), pairs)
    if lacking:
        told.append(worded("よく尋ねられるのに、項目が見あたらない話題(答えるか、尋ね先の案内を書きます)"))
        told += [f"  {line}" for line in wrap(listed(lacking), _WIDTH - 2)]
    return told, lacking


def _some(title: str, told: Sequence[str]) -> Iterator[str]:
    if told:
        counted = "{title} {count}件(はじめの{most}件)" if len(told) > _MOST_SHOWN else "{title} {count}件"
        yield worded(counted, title=title, count=len(told), most=_MOST_SHOWN)
        yield from (f"    {each}" for each in told[:_MOST_SHOWN])


def _quoted(text: str) -> str:
    return worded("「{text}」", text=one_line(text, _LONGEST))
