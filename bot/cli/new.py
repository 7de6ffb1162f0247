"""`faq new`: an FAQ of one's own, from what an office has, and what it can and cannot do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.exchange import PAGES
from bot.cli.opening import Office, say, today
from bot.cli.options import NewFolderArgument

if TYPE_CHECKING:
    from faq.model import About, Entry, Knowledge

_QUESTIONS = {
    "name": "どこの採用のFAQですか(会社・職場・職種の名前。例: 青葉病院)",
    "covers": "何が分かるFAQですか(1行。例: 募集、選考、働き方)",
    "contact": "ほかのことは、誰に尋ねればよいですか(例: 人事課採用係)",
    "where": "どこで案内していますか(https:// で始まる場所、または窓口)",
}


def new(  # noqa: PLR0913 -- each is an option
    folder: NewFolderArgument,
    *,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help="Sheet, page of questions or Word document to begin with."
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The employer or post that is asked about.")
    ] = None,
    covers: Annotated[str | None, typer.Option("--covers", help="What the FAQ answers, in one line.")] = None,
    contact: Annotated[str | None, typer.Option("--contact", help="Whom to ask otherwise.")] = None,
    where: Annotated[str | None, typer.Option("--where", help="An address or a place for the rest.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; what no option says is left out.")
    ] = False,
) -> None:
    """Begin an FAQ of your own, from a sheet, a page or a Word file, or with one entry to write over.

    Asks whose FAQ it is (name, what it covers, whom to ask otherwise, where), makes the folder, tries
    the questions that applicants ask any employer, and shows what the FAQ can and cannot do.

    Example:
        faq new my-faq --from faq.xlsx
    """
    from faq.exchange.importing import begin

    told = {"name": name, "covers": covers, "contact": contact, "where": where}
    held, left_out = _knowledge(source, ask=not yes)
    about = _about({key: given if given is not None or yes else _answer(key) for key, given in told.items()})
    held = held.model_copy(update={"about": about, "entries": held.entries if source else (_first(about),)})
    say(f"書き込み: {written}" for written in begin(held, folder, today()))
    if left_out:
        say([f"入れていない質問 {left_out}件(答えがないか、一つの項目かどうか確かでないもの)"])
    _tell(folder)


def _knowledge(source: Path | None, *, ask: bool) -> "tuple[Knowledge, int]":
    """Return what a file holds, and how many of its questions are left out: in doubt, or without answer."""
    from bot.cli.importing import page_of, prefix_of, proposed_columns
    from faq.event_report.draft import entries
    from faq.exchange.comparison import compare
    from faq.exchange.importing import refuse_new_errors, unsaid
    from faq.loading.loader import read
    from faq.model import Knowledge

    if source is None:
        return Knowledge(entries=()), 0
    if source.suffix.lower() in PAGES:
        report = page_of(source)
        held = entries(report, prefix=prefix_of(source))
        return Knowledge(entries=held), len(report.questions) - len(held)
    reading = read(source, chosen=proposed_columns(source, ask=ask))
    refuse_new_errors(None, reading, today())
    sound = reading.sound
    rows = compare(Knowledge(entries=()), sound, unsaid(reading), reading.unsure).decided({})
    return sound.model_copy(update={"entries": rows.added}), len(rows.skipped)


def _answer(key: str) -> str:
    from faq.problems import EditError, Fault

    try:
        return str(typer.prompt(f"{_QUESTIONS[key]}\n(なければ Enter)", default="", show_default=False))
    except typer.Abort:
        raise EditError.of(Fault.of("nobody-to-ask")) from None


def _about(told: dict[str, str | None]) -> "About | None":
    from faq.formats.document import Origin
    from faq.loading.validation import validate
    from faq.model import About
    from faq.problems import KnowledgeError

    given = {key: text for key, text in told.items() if text and text.strip()}
    about, problems = validate(About, given, Origin("about", {}))
    if problems:
        raise KnowledgeError(problems)
    return about if given else None


def _first(about: "About | None") -> "Entry":
    """Return an entry to write over: without one, nothing can be served."""
    from faq.model import Entry

    name, covers = (about.name, about.covers) if about else (None, None)
    answer = f"{covers}です。" if covers else f"{name or '採用'}についてのご質問にお答えします。"
    return Entry(id="what-is-here", question="このFAQでは何が分かりますか", answer=answer)


def _tell(folder: Path) -> None:
    from bot.diagnostics.outlook import Trial, outlook_lines
    from bot.output.terminal import progress_bar

    release = Office(folder).compiled()
    trial = Trial(release, today())
    with progress_bar("試しています", trial.steps) as step:
        found = trial.outlook(step)
    say(["", *outlook_lines(found), "", "次にすること"])
    commands = {
        f"faq --faq {folder}": "応募者のつもりで尋ねてみる",
        f"faq check {folder}": "直すところを見る",
        f"faq publish {folder}": "公開する",
    }
    width = max(map(len, commands))
    say(f"  {command:{width}}  {what}" for command, what in commands.items())
