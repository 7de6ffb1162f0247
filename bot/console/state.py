"""The state of a console: the conversation, and the topics of entries that a person links."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import perf_counter

from rich.console import Group, RenderableType

from bot.conversation.engine import converse
from bot.conversation.reply import Reply
from bot.conversation.state import ConversationState, goes_on
from bot.conversation.texts import Voice
from bot.journal.journal import Journal
from bot.journal.question_record import Channel, QuestionRecord, whoever_runs_this
from bot.output.tables import NOTE, WARNING, Prose
from bot.privacy.masking import speakers
from bot.serving.live_release import LiveRelease, auditor
from bot.serving.watcher import Watcher
from bot.settings import Settings
from faq.exchange.edits import save_topic
from faq.fields import NO_TOPIC
from faq.loading.loader import load
from faq.problems import FaqError
from faq.wording import telling, worded
from index.release.building import Release

_NONE, _LATER = "n", "s"


@dataclass
class ConsoleState:
    live: LiveRelease
    today: Callable[[], date]
    record: Callable[[QuestionRecord], object] = lambda _: None
    hang_up: Callable[[], None] = lambda: None  # publishes soon, as on SIGHUP
    thread: ConversationState = field(default_factory=ConversationState)
    question: str | None = None  # the last one, as it was typed
    reply: Reply | None = None  # to it
    asking: Generator[RenderableType, str, None] | None = (
        None  # a command that asks, to which the next line goes
    )

    @property
    def release(self) -> Release:
        """The release that answers now; it may change at any time."""
        return self.live.release

    @property
    def voice(self) -> Voice:
        return Voice(self.release.knowledge, self.today())

    def ask(self, question: str) -> Reply:
        """Ask the release a question in this conversation, and keep question and reply."""
        self.question = question
        before, started = self.thread, perf_counter()
        self.reply, self.thread = converse(self.release, question, before, today=self.today())
        took = (perf_counter() - started) * 1000
        user, follows = whoever_runs_this(), goes_on(question, before)
        record = QuestionRecord.of(
            self.reply, question, channel=Channel.CONSOLE, user=user, milliseconds=took, follows=follows
        )
        self.record(record)
        return self.reply


@contextmanager
def open_state(  # noqa: PLR0913 -- what a session is made of
    path: Path,
    settings: Settings,
    *,
    today: Callable[[], date],
    watch: bool,
    announce: Callable[[str], None],
    progress: Callable[[str], None],
) -> Iterator[ConsoleState]:
    """Serve the knowledge at `path` during the block; `announce` hears of the background, `progress` of the start."""
    with telling(progress):
        live = LiveRelease(path, today, settings, complain=announce)
    journal = Journal(settings, keep=speakers(live.release.knowledge), complain=announce)
    live.follower = auditor(journal, announce)
    watcher = Watcher(live, announce)
    with journal, watcher.running(files=watch):
        yield ConsoleState(live, today, journal.record, watcher.hang_up)


def topic_questions(state: ConsoleState) -> Generator[RenderableType, str, None]:
    """Yield the question for the topic of each entry without one, the surest proposals first; save what is answered.

    A line that is no answer ends it.
    """
    decided = {entry.id for entry in load(state.live.path).entries if entry.topic}
    index = state.release.index
    found = [
        (-likely[0][1], number)
        for number, entry in enumerate(index.entries)
        if entry.id not in decided and (likely := index.subjects.likely(number))
    ]
    told = []
    for left, (_, number) in zip(range(len(found), 0, -1), sorted(found), strict=True):
        entry, likely = index.entries[number], index.subjects.likely(number)
        told.append(Prose(worded("「{q}」の話題はどれですか(残り {count}件)", q=entry.question, count=left)))
        for place, (topic, share) in enumerate(likely, start=1):
            line = worded("  {number} {name} {share:.0%}", number=place, name=topic.name, share=share)
            told.append(Prose(line))
        keys = worded("  {none} どれでもない  {later} あとで決める", none=_NONE, later=_LATER)
        key = yield Group(*told, Prose(keys, NOTE))
        names = {str(place): topic.name for place, (topic, _) in enumerate(likely, start=1)} | {
            _NONE: NO_TOPIC
        }
        told = []
        if name := names.get(key):
            try:
                save_topic(state.live.path, entry.id, name)
                told = [Prose(worded("記録しました: 「{q}」 → {topic}", q=entry.question, topic=name), NOTE)]
            except FaqError as error:  # which ends no questions: what is typed next would be asked of the FAQ
                told = [Prose(str(error), WARNING)]
        elif key != _LATER:
            return
    yield Group(*told, Prose(worded("話題を決める項目はありません。決めた話題は /reload で公開します。")))
