"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from index.decision.point import Point

FaqOption = Annotated[
    Path | None,
    typer.Option(
        "--faq", metavar="PATH", help="Knowledge file or folder; without it FAQ_PATH, else the built-in FAQ."
    ),
]
KnowledgeArgument = Annotated[
    Path | None, typer.Argument(metavar="[PATH]", help="Knowledge file or folder, as with --faq.")
]
NewFolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder to make; one that exists must be empty.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]
QuestionsOption = Annotated[
    Path | None,
    typer.Option(
        "--questions", metavar="FILE.jsonl", help="Labelled questions; those of the knowledge without."
    ),
]
PointOption = Annotated[
    Point | None,
    typer.Option(
        "--point",
        help="How careful answers are; without it FAQ_POINT, else balanced.",
        show_default=False,
    ),
]
VersionOption = Annotated[bool, typer.Option("--version", help="Print the version, then exit.")]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="Publish whenever the files change, if they pass the gate.")
]
