import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.conversation.reply import ReplyKind
from bot.output.terminal import visible
from bot.reporting.charts import charts
from bot.reporting.page import page
from bot.reporting.report import UsageReport
from bot.settings import JournalMode
from index.release.building import Release
from tests.bot.conftest import ROOT
from tests.bot.reporting.builders import missed, recorded, reported
from tests.bot.reporting.chromium import MISSING, Browser, browser, programs
from tests.bot.reporting.pixels import brightness, coloured

PHONE, DESK = 390, 1280
WIDTHS = [PHONE, DESK]
CHARTS = ["replies", "confidence", "feedback", "groups"]
LEAST_COLOURED = {"replies": 0.05, "confidence": 0.002, "feedback": 0.05, "groups": 0.05}
"""Share of a chart's rectangle: its lines are thin, its bars are not."""

in_chromium = pytest.mark.skipif(programs() is None, reason=MISSING)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def file(report: UsageReport, tmp_path: Path) -> Path:
    return written(page(report), tmp_path)


def written(text: str, folder: Path) -> Path:
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


def picture(chromium: Browser, name: str) -> bytes:
    """Return the drawing of a chart as it is seen; its legend below and its heading above are left out."""
    return chromium.picture(
        chromium.ask(
            f"(() => {{const box = document.querySelector('#{name} .plot').getBoundingClientRect();"
            "return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height}})()"
        )
    )


@in_chromium
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_fetched(chromium: Browser, file: Path, width: int) -> None:
    chromium.open(file, width=width)
    assert chromium.requests() == [file.as_uri()]


@in_chromium
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_has_to_be_scrolled_sideways(chromium: Browser, file: Path, width: int) -> None:
    """Neither the page nor a table in it, with everything that can be opened open."""
    chromium.open(file, width=width)
    chromium.ask("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert chromium.ask("innerWidth") == width
    assert chromium.ask("document.documentElement.scrollWidth") <= width
    over = "[...document.querySelectorAll('*')].filter(each => each.scrollWidth > each.clientWidth + 1"
    blocks = " && !each.closest('svg') && getComputedStyle(each).display != 'inline')"
    assert chromium.ask(f"{over}{blocks}.map(each => each.outerHTML.slice(0, 80))") == []


@in_chromium
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_chart_is_drawn(chromium: Browser, file: Path, width: int, dark: bool) -> None:  # noqa: FBT001 -- a parameter
    chromium.open(file, width=width, dark=dark)
    assert chromium.ask("[...document.querySelectorAll('figure')].map(each => each.id)") == CHARTS
    shares = {name: coloured(picture(chromium, name)) for name in CHARTS}
    assert {name for name in CHARTS if shares[name] < LEAST_COLOURED[name]} == set(), shares


@in_chromium
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_without_its_series_would_be_noticed(
    chromium: Browser, report: UsageReport, tmp_path: Path, name: str
) -> None:
    """The test above can fail: axes, labels and guides are no drawing."""
    found = page(report)
    svg = next(chart.svg for chart in charts(report) if chart.name == name)
    emptied = re.sub(r"<(rect|circle|path) [^>]*class=\"[^\"]*reactive[^\"]*\"[^>]*/?>", "", svg)
    assert emptied != svg
    chromium.open(written(found.replace(svg, emptied), tmp_path), width=DESK)
    assert coloured(picture(chromium, name)) < LEAST_COLOURED[name]


@in_chromium
def test_a_dark_screen_gets_a_dark_page(chromium: Browser, file: Path) -> None:
    chromium.open(file, width=PHONE, dark=True)
    assert brightness(chromium.picture()) < 0.3
    chromium.open(file, width=PHONE)
    assert brightness(chromium.picture()) > 0.7


@in_chromium
def test_what_people_wrote_is_text_and_is_not_run(chromium: Browser, file: Path) -> None:
    chromium.open(file, width=PHONE)
    assert chromium.ask("document.title").startswith("質問の報告")
    assert chromium.ask("document.querySelectorAll('script').length") == 0
    assert "<script>document.title" in chromium.ask("document.body.textContent")


@in_chromium
@pytest.mark.parametrize("width", WIDTHS)
def test_letters_of_a_chart_are_large_enough_to_read(chromium: Browser, file: Path, width: int) -> None:
    """In CSS pixels, as they are seen and not as they are written in the SVG."""
    chromium.open(file, width=width)
    heights = chromium.ask(
        "[...document.querySelectorAll('figure .axis text, figure .legend text')]"
        ".filter(each => each.textContent.trim()).map(each => each.getBoundingClientRect().height)"
    )
    assert len(heights) > 20
    assert min(heights) >= 9


@in_chromium
@pytest.mark.parametrize("width", WIDTHS)
def test_the_parts_of_a_legend_stand_apart(chromium: Browser, file: Path, width: int) -> None:
    """「わからない」 is wider than what pygal takes five letters for."""
    chromium.open(file, width=width)
    gaps = chromium.ask(
        "[...document.querySelectorAll('figure')].flatMap(figure => {"
        " const places = [...figure.querySelectorAll('.legend')].map(each => each.getBoundingClientRect());"
        " return places.flatMap(one => places.filter(other => other.left > one.left"
        " && other.top < one.bottom && one.top < other.bottom).map(other => other.left - one.right)) })"
    )
    assert len(gaps) >= 5
    assert min(gaps) >= 4


def test_the_page_is_the_same_for_the_same_report(report: UsageReport) -> None:
    assert page(report) == page(report)


def test_the_page_is_japanese_fits_a_phone_and_runs_nothing(report: UsageReport) -> None:
    html = LexborHTMLParser(page(report))
    assert len(html.css("html[lang=ja]")) == 1
    assert len(html.css('meta[name=viewport][content="width=device-width, initial-scale=1"]')) == 1
    assert html.css("script, iframe, object, embed, link, img[src^=http]") == []
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page(report))


