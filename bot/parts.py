"""Which part of the search `faq tune` chooses anew."""

from enum import StrEnum


class Part(StrEnum):
    """What is chosen, where it is not both."""

    WEIGHTS = "weights"
    THRESHOLDS = "thresholds"
