"""A run as a picture: how long answers took over time, the memory below it, and what was broken when."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from math import log10

from tests.load.run import Outcome
from tests.load.tally import percentiles

WIDTH, LEFT, RIGHT = 1_200, 60, 1_190
TOP, BOTTOM = 150, 450
MEMORY_TOP, MEMORY_BOTTOM = 480, 580
COLOURS = {"p50": "#4477aa", "p95": "#ccaa33", "p99": "#cc3311"}
DECADES = range(6)
"""The scale goes from 1 millisecond to 100 seconds."""
BUCKETS = 240


def picture(outcome: Outcome, title: str) -> str:
    """Return it as SVG."""
    end = max(asked for asked, _ in outcome.waits)
    parts = [_text(LEFT, 18, title), *_faults(outcome, end), *_waits(outcome, end), *_memory(outcome, end)]
    box = f'viewBox="0 0 {WIDTH} {MEMORY_BOTTOM + 30}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="sans-serif" font-size="11">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>", ""])


def _across(second: float, end: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(1.0, second / end)


def _faults(outcome: Outcome, end: float) -> Iterator[str]:
    for slot in outcome.slots:
        left, right = _across(slot.begins, end), _across(slot.ends, end)
        size = f'width="{right - left:.1f}" height="{MEMORY_BOTTOM - TOP}"'
        yield f'<rect x="{left:.1f}" y="{TOP}" {size} fill="#ddd"/>'
        yield _text(left + 8, TOP - 6, slot.fault, f' transform="rotate(-50 {left + 8:.1f} {TOP - 6})"')


def _waits(outcome: Outcome, end: float) -> Iterator[str]:
    def down(milliseconds: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * log10(max(1.0, milliseconds)) / DECADES[-1]

    for decade in DECADES:
        height = down(10.0**decade)
        yield f'<path d="M{LEFT} {height:.1f}H{RIGHT}" stroke="#bbb"/>'
        yield _text(LEFT - 55, height + 4, f"{10**decade:,} ms")
    buckets: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for asked, wait in outcome.waits:
        buckets[int(asked / end * (BUCKETS - 1))].append((asked, wait))
    for at, (name, colour) in enumerate(COLOURS.items()):
        points = [
            (_across(held[0][0], end), down(percentiles(held)[name])) for _, held in sorted(buckets.items())
        ]
        yield _line(points, colour)
        yield _text(RIGHT - 40 * (at + 1), 18, name, f' fill="{colour}"')


def _memory(outcome: Outcome, end: float) -> Iterator[str]:
    most = max(size for _, size in outcome.weighed)
    height = MEMORY_BOTTOM - MEMORY_TOP
    points = [(_across(at, end), MEMORY_BOTTOM - height * size / most) for at, size in outcome.weighed]
    yield _line(points, "#228833")
    yield f'<path d="M{LEFT} {MEMORY_BOTTOM}H{RIGHT}" stroke="#bbb"/>'
    yield _text(LEFT - 55, MEMORY_TOP + 4, f"{most >> 20} MB")
    yield _text(LEFT, MEMORY_BOTTOM + 18, f"0 to {end / 60:.1f} minutes; grey: what is named above is broken")


def _line(points: Sequence[tuple[float, float]], colour: str) -> str:
    path = " ".join(f"{left:.1f},{top:.1f}" for left, top in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}"/>'


def _text(left: float, top: float, text: str, more: str = "") -> str:
    return f'<text x="{left:.1f}" y="{top:.1f}"{more}>{escape(text)}</text>'
