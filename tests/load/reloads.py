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
    published: list[str] = field(default_factory=list)
    refused: int = 0
    repeated: int = 0
    """How often it was asked for again, since the process was killed or Slack could not bring it."""

    def __post_init__(self) -> None:
        self._whole = self.file.read_text("utf-8")

    @property
    def version(self) -> str:
        return f"(第{self.asked}版)"

    def write(self, *, broken: bool) -> None:
        self.asked += 1
        text = self._whole.replace(self.line, self.line + self.version)
        self.file.write_text(text.replace("also_asked", "also_askd") if broken else text, "utf-8")

    def reload(self, stop: Event) -> None:
        """Ask for it until an outcome is told, or no more time is left."""
        while not stop.is_set():
            told = self._told(stop)
            if told is None:
                return
            if told.startswith(_SERVED):
                self.published.append(self.version)
                return
            if told:
                self.refused += 1
                return
            self.repeated += 1

    def _told(self, stop: Event) -> str | None:
        """Run the command, and return what the admin reads in the end; empty where that cannot come any more.

        `None` where it does not come though it could.
        """
        life = self.office.lives[-1]
        begun = self.office.slack.workspace.ts()
        command, waited = self.office.admin.runs("/faq-admin", "reload"), 0.0
        while not stop.wait(_LOOK_SECONDS):
            waited += _LOOK_SECONDS
            own = [each.text for each in self.office.admin.sees() if each.ts > begun]
            if told := [each for each in own if each.startswith((*_SERVED, _REFUSED))]:
                return told[0]
            if self.office.lives[-1] is not life or (not command.acked and waited > _LATE_SECONDS):
                return ""
            if waited > _UNHEARD_SECONDS:
                return None
        return ""

    def run(self, every_seconds: float, stop: Event, give_up: Event) -> None:
        """Change and reload until told to stop; what was begun is ended."""
        while not stop.wait(every_seconds):
            self.write(broken=self.asked % 2 == 0)
            self.reload(give_up)
