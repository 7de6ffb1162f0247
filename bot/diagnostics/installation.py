"""Whether this installation can serve its FAQ: program, encoders, home, knowledge, release, journal, disk, terminal."""

import locale
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from time import monotonic

from bot.diagnostics.finding import Finding
from bot.embeddings.encoders import open_encoders
from bot.embeddings.endpoint import EndpointEncoder, patiently
from bot.journal.database import JournalError, schema_version
from bot.journal.schema import HEAD
from bot.settings import JournalMode, Settings, SlackSettings
from faq.check import check
from faq.errors import Severity
from faq.formats.wording import shown
from faq.model import EntryKind
from faq.reading import builtin, read
from index.analysis.tokenizer import morphemes
from index.decision.policy import Point
from index.release.history import History
from index.release.serving import files_differ
from index.release.store import Store
from index.release.tuning import misfits
from index.release.unreadable import OtherEngineError, ReleaseError
from index.retrieval.encoder import EncoderError, SentenceEncoder, identity_of

LEAST_SPACE = 500_000_000
"""Bytes that releases, vectors and the journal of a busy year stay below."""

NARROWEST = 60
"""Cells of a terminal in which the console's tables can be read."""

_TRIED = "在宅勤務は週に何日できます"

PACKAGES = ("sudachipy", "sudachidict-core", "rank-bm25", "numpy", "sqlalchemy", "slack-bolt")

Run = Callable[[], Iterator[Finding]]


def examine(settings: Settings, slack: SlackSettings, path: Path, today: date) -> Iterator[Finding]:
    """Yield what was found, in order. Nothing is changed or made by looking, but for a file that is taken away again.

    Args:
        settings: Of the bot.
        slack: What Slack gave the app, which `faq slack doctor` looks at.
        path: The knowledge.
        today: On which entries are looked at.
    """
    encoders = open_encoders(settings)
    parts: tuple[tuple[str, Run], ...] = (
        ("program", _program),
        ("dictionary", _dictionary),
        ("encoders", lambda: _encoders(settings)),
        ("home", lambda: _home(settings.home)),
        ("disk", lambda: _disk(settings.home)),
        ("knowledge", lambda: _knowledge(path, today, encoders)),
        ("release", lambda: _release(path, settings.home, encoders)),
        ("point", lambda: _point(settings.point)),
        ("journal", lambda: _journal(settings)),
        ("retention", lambda: _retention(settings)),
        ("terminal", _terminal),
        ("slack", lambda: _slack(slack)),
    )
    for name, run in parts:
        for finding in run():
            yield Finding(finding.text, finding.to_do, finding.works, name)


def _program() -> Iterator[Finding]:
    packages = "、".join(f"{name} {version(name)}" for name in PACKAGES)
    yield Finding(
        f"recruiting-faq {version('recruiting-faq')}、Python {platform.python_version()}、{packages}"
    )


def _dictionary() -> Iterator[Finding]:
    try:
        found = [morpheme.surface for morpheme in morphemes("採用試験")]
    except Exception as error:  # noqa: BLE001 -- whatever a broken dictionary raises is what is to be told
        yield Finding(
            f"辞書(sudachidict-core)を読めません({error})",
            "pip install --force-reinstall sudachidict-core を実行してください。",
        )
    else:
        yield Finding(f"辞書を読めます(「採用試験」→ {'・'.join(found)})")


def _encoders(settings: Settings) -> Iterator[Finding]:
    missing: list[str] = []
    encoders = open_encoders(settings, missing.append)
    for problem in missing:
        what, to_do, cost = (line.strip() for line in problem.splitlines())
        yield Finding(f"{what}{cost}", to_do, works=True)
    if not settings.encoders:
        yield Finding(
            "文のエンコーダー: 使いません(FAQ_ENCODER=none)。語だけで探すため、見つかる質問が減ります"
        )
    for encoder in encoders:
        try:
            with patiently():
                encoder.encode([_TRIED])  # loads a packaged one
                begun = monotonic()
                (row,) = encoder.encode([f"{_TRIED}か"])
        except EncoderError as error:
            what, to_do = (line.strip() for line in str(error).splitlines())
            yield Finding(what, to_do)
            continue
        took = (monotonic() - begun) * 1000
        text = f"文のエンコーダー: {encoder.identity}、{len(row)}次元、{took:.0f}ミリ秒"
        if not isinstance(encoder, EndpointEncoder):
            yield Finding(text)
        elif took <= settings.embeddings_wait:
            yield Finding(f"{text}({encoder.where}。質問は、名前や連絡先を伏せて送ります)")
        else:
            late = f"待つ時間 {settings.embeddings_wait} ミリ秒に間に合わず、使わずに答えることが多くなります"
            to_do = "サーバーを速くするか、FAQ_EMBEDDINGS_WAIT を延ばしてください。"
            yield Finding(f"{text}({encoder.where})。{late}", to_do, works=True)


