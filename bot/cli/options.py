"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from index.decision.policy import Point

FaqOption = Annotated[
    Path | None,
    typer.Option(
        "--faq", metavar="PATH", help="Knowledge file or folder; without it FAQ_PATH, else the built-in FAQ."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]
NoColorOption = Annotated[
    bool, typer.Option("--no-color", help="Plain text, as with NO_COLOR in the environment.")
]
QuestionsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--questions",
        metavar="FILE.jsonl",
        help="Labelled questions, as often as wanted; those of the knowledge without.",
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
