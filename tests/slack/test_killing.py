"""A process that is killed, as by the machine, between any two steps of an answer and of a hand-over."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.journal.database import Database, open_database
from bot.journal.outbox import Outbox
from bot.journal.schema import deliveries
from bot.slack.blocks_notices import WORKING
from bot.slack.ways import TOLD
from tests.slack.double import Channel, Delivery, Person, Posted, SlackDouble
from tests.slack.double.model import Json
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
    """The opening of the candidate's direct message; where they ask, it is open, and a sign stands in it."""
    CARD = auto()
    """The card in HR's channel; where they ask, the answer in a channel's thread."""
    NAME = auto()
    """Who of HR replies, which is asked before anything is kept."""


@dataclass
class Case:
    """A candidate, and where the process is killed in every step of their question.

    Attributes:
        after: Whether Slack has done what it was asked, and the process has not heard so.
        place: Where the candidate asks, if not in the direct message.
    """

    person: Person
    question: str
    seam: Seam
    after: bool
    place: Channel | None

    def reads(self) -> str:
        """Return everything that the candidate has before them."""
        channel = f"\n{self.person.conversation(self.place)}" if self.place else ""
        return f"{self.person.conversation()}{channel}"


@dataclass
class Stage:
    """Everybody, and the database by which one process knows what another had in hand."""

    slack: SlackDouble
    knowledge: Path
    url: str
    database: Database
    hr: Channel
    hana: Person
    goro: Person

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


def candidates(slack: SlackDouble) -> Iterator[Case]:
    seams = [
        *((seam, after) for seam in (Seam.CANDIDATE, Seam.CARD) for after in (False, True)),
        (Seam.OPENING, False),
        (Seam.NAME, False),
    ]
    for number, (seam, after) in enumerate(seams):
        person = slack.person(f"候補者{number}", guest=True)
        place = slack.channel(f"質問{number}", person) if seam is Seam.CARD else None
        yield Case(person, f"初任給は{number}万円ですか", seam, after, place)


def asks(stage: Stage, case: Case) -> Sequence[Delivery]:
    """Ask; a second question in the same conversation waits for the first, which gives it a sign."""
    said = case.person.says(ASKED, channel=case.place, mention=case.place is not None)
    if case.seam is not Seam.OPENING:
        return said.deliveries
    more = case.person.says(NEXT)
    stage.slack.until(lambda: WORKING in case.reads())
    return [*said.deliveries, *more.deliveries]


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


def held(stage: Stage, case: Case, act: Act) -> tuple[Sequence[str], Callable[[Json], bool]] | None:
    """Return the call at which the process is killed in a step; `None` if it is killed after the step.

    An answer is posted, or takes the place of a sign: that depends on how fast the machine is.
    """
    dm, hr = case.person.dm.id, stage.hr.id
    if act is asks and case.seam is not Seam.NAME:
        place = case.place.id if case.place else dm
        return (
            ("chat.postMessage", "chat.update"),
            lambda body: body["channel"] == place and body["metadata"]["event_type"] == TOLD,
        )
    match case.seam:
        case Seam.CANDIDATE:
            return ("chat.postMessage",), lambda body: body["channel"] == dm
        case Seam.OPENING:
            return ("conversations.open",), lambda body: case.person.id in body["users"]
        case Seam.CARD:
            method = "chat.postMessage" if act is hands_over else "chat.update"
            return (method,), lambda body: body["channel"] == hr and case.question in body["text"]
        case Seam.NAME if act is replies:
            return ("users.info",), lambda body: body["user"] == stage.goro.id
        case _:
            return None


def test_killed_at_any_seam_of_a_question_nothing_is_lost_and_nothing_is_told_twice(stage: Stage) -> None:
    """Six questions at once, in every step: Slack not told, or told and not noted; then the next process."""
    slack = stage.slack
    cases = list(candidates(slack))
    sent: list[Delivery] = []
    read: list[str] = []
    for act, text in STEPS:
        gates = []
        with stage.process():
            comes_back(stage, cases, sent, read)
            sent = []
            for case in cases:
                call = held(stage, case, act)
                if call:
                    gates.append(slack.hold(*call[0], after=case.after, when=call[1]))
                sent += act(stage, case)
            kept = [each for each in sent if each is not sent[-1] or act is not replies]
            slack.until(lambda gates=gates: all(gate.waiting for gate in gates))  # type: ignore[misc]
            slack.until(lambda kept=kept: all(each.acked for each in kept))  # type: ignore[misc]
        for gate in gates:
            gate.lose()
        stage.a_minute_passes()
        read.append(text)
    with stage.process():
        comes_back(stage, cases, sent, read)
    cards = stage.hana.conversation(stage.hr)
    for case in cases:
        assert cards.count(f"| {case.question}") == 1
        assert "完了" in stage.card(case).text
        who = "五郎" if case.seam is Seam.NAME else "花"
        assert f"**人事の{who}さん(採用担当)からの回答です。**" in case.reads()
        assert case.reads().count(NEXT_ANSWER) == (case.seam is Seam.OPENING)


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
        assert counted == dict.fromkeys(read, 1), f"{case.seam}, after={case.after}"
        assert WORKING not in case.reads()
