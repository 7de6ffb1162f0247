"""`faq init`, `new`, `export`, `import`: the knowledge as files for people and other programs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from bot.cli.opening import Office, check_usage, moment, say
from bot.cli.options import FaqOption, KnowledgeArgument, NewFolderArgument
from faq.files import Format
from faq.wording import worded

if TYPE_CHECKING:
    from faq.model import Knowledge

_STANDARD_OUTPUT = Path("-")


def init(folder: NewFolderArgument) -> None:
    """Copy the built-in FAQ, an example of another office, to a folder that you then edit.

    Prints the files that it wrote. Serve the folder with --faq DIR or FAQ_PATH=DIR. `faq new` begins an
    FAQ of your own.

    Example:
        faq init my-faq
    """
    from faq.exchange.exporting import copy_builtin

    say(map(str, copy_builtin(folder)))
    say([worded("これは別の職場のFAQの例です。自分のFAQは faq new フォルダー で始めます。")], err=True)
    say([worded("ファイルを書き換えたら: faq check {folder}", folder=folder)], err=True)


def new(  # noqa: PLR0913 -- each is an option
    folder: NewFolderArgument,
    *,
    source: Annotated[
        Path | None,
        Option("--from", metavar="FILE", help="Sheet, page of questions or Word document to begin with."),
    ] = None,
    name: Annotated[str | None, Option(help="The employer or post that is asked about.")] = None,
    covers: Annotated[str | None, Option(help="What the FAQ answers, in one line.")] = None,
    contact: Annotated[str | None, Option(help="Whom to ask otherwise.")] = None,
    where: Annotated[str | None, Option(help="An address or a place for the rest.")] = None,
    yes: Annotated[bool, Option("--yes", "-y", help="Ask nothing; what no option says is left out.")] = False,
) -> None:
    """Begin an FAQ of your own, from a sheet, a page or a Word file, or with one entry to write over.

    Asks whose FAQ it is (name, what it covers, whom to ask otherwise, where), makes the folder, tries
    the questions that applicants ask any employer, and shows what the FAQ can and cannot do.

    Example:
        faq new my-faq --from faq.xlsx
    """
    from bot.cli.importing import begin_faq

    told = {"name": name, "covers": covers, "contact": contact, "where": where}
    begin_faq(folder, source, told, ask=not yes)


def export(  # noqa: PLR0913 -- each is an option
    knowledge: KnowledgeArgument = None,
    *,
    to: Annotated[
        Format | None,
        Option(help="Format to write; what FILE ends in without it, or xlsx.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write; faq.xlsx, faq.csv … without it; - is standard output.",
        ),
    ] = None,
    like: Annotated[
        Path | None, Option(metavar="FILE.xlsx", help="Workbook to fill: its columns, order and widths stay.")
    ] = None,
    proposals: Annotated[
        bool,
        Option(
            "--proposals", help="Propose topics and phrasings, each with a ? that you take off to confirm it."
        ),
    ] = False,
    force: Annotated[bool, Option("--force", help="Overwrite files that exist.")] = False,
    path: FaqOption = None,
) -> None:
    """Write the FAQ for Excel or another program, so that nothing is lost when it is imported.

    Excel and YAML hold everything in one file. With CSV, TSV and JSON Lines, the expectations and the
    lexicon go into files beside it. Texts that begin like a formula are written as texts.

    With --proposals, each entry gets the likeliest topic, and what people asked in the last 30 days before
    they chose it, marked with ?. What is not confirmed by taking the mark off is left out on import.

    With --like, what the FAQ says now is written into a copy of a workbook that an office keeps: its own
    columns, their order, widths and filters stay.

    Prints the files that it wrote. On standard output it writes the file with the entries alone.

    Example:
        faq export --output faq.xlsx
    """
    from faq.exchange.exporting import contents, write_out
    from faq.loading.loader import load

    ending = output.suffix.removeprefix(".").lower() if output else ""
    known = to is not None or ending in {"", *Format}
    check_usage(known, "usage-with", name=f"--output {output}", other="--to")
    to = to or Format(ending or Format.XLSX)
    office = Office(knowledge or path)
    held = load(office.path)
    if proposals:
        held = _with_proposals(held, office)
    if like:
        check_usage(to is Format.XLSX, "usage-with", name="--like", other="--to xlsx")
        check_usage(output != _STANDARD_OUTPUT, "usage-with", name="--like", other="--output FILE")
        _export_like(held, like, output or Path("faq.xlsx"), overwrite=force)
        return
    told = "項目 {entries}件、想定質問 {expectations}件を書き出しました。"
    if output == _STANDARD_OUTPUT:
        first, *others = contents(held, to, output).values()
        sys.stdout.buffer.write(first)
        told = "項目 {entries}件だけを書き出しました。" if others else told
    else:
        files = contents(held, to, output or Path(f"faq.{to.value}"))
        say(map(str, write_out(files, overwrite=force)))
    say([worded(told, entries=len(held.entries), expectations=len(held.expectations))], err=True)


def _with_proposals(held: "Knowledge", office: Office) -> "Knowledge":
    """Return a knowledge with proposed topics and phrasings, each marked with a ?."""
    from bot.cli.proposals import MOST_GROUPS, new_trial, of_journal
    from bot.journal.question_record import now
    from faq.fields import proposed_phrasing

    trial = new_trial(office)
    found = of_journal(office, trial, moment("30d", now()), MOST_GROUPS)
    chosen: dict[str, tuple[str, ...]] = {}
    for each in found:
        if each.people and (phrasing := each.phrasing):
            text = proposed_phrasing(phrasing.text, each.people)
            chosen[phrasing.entry] = (*chosen.get(phrasing.entry, ()), text)
    entries, index = [], trial.base.index
    for entry in held.entries:
        number = index.numbers.get(entry.id)
        likely = index.subjects.likely(number) if number is not None and not entry.topic else ()
        update: dict[str, object] = {"also_asked": (*entry.also_asked, *chosen.get(entry.id, ()))}
        if likely:
            topic, share = likely[0]
            update["topic"] = f"{topic.name} {share:.0%}?"
        entries.append(entry.model_copy(update=update))
    return held.model_copy(update={"entries": tuple(entries)})


def _export_like(held: "Knowledge", like: Path, output: Path, *, overwrite: bool) -> None:
    from bot.output.differences import named_line
    from faq.exchange.exporting import refilled, write_out

    found = refilled(held, like)
    say(map(str, write_out({output: found.content}, overwrite=overwrite)))
    filled = "書き直した行 {changed}件、足した行 {added}件。ご自分の列、順、幅、絞り込みはそのままです。"
    told = [worded(filled, changed=found.changed, added=found.added)]
    if found.kept:
        told.append(named_line("FAQにない行 {count}件は、そのまま残しました: {names}", found.kept))
    if found.left_out:
        told.append(named_line("種類の列がないため書かなかった項目 {count}件: {names}", found.left_out))
    say(told, err=True)


def import_(  # noqa: PLR0913 -- each is an option
    source: Annotated[
        Path, Argument(metavar="FILE", help="Sheet, knowledge file, page of questions or Word document.")
    ],
    *,
    into: Annotated[
        Path | None, Option(metavar="DIR", help="FAQ that takes over what changes; made if there is none.")
    ] = None,
    yes: Annotated[
        bool,
        Option("--yes", "-y", help="Take over what is shown without asking; rows in doubt are left out."),
    ] = False,
    columns: Annotated[
        str | None, Option(metavar="質問=C,回答=D", help="What columns are, where their names do not say.")
    ] = None,
    remove: Annotated[
        list[str] | None, Option(metavar="ID", help="Entry to take out that the file does not have.")
    ] = None,
    whole: Annotated[bool, Option("--all", help="Show all changes, not the first five.")] = False,
    path: FaqOption = None,
) -> None:
    """Take over a sheet into an FAQ, or make a draft of a page of questions and answers.

    Shows how the file was read and what would change, and asks. With --into it is then changed, all of
    it or, if there is a problem, nothing; comments and order stay, and what the file does not have is
    kept. Without --into, the file is compared with what --faq says, and nothing is changed.

    A page (HTML, text or Word) becomes a draft, PAGE-draft.yaml, with its questions and each answer by its
    speaker. faq check then says what a person must still write.

    Example:
        faq import faq.xlsx --into my-faq
    """
    from bot.cli.importing import PAGES, draft_page, import_file

    if source.suffix.lower() in PAGES:
        check_usage(into is None, "usage-one-of", names=("PAGE", "--into"))
        draft_page(source)
    else:
        import_file(source, into, path, yes=yes, columns=columns, remove=remove or [], whole=whole)
