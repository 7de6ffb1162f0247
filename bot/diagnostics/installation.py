"""Whether this installation can serve its FAQ: program, encoders, home, knowledge, release, journal, disk, terminal."""

import locale
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic

from bot.embeddings import open_encoders
from bot.journal.database import JournalError, schema_version
from bot.journal.schema import HEAD
from bot.output.terminal import visible
from bot.settings import JournalMode, Settings, SlackSettings
from faq.checks.check import check
from faq.loading.loader import builtin, read
from faq.model import EntryKind
from faq.problems import Fault, Severity, shown
from faq.wording import Language, Value, language
from index.analysis.tokenizer import morphemes
from index.release.history import History
from index.release.serving import files_differ
from index.release.store import OtherEngineError, ReleaseError, Store, misfits
from index.retrieval.encoder import EncoderError, SentenceEncoder, identity_of, patiently

_INDENT = "  "


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    text: str
    to_do: str = ""  # empty where all is well
    works: bool = False  # it works all the same, and could be better
    name: str = ""  # for scripts

    @classmethod
    def of(cls, kind: str, /, *, advice: str = "", **values: Value) -> "Finding":
        """Return what the catalogue says of a kind, in the language of whoever reads."""
        fault = Fault.of(kind, advice=advice, **values)
        return cls(fault.what(language()), fault.remedy(language()))

    @property
    def bad(self) -> bool:
        """Whether it is to be put right."""
        return bool(self.to_do) and not self.works

    @property
    def mark(self) -> str:
        """What stands before it: all is well, could be better, is to be put right."""
        return "×" if self.bad else "△" if self.to_do else "○"

    def lines(self, width: int) -> Iterator[str]:
        """Yield it with what to do below it, in lines of that many cells."""
        from bot.output.tables import wrap  # noqa: PLC0415 -- rich

        first, *more = wrap(visible(self.text), width - len(_INDENT))
        yield f"{self.mark} {first}"
        to_do = wrap(visible(f"→ {self.to_do}"), width - len(_INDENT)) if self.to_do else []
        yield from (f"{_INDENT}{line}" for line in (*more, *to_do))


LEAST_SPACE = 500_000_000  # bytes that releases, vectors and the journal of a busy year stay below
NARROWEST = 60  # cells of a terminal in which the console's tables can be read
PACKAGES = ("sudachipy", "sudachidict-core", "rank-bm25", "numpy", "sqlalchemy", "slack-bolt")
_TRIED = "在宅勤務は週に何日できます"


def examine(settings: Settings, slack: SlackSettings, path: Path, today: date) -> Iterator[Finding]:
    """Yield what was found, in order. Nothing is changed or made by looking."""
    encoders, home = open_encoders(settings), settings.home
    packages = "、".join(f"{name} {version(name)}" for name in PACKAGES)
    program = f"recruiting-faq {version('recruiting-faq')}、Python {platform.python_version()}、{packages}"
    yield Finding(program, name="program")
    yield replace(_dictionary(), name="dictionary")
    yield from (replace(each, name="encoders") for each in _encoders(settings))
    nearest = next((folder for folder in (home, *home.parents) if folder.exists()), Path())
    yield replace(_home(home, nearest), name="home")
    free = shutil.disk_usage(nearest).free
    to_do = "500 MB 以上になるように、要らないファイルを消してください。" if free < LEAST_SPACE else ""
    yield Finding(f"空き容量: {free / 1e9:.1f} GB", to_do, name="disk")
    yield replace(_knowledge(path, today, encoders), name="knowledge")
    yield replace(_release(path, home, encoders), name="release")
    point = f"動作点: {settings.point}(FAQ_POINT。cautious は慎重に、eager は積極的に答えます)"
    yield Finding(point, name="point")
    yield replace(_journal(settings), name="journal")
    kept = f"保存の方針: {settings.journal}、{settings.journal_days}日(くわしくは faq journal policy)"
    yield Finding(kept, name="retention")
    yield replace(_terminal(), name="terminal")
    tokens = (slack.bot_token, slack.app_token or slack.signing_secret)
    state = "値の一部だけがあります" if any(tokens) else "まだ設定していません"
    state = "値があります" if all(tokens) else state
    now = datetime.now().astimezone()
    zone = f"日と時刻: {settings.timezone}(FAQ_TIMEZONE)、いまは {now:%Y-%m-%d %H:%M}"
    yield Finding(zone, name="timezone")
    yield Finding(f"Slack: {state}(くわしくは faq slack doctor)", name="slack")


def _dictionary() -> Finding:
    try:
        found = [morpheme.surface for morpheme in morphemes("採用試験")]
    except Exception as error:  # noqa: BLE001 -- whatever a broken dictionary raises is what is to be told
        to_do = "pip install --force-reinstall sudachidict-core を実行してください。"
        return Finding(f"辞書(sudachidict-core)を読めません({error})", to_do)
    return Finding(f"辞書を読めます(「採用試験」→ {'・'.join(found)})")


def _encoders(settings: Settings) -> Iterator[Finding]:
    missing: list[str] = []
    encoders = open_encoders(settings, missing.append)
    for problem in missing:
        what, to_do, cost = (line.strip() for line in problem.splitlines())
        yield Finding(f"{what}{cost}", to_do, works=True)
    if not settings.encoders:
        words = "使いません(FAQ_ENCODER=none)。語だけで探すため、見つかる質問が減ります"
        yield Finding(f"文のエンコーダー: {words}")
    for encoder in encoders:
        try:
            yield _encoder(encoder, settings.embeddings_wait)
        except EncoderError as error:
            what, to_do = (line.strip() for line in str(error).splitlines())
            yield Finding(what, to_do)


