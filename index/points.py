"""Operating points: how many false answers an operator accepts for more right ones, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Point(StrEnum):
    """Which thresholds are in use; each is defined by the shares in `SHARES`."""

    CAUTIOUS = "cautious"
    BALANCED = "balanced"
    EAGER = "eager"


@dataclass(frozen=True)
class Shares:
    """What answering may cost, on questions that the fit has not seen.

    Attributes:
        false: Of the questions that must not be answered, the most that are answered all the same; 0 to 1.
        wrong: Of the questions that may be answered, the most that get another entry; 0 to 1.
    """

    false: float
    wrong: float


SHARES: Mapping[Point, Shares] = {
    Point.CAUTIOUS: Shares(false=0.02, wrong=0.02),
    Point.BALANCED: Shares(false=0.05, wrong=0.04),
    Point.EAGER: Shares(false=0.10, wrong=0.08),
}
"""The definition of each point, most careful first."""
