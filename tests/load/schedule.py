"""Which fault holds when: the same in every run of one length."""

from collections.abc import Sequence
from dataclasses import dataclass

RECOVERY_SECONDS = 10.0
"""How long after a fault its traces may show: what was put off is sent."""
LEASE_SECONDS = 60.0
"""The same of a process that was killed: what it had in hand is another's after that."""
KILLED = "killed"


@dataclass(frozen=True)
class Slot:
    """A fault that holds from one second of the run to another."""

    fault: str
    begins: float
    ends: float

    @property
    def over(self) -> float:
        """When nothing of it shows any more."""
        return self.ends + (LEASE_SECONDS if self.fault == KILLED else RECOVERY_SECONDS)


def schedule(faults: Sequence[str], seconds: float, *, every: float = 30.0) -> list[Slot]:
    """Return when each fault holds: one in turn so often or more, so that each has its turn, with rests between.

    In the second half the process is left alive, so that its memory can be seen to stay, unless all are killings.

    >>> [(slot.fault, slot.begins) for slot in schedule(["slow", "killed"], 50)]
    [('slow', 6.25), ('killed', 18.75), ('slow', 31.25)]
    """
    if not faults:
        return []
    step = min(every, seconds / 2 / len(faults))
    begins = [step / 2 + step * number for number in range(int(seconds / step) - 1)]
    slots = [Slot(faults[at % len(faults)], each, each + step * 0.3) for at, each in enumerate(begins)]
    lives = {KILLED} if set(faults) != {KILLED} else set()
    return [each for each in slots if each.fault not in lives or each.begins < seconds / 2]
