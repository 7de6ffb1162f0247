"""A process that is killed, as by the machine, between any two steps of an answer and of a hand-over."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.journal.database import Database, open_database
from bot.journal.outbox import Outbox
from bot.journal.schema import deliveries
from bot.slack.delivery.targets import SIGN, TOLD
from bot.slack.messages.notices import WORKING
from tests.slack.double import Channel, Delivery, Person, Posted, SlackDouble
from tests.slack.double.model import Json
from tests.slack.double.people import Said
from tests.slack.double.web_api import Gate
from tests.slack.processes import process

ASKED, ANSWER = "給料はいくらですか", "給料は、このFAQでは扱っていません。"
NEXT, NEXT_ANSWER = "職場の服装はどんな感じですか", "服装は自由で、ジャケットの人が多くいます。"
RECEIVED, TAKEN, DONE = "採用の担当者にお伝えしました。", "ご質問の確認を始めました。", "対応が完了しました。"
REPLY = "採用サイトの表をご覧ください。"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Seam(Enum):
    """Where in a step the process is killed: the call of Slack that it is waiting for."""

    CANDIDATE = auto()
    """The message to the candidate."""
    OPENING = auto()
    """The opening of the candidate's direct message; where they ask, it is open, and a sign comes to stand in it."""
    CARD = auto()
    """The card in HR's channel; where they ask, the answer in a channel's thread."""
    NAME = auto()
    """Who of HR replies, which is asked before anything is kept."""


@dataclass
class Case:
    """A candidate, and where the process is killed in every step of their question.

    Attributes:
        after: Whether Slack has done what it was asked, and the process has not heard so.
        sign: Whether a sign stands where the answer is to come, which then takes its place.
        place: Where the candidate asks, if not in the direct message.
    """

    person: Person
    question: str
    seam: Seam
    after: bool
    sign: bool
    place: Channel | None

    @property
    def asks_twice(self) -> bool:
        """Whether they ask a second question in the same conversation, which waits for the first."""
        return self.sign or self.seam is Seam.OPENING

    def at(self, kind: str) -> Callable[[Json], bool]:
        """Return what picks the messages of a kind where the candidate asks."""
        channel = (self.place or self.person.dm).id
        return lambda body: body["channel"] == channel and body["metadata"]["event_type"] == kind

    def says(self, text: str, thread: str | None = None) -> Said:
        """Ask something."""
        return self.person.says(text, channel=self.place, thread=thread, mention=self.place is not None)

    def reads(self) -> str:
        """Return everything that the candidate has before them."""
        channel = f"\n{self.person.conversation(self.place)}" if self.place else ""
        return f"{self.person.conversation()}{channel}"


@dataclass
class Stage:
    """Everybody, and the database by which one process knows what another had in hand.

    Attributes:
        gates: What the process waits for when it is killed.
        signed: Where a sign can be shown; elsewhere Slack refuses it, however long an answer takes.
    """

    slack: SlackDouble
    knowledge: Path
    url: str
    database: Database
    hr: Channel
    hana: Person
    goro: Person
    gates: list[Gate] = field(default_factory=list)
    signed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        def refused(body: Json) -> bool:
            return body["metadata"]["event_type"] == SIGN and body["channel"] not in self.signed

        self.slack.refuse("chat.postMessage", "restricted_action", times=1_000, when=refused)

    def holds(self, method: str, when: Callable[[Json], bool], case: Case) -> Gate:
        """Let the process be killed at a call."""
        self.gates.append(self.slack.hold(method, after=case.after, when=when))
        return self.gates[-1]

    @contextmanager
    def process(self) -> Iterator[None]:
        """Run the bot until the block ends, and kill it."""
        with process(self.slack, self.knowledge, FAQ_HR_CHANNELS=self.hr.id, FAQ_DATABASE_URL=self.url):
            self.slack.until(lambda: self.slack.sockets)
            yield
        self.slack.until(lambda: not self.slack.sockets)

    def a_minute_passes(self) -> None:
        """Let pass the time after which what a dead process had begun is another's to do."""
        with self.database.writing() as connection:
            connection.execute(sa.update(deliveries).values(not_before=LONG_AGO))

    def comes_to_rest(self) -> None:
        """Wait until everything that was to be told is told."""
        outbox = Outbox(self.database)
        self.slack.until(lambda: not outbox.waiting())

    def card(self, case: Case) -> Posted:
        """Return HR's card of a candidate's question."""
        return next(each for each in self.hana.sees(self.hr) if case.question in each.text)


