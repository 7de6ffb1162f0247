"""Workbooks as people leave them, made in code."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADER = ("id", "質問", "別の聞き方1", "別の聞き方2", "回答", "分類", "時点")


def row(entry_id: str, **cells: object) -> list[object]:
    """Return a sound row, with other values under the columns that are named."""
    sound = (entry_id, *(f"{entry_id}{rest}" for rest in ("は", "の一", "の二", "です。")), None, None)
    return list({**dict(zip(HEADER, sound, strict=True)), **cells}.values())


def rows(*ids: str) -> list[list[object]]:
    """Return sound rows with these ids."""
    return [row(each) for each in ids]


def book(
    *lines: Sequence[object],
    title: str = "採用",
    header: Sequence[object] = HEADER,
    change: Callable[[Worksheet], object] = id,
) -> bytes:
    """Return a workbook with one sheet, after something was done to the sheet."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = title
    for line in (header, *lines):
        sheet.append(list(line))
    change(sheet)
    return saved(made)


def saved(made: Workbook) -> bytes:
    """Return a workbook as bytes."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def patched(data: bytes, part: str, pattern: str, replacement: str) -> bytes:
    """Return a workbook with one of its parts changed, as no program would write it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        assert part in old.namelist()
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                changed = re.sub(pattern, replacement, content.decode())
                assert changed != content.decode(), f"nothing to change in {part}"
                content = changed.encode()
            new.writestr(name, content)
    return stream.getvalue()


def without(data: bytes, part: str) -> bytes:
    """Return a workbook that lacks one of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
    return stream.getvalue()


_INLINE = re.compile(
    r'<c r="([A-Z0-9]+)"([^>]*?) t="inlineStr"><is><t(?: xml:space="preserve")?>(.*?)</t></is></c>', re.DOTALL
)
_RELATION = (
    '<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml" Id="rId99" /></Relationships>'
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

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name.startswith("xl/worksheets/"):
                content = _INLINE.sub(shared, content)
            if name == "xl/_rels/workbook.xml.rels":
                content = content.replace("</Relationships>", _RELATION)
            if name == "[Content_Types].xml":
                content = content.replace("</Types>", _TYPE)
            new.writestr(name, content)
        items = "".join(
            f'<si><t xml:space="preserve">{text}</t><rPh sb="0" eb="1"><t>カナ</t></rPh><phoneticPr fontId="1"/></si>'
            for text in texts
        )
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}" count="{len(texts)}">{items}</sst>')
    assert texts
    return stream.getvalue()
