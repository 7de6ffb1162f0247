"""How careful answers are: the name alone, which settings and options take without loading the search."""

from enum import StrEnum


class Point(StrEnum):
    """How careful answers are, by name: each decides by a utility of its own in `policy.UTILITIES`."""

    CAUTIOUS = "cautious"
    BALANCED = "balanced"
    EAGER = "eager"
