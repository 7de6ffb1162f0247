"""Which fault holds when: the same in every run of one length."""

from collections.abc import Sequence
from dataclasses import dataclass

RECOVERY_SECONDS = 15.0
"""How long after a fault its traces may show: what was put off is sent."""
LEASE_SECONDS = 60.0
"""The same of a process that was killed: what it had in hand is another's after that."""
LONGEST_STEP = 30.0
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


def schedule(faults: Sequence[str], seconds: float) -> list[Slot]:
    """Return when each fault holds: all of them in turn, as often as there is time, with rests between.

    In the second half the process is left alive, so that its memory can be seen to stay.

    >>> schedule(["slow", "killed"], 40)
    [Slot(fault='slow', begins=5.0, ends=9.0), Slot(fault='killed', begins=15.0, ends=19.0)]
    """
    step = min(LONGEST_STEP, seconds / 2 / len(faults))
    begins = [step / 2 + step * number for number in range(int(seconds / step) - 1)]
    slots = [Slot(faults[at % len(faults)], each, each + step * 0.4) for at, each in enumerate(begins)]
    return [each for each in slots if each.fault != KILLED or each.begins < seconds / 2]
