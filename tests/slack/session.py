"""A day in Slack, printed as each side sees it: `python -m tests.slack.session`."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from bot.output.tables import wrap
from tests.slack.double import Person, Posted, SlackDouble
from tests.slack.double.people import Said
from tests.slack.office import KNOWLEDGE, Office, office

WIDTH = 80
ASKED = "在宅勤務はどのくらいできますか"
VAGUE = "どのくらいですか"
"""A question that may mean several entries."""
MEANT = "給料はいくらですか"
"""The one of them that is meant: the FAQ refers to HR for it."""
FOR_HR = "初任給は、前職の経験で変わりますか"
ASIDE = "この方、去年も応募されていましたね"
REPLY = "変わります。<https://example.jp/pay|計算のしかた>をご覧下さい。"
CORRECTED = "変わります。計算のしかた(https://example.jp/pay)をご覧ください。"
ANSWERED_BACK = "ありがとうございます。前職が2年のときも同じですか"
SECOND = "はい、同じです。"
CHANGED, HOME = "(変わる) ", "(ホーム)"


@dataclass
class _Stage:
    bot: Office
    candidate: Person
    hr: Person
    admin: Person
    slack: SlackDouble
    seen: dict[str, int] = field(default_factory=dict)
    shown: dict[str, Sequence[str]] = field(default_factory=dict)

    def card(self) -> Posted:
        held = self.slack.workspace.messages.values()
        return next(each for messages in held for each in messages if each.text.startswith("人事への質問"))

    def writes(self, text: str) -> Said:
        """Let HR write below the card."""
        card = self.card()
        return self.hr.says(text, channel=self.hr.channel_of(card), thread=card.ts, marks=True)

    def act(self, *title: str) -> Iterator[str]:
        """Let the bot finish, and yield what is new before each person."""
        yield from (f"■ {line}" if number == 0 else f"  {line}" for number, line in enumerate(title))
        for person in (self.candidate, self.hr, self.admin):
            scenes = person.scenes()
            new = scenes[self.seen.get(person.id, 0) :]
            self.seen[person.id] = len(scenes)
            if new:
                yield f"  [{person.name}の画面]"
            for scene in new:
                yield from self._appeared(*scene.split("\n"))
        yield ""

    def _appeared(self, place: str, *lines: str) -> Iterator[str]:
        """Yield what appeared but in the Home tab; of a message that has changed, only what is new in it."""
        if place.startswith(HOME):
            return
        before = self.shown.get(place.replace(CHANGED, ""), ())
        self.shown[place.replace(CHANGED, "")] = lines
        yield f"    {place}"
        for line in lines:
            if CHANGED not in place or line not in before:
                yield from _wrapped(f"    {line}")


def _wrapped(line: str) -> Iterator[str]:
    text = line.lstrip()
    indent = line[: len(line) - len(text)]
    for piece in wrap(text, WIDTH - len(indent)):
        yield f"{indent}{piece}"


def session() -> Iterator[str]:
    """Yield the lines of the session, played in the present folder, which is empty before."""
    folder = Path("faq")
    folder.mkdir()
    file = folder / "faq.yaml"
    file.write_text(KNOWLEDGE, encoding="utf-8")
    with SlackDouble() as slack:
        candidate = slack.person("候補者の田中")
        hr, admin = slack.person("人事の佐藤"), slack.person("管理者の鈴木")
        channel = slack.channel("人事", hr, kind="private")
        with office(slack, folder, Path("home"), hr=channel.id, admins=admin.id) as bot:
            stage = _Stage(bot, candidate, hr, admin, slack)
            yield from _candidate(stage)
            yield from _hand_over(stage)
            yield from _reload(stage, file)


def _candidate(stage: _Stage) -> Iterator[str]:
    tanaka = stage.candidate
    tanaka.says(ASKED)
    yield from stage.act("田中さんがダイレクトメッセージで尋ねる")
    tanaka.presses("👎")
    tanaka.submits({"reason": "incomplete", "comment": "部署ごとの回数も知りたいです"})
    yield from stage.act(
        "田中さんが 👎 を押し、「知りたいことが足りなかった」を選び、",
        "「部署ごとの回数も知りたいです」と書いて送る",
    )
    tanaka.closes()
    tanaka.runs("/faq", VAGUE)
    yield from stage.act(f"田中さんが /faq {VAGUE} と打つ")
    tanaka.presses(MEANT)
    yield from stage.act(f"田中さんが [{MEANT}] を押す")


def _hand_over(stage: _Stage) -> Iterator[str]:
    tanaka, sato, card = stage.candidate, stage.hr, stage.card
    tanaka.presses("人事に聞く")
    tanaka.submits({"question": FOR_HR})
    yield from stage.act("田中さんが [人事に聞く] を押し、質問を書き直して送る")
    sato.presses("引き受ける")
    yield from stage.act("佐藤さんが [引き受ける] を押す")
    stage.writes(ASIDE)
    yield from stage.act("佐藤さんが、カードのスレッドに人事どうしの話を書く")
    line = stage.writes(REPLY)
    sato.presses("候補者に送る")
    yield from stage.act("佐藤さんがスレッドに回答を書き、[候補者に送る] を押す")
    sato.edits(line, CORRECTED)
    yield from stage.act("佐藤さんが、送った文章を書き直す")
    answer = next(each for each in tanaka.sees() if CORRECTED in each.text)
    tanaka.says(ANSWERED_BACK, thread=answer.ts)
    yield from stage.act("田中さんが、回答のスレッドに返信する")
    stage.slack.refuse("conversations.open", "user_disabled")
    sato.presses("回答する", message=card())
    sato.submits({"answer": SECOND})
    yield from stage.act("佐藤さんが [回答する] から送るが、田中さんに届かない")
    sato.presses("回答する", message=card())
    sato.submits({"answer": SECOND})
    yield from stage.act("届くようになってから、もう一度送る")
    sato.presses("閉じる", message=card())
    yield from stage.act("佐藤さんが [閉じる] を押す")


def _reload(stage: _Stage, file: Path) -> Iterator[str]:
    suzuki, whole = stage.admin, file.read_text(encoding="utf-8")
    file.write_text(whole.replace("also_asked: [入庁後", "also_askd: [入庁後"), encoding="utf-8")
    suzuki.runs("/faq-admin", "reload")
    yield from stage.act("鈴木さんが誤りのあるファイルを置き、/faq-admin reload と打つ")
    file.write_text(whole.replace("ジャケットの人が多くいます", "スーツの人もいます"), encoding="utf-8")
    suzuki.runs("/faq-admin", "reload")
    yield from stage.act("鈴木さんがファイルを直し、もう一度 /faq-admin reload と打つ")


if __name__ == "__main__":
    os.environ["TZ"] = "Asia/Tokyo"  # where everybody sits
    time.tzset()
    with tempfile.TemporaryDirectory() as temporary:
        os.chdir(temporary)
        for line in session():
            typer.echo(line)
