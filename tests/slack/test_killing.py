"""A process that is killed, as by the machine, while Slack does what it was asked for a question and a hand-over."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

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
    """Everybody, what each does in turn for a case, and the calls of Slack that are held."""

    slack: SlackDouble
    knowledge: Path
    hr: Channel
    hana: Person
    gates: list[Gate] = field(default_factory=list)

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

    def asks(self, case: Case) -> Sequence[Delivery]:
        self._hold_news(case)
        return case.person.says(ASKED).deliveries

    def hands_over(self, case: Case) -> Sequence[Delivery]:
        case.person.presses("人事に聞く")
        self.slack.until(case.person.modals)
        if case.at_card:
            self._hold(POST, self.hr, case, case.question)
        else:
            self._hold_news(case)
        return [case.person.submits({"question": case.question})]

    def takes_and_replies(self, case: Case) -> Sequence[Delivery]:
        card = self.card(case)
        self._hold_step(case)
        taken = self.hana.presses("引き受ける", message=card)
        self.slack.until(lambda: taken.acked)
        self.hana.presses("回答する", message=card)
        self.slack.until(self.hana.modals)
        replied = self.hana.submits({"answer": REPLY})
        self.slack.until(
            lambda: replied.acked
        )  # until then the form is open: it would be taken for the next card's
        return [taken, replied]

    def closes(self, case: Case) -> Sequence[Delivery]:
        self._hold_step(case)
        return [self.hana.presses("閉じる", message=self.card(case))]

    def _hold_step(self, case: Case) -> None:
        if case.at_card:
            self._hold("chat.update", self.hr, case, case.question)
        else:
            self._hold_news(case)

    def _hold_news(self, case: Case) -> None:
        self._hold(POST, case.person.dm, case)

    def _hold(self, method: str, channel: Channel, case: Case, text: str = "") -> None:
        def when(body: Json) -> bool:
            return body["channel"] == channel.id and text in body["text"]

        self.gates.append(self.slack.hold(method, after=case.after, when=when))


def test_killed_in_every_step_of_a_question_nothing_is_lost_and_nothing_is_told_twice(
    slack: SlackDouble, knowledge: Path, hr_channel: Channel, hana: Person
) -> None:
    """Four questions at once: Slack has not heard, or has done it and was not heard; then the next process."""
    stage = Stage(slack, knowledge, hr_channel, hana)
    seams = [(at_card, after) for at_card in (False, True) for after in (False, True)]
    cases = [
        Case(slack.person(f"候補者{number}"), f"初任給は{number}万円ですか", *seam)
        for number, seam in enumerate(seams)
    ]
    sent: list[Delivery] = []
    read: list[str] = []  # by each candidate, once

    def comes_back() -> None:
        for each in sent:
            if each.type == "events_api":  # Slack cannot know whether it was acknowledged in vain
                before = len(each.acks)
                slack.resend(each)
                slack.until(lambda each=each, before=before: len(each.acks) > before)  # type: ignore[misc]
        with closing(Database(None, knowledge.parent / "home")) as database:
            slack.until(lambda: not Outbox(database).waiting())
        for case in cases:
            shown = case.person.conversation()
            assert {text: shown.count(text) for text in read} == dict.fromkeys(read, 1), case

    for act, texts in (
        (stage.asks, [ANSWER]),
        (stage.hands_over, [RECEIVED]),
        (stage.takes_and_replies, [TAKEN, REPLY]),
        (stage.closes, [DONE]),
    ):
        with stage.process():
            comes_back()
            sent[:] = [delivery for case in cases for delivery in act(case)]
            slack.until(lambda: all(gate.waiting for gate in stage.gates))
            slack.until(lambda: all(each.acked for each in sent))
        read += texts
    with stage.process():
        comes_back()
    cards = hana.conversation(hr_channel)
    for case in cases:
        assert cards.count(f"| {case.question}") == 1
        assert "完了" in stage.card(case).text