@pytest.fixture
def stage(slack: SlackDouble, knowledge: Path, hr_channel: Channel, url: str) -> Iterator[Stage]:
    hana, goro = slack.person("人事の花"), slack.person("人事の五郎")
    hana.joins(hr_channel)
    goro.joins(hr_channel)
    database = open_database(url, knowledge.parent)
    yield Stage(slack, knowledge, url, database, hr_channel, hana, goro)
    database.close()


UNSIGNED = [
    *product((Seam.CANDIDATE, Seam.CARD), (False, True), [False]),
    (Seam.OPENING, False, False),
    (Seam.NAME, False, False),
]
SIGNED = [*product((Seam.CANDIDATE, Seam.CARD), (False, True), [True]), (Seam.OPENING, True, False)]
"""Each fewer than the process has hands, for all but one of them come to wait for Slack."""


def candidates(slack: SlackDouble, seams: Sequence[tuple[Seam, bool, bool]]) -> Iterator[Case]:
    for number, (seam, after, sign) in enumerate(seams):
        person = slack.person(f"候補者{number}", guest=True)
        place = slack.channel(f"質問{number}", person) if seam is Seam.CARD else None
        yield Case(person, f"初任給は{number}万円ですか", seam, after, sign, place)


def asks(stage: Stage, case: Case) -> Sequence[Delivery]:
    """Ask, with a sign or without."""
    if case.asks_twice:
        return asks_twice(stage, case)
    if case.seam is not Seam.NAME:
        stage.holds("chat.postMessage", case.at(TOLD), case)
    return case.says(ASKED).deliveries


def asks_twice(stage: Stage, case: Case) -> Sequence[Delivery]:
    """Ask two questions; the second waits for the first, so it gets a sign, in which the process is killed or not."""
    slack, opening = stage.slack, case.seam is Seam.OPENING
    first = slack.hold("chat.postMessage", after=case.after or not opening, when=case.at(TOLD))
    asked = case.says(ASKED if opening else NEXT)
    slack.until(lambda: first.waiting)  # so it has no sign, and will have none
    stage.signed.add(asked.posted.channel)
    if opening:
        stage.gates.append(first)
    if opening and case.after:
        stage.holds("chat.postMessage", case.at(SIGN), case)
    more = case.says(NEXT if opening else ASKED, thread=asked.ts if case.place else None)
    slack.until(lambda: WORKING in case.reads())
    if not opening:
        stage.holds("chat.update", case.at(TOLD), case)
        first.open()
    return [*asked.deliveries, *more.deliveries]


def hands_over(stage: Stage, case: Case) -> Sequence[Delivery]:
    case.person.presses("人事に聞く")
    stage.slack.until(case.person.modals)
    return [case.person.submits({"question": case.question})]


def takes(stage: Stage, case: Case) -> Sequence[Delivery]:
    return [stage.hana.presses("引き受ける", message=stage.card(case))]


def replies(stage: Stage, case: Case) -> Sequence[Delivery]:
    """Reply in the form, or below the card."""
    if case.after or case.seam is Seam.NAME:
        who = stage.goro if case.seam is Seam.NAME else stage.hana
        return who.says(REPLY, channel=stage.hr, thread=stage.card(case).ts).deliveries
    stage.hana.presses("回答する", message=stage.card(case))
    stage.slack.until(stage.hana.modals)
    sent = stage.hana.submits({"answer": REPLY})
    stage.slack.until(lambda: sent.acked)  # which closes the form
    return [sent]


