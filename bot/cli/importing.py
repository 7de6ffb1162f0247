"""A sheet or a page into an FAQ: what would change is shown, confirmed by a person, and written."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.cli.opening import Office, answer, confirmed, say, today, typed
from bot.output.differences import doubt_lines, import_summary
from bot.proposals.lacking import outlook
from faq.checks import check
from faq.event_report.draft import EventReport, dump, entries, read_report, word_page
from faq.exchange.comparison import Comparison
from faq.exchange.exporting import write_out
from faq.exchange.importing import apply, begin, plan, refuse_new_errors
from faq.files import decoded, find_text, read_bytes
from faq.formats.parsed_file import Origin
from faq.formats.sheets.columns import chosen_columns
from faq.loading.loader import read
from faq.loading.validation import validate
from faq.model import About, Entry, Knowledge
from faq.problems import EditError, FaqError, Fault, KnowledgeError, Problem, Severity, shown
from faq.wording import Labels, worded

PAGES = frozenset({".html", ".htm", ".txt", ".md", ".docx", ".doc"})
_QUESTIONS = Labels(
    {
        "name": "どこの採用のFAQですか(会社・職場・職種の名前。例: 青葉病院)",
        "covers": "何が分かるFAQですか(1行。例: 募集、選考、働き方)",
        "contact": "ほかのことは、誰に尋ねればよいですか(例: 人事課採用係)",
        "where": "どこで案内していますか(https:// で始まる場所、または窓口)",
    }
)


def import_file(  # noqa: PLR0913 -- the options
    file: Path,
    into: Path | None,
    flag: Path | None,
    *,
    yes: bool,
    columns: str | None,
    remove: list[str],
    whole: bool,
) -> None:
    """Show what a file would change, ask, and change it; without `into`, only compare it with the FAQ of the `flag`."""
    against = Office(into or flag).path
    try:
        chosen = chosen_columns(columns) if columns else _proposed_columns(file, ask=not yes)
        planned = plan(file, against, chosen=chosen, remove=remove)
        say(import_summary(planned, whole=whole, doubts=yes or into is None))
        if not planned.comparison:
            say([worded("変わるところはありません。")])
        elif into is None:
            told = "{faq} と比べました。取り込むには --into フォルダー を付けてください。"
            say([worded(told, faq=against)])
        else:
            decided = _decided(planned.comparison, yes=yes)
            if not decided or not (yes or confirmed(worded("{folder} に書き込みますか", folder=into))):
                say([worded("何も変えていません。")])
                return
            written = apply(replace(planned, comparison=decided), into, today())
            say(worded("書き込み: {file}", file=each) for each in written)
            say([worded("次に: {command}", command=f"faq publish {into}")], err=True)
    except FaqError as error:
        raise EditError.of(Fault.of("not-imported", error=str(error))) from error


def _proposed_columns(file: Path, *, ask: bool) -> Mapping[int, str]:
    """Return the columns that a sheet without usual names seems to have, if a person confirms them."""
    errors = [each for each in read(file).problems if each.severity is Severity.ERROR] if ask else []
    values = (value for each in errors for name, value in each.fault.values if name == "proposal")
    if not (proposal := str(next(values, ""))):
        return {}
    say(f"{each.place}: {each.fault.what}" for each in errors)
    return (
        chosen_columns(proposal) if confirmed(worded("{columns} として読みますか", columns=proposal)) else {}
    )


def _decided(comparison: Comparison, *, yes: bool) -> Comparison:
    """Return a comparison with each doubtful row as a person decides; with `yes`, without them."""
    chosen: dict[str, str] = {}
    answers = {"c": "その項目を書き換える", "n": "新しい項目", "s": "取り込まない"}
    doubts = () if yes else comparison.doubts
    for number, doubt in enumerate(doubts, start=1):
        say([worded("確認 {number}/{count}", number=number, count=len(doubts)), *doubt_lines(doubt)])
        chosen[doubt.row.id] = answer(worded("この行は"), answers, "s")
    changing, adding = ({row for row, letter in chosen.items() if letter == wanted} for wanted in "cn")
    left_out = [each.row.question for each in comparison.doubts if each.row.id not in changing | adding]
    if left_out:
        told = "取り込まない行 {count}件: {questions}"
        say([worded(told, count=len(left_out), questions=tuple(left_out[:5]))])
        if yes:
            say([worded("  取り込むには、--yes を付けずに1行ずつ決めてください。")])
    return comparison.decided(changing, adding)


def draft_page(page: Path) -> None:
    """Write a draft of a page of questions, and say what was found."""
    report, output = _page(page), Path(f"{page.stem}-draft.yaml")
    write_out({output: dump(report, prefix=_prefix(page)).encode()})
    title = report.title or worded("(題名なし)")
    say([worded("{title}: 質問 {count}件", title=title, count=len(report.questions))])
    left = tuple(
        worded("{title} {count}行", title=each.title or worded("冒頭"), count=len(each.lines))
        for each in report.sections
        if each.lines
    )
    if left:
        say([worded("取り込まなかった部分: {parts}", parts=left)])
    say([worded("書き込み: {file}", file=shown(output))])
    say([worded("次に: {command}", command=f"faq check {shown(output)}")])


def _page(page: Path) -> EventReport:
    text: bytes | str | Problem = read_bytes(page)
    if isinstance(text, bytes):
        if page.suffix.lower() in {".docx", ".doc"}:
            text = word_page(text, shown(page))
        else:
            found = find_text(text)
            text = found[0] if found else decoded(text, shown(page))
    if isinstance(text, Problem):
        raise KnowledgeError([text])
    report = read_report(text)
    if not report.questions:
        raise EditError.of(Fault.of("page-without-questions", file=shown(page)))
    return report


def _prefix(page: Path) -> str:
    """Return the beginning of the ids of entries made of a page."""
    return re.sub("[^A-Za-z0-9]+", "-", page.stem).strip("-")[:40] or "report"


def begin_faq(folder: Path, source: Path | None, told: Mapping[str, str | None], *, ask: bool) -> None:
    """Make a new FAQ from a file and what is `told` of the office, and show what it can do."""
    office = Office(folder)
    held, left_out = _held(source, ask=ask)
    given = {
        key: typed(f"{_QUESTIONS[key]}\n{worded('(なければ Enter)')}") if text is None and ask else text
        for key, text in told.items()
    }
    known = {key: text for key, text in given.items() if text and text.strip()}
    about, problems = validate(About, known, Origin("about", {}))
    if problems:
        raise KnowledgeError(problems)
    about = about if about != About() else None
    if source is None:  # an FAQ needs an entry: this one is to be replaced
        name, covers = (about.name, about.covers) if about else (None, None)
        said = f"{covers}です。" if covers else f"{name or '採用'}についてのご質問にお答えします。"
        entry = Entry(id="what-is-here", question="このFAQでは何が分かりますか", answer=said)
        held = Knowledge(entries=(entry,))
    files = begin(held.model_copy(update={"about": about}), folder, today())
    say(worded("書き込み: {file}", file=each) for each in files)
    if left_out:
        say([worded("入れていない質問 {count}件(答えがないもの)", count=left_out)])
    told_of, lacking = outlook(office.compiled(), check(read(folder), today()), today())
    commands = {
        f"faq --faq {folder}": "応募者のつもりで尋ねてみる",
        f"faq check {folder}": "直すところを見る",
        f"faq publish {folder}": "公開する",
    }
    if lacking:
        commands[f"faq suggest --lacking --each --faq {folder}"] = "尋ね先の案内を加える"
    width = max(map(len, commands))
    steps = (f"  {command:{width}}  {worded(what)}" for command, what in commands.items())
    say(["", *told_of, "", worded("次にすること"), *steps])


def _held(source: Path | None, *, ask: bool) -> tuple[Knowledge, int]:
    """Return the knowledge in a file, and how many questions without answers were left out."""
    if source is None:
        return Knowledge(entries=()), 0
    if source.suffix.lower() in PAGES:
        report = _page(source)
        held = entries(report, prefix=_prefix(source))
        return Knowledge(entries=held), len(report.questions) - len(held)
    reading = read(source, chosen=_proposed_columns(source, ask=ask))
    refuse_new_errors(None, reading, today())
    return reading.sound, 0
