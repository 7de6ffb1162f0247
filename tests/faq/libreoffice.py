"""LibreOffice without a window, which opens a workbook and saves it in its own way."""

import shutil
import subprocess
from pathlib import Path

SOFFICE = shutil.which("soffice")
WHY = "LibreOffice is not installed, so what it makes of a workbook is NOT TESTED here"


def save_again(file: Path) -> None:
    """Let LibreOffice save a workbook as Excel's format; it keeps what it needs in a folder beside the file."""
    assert SOFFICE
    profile = file.parent / "libreoffice"
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    command += ["--outdir", str(profile / "saved"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shutil.move(profile / "saved" / file.name, file)