def closes(stage: Stage, case: Case) -> Sequence[Delivery]:
    return [stage.hana.presses("閉じる", message=stage.card(case))]


Act = Callable[[Stage, Case], Sequence[Delivery]]
STEPS: Sequence[tuple[Act, str]] = [
    (asks, ANSWER),
    (hands_over, RECEIVED),
    (takes, TAKEN),
    (replies, REPLY),
    (closes, DONE),
]
"""Each step, and what the candidate reads of it."""


def held(stage: Stage, case: Case, act: Act) -> tuple[str, Callable[[Json], bool]] | None:
    """Return the call at which the process is killed in a step after the question; `None` if it is after the step."""
    dm, hr = case.person.dm.id, stage.hr.id
    match case.seam:
        case Seam.CANDIDATE:
            return "chat.postMessage", lambda body: body["channel"] == dm
        case Seam.OPENING:
            return "conversations.open", lambda body: case.person.id in body["users"]
        case Seam.CARD:
            method = "chat.postMessage" if act is hands_over else "chat.update"
            return method, lambda body: body["channel"] == hr and case.question in body["text"]
        case Seam.NAME if act is replies:
            return "users.info", lambda body: body["user"] == stage.goro.id
        case _:
            return None


def test_killed_at_any_seam_of_a_question_nothing_is_lost_and_nothing_is_told_twice(stage: Stage) -> None:
    """Six questions at once, in every step: Slack not told, or told and not noted; then the next process."""
    cases = list(candidates(stage.slack, UNSIGNED))
    lives_through(stage, cases, STEPS)
    cards = stage.hana.conversation(stage.hr)
    for case in cases:
        assert cards.count(f"| {case.question}") == 1
        assert "完了" in stage.card(case).text
        who = "五郎" if case.seam is Seam.NAME else "花"
        assert f"**人事の{who}さん(採用担当)からの回答です。**" in case.reads()
        assert case.reads().count(NEXT_ANSWER) == case.asks_twice


def test_killed_while_an_answer_takes_the_place_of_its_sign_or_the_sign_is_shown_it_is_told_once(
    stage: Stage,
) -> None:
    cases = list(candidates(stage.slack, SIGNED))
    lives_through(stage, cases, STEPS[:1])
    assert [case.reads().count(NEXT_ANSWER) for case in cases] == [1] * len(cases)


def lives_through(stage: Stage, cases: Sequence[Case], steps: Sequence[tuple[Act, str]]) -> None:
    """Kill a process in every step, and let the next one go on; the last lives."""
    slack = stage.slack
    sent: list[Delivery] = []
    read: list[str] = []
    for act, text in steps:
        with stage.process():
            comes_back(stage, cases, sent, read)
            sent = []
            for case in cases:
                if act is not asks and (call := held(stage, case, act)):
                    stage.holds(*call, case)
                sent += act(stage, case)
            kept = [each for each in sent if each is not sent[-1] or act is not replies]
            slack.until(lambda: all(gate.waiting for gate in stage.gates))
            slack.until(lambda kept=kept: all(each.acked for each in kept))  # type: ignore[misc]
        for gate in stage.gates:
            gate.lose()
        stage.gates.clear()
        stage.a_minute_passes()
        read.append(text)
    with stage.process():
        comes_back(stage, cases, sent, read)


def comes_back(stage: Stage, cases: Sequence[Case], sent: Sequence[Delivery], read: Sequence[str]) -> None:
    """Let Slack send its events again, and check that each candidate reads each thing once."""
    for each in sent:
        if each.type == "events_api":  # Slack cannot know whether it was acknowledged in vain
            before = len(each.acks)
            stage.slack.resend(each)
            stage.slack.until(lambda each=each, before=before: len(each.acks) > before)  # type: ignore[misc]
    stage.comes_to_rest()
    for case in cases:
        counted = {text: case.reads().count(text) for text in read}
        assert counted == dict.fromkeys(read, 1), f"{case.seam}, after={case.after}, sign={case.sign}"
        assert WORKING not in case.reads(), f"{case.seam}, after={case.after}, sign={case.sign}"
