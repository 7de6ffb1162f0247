"""A process that is killed, as by the machine, while Slack does what it was asked for a question and a hand-over."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.journal.database import Database
from bot.journal.outbox import Outbox
from tests.slack.double import Channel, Delivery, Person, Posted, SlackDouble
from tests.slack.double.model import Json
from tests.slack.double.web_api import Gate
from tests.slack.processes import process

ASKED, ANSWER = "給料はいくらですか", "給料は、このFAQでは扱っていません。"
RECEIVED, TAKEN, DONE = "採用の担当者にお伝えしました。", "ご質問の確認を始めました。", "対応が完了しました。"
REPLY = "採用サイトの表をご覧ください。"
POST = "chat.postMessage"


@dataclass
class Case:
    """A candidate, and where the process is killed: at HR's card or the message to them, before Slack acts or after."""

    person: Person
    question: str
    at_card: bool
    after: bool


@dataclass
class Stage:
    """Everybody, and the journal in which one process finds what another had in hand."""

    slack: SlackDouble
    knowledge: Path
    database: Database
    hr: Channel
    hana: Person
    gates: list[Gate] = field(default_factory=list)

    def holds(self, method: str, channel: str, case: Case, text: str = "") -> None:
        def when(body: Json) -> bool:
            return body["channel"] == channel and text in body["text"]

        self.gates.append(self.slack.hold(method, after=case.after, when=when))

    @contextmanager
    def process(self) -> Iterator[None]:
        """Run the bot until the block ends, and kill it; what it had begun is the next one's to do, at once."""
        with process(self.slack, self.knowledge, FAQ_HR_CHANNELS=self.hr.id, FAQ_REMIND_AFTER="0"):
            self.slack.until(lambda: self.slack.sockets)
            yield
        self.slack.until(lambda: not self.slack.sockets)
        for gate in self.gates:
            gate.lose()
        self.gates.clear()

    def card(self, case: Case) -> Posted:
        return next(each for each in self.hana.sees(self.hr) if case.question in each.text)


@pytest.fixture
def stage(slack: SlackDouble, knowledge: Path, hr_channel: Channel) -> Iterator[Stage]:
    hana = slack.person("人事の花")
    hana.joins(hr_channel)
    database = Database(None, knowledge.parent / "home")
    yield Stage(slack, knowledge, database, hr_channel, hana)
    database.close()


def asks(stage: Stage, case: Case) -> Sequence[Delivery]:
    stage.holds(POST, case.person.dm.id, case)
    return case.person.says(ASKED).deliveries


def hands_over(stage: Stage, case: Case) -> Sequence[Delivery]:
    case.person.presses("人事に聞く")
    stage.slack.until(case.person.modals)
    stage.holds(POST, *((stage.hr.id, case, case.question) if case.at_card else (case.person.dm.id, case)))
    return [case.person.submits({"question": case.question})]


def takes_and_replies(stage: Stage, case: Case) -> Sequence[Delivery]:
    card = stage.card(case)
    holds_news(stage, case)
    taken = stage.hana.presses("引き受ける", message=card)
    stage.slack.until(lambda: taken.acked)
    stage.hana.presses("回答する", message=card)
    stage.slack.until(stage.hana.modals)
    replied = stage.hana.submits({"answer": REPLY})
    stage.slack.until(
        lambda: replied.acked
    )  # until then the form is open, and would be taken for the next card's
    return [taken, replied]


def closes(stage: Stage, case: Case) -> Sequence[Delivery]:
    holds_news(stage, case)
    return [stage.hana.presses("閉じる", message=stage.card(case))]


def holds_news(stage: Stage, case: Case) -> None:
    if case.at_card:
        stage.holds("chat.update", stage.hr.id, case, case.question)
    else:
        stage.holds(POST, case.person.dm.id, case)


STEPS: Sequence[tuple[Callable[[Stage, Case], Sequence[Delivery]], Sequence[str]]] = [
    (asks, [ANSWER]),
    (hands_over, [RECEIVED]),
    (takes_and_replies, [TAKEN, REPLY]),
    (closes, [DONE]),
]
"""Each step, and what the candidate reads of it."""


def test_killed_in_every_step_of_a_question_nothing_is_lost_and_nothing_is_told_twice(stage: Stage) -> None:
    """Four questions at once: Slack has not heard, or has done it and was not heard; then the next process."""
    seams = [(at_card, after) for at_card in (False, True) for after in (False, True)]
    cases = [
        Case(stage.slack.person(f"候補者{number}"), f"初任給は{number}万円ですか", *seam)
        for number, seam in enumerate(seams)
    ]
    sent: list[Delivery] = []
    read: list[str] = []
    for act, texts in STEPS:
        with stage.process():
            comes_back(stage, cases, sent, read)
            sent = [delivery for case in cases for delivery in act(stage, case)]
            stage.slack.until(lambda: all(gate.waiting for gate in stage.gates))
            stage.slack.until(lambda sent=sent: all(each.acked for each in sent))  # type: ignore[misc]
        read += texts
    with stage.process():
        comes_back(stage, cases, sent, read)
    cards = stage.hana.conversation(stage.hr)
    for case in cases:
        assert cards.count(f"| {case.question}") == 1
        assert "完了" in stage.card(case).text


def comes_back(stage: Stage, cases: Sequence[Case], sent: Sequence[Delivery], read: Sequence[str]) -> None:
    """Let Slack send its events again, and check that each candidate reads each thing once."""
    for each in sent:
        if each.type == "events_api":  # Slack cannot know whether it was acknowledged in vain
            before = len(each.acks)
            stage.slack.resend(each)
            stage.slack.until(lambda each=each, before=before: len(each.acks) > before)  # type: ignore[misc]
    stage.slack.until(lambda: not Outbox(stage.database).waiting())
    for case in cases:
        shown = case.person.conversation()
        assert {text: shown.count(text) for text in read} == dict.fromkeys(read, 1), case
