"""A day in Slack, printed as each side sees it: `python -m tests.slack.session`."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from bot.slack.blocks import NONE_OF_THESE
from tests.slack.desks import KNOWLEDGE, Office, office
from tests.slack.double import Channel, Person, SlackDouble

VAGUE = "どのくらいですか"
"""A question that may mean several entries."""


@dataclass
class _Stage:
    """Who takes part, and how much each has seen already."""

    bot: Office
    candidate: Person
    hr: Person
    admin: Person
    office: Channel
    seen: dict[str, int]

    def act(self, title: str) -> Iterator[str]:
        """Let the bot finish, and yield what is new before each person."""
        self.bot.settle()
        yield f"■ {title}"
        for person in (self.candidate, self.hr, self.admin):
            history = person.history().split("\n") if person.history() else []
            new = history[self.seen.get(person.id, 0) :]
            self.seen[person.id] = len(history)
            if new:
                yield f"  [{person.user.name}の画面]"
                yield from (f"    {line}" for line in new)
        yield ""


def session(place: Path) -> Iterator[str]:
    """Yield the lines of the session, played in a folder that is empty before."""
    folder = place / "faq"
    folder.mkdir()
    file = folder / "faq.yaml"
    file.write_text(KNOWLEDGE, encoding="utf-8")
    with SlackDouble() as slack:
        candidate = slack.person("候補者の田中", guest=True)
        hr, admin = slack.person("人事の佐藤"), slack.person("管理者の鈴木")
        channel = slack.channel("人事", hr, kind="private")
        with office(slack, folder, place / "home", hr=channel.id, admins=admin.id) as bot:
            stage = _Stage(bot, candidate, hr, admin, channel, {})
            yield from _candidate(stage)
            yield from _hand_over(stage)
            yield from _reload(stage, file)


def _candidate(stage: _Stage) -> Iterator[str]:
    anna = stage.candidate
    anna.says("在宅勤務はどのくらいできますか")
    yield from stage.act("候補者がダイレクトメッセージで質問する")
    anna.runs("/faq", VAGUE)
    stage.bot.settle()
    offer = anna.sees()[-1]
    yield from stage.act(f"/faq {VAGUE} と尋ねると、近い質問が候補に出る")
    label = next(
        element["text"]["text"]
        for block in offer.blocks
        for element in block.get("elements", [])
        if element.get("type") == "button" and element["text"]["text"] != NONE_OF_THESE
    )
    anna.presses(label, message=offer)
    yield from stage.act("候補の1つを押す")
    anna.presses("👎")
    stage.bot.settle()
    anna.submits({"reason": "incomplete", "comment": "回数も知りたいです"})
    yield from stage.act("👎 を押し、足りなかったことを書く")


def _hand_over(stage: _Stage) -> Iterator[str]:
    anna, hr = stage.candidate, stage.hr
    anna.presses("人事に聞く")
    stage.bot.settle()
    anna.submits({"question": "研修は年に何回ありますか"})
    yield from stage.act("候補者が人事に聞く")
    hr.presses("引き受ける")
    yield from stage.act("人事が引き受ける")
    hr.presses("回答する")
    stage.bot.settle()
    hr.submits({"answer": "年に2回です。日程は入庁後にお知らせします。"})
    yield from stage.act("人事が回答する")
    hr.presses("閉じる")
    yield from stage.act("人事が閉じる")


def _reload(stage: _Stage, file: Path) -> Iterator[str]:
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("also_asked: [入庁後", "also_askd: [入庁後"), encoding="utf-8")
    stage.admin.runs("/faq-admin", "reload")
    yield from stage.act("管理者が、誤りのあるファイルを読み込もうとする")
    file.write_text(whole.replace("ジャケットの人が多くいます", "スーツの人もいます"), encoding="utf-8")
    stage.admin.runs("/faq-admin", "reload")
    yield from stage.act("直してから読み込む")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for line in session(Path(temporary)):
            typer.echo(line)