def _encoder(encoder: SentenceEncoder, wait: int) -> Finding:
    with patiently():
        encoder.encode([_TRIED])  # loads a packaged one
        begun = monotonic()
        (row,) = encoder.encode([f"{_TRIED}か"])
    took = (monotonic() - begun) * 1000
    text = f"文のエンコーダー: {encoder.identity}、{len(row)}次元、{took:.0f}ミリ秒"
    where = getattr(encoder, "where", "")  # of a server
    if not where:
        return Finding(text)
    if took <= wait:
        return Finding(f"{text}({where}。質問は、名前や連絡先を伏せて送ります)")
    late = f"待つ時間 {wait} ミリ秒に間に合わず、使わずに答えることが多くなります"
    to_do = "サーバーを速くするか、FAQ_EMBEDDINGS_WAIT を延ばしてください。"
    return Finding(f"{text}({where})。{late}", to_do, works=True)


def _home(home: Path, nearest: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        to_do = "権限を直すか、FAQ_HOME で書き込める場所を指定してください。"
        return Finding(f"FAQ_HOME {shown(home)} に書き込めません({error.strerror})", to_do)
    note = "" if home.is_dir() else "(最初に使うときに作られます)"
    return Finding(f"FAQ_HOME: {shown(home)}{note}")


def _knowledge(path: Path, today: date, encoders: Sequence[SentenceEncoder]) -> Finding:
    reading = read(path)
    problems = [*reading.problems, *check(reading, today), *misfits(reading, identity_of(encoders))]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    look = f"faq check {shown(path)} で場所と直し方を確かめてください。"
    first = problems[0] if len(problems) == 1 else None
    if first and first.fault.kind in {"no-file", "no-files", "no-permission"}:
        return Finding(
            f"FAQ {shown(path)}: {first.fault.what(Language.JAPANESE)}", first.fault.remedy(Language.JAPANESE)
        )
    if reading.knowledge is None or errors:
        return Finding(f"FAQ {shown(path)}: 間違い{errors}件、注意{warnings}件", look)
    answers, referrals = (
        len(reading.knowledge.of_kind(kind)) for kind in (EntryKind.ANSWER, EntryKind.REFERRAL)
    )
    counts = f"回答{answers}件、案内{referrals}件、想定質問{len(reading.knowledge.expectations)}件、注意{warnings}件"
    return Finding(f"FAQ {shown(path)}: {counts}", look if warnings else "", works=True)


def _release(path: Path, home: Path, encoders: Sequence[SentenceEncoder]) -> Finding:
    served = History(home, path).served()
    publish = f"faq publish {shown(path)}"
    if served is None:
        own = path.exists() and path.resolve() != builtin().resolve()
        to_do = f"{publish} で公開すると、確かめた内容だけが答えになります。" if own else ""
        return Finding("まだ公開していません(ファイルをそのまま読んで答えます)", to_do, works=True)
    text = f"公開中の版: {served.release}({served.at.astimezone():%Y-%m-%d %H:%M}、{served.by})"
    try:
        Store(home, encoders).read(served.release)
    except OtherEngineError as error:
        made = f"別のもので作られたため、答えるときに作り直しています({error.changed})"
        to_do = f"faq eval --published で変わった答えを確かめ、{publish} で公開し直してください。"
        return Finding(f"{text}。{made}", to_do, works=True)
    except ReleaseError as error:
        return Finding(str(error), f"{publish} で公開し直すか、faq rollback で前の版に戻してください。")
    if files_differ(path, served):
        return Finding(f"{text}。ファイルに未公開の変更があります", f"{publish} で公開します。", works=True)
    return Finding(text)


def _journal(settings: Settings) -> Finding:
    if settings.journal is JournalMode.OFF:
        return Finding("質問の記録: なし(FAQ_JOURNAL=off)")
    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        where, found = schema_version(url, settings.home)
    except JournalError as error:
        to_do = "FAQ_DATABASE_URL と、データベースが動いているかを確かめてください。"
        return Finding(str(error).splitlines()[0], to_do)
    if found is None:
        return Finding(f"質問の記録: {where}(最初の質問のときに作られます)")
    if found > HEAD:
        text = f"質問の記録 {where} は、このプログラムより新しい形({found})です"
        return Finding(text, "プログラムを新しくしてください。")
    later = f"。次に使うとき {HEAD} に改まります" if found < HEAD else ""
    return Finding(f"質問の記録: {where}(形 {found}{later})")


def _terminal() -> Finding:
    encoding = (sys.stdout.encoding or locale.getpreferredencoding(do_setlocale=False)).lower()
    if encoding.replace("-", "") not in {"utf8", "utf8sig"}:
        text = f"端末の文字コードが {encoding} のため、表せない文字があります"
        return Finding(text, "LANG=ja_JP.UTF-8 または PYTHONUTF8=1 を設定してください。")
    columns = shutil.get_terminal_size().columns
    to_do = f"表が読めるように、幅を{NARROWEST}以上にしてください。" if columns < NARROWEST else ""
    return Finding(f"端末: UTF-8、幅{columns}", to_do, works=True)
