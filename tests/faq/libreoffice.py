"""LibreOffice without a window, which edits a workbook as a person at Calc does and saves it in its own way."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

SOFFICE = shutil.which("soffice")
WHY = "LibreOffice is not installed, so what it makes of a workbook is NOT TESTED here"

_TIMEOUT_SECONDS = 120
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{}
</script:module>
"""


def edit(file: Path, sheet: str, cells: Mapping[tuple[int, int], str], profile: Path) -> None:
    """Type texts into the cells of a workbook, by row and column from 1, and save it as Excel's own format.

    Args:
        file: The workbook.
        sheet: The name of its sheet.
        cells: A text that begins with `=` is a formula, as when it is typed.
        profile: A folder of LibreOffice's own, made if it is not there.
    """
    typed = "\n".join(
        f"page.getCellByPosition({column - 1}, {row - 1}).Formula = {_basic(text)}"
        for (row, column), text in cells.items()
    )
    macro = f"""Sub Edit
Dim given(0) As New com.sun.star.beans.PropertyValue
given(0).Name = "Hidden"
given(0).Value = True
book = StarDesktop.loadComponentFromURL(ConvertToURL({_basic(str(file))}), "_blank", 0, given())
page = book.Sheets.getByName({_basic(sheet)})
{typed}
book.store()
book.close(True)
End Sub"""
    _run(profile, "--terminate_after_init")  # makes the profile, and would make the module anew
    module = profile / "user" / "basic" / "Standard" / "Module1.xba"
    module.write_text(_MODULE.format(escape(macro)), encoding="utf-8")
    _run(profile, "macro:///Standard.Module1.Edit")


def _run(profile: Path, what: str) -> None:
    assert SOFFICE
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", what],
        check=True,
        capture_output=True,
        timeout=_TIMEOUT_SECONDS,
    )


def _basic(text: str) -> str:
    """Return a text as Basic writes it; its source must hold no line feed inside one."""
    lines = ('"' + line.replace('"', '""') + '"' for line in text.split("\n"))
    return " & Chr(10) & ".join(lines)
