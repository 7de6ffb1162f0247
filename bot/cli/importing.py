"""An import with the person who confirms it: what a file would change is shown, asked about and written."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import typer

from bot.cli.opening import Office, say, today
from bot.cli.options import Choice
from bot.output.import_summary import doubt_lines, import_summary
from faq.exchange.importing import Import, apply, plan
from faq.formats.sheets.columns import chosen_columns
from faq.loading.loader import read
from faq.problems import EditError, FaqError, Fault, Severity
from faq.wording import Language


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
        chosen = chosen_columns(columns) if columns else proposed_columns(file, ask=not yes)
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


def proposed_columns(file: Path, *, ask: bool) -> Mapping[str, str]:
    """Return the columns that a sheet without usual names seems to have, after a person said that they are right."""
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
    """Return the letter that a person types; `EditError` where nobody can be asked."""
    letters = [each.partition("=")[0] for each in answers.split()]
    while True:
        try:
            typed = str(typer.prompt(f"{question} ({answers})", default=otherwise)).strip().lower()
        except typer.Abort:
            raise EditError.of(Fault.of("nobody-to-ask")) from None
        if typed in letters:
            return typed
