"""The report as one page: a file by itself that opens offline, on a phone too, and is safe to pass around."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.output.rendering import KINDS, REPLIES
from bot.reporting import phrases
from bot.reporting.charts import charts
from bot.reporting.report import UsageReport
from index.clustering.groups import Nearest

FIRST_ENTRIES = 20
MOST_GROUPS = 100
MOST_TEXTS = 40
_HERE = Path(__file__).parent


def page(report: UsageReport) -> str:
    """Return the report as HTML; what people wrote stays text, and nothing is fetched or run."""
    return _template().render(
        report=report,
        charts=charts(report),
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),  # noqa: S704 -- the program's own
        words=phrases,
        replies=REPLIES,
        kinds=KINDS,
        near=_near,
        zip=zip,
        first_entries=FIRST_ENTRIES,
        most_groups=MOST_GROUPS,
        most_texts=MOST_TEXTS,
    )


def _near(nearest: Nearest | None) -> str:
    return " ".join(filter(None, (phrases.closeness(nearest), phrases.now(nearest))))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("page.html")
