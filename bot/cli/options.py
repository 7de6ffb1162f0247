"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from index.decision.point import Point

FaqOption = Annotated[
    Path | None,
    Option(
        "--faq", metavar="PATH", help="Knowledge file or folder; without it FAQ_PATH, else the built-in FAQ."
    ),
]
KnowledgeArgument = Annotated[
    Path | None, Argument(metavar="[PATH]", help="Knowledge file or folder, as with --faq.")
]
NewFolderArgument = Annotated[
    Path, Argument(metavar="DIR", help="Folder to make; one that exists must be empty.")
]
JsonOption = Annotated[bool, Option("--json", help="Write JSON, for scripts.")]
QuestionsOption = Annotated[
    Path | None,
    Option("--questions", metavar="FILE.jsonl", help="Labelled questions; those of the knowledge without."),
]
PointOption = Annotated[
    Point | None,
    Option(
        "--point", help="How careful answers are; without it FAQ_POINT, else balanced.", show_default=False
    ),
]
VersionOption = Annotated[bool, Option("--version", help="Print the version, then exit.")]
WatchOption = Annotated[
    bool, Option("--watch", help="Publish whenever the files change, if they pass the gate.")
]