def test_every_table_and_chart_has_a_name_and_headings(report: UsageReport) -> None:
    html = LexborHTMLParser(page(report))
    tables = html.css("table")
    assert len(tables) == 3
    for table in tables:
        assert table.parent is not None
        assert table.parent.attributes["aria-label"]
        assert len(table.css("thead th[scope=col]")) >= 3
        assert len(table.css("tbody th[scope=row]")) == len(table.css("tbody tr")) > 0
    assert [svg.attributes["aria-label"] != "" for svg in html.css("svg[role=img]")] == [True] * len(CHARTS)


@pytest.mark.parametrize("text", ["<script>x", "\x1b[31m<b>", "\u202e&amp;<", "]]>"])
def test_hostile_text_is_text_in_the_labels_of_charts_too(release: Release, text: str) -> None:
    (chart,) = (chart for chart in charts(reported(release, missed(text))) if chart.name == "groups")
    labels = [node.text for node in ElementTree.fromstring(chart.svg).iter() if node.text]  # noqa: S314 -- our own
    assert visible(text) in labels


def test_a_report_of_nothing_is_a_page_without_charts(release: Release) -> None:
    html = LexborHTMLParser(page(reported(release)))
    assert html.css("figure") == []
    assert html.body is not None
    assert "ありません。" in html.body.text()


def test_what_the_journal_did_not_keep_is_said(release: Release) -> None:
    shown = page(reported(release, missed(None), recorded(), mode=JournalMode.COUNTS))
    assert "FAQ_JOURNAL=counts" in shown
    assert "1件は、文が記録されていない" in shown


def test_charts_leave_imports_as_they_were() -> None:
    """Pygal 3 leaves a finder behind for which Python warns at each import of what is missing."""
    code = (
        "from bot.reporting.charts import _pygal; _pygal()\n"
        "try: import no_such_module\nexcept ModuleNotFoundError: print('missing')\n"
        "import importlib.metadata; importlib.metadata.version('pygal')"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.stdout, done.stderr) == ("missing\n", "")


def test_a_long_time_has_labels_that_do_not_run_into_each_other(report: UsageReport) -> None:
    """Of thirty days, every fourth is named."""
    (part, *_) = report.parts
    days = tuple(replace(part, first=part.first.replace(day=day)) for day in range(1, 31))
    svg = charts(replace(report, parts=days))[0].svg
    named = re.findall(r">(6/\d+)</text>", svg)
    assert named == [f"6/{day}" for day in range(1, 31, 4)]
    assert ReplyKind.ANSWER in part.replies
