"""The report as one page: a file by itself that opens offline, on a phone too, and is safe to pass around."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.output.labels import ENTRY_KINDS, REPLIES
from bot.output.terminal import one_line
from bot.reporting import phrases
from bot.reporting.report import UsageReport

FIRST_ENTRIES = 20
MOST_GROUPS = 100
MOST_TEXTS = 40
MOST_BARS = 10
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """A bar: parts of its track in per cent, from the left, each with the name of a colour or without any."""

    label: str
    value: str
    parts: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Chart:
    """Bars with a title and what their colours mean."""

    name: str
    title: str
    legend: Sequence[tuple[str, str]]
    rows: Sequence[Row]


def page(report: UsageReport) -> str:
    """Return the report as HTML; what people wrote stays text, and nothing is fetched or run."""
    return _template().render(
        report=report,
        charts=list(charts(report)),
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 -- the program's own
        words=phrases,
        one_line=one_line,
        replies=REPLIES,
        kinds=ENTRY_KINDS,
        zip=zip,
        first_entries=FIRST_ENTRIES,
        most_groups=MOST_GROUPS,
        most_texts=MOST_TEXTS,
    )


def charts(report: UsageReport) -> Iterator[Chart]:
    """Yield the charts that there is something for, in the order of the page."""
    step = phrases.STEPS[report.step]
    headings = [phrases.heading(part.first, report.step) for part in report.parts]
    if report.parts:
        most = max(part.asked for part in report.parts)
        rows = [
            Row(heading, str(part.asked), [(kind.value, _share(n, most)) for kind, n in part.replies.items()])
            for heading, part in zip(headings, report.parts, strict=True)
        ]
        legend = [(kind.value, name) for kind, name in REPLIES.items()]
        yield Chart("replies", f"質問の数と返事の種類({step})", legend, rows)
    spreads = [
        (heading, part.confidence)
        for heading, part in zip(headings, report.parts, strict=True)
        if part.confidence
    ]
    if spreads:
        rows = [
            Row(
                heading,
                f"{each.middle:.2f}",
                [
                    ("", 100 * each.low),
                    ("low", 100 * (each.middle - each.low)),
                    ("high", 100 * (each.high - each.middle)),
                ],
            )
            for heading, each in spreads
        ]
        legend = [("low", "下から4分の1から中央値まで"), ("high", "中央値から上から4分の1まで")]
        yield Chart("confidence", f"確信度の移り変わり({step}、あいさつを除く)", legend, rows)
    marked = [use for use in report.entries if use.good or use.bad]
    if marked:
        marked = sorted(marked, key=lambda use: (-use.good - use.bad, use.id))[:MOST_BARS]
        most = marked[0].good + marked[0].bad
        rows = [
            Row(
                use.id,
                f"{use.good} / {use.bad}",
                [("good", _share(use.good, most)), ("bad", _share(use.bad, most))],
            )
            for use in marked
        ]
        legend = [("good", "役に立った"), ("bad", "役に立たなかった")]
        yield Chart("feedback", "評価の多い項目", legend, rows)
    if groups := report.unanswered.groups[:MOST_BARS]:
        rows = [
            Row(
                one_line(group.representative, 20),
                str(group.times),
                [("unknown", _share(group.times, groups[0].times))],
            )
            for group in groups
        ]
        yield Chart("groups", "答えられなかった質問の多い組", (), rows)


def _share(count: int, most: int) -> float:
    return 100 * count / max(1, most)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("page.html")
