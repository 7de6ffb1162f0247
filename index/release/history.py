"""What was published of one knowledge path, by whom and why, and which release is served of it now."""

import hashlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from index.evaluation.judgements import Judgement
from index.release.durable import append_line, replace
from index.release.gate import GateReport


class PublicationKind(StrEnum):
    """How a release came to be served."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


class Publication(BaseModel):
    """One change of what is served.

    Attributes:
        number: 1 for the first of its path, and so on.
        release: Name of the release served from then on.
        before: Name of the one served until then; `None` for the first.
        path: The knowledge path, resolved.
        files: Hash of the files that the release was made of.
        by: Who did it.
        reason: Why the gate was overridden; `None` where it was not.
        entries: How many entries the release has, small talk left out.
        counts: How the release did on its expectations, by judgement; empty where it has none.
        report: What the gate said; `None` for a roll-back.
    """

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    at: AwareDatetime
    kind: PublicationKind = PublicationKind.PUBLISH
    release: str
    before: str | None = None
    path: str
    files: str
    by: str
    reason: str | None = None
    entries: int
    counts: Mapping[Judgement, int] = {}
    report: GateReport | None = None

    @property
    def forced(self) -> bool:
        """Whether the gate had refused it."""
        return self.reason is not None


class History:
    """The publications of one path, below a home.

    `served.json` is the truth: the newest publication, replaced as a whole. `history.jsonl` has those before it, and
    soon after it, it too; a crash between the two loses neither.
    """

    def __init__(self, home: Path, path: Path) -> None:
        """Use the folder of that path; it is made with the first publication."""
        self.path = path.resolve()
        key = hashlib.sha256(str(self.path).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self.folder = home / "published" / key

    @property
    def pointer(self) -> Path:
        """The file that is replaced whenever something is published."""
        return self.folder / "served.json"

    def served(self) -> Publication | None:
        """Return the newest publication; `None` if there never was one."""
        return _pointed_at(self.folder) or next(reversed(_listed(self.folder)), None)

    def publications(self) -> tuple[Publication, ...]:
        """Return all publications, oldest first."""
        return _all(self.folder)

    def swap(self, publication: Publication) -> None:
        """Serve another release from now on.

        Raises:
            OSError: it cannot be written; what was served still is.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._list(_pointed_at(self.folder))
        replace(self.pointer, publication.model_dump_json().encode())
        self._list(publication)

    def amend(self, publication: Publication) -> None:
        """Note other files for the release that is served: they hold the same knowledge.

        Raises:
            OSError: it cannot be written.
        """
        replace(self.pointer, publication.model_dump_json().encode())

    def _list(self, publication: Publication | None) -> None:
        known = {each.number for each in _listed(self.folder)}
        if publication and publication.number not in known:
            append_line(self.folder / "history.jsonl", publication.model_dump_json().encode())


def histories(home: Path) -> Iterator[tuple[Publication, ...]]:
    """Yield the publications of each path that something was published of, oldest first."""
    try:
        folders = sorted((home / "published").iterdir())
    except OSError:
        return
    yield from filter(None, map(_all, folders))


def _all(folder: Path) -> tuple[Publication, ...]:
    newest = _pointed_at(folder)
    listed = _listed(folder)
    if newest is None:
        return listed
    return (*(each for each in listed if each.number < newest.number), newest)


def _pointed_at(folder: Path) -> Publication | None:
    try:
        return Publication.model_validate_json((folder / "served.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _listed(folder: Path) -> tuple[Publication, ...]:
    try:
        lines = (folder / "history.jsonl").read_bytes().split(b"\n")
    except OSError:
        return ()
    return tuple(publication for line in lines if (publication := _parsed(line)))


def _parsed(line: bytes) -> Publication | None:
    try:
        return Publication.model_validate_json(line)
    except ValidationError:
        return None  # empty, or cut off by a crash: `served.json` has had it whole
