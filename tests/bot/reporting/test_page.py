import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.conversation.reply import ReplyKind
from bot.output.terminal import visible
from bot.reporting import view
from bot.reporting.view import page
from bot.settings import JournalMode
from tests.bot.reporting.builders import missed, reported, varied
from tests.bot.reporting.chromium import IS_MISSING, MISSING, Browser, browser

PHONE, LAPTOP, DESK = 390, 900, 1280


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(page(varied()), encoding="utf-8")
    return path


def test_every_kind_of_reply_has_a_colour_on_light_and_dark_screens() -> None:
    css = (Path(view.__file__).parent / "page.css").read_text(encoding="utf-8")
    assert {kind: css.count(f"--{kind}: #") for kind in ReplyKind} == dict.fromkeys(ReplyKind, 2)


@pytest.mark.skipif(IS_MISSING, reason=MISSING)
@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (LAPTOP, True), (DESK, False)])
def test_the_page_is_whole_at_every_width_and_in_the_dark(
    chromium: Browser, file: Path, width: int, *, dark: bool
) -> None:
    """Nothing is fetched or run, and nothing has to be scrolled sideways, with all that can be opened open."""
    assert chromium.open(file, width=width, dark=dark) == [file.as_uri()]
    assert chromium.ask("document.title").startswith("質問の報告")
    assert chromium.ask("document.querySelectorAll('script').length") == 0
    assert "<script>document.title" in chromium.ask("document.body.textContent")
    chromium.ask("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert chromium.ask("innerWidth") == width
    assert chromium.ask("document.documentElement.scrollWidth") <= width
    over = "[...document.querySelectorAll('*')].filter(each => each.scrollWidth > each.clientWidth + 1"
    blocks = " && getComputedStyle(each).display != 'inline')"
    assert chromium.ask(f"{over}{blocks}.map(each => each.outerHTML.slice(0, 80))") == []
    legend = "[...document.querySelectorAll('#replies .legend span')].map(each => each.innerText)"
    assert chromium.ask(legend) == ["回答", "候補", "案内", "わからない", "あいさつ"]
    # Of each chart the longest bar is as long as there is room, and no two kinds look alike.
    bars = (
        "[...document.querySelectorAll('figure')].map(figure => Math.max(...[...figure.querySelectorAll('.track')]"
        ".map(track => [...track.children].reduce((sum, each) => sum + each.offsetWidth, 0) / track.offsetWidth)))"
    )
    assert chromium.ask(bars) == pytest.approx([1, 1, 1], abs=0.05)
    seen = "each => getComputedStyle(each).backgroundColor"
    (back,) = chromium.ask(f"[document.body].map({seen})")
    assert (sum(map(int, re.findall(r"\d+", back))) < 3 * 80) == dark
    colours = chromium.ask(f"[...document.querySelectorAll('.track i')].map({seen})")
    assert len(set(colours)) >= 5
    assert back not in colours


@pytest.mark.parametrize("text", ["<script>x", "\x1b[31m<b>"])
def test_hostile_text_is_text_in_the_labels_of_charts_too(text: str) -> None:
    html = LexborHTMLParser(page(reported(missed(text))))
    (label,) = html.css("#groups .bar > span:first-child")
    assert label.text() == visible(text)


def test_a_report_of_nothing_is_a_page_without_charts_and_says_what_was_not_kept() -> None:
    html = LexborHTMLParser(page(reported()))
    assert html.css("figure") == []
    assert html.body is not None
    assert "ありません。" in html.body.text()
    assert "FAQ_JOURNAL=counts" in page(reported(mode=JournalMode.COUNTS))
