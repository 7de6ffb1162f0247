"""A day in Slack, printed as each side sees it: `python -m tests.slack.session`."""

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from bot.output.tables import wrap
from tests.slack.double import Person, SlackDouble
from tests.slack.office import KNOWLEDGE, Office, office

WIDTH = 80
ASKED = "在宅勤務はどのくらいできますか"
VAGUE = "どのくらいですか"
"""A question that may mean several entries."""
MEANT = "給料はいくらですか"
"""The one of them that is meant: the FAQ refers to HR for it."""
FOR_HR = "初任給は、前職の経験で変わりますか"
REPLY = "変わります。計算のしかたを採用サイトに載せています。"
CHANGED = "(変わる) "


@dataclass
class _Stage:
    bot: Office
    candidate: Person
    hr: Person
    admin: Person
    seen: dict[str, int] = field(default_factory=dict)
    shown: dict[str, Sequence[str]] = field(default_factory=dict)

    def act(self, *title: str) -> Iterator[str]:
        """Let the bot finish, and yield what is new before each person."""
        yield from (f"■ {line}" if number == 0 else f"  {line}" for number, line in enumerate(title))
        for person in (self.candidate, self.hr, self.admin):
            history = person.history().split("\n") if person.history() else []
            new = history[self.seen.get(person.id, 0) :]
            self.seen[person.id] = len(history)
            if new:
                yield f"  [{person.user.name}の画面]"
                yield from self._appeared(new)
        yield ""

    def _appeared(self, lines: Sequence[str]) -> Iterator[str]:
        """Yield what appeared; of a message that has changed, only what is new in it."""
        place = ""
        for line in lines:
            if not line.startswith(" "):
                place = line
                before = self.shown.get(place.replace(CHANGED, ""), ())
                self.shown[place.replace(CHANGED, "")] = now = []
                yield f"    {place}"
                continue
            now.append(line)
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
        candidate = slack.person("候補者の田中", guest=True)
        hr, admin = slack.person("人事の佐藤"), slack.person("管理者の鈴木")
        channel = slack.channel("人事", hr, kind="private")
        with office(slack, folder, Path("home"), hr=channel.id, admins=admin.id) as bot:
            stage = _Stage(bot, candidate, hr, admin)
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
    tanaka, sato = stage.candidate, stage.hr
    tanaka.presses("人事に聞く")
    tanaka.submits({"question": FOR_HR})
    yield from stage.act("田中さんが [人事に聞く] を押し、質問を書き直して送る")
    sato.presses("引き受ける")
    yield from stage.act("佐藤さんが [引き受ける] を押す")
    sato.presses("回答する")
    sato.submits({"answer": REPLY})
    yield from stage.act("佐藤さんが [回答する] を押し、下書きを書き直して送る")
    sato.presses("閉じる")
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
