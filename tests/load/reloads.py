"""An admin who changes the FAQ and reloads it again and again; every second time the file is broken."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from tests.load.office import Office

_SERVED = ("公開しました", "変わったところはありません", "別の操作で公開された版")
"""How it is told that the file is served; the last two where a process that was killed had published it."""
_REFUSED = "公開しませんでした"
_LOOK_SECONDS = 0.2
_UNHEARD_SECONDS = 60.0
"""After so long without an outcome it is counted as lost."""
_LATE_SECONDS = 5.0
"""After so long without an acknowledgement, Slack tells the admin that the command failed."""


@dataclass
class Reloads:
    """What was reloaded, and what the admin read of it: in a file, a line of the answer to a question gets a number."""

    office: Office
    file: Path
    line: str
    question: str
    asked: int = 0
    published: int = 0
    refused: int = 0
    _whole: str = field(init=False)

    def __post_init__(self) -> None:
        self._whole = self.file.read_text("utf-8")

    @property
    def version(self) -> str:
        return f"(第{self.asked}版)"

    @property
    def lost(self) -> int:
        return self.asked - self.published - self.refused

    def run(self, every_seconds: float, stop: Event, give_up: Event) -> None:
        """Change and reload until told to stop; what was begun is ended."""
        while not stop.wait(every_seconds):
            self.reload(give_up, broken=self.asked % 2 == 0)

    def reload(self, stop: Event, *, broken: bool = False) -> None:
        """Change the file and ask for it until an outcome is told; where none can come any more, it is asked again."""
        self.asked += 1
        text = self._whole.replace(self.line, self.line + self.version)
        self.file.write_text(text.replace("also_asked", "also_askd") if broken else text, "utf-8")
        told = ""
        while told == "" and not stop.is_set():
            told = self._told(stop)
        self.published += told.startswith(_SERVED)
        self.refused += told.startswith(_REFUSED)

    def _told(self, stop: Event) -> str:
        """Run the command, and return what the admin reads in the end.

        It is empty where that cannot come any more, as the process was killed or Slack could not bring the command.
        """
        life, admin = self.office.lives[-1], self.office.admin
        begun = self.office.slack.workspace.ts()
        command, waited = admin.runs("/faq-admin", "reload"), 0.0
        while not stop.wait(_LOOK_SECONDS):
            waited += _LOOK_SECONDS
            for text in (each.text for each in admin.sees() if each.ts > begun):
                if text.startswith((*_SERVED, _REFUSED)):
                    return text
            if self.office.lives[-1] is not life or (not command.acked and waited > _LATE_SECONDS):
                return ""
            if waited > _UNHEARD_SECONDS:
                return "nothing"
        return ""
