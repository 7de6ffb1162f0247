"""The charts of the page: inline SVG by pygal, without scripts, in colours that the page's style sheet sets."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

from bot.conversation.reply import ReplyKind
from bot.output.rendering import REPLIES
from bot.reporting import phrases
from bot.reporting.report import EntryUse, Part, UsageReport

MOST_BARS = 10
_WIDTH, _HEIGHT, _ROW = 480, 300, 30
_MOST_LABELS = 8
_LETTERS = 12
_MOST_IN_A_ROW = 3  # pygal takes every letter of a legend for a narrow one
_STACKED = (ReplyKind.ANSWER, ReplyKind.CHOICES, ReplyKind.REFERRAL, ReplyKind.UNKNOWN, ReplyKind.SMALLTALK)
_NAMESPACE = "http://www.w3.org/2000/svg"
_SCRIPT = f"{{{_NAMESPACE}}}script"


@dataclass(frozen=True)
class Chart:
    """A chart as it stands in the page.

    Attributes:
        name: Its id in the page.
        title: In Japanese.
        svg: A whole `<svg>` element; what is not the program's own in it is escaped.
    """

    name: str
    title: str
    svg: str


def charts(report: UsageReport) -> Sequence[Chart]:
    """Return the charts that there is something for, in the order of the page."""
    found: list[Chart] = []
    if report.parts:
        found.append(_replies(report))
    if any(part.confidence for part in report.parts):
        found.append(_confidence(report))
    if marked := _marked(report.entries):
        found.append(_feedback(marked))
    if report.unanswered.groups:
        found.append(_groups(report))
    return found


@cache
def _pygal() -> Any:  # noqa: ANN401 -- it has no types
    """Import pygal without the finder of plugins that it leaves behind.

    It is of a kind that Python no longer knows, and would warn of at every import of what is not installed. What else
    was added meanwhile stays: `importlib_metadata`, which pygal imports, takes the place of Python's own.
    """
    import pygal.style  # noqa: PLC0415 -- it changes how modules are found

    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return pygal


def _replies(report: UsageReport) -> Chart:
    chart = _pygal().StackedBar(**_options([f"--{kind.value}" for kind in _STACKED]))
    _label(chart, report)
    for kind in _STACKED:
        chart.add(REPLIES[kind], [part.replies[kind] for part in report.parts])
    return _chart(chart, "replies", f"質問の数と返事の種類({phrases.STEPS[report.step]})")


def _confidence(report: UsageReport) -> Chart:
    chart = _pygal().Line(
        **_options(["--low", "--middle", "--high"], range=(0, 1), dots_size=4, stroke_style={"width": 2.5})
    )
    _label(chart, report)
    for name, attribute in (("下から4分の1", "low"), ("中央値", "middle"), ("上から4分の1", "high")):
        chart.add(name, [_quartile(part, attribute) for part in report.parts])
    return _chart(chart, "confidence", f"確信度の移り変わり({phrases.STEPS[report.step]}、あいさつを除く)")


def _quartile(part: Part, attribute: str) -> float | None:
    return round(getattr(part.confidence, attribute), 3) if part.confidence else None


def _marked(entries: Sequence[EntryUse]) -> list[EntryUse]:
    marked = (use for use in entries if use.good or use.bad)
    return sorted(marked, key=lambda use: (-use.good - use.bad, use.entry_id))[:MOST_BARS]


def _feedback(uses: Sequence[EntryUse]) -> Chart:
    rows = uses[::-1]  # pygal draws the first row at the bottom
    chart = _pygal().HorizontalStackedBar(**_options(["--good", "--bad"], height=_high(rows)))
    chart.x_labels = [use.entry_id for use in rows]
    chart.add("役に立った", [use.good for use in rows])
    chart.add("役に立たなかった", [use.bad for use in rows])
    return _chart(chart, "feedback", "評価の多い項目")


def _groups(report: UsageReport) -> Chart:
    rows = report.unanswered.groups[:MOST_BARS][::-1]
    labels = [_short(phrases.one_line(group.representative)) for group in rows]
    # pygal takes every letter for a narrow one, and would cut Japanese labels at the edge.
    chart = _pygal().HorizontalBar(
        **_options(["--unknown"], height=_high(rows), show_legend=False, margin_left=_LETTERS * 7)
    )
    chart.x_labels = labels
    chart.add("件数", [group.times for group in rows])
    return _chart(chart, "groups", "答えられなかった質問の多い組")


def _label(chart: Any, report: UsageReport) -> None:  # noqa: ANN401 -- the same
    chart.x_labels = [phrases.label(part.first, report.step) for part in report.parts]
    chart.x_labels_major_every = -(-len(report.parts) // _MOST_LABELS)
    chart.show_minor_x_labels = False


def _high(rows: Sequence[object]) -> int:
    return 110 + _ROW * len(rows)


def _short(text: str) -> str:
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def _options(colours: Sequence[str], **more: object) -> Mapping[str, object]:
    style = _pygal().style.Style(
        background="transparent",
        plot_background="transparent",
        foreground="currentColor",
        foreground_strong="currentColor",
        foreground_subtle="var(--faint)",
        guide_stroke_color="var(--faint)",
        major_guide_stroke_color="var(--faint)",
        colors=tuple(f"var({colour})" for colour in colours),
        font_family="inherit",
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        opacity="1",
        opacity_hover="1",
        transition="0s",
    )
    return {
        "style": style,
        "js": (),
        "disable_xml_declaration": True,
        "width": _WIDTH,
        "height": _HEIGHT,
        "margin": 12,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": min(len(colours), _MOST_IN_A_ROW),
        "truncate_legend": -1,
        "truncate_label": -1,
        "x_label_rotation": 0,
        **more,
    }


def _chart(chart: Any, name: str, title: str) -> Chart:  # noqa: ANN401 -- the same
    chart.uuid = name  # else a new one each time, and the same report would be another page
    drawn = ElementTree.fromstring(chart.render())  # noqa: S314 -- pygal's own, a line above
    for parent in drawn.iterfind(f".//{_SCRIPT}/.."):
        for script in parent.findall(_SCRIPT):
            parent.remove(script)
    drawn.set("role", "img")
    drawn.set("aria-label", title)
    ElementTree.register_namespace("", _NAMESPACE)
    return Chart(name, title, ElementTree.tostring(drawn, encoding="unicode"))
