"""How many questions one person may ask in a minute."""

from collections import deque
from datetime import datetime, timedelta
from enum import Enum, auto
from threading import Lock

WINDOW = timedelta(minutes=1)
_MOST_PEOPLE = 1_000


class Admission(Enum):
    """What becomes of a question."""

    ANSWER = auto()
    ASK_TO_WAIT = auto()
    """The first one too many: it gets a polite line."""
    IGNORE = auto()
    """One more of them within the minute: the line stands there already."""


class Flood:
    """Counts what people ask; a question that comes twice under one name counts once."""

    def __init__(self, limit: int) -> None:
        """Admit `limit` questions a person and a minute, 1 or more."""
        self._limit = limit
        self._asked: dict[str, deque[tuple[datetime, str, Admission]]] = {}
        self._lock = Lock()

    def admit(self, user: str, name: str, at: datetime) -> Admission:
        """Decide about a question.

        >>> from datetime import UTC
        >>> flood, at = Flood(1), datetime(2025, 6, 1, tzinfo=UTC)
        >>> [flood.admit("U1", name, at).name for name in ("a", "a", "b", "c")]
        ['ANSWER', 'ANSWER', 'ASK_TO_WAIT', 'IGNORE']
        """
        with self._lock:
            if len(self._asked) > _MOST_PEOPLE:
                recent = {
                    who: kept for who, kept in self._asked.items() if kept and at - kept[-1][0] < WINDOW
                }
                self._asked = recent
            asked = self._asked.setdefault(user, deque())
            while asked and at - asked[0][0] >= WINDOW:
                asked.popleft()
            for _, known, admission in asked:
                if known == name:
                    return admission
            admission = self._decide([each for _, _, each in asked])
            asked.append((at, name, admission))
            return admission

    def _decide(self, before: list[Admission]) -> Admission:
        if before.count(Admission.ANSWER) < self._limit:
            return Admission.ANSWER
        return Admission.IGNORE if Admission.ASK_TO_WAIT in before else Admission.ASK_TO_WAIT
