"""Workbooks as people leave them, made in code."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADER = ("id", "質問", "別の聞き方1", "別の聞き方2", "回答", "分類", "時点")


def row(entry_id: str, **cells: object) -> list[object]:
    """Return a sound row, with other values under the columns that are named."""
    sound = (entry_id, *(f"{entry_id}{rest}" for rest in ("は", "の一", "の二", "です。")), None, None)
    return list({**dict(zip(HEADER, sound, strict=True)), **cells}.values())


def rows(*ids: str) -> list[list[object]]:
    return [row(each) for each in ids]


def book(
    *lines: Sequence[object],
    title: str = "採用",
    header: Sequence[object] = HEADER,
    change: Callable[[Worksheet], object] = id,
) -> bytes:
    """Return a workbook with one sheet, after something was done to the sheet."""
    return several({title: (header, *lines)}, change)


def several(
    sheets: Mapping[str, Sequence[Sequence[object]]], change: Callable[[Worksheet], object] = id
) -> bytes:
    """Return a workbook with these sheets, after something was done to each."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, lines in sheets.items():
        sheet = made.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
        change(sheet)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def repacked(data: bytes, change: Callable[[str, str], str | None]) -> bytes:
    """Return a workbook whose parts are changed, or left out where there is nothing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name).decode())
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


def patched(data: bytes, part: str, pattern: str, replacement: str) -> bytes:
    """Return a workbook with one of its parts changed, as no program would write it."""
    changed = repacked(data, lambda name, text: re.sub(pattern, replacement, text) if name == part else text)
    assert changed != repacked(data, lambda _, text: text), f"nothing to change in {part}"
    return changed


_INLINE = re.compile(
    r'<c r="([A-Z0-9]+)"([^>]*?) t="inlineStr"><is><t(?: xml:space="preserve")?>(.*?)</t></is></c>', re.DOTALL
)
_TYPE = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sharedStrings+xml" /></Types>'
)


def as_excel_saves(data: bytes) -> bytes:
    """Return a workbook with its texts in a part of their own, each with its reading in kana, as Excel keeps them."""
    texts: list[str] = []

    def shared(found: re.Match[str]) -> str:
        texts.append(found[3])
        return f'<c r="{found[1]}"{found[2]} t="s"><v>{len(texts) - 1}</v></c>'

    def change(name: str, content: str) -> str:
        if name.startswith("xl/worksheets/"):
            return _INLINE.sub(shared, content)
        return content.replace("</Types>", _TYPE)

    changed = repacked(data, change)
    assert texts
    items = "".join(
        f'<si><t xml:space="preserve">{text}</t><rPh sb="0" eb="1"><t>カナ</t></rPh><phoneticPr fontId="1"/></si>'
        for text in texts
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    stream = io.BytesIO(changed)
    with zipfile.ZipFile(stream, "a") as new:
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}" count="{len(texts)}">{items}</sst>')
    return stream.getvalue()