def _home(home: Path) -> Iterator[Finding]:
    try:
        there = next(folder for folder in (home, *home.parents) if folder.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield Finding(
            f"FAQ_HOME {shown(home)} に書き込めません({error.strerror})",
            "権限を直すか、FAQ_HOME で書き込める場所を指定してください。",
        )
    else:
        note = "" if home.is_dir() else "(最初に使うときに作られます)"
        yield Finding(f"FAQ_HOME: {shown(home)}{note}")


def _disk(home: Path) -> Iterator[Finding]:
    there = next((folder for folder in (home, *home.parents) if folder.exists()), Path())
    free = shutil.disk_usage(there).free
    text = f"空き容量: {free / 1e9:.1f} GB"
    yield Finding(
        text, "500 MB 以上になるように、要らないファイルを消してください。" if free < LEAST_SPACE else ""
    )


def _knowledge(path: Path, today: date, encoders: Sequence[SentenceEncoder]) -> Iterator[Finding]:
    reading = read(path)
    problems = [*reading.problems, *check(reading, today), *misfits(reading, identity_of(encoders))]
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    look = f"faq check {shown(path)} で場所と直し方を確かめてください。"
    if reading.knowledge is None or errors:
        yield Finding(f"FAQ {shown(path)}: 間違い{errors}件、注意{warnings}件", look)
        return
    of_kind = reading.knowledge.of_kind
    counts = (
        f"回答{len(of_kind(EntryKind.ANSWER))}件、案内{len(of_kind(EntryKind.REFERRAL))}件、"
        f"想定質問{len(reading.knowledge.expectations)}件、注意{warnings}件"
    )
    yield Finding(f"FAQ {shown(path)}: {counts}", look if warnings else "", works=True)


def _release(path: Path, home: Path, encoders: Sequence[SentenceEncoder]) -> Iterator[Finding]:
    served = History(home, path).served()
    publish = f"faq publish {shown(path)}"
    if served is None:
        built_in = path.resolve() == builtin().resolve()
        yield Finding(
            "まだ公開していません(ファイルをそのまま読んで答えます)",
            "" if built_in else f"{publish} で公開すると、確かめた内容だけが答えになります。",
            works=True,
        )
        return
    text = f"公開中の版: {served.release}({served.at.astimezone():%Y-%m-%d %H:%M}、{served.by})"
    try:
        Store(home, encoders).read(served.release)
    except OtherEngineError:
        text += (
            "。別の版のプログラムか辞書、または別のエンコーダーで作られたため、答えるときに作り直しています"
        )
        yield Finding(text, f"{publish} で公開し直してください。", works=True)
    except ReleaseError as error:
        yield Finding(str(error), f"{publish} で公開し直すか、faq rollback で前の版に戻してください。")
    else:
        if files_differ(path, served):
            yield Finding(
                f"{text}。ファイルに未公開の変更があります", f"{publish} で公開します。", works=True
            )
        else:
            yield Finding(text)


def _point(point: Point) -> Iterator[Finding]:
    yield Finding(f"動作点: {point}(FAQ_POINT。cautious は慎重に、eager は積極的に答えます)")


def _journal(settings: Settings) -> Iterator[Finding]:
    if settings.journal is JournalMode.OFF:
        yield Finding("質問の記録: なし(FAQ_JOURNAL=off)")
        return
    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        where, found = schema_version(url, settings.home)
    except JournalError as error:
        yield Finding(
            str(error).splitlines()[0], "FAQ_DATABASE_URL と、データベースが動いているかを確かめてください。"
        )
        return
    if found is None:
        yield Finding(f"質問の記録: {where}(最初の質問のときに作られます)")
    elif found > HEAD:
        yield Finding(
            f"質問の記録 {where} は、このプログラムより新しい形({found})です",
            "プログラムを新しくしてください。",
        )
    elif found < HEAD:
        yield Finding(f"質問の記録: {where}(形 {found}。次に使うとき {HEAD} に改まります)")
    else:
        yield Finding(f"質問の記録: {where}(形 {found})")


def _retention(settings: Settings) -> Iterator[Finding]:
    days, mode = settings.journal_days, settings.journal
    yield Finding(f"保存の方針: {mode}、{days}日(くわしくは faq journal policy)")


def _terminal() -> Iterator[Finding]:
    encoding = (sys.stdout.encoding or locale.getpreferredencoding(do_setlocale=False)).lower()
    if encoding.replace("-", "") not in {"utf8", "utf8sig"}:
        yield Finding(
            f"端末の文字コードが {encoding} のため、表せない文字があります",
            "LANG=ja_JP.UTF-8 または PYTHONUTF8=1 を設定してください。",
        )
        return
    columns = shutil.get_terminal_size().columns
    wide = columns >= NARROWEST
    text = f"端末: UTF-8、幅{columns}"
    yield Finding(text, "" if wide else f"表が読めるように、幅を{NARROWEST}以上にしてください。", works=True)


def _slack(slack: SlackSettings) -> Iterator[Finding]:
    tokens = (slack.bot_token, slack.app_token or slack.signing_secret)
    state = (
        "値があります" if all(tokens) else "値の一部だけがあります" if any(tokens) else "まだ設定していません"
    )
    yield Finding(f"Slack: {state}(くわしくは faq slack doctor)")
