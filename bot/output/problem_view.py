"""What is wrong with files, as one screen: what stops serving, what an applicant would notice, and the rest."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from bot.output.tables import NOTE, Prose
from faq.problems import FIRST_PLACES, Problem, Severity, by_kind, causes, follow_line, places
from faq.wording import Labels, marked, worded

_TITLES = Labels({"serving": "公開を止めるもの", "noticed": "応募者が気づくもの", "rest": "そのほか"})
_STYLES = {"serving": "bold red", "noticed": "bold yellow", "rest": "bold"}


def problem_view(problems: Iterable[Problem], *, everything: bool = False) -> RenderableType:
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
            title = worded("{title} {count}件", title=_TITLES[name], count=len(found))
            shown += [Text(title, style=_STYLES[name]), *_group(found, everything=everything)]
        if name == "serving" and follow:
            shown.append(Prose(follow_line(follow), NOTE, 2))
    folded = follow or any(len(same) > FIRST_PLACES for same in by_kind(problems))
    if folded and not everything:
        shown.append(Prose(worded("全部を1件ずつ見るには --all を付けてください。"), NOTE))
    return Group(*shown)


def _group(found: Sequence[Problem], *, everything: bool) -> Iterator[RenderableType]:
    for same in by_kind(found):
        # Of a kind with many places, the first is told with all of them.
        told = same if everything or len(same) <= FIRST_PLACES else same[:1]
        for each, after in zip(told, [*told[1:], None], strict=True):
            where = places([each] if len(told) == len(same) else same)
            yield Prose(f"{where}: {each.what}", indent=2)
            if each.remedy and (after is None or after.remedy != each.remedy):
                yield Prose(f"→ {each.remedy}", NOTE, 4)
