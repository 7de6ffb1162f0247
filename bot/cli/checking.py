"""`faq check` and `faq doctor`: every problem of a knowledge set, and of this installation."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

from typer import Exit, Option

from bot.cli.opening import Office, emit, show_findings, today
from bot.cli.options import FaqOption, JsonOption, KnowledgeArgument
from bot.output.terminal import ExitStatus, one_line, progress_bar, rich_console
from faq.problems import Fault, Problem, Severity, nearest, shown
from faq.wording import Value, worded

if TYPE_CHECKING:
    from faq.loading.loader import KnowledgeReading
    from faq.model import Entry


def check(
    knowledge: KnowledgeArgument = None,
    *,
    path: FaqOption = None,
    strict: Annotated[bool, Option("--strict", help="Exit with 1 on warnings too.")] = False,
    everything: Annotated[bool, Option("--all", help="Show each problem, also of a kind with many.")] = False,
    json: JsonOption = False,
) -> None:
    """Report every problem of a knowledge file or folder.

    First comes what keeps the knowledge from being served, then what an applicant would notice, then
    the rest, each kind with its places and what to do. Told are also facts that have aged, wording that
    asks candidates for what fair selection leaves out, figures in two answers that contradict each
    other, and phrasings that are closer to another entry than to their own.

    Exits with 1 if there is an error.

    Example:
        faq check my-faq --strict
    """
    from bot.output.tables import problem_view
    from faq.checks import check as check_reading
    from faq.loading.loader import read

    office = Office(knowledge or path)
    reading = read(office.path)
    found = (*reading.problems, *check_reading(reading, today()), *_searched(reading, office))
    problems = sorted(found, key=lambda each: each.place)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings, rows = len(problems) - errors, reading.rows
    if json:
        counts = {"errors": errors, "warnings": warnings, **({"rows": asdict(rows)} if rows.found else {})}
        emit({"path": str(office.path), **counts, "problems": [_record(each) for each in problems]})
    else:
        console = rich_console()
        if problems:
            named = [_by_question(each, reading.sound.entries) for each in problems]
            console.print(problem_view(named, everything=everything), crop=False)
        if rows.found:
            console.print(worded("行 {found} = 読んだ行 {read} + 報告した行 {reported}", **asdict(rows)))
        style = "bold red" if errors else "bold yellow" if warnings else "bold green"
        told = "{path}: 間違い{errors}件、注意{warnings}件"
        summary = worded(told, path=shown(office.path), errors=errors, warnings=warnings)
        console.print(summary, style=style, soft_wrap=True)
    if errors or (strict and problems):
        raise Exit(ExitStatus.FAILURE)


def _record(problem: Problem) -> dict[str, object]:
    place = asdict(problem.place)
    if not (problem.place.sheet or problem.place.row):
        place = {name: place[name] for name in ("file", "line")}
    told = {"kind": problem.fault.kind, "what": problem.fault.what, "remedy": problem.fault.remedy}
    return {**place, "severity": problem.severity, **told}


def _by_question(problem: Problem, entries: "Sequence[Entry]") -> Problem:
    """Return a problem with questions in the place of ids that were made of them."""
    from bot.output.labels import is_made

    questions: dict[Value, str] = {
        entry.id: one_line(entry.question, 30) for entry in entries if is_made(entry.id)
    }
    values = tuple((name, questions.get(value, value)) for name, value in problem.fault.values)
    return replace(problem, fault=replace(problem.fault, values=values))


def _searched(reading: "KnowledgeReading", office: Office) -> Iterator[Problem]:
    """Yield what only the search can find: old tuning, contradictions, unknown topics, strays; nothing with errors."""
    from faq.checks import contradict
    from faq.fields import NO_TOPIC
    from index.library.topics import topics
    from index.lint.figures import conflicts
    from index.lint.reach import compared, strays
    from index.release.store import tuning_warnings
    from index.retrieval.encoder import identity_of

    if reading.knowledge is None:
        return
    yield from tuning_warnings(reading, identity_of(office.encoders))
    for first, second in conflicts(reading.knowledge):
        if contradict(*(reading.knowledge.entry(each.entry_id) for each in (first, second))):
            continue  # which is told as an error
        place, other = (reading.origins[each.entry_id].at("answer") for each in (second, first))
        told = {"id": second.entry_id, "text": second.text, "other": first.entry_id, "other_text": first.text}
        yield Problem(place, Fault.of("figures-differ", **told, place=str(other)), Severity.WARNING)
    known = [name for topic in topics() for name in topic.names]
    for entry in reading.knowledge.entries:
        if entry.topic and entry.topic not in {*known, NO_TOPIC}:
            near = nearest(entry.topic, known) or ""
            told = {"topic": entry.topic, "near": near, "advice": "did-you-mean" if near else ""}
            place = reading.origins[entry.id].at("topic")
            yield Problem(place, Fault.of("unknown-topic", **told), Severity.WARNING)
    index = office.compiled().index
    with progress_bar(worded("どの聞き方がどの項目に近いかを調べています"), len(compared(index))) as step:
        found = list(strays(index, step))
    for stray in found:
        if stray.entry_id in reading.origins:  # the common small talk is of no file of the set
            place = reading.place_of(stray.entry_id, stray.phrasing)
            told = {"phrasing": stray.phrasing, "reached": stray.reached, "alike": stray.alike}
            yield Problem(place, Fault.of("stray", id=stray.entry_id, **told), Severity.WARNING)


def doctor(*, path: FaqOption = None) -> None:
    """Check that this installation can serve its FAQ.

    Looked at are the program and its dictionary, the sentence encoders, FAQ_HOME where it cannot be used,
    the files of the knowledge, the release that is served, the journal, and the time. Each line says what
    to do: × is to be put right, △ works and could be better. `faq slack doctor` looks at Slack.

    Exits with 0 if nothing is to be put right, with 1 if something is.

    Example:
        faq doctor --faq my-faq
    """
    from bot.diagnostics import examine

    office = Office(path)
    show_findings(examine(office.settings, office.path, today()))
