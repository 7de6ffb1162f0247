"""A sheet or a page into an FAQ, with the person who confirms it: what would change is shown, asked about, written."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import typer

from bot.cli.opening import Office, say, today
from bot.cli.options import Choice
from bot.diagnostics.outlook import Outlook
from bot.output.import_summary import doubt_lines, import_summary
from bot.output.terminal import one_line, progress_bar
from faq.checks.check import check
from faq.event_report.draft import Report, dump, entries, read_report, word_page
from faq.exchange.comparison import compare
from faq.exchange.edits import write_file
from faq.exchange.exporting import refuse_overwriting
from faq.exchange.importing import Import, apply, begin, plan, refuse_new_errors, unsaid
from faq.files import decoded, find_text, read_bytes
from faq.formats.document import Origin
from faq.formats.sheets.columns import chosen_columns
from faq.loading.loader import read
from faq.loading.validation import validate
from faq.model import About, Entry, Knowledge
from faq.problems import EditError, FaqError, Fault, KnowledgeError, Problem, Severity, shown
from faq.wording import Language

PAGES = frozenset({".html", ".htm", ".txt", ".md", ".docx", ".doc"})
_NO_ID = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 40
_QUESTIONS = {
    "name": "どこの採用のFAQですか(会社・職場・職種の名前。例: 青葉病院)",
    "covers": "何が分かるFAQですか(1行。例: 募集、選考、働き方)",
    "contact": "ほかのことは、誰に尋ねればよいですか(例: 人事課採用係)",
    "where": "どこで案内していますか(https:// で始まる場所、または窓口)",
}


def import_file(  # noqa: PLR0913 -- the options
    file: Path,
    into: Path | None,
    flag: Path | None,
    *,
    yes: bool,
    doubts: Choice | None,
    columns: str | None,
    remove: list[str],
    dry_run: bool,
    whole: bool,
) -> None:
    """Show what a file would change, ask, and change it; `into` nothing, it is compared with what the `flag` says."""
    against = into or Office(flag).path
    try:
        chosen = chosen_columns(columns) if columns else _proposed_columns(file, ask=not yes)
        planned = plan(file, against, chosen=chosen, remove=remove)
        asks = bool(into) and not (dry_run or yes or doubts)
        say(import_summary(planned, whole=whole, doubts=not asks))
        if not planned.comparison:
            typer.echo("変わるところはありません。")
        elif into is None:
            say([f"{against} と比べました。取り込むには --into フォルダー を付けてください。"])
        elif dry_run:
            typer.echo("まだ何も変えていません(--dry-run)。")
        else:
            planned = _confirmed(planned, into, yes=yes, doubts=doubts)
            if not planned.comparison:
                typer.echo("何も変えていません。")
                return
            say(f"書き込み: {written}" for written in apply(planned, into, today()))
            say([f"次に: faq publish {into}"], err=True)
    except FaqError as error:
        raise EditError.of(Fault.of("not-imported", error=str(error))) from error


def _proposed_columns(file: Path, *, ask: bool) -> Mapping[str, str]:
    """Return the columns that a sheet without usual names seems to have, if a person says that they are right."""
    reading = read(file)
    if not reading.proposal or not ask:
        return {}
    say(
        [
            f"{problem.place}: {problem.fault.what(Language.JAPANESE)}"
            for problem in reading.problems
            if problem.severity is Severity.ERROR
        ]
    )
    if _answer(f"{reading.proposal} として読みますか", "y=はい n=いいえ", "n") == "y":
        return chosen_columns(reading.proposal)
    return {}


def _confirmed(planned: Import, into: Path, *, yes: bool, doubts: Choice | None) -> Import:
    """Return what a person wants of an import: all of it or nothing, and each row in doubt as it was answered."""
    choices = {}
    for number, doubt in enumerate(planned.comparison.doubts, start=1):
        if doubts or yes:
            choices[doubt.row.id] = doubts or Choice.SKIP
            continue
        say([f"確認 {number}/{len(planned.comparison.doubts)}", *doubt_lines(doubt)])
        answers = "c=つないで取り込む" if doubt.joined else "c=その項目を書き換える n=新しい項目"
        answered = _answer("この行は", f"{answers} s=取り込まない", "s")
        choices[doubt.row.id] = {"c": Choice.CHANGE, "n": Choice.ADD, "s": Choice.SKIP}[answered]
    decided = planned.comparison.decided(choices)
    if decided.skipped:
        say(
            [
                f"取り込まない行 {len(decided.skipped)}件: {'、'.join(each.question for each in decided.skipped[:5])}"
            ]
        )
        if yes and not doubts:
            say(["  取り込むには --reworded change(書き換え)か add(新しい項目)を付けてください。"])
    if decided and not yes and _answer(f"{into} に書き込みますか", "y=はい n=いいえ", "n") == "n":
        decided = replace(decided, added=(), changed=(), expected=(), regraded=(), words=(), removed=())
    return replace(planned, comparison=decided)


def _answer(question: str, answers: str, otherwise: str) -> str:
    """Return the letter that a person types."""
    letters = [each.partition("=")[0] for each in answers.split()]
    while (typed := _typed(f"{question} ({answers})", otherwise).strip().lower()) not in letters:
        pass
    return typed


def _typed(question: str, default: str = "") -> str:
    """Return what a person types; `EditError` where nobody can be asked."""
    try:
        return str(typer.prompt(question, default=default, show_default=bool(default)))
    except typer.Abort:
        raise EditError.of(Fault.of("nobody-to-ask")) from None


def draft_page(page: Path, output: Path) -> None:
    """Write the draft of a page of questions, and tell what was found in it."""
    report = _page(page)
    refuse_overwriting([output], overwrite=False)
    write_file(output, dump(report, prefix=_prefix(page)).encode())
    say([f"{report.title or '(題名なし)'}: 質問 {len(report.questions)}件"])
    for section in report.sections:
        say([f"■ {section.title or '(見出しなし)'} {len(section.questions)}件"])
        say(f"  {each.line}行 {one_line(each.text, _LONGEST)}" for each in section.questions)
    left = "、".join(f"{each.title or '冒頭'} {len(each.lines)}行" for each in report.left_out if each.lines)
    if left:
        say([f"取り込まなかった部分: {left}"])
    say([f"書き込み: {shown(output)}", f"次に: faq check {shown(output)}"])


def _page(page: Path) -> Report:
    """Return what a page holds; raises `FaqError` if it has no questions or cannot be read."""
    report = read_report(_text(page))
    if not report.questions:
        raise EditError.of(Fault.of("page-without-questions", file=shown(page)))
    return report


def _prefix(page: Path) -> str:
    """Return what the ids of entries made of a page begin with."""
    return _NO_ID.sub("-", page.stem).strip("-")[:_LONGEST] or "report"


def _text(page: Path) -> str:
    data = read_bytes(page)
    if isinstance(data, Problem):
        raise KnowledgeError([data])
    if page.suffix.lower() in {".docx", ".doc"}:
        return word_page(data, shown(page))
    text, _ = find_text(data) or (decoded(data, shown(page)), "")
    if isinstance(text, Problem):
        raise KnowledgeError([text])
    return text


def begin_faq(folder: Path, source: Path | None, told: Mapping[str, str | None], *, ask: bool) -> None:
    """Make the folder of a new FAQ of what a file holds and what is told of the office, and show what it can do."""
    held, left_out = _held(source, ask=ask)
    given = {
        key: _typed(f"{_QUESTIONS[key]}\n(なければ Enter)") if text is None and ask else text
        for key, text in told.items()
    }
    about, problems = validate(
        About, {key: text for key, text in given.items() if text and text.strip()}, Origin("about", {})
    )
    if problems:
        raise KnowledgeError(problems)
    about = about if about != About() else None
    if source is None:  # nothing can be served without an entry: one to write over
        name, covers = (about.name, about.covers) if about else (None, None)
        answer = f"{covers}です。" if covers else f"{name or '採用'}についてのご質問にお答えします。"
        entry = Entry(id="what-is-here", question="このFAQでは何が分かりますか", answer=answer)
        held = Knowledge(entries=(entry,))
    say(f"書き込み: {each}" for each in begin(held.model_copy(update={"about": about}), folder, today()))
    if left_out:
        say([f"入れていない質問 {left_out}件(答えがないか、一つの項目かどうか確かでないもの)"])
    trial = Outlook(Office(folder).compiled(), today())
    with progress_bar("試しています", trial.steps) as step:
        told_of = trial.lines(check(read(folder), today()), step)
    commands = {
        f"faq --faq {folder}": "応募者のつもりで尋ねてみる",
        f"faq check {folder}": "直すところを見る",
        f"faq publish {folder}": "公開する",
    }
    width = max(map(len, commands))
    steps = (f"  {command:{width}}  {what}" for command, what in commands.items())
    say(["", *told_of, "", "次にすること", *steps])


def _held(source: Path | None, *, ask: bool) -> tuple[Knowledge, int]:
    """Return what a file holds, and how many of its questions are left out: in doubt, or without answer."""
    if source is None:
        return Knowledge(entries=()), 0
    if source.suffix.lower() in PAGES:
        report = _page(source)
        held = entries(report, prefix=_prefix(source))
        return Knowledge(entries=held), len(report.questions) - len(held)
    reading = read(source, chosen=_proposed_columns(source, ask=ask))
    refuse_new_errors(None, reading, today())
    sound = reading.sound
    rows = compare(Knowledge(entries=()), sound, unsaid(reading), reading.unsure).decided({})
    return sound.model_copy(update={"entries": rows.added}), len(rows.skipped)
