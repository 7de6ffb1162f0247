"""What is wrong with files, as one screen: what stops serving, what an applicant would notice, and the rest."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bot.output.tables import NOTE, Prose
from faq.problems import FIRST_PLACES, Problem, Severity, by_kind, causes, follow_line, places
from faq.wording import Language, around, marked

_STYLES = {"serving": "bold red", "noticed": "bold yellow", "rest": "bold"}


def problem_view(
    problems: Iterable[Problem], language: Language, *, everything: bool = False
) -> RenderableType:
    """Return the problems in groups, each with a count; of a kind with many places, unless all are wanted, one line."""
    problems = tuple(problems)
    errors, follow = causes(each for each in problems if each.severity is Severity.ERROR)
    if everything:
        errors, follow = [*errors, *follow], []
    doubts = [each for each in problems if each.severity is Severity.WARNING]
    groups = {
        "serving": errors,
        "noticed": [each for each in doubts if marked(each.fault.kind, "noticed")],
        "rest": [each for each in doubts if not marked(each.fault.kind, "noticed")],
    }
    shown: list[RenderableType] = []
    for name, found in groups.items():
        if found:
            count = sum(1 + len(each.more) for each in found)
            title = around("group", language, title=around(name, language), count=count)
            shown += [Text(title, style=_STYLES[name]), *_group(found, language, everything=everything)]
        if name == "serving" and follow:
            shown.append(Prose(follow_line(follow, language), NOTE, 2))
    folded = follow or any(len(same) > FIRST_PLACES or same[0].more for same in by_kind(problems))
    if folded and not everything:
        shown.append(Prose(around("all", language), NOTE))
    return Group(*shown)


def _group(found: Sequence[Problem], language: Language, *, everything: bool) -> Iterator[RenderableType]:
    for same in by_kind(found):
        if len(same) > FIRST_PLACES and not everything:
            yield Prose(f"{places(same, language)}: {same[0].fault.what(language)}", indent=2)
            yield from _remedy(same[0], language)
            continue
        for each, after in zip(same, [*same[1:], None], strict=True):
            where = "・".join(map(str, (each.place, *each.more))) if everything else places([each], language)
            yield Prose(f"{where}: {each.fault.what(language)}", indent=2)
            if after is None or after.fault.remedy(language) != each.fault.remedy(language):
                yield from _remedy(each, language)


def _remedy(problem: Problem, language: Language) -> Iterator[RenderableType]:
    if remedy := problem.fault.remedy(language):
        yield Prose(f"→ {remedy}", NOTE, 4)
