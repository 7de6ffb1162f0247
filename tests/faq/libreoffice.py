"""LibreOffice without a window, which opens a workbook and saves it in its own way."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook

SOFFICE = shutil.which("soffice")
WHY = "LibreOffice is not installed, so what it makes of a workbook is NOT TESTED here"

_TIMEOUT_SECONDS = 120


def edit(file: Path, sheet: str, cells: Mapping[tuple[int, int], str], profile: Path) -> None:
    """Put texts into cells of a workbook, by row and column from 1, and let LibreOffice save it as Excel's format.

    A text that begins with `=` is a formula. `profile` is a folder of LibreOffice's own, made if it is not there.
    """
    assert SOFFICE
    held = load_workbook(file)
    for (row, column), text in cells.items():
        held[sheet].cell(row, column, text)
    held.save(file)
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    command += ["--outdir", str(profile / "saved"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT_SECONDS)
    shutil.move(profile / "saved" / file.name, file)
