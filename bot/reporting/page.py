"""The report as one page: a file by itself that opens offline, on a phone too, and is safe to pass around."""

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


def page(report: UsageReport) -> str:
    """Return the report as HTML; what people wrote stays text, and nothing is fetched or run."""
    marked = sorted(report.entries, key=lambda use: (-use.good - use.bad, use.id))
    return _template().render(
        report=report,
        marked=[use for use in marked if use.good or use.bad][:MOST_BARS],
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 -- the program's own
        words=phrases,
        one_line=one_line,
        replies=REPLIES,
        kinds=ENTRY_KINDS,
        zip=zip,
        first_entries=FIRST_ENTRIES,
        most_groups=MOST_GROUPS,
        most_texts=MOST_TEXTS,
        most_bars=MOST_BARS,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("page.html")
