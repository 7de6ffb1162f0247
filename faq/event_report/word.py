"""A Word file as HTML, so that it is read as a page: headings, paragraphs, tables and links, struck text left out."""

import html
import io
import re
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.hyperlink import Hyperlink
from docx.text.paragraph import Paragraph

from faq.problems import EditError, Fault

_HEADING = re.compile(r"(?:heading|見出し)\s*([1-6])", re.IGNORECASE)
_DAMAGE = (KeyError, LookupError, OSError, PackageNotFoundError, SyntaxError, ValueError, zipfile.BadZipFile)
LARGEST_UNPACKED = 100_000_000


def page_of(data: bytes, file: str) -> str:
    """Return the file as a page of HTML; raises `EditError` for one that cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise EditError.of(Fault.of("word-huge", file=file))
        document = Document(io.BytesIO(data))
        return "<html><body>" + "".join(_blocks(document.iter_inner_content())) + "</body></html>"
    except _DAMAGE as error:
        raise EditError.of(Fault.of("word-unread", file=file)) from error


def _blocks(parts: Iterator[Paragraph | Table]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Table):
            rows = (
                "".join(f"<td>{''.join(_blocks(cell.iter_inner_content()))}</td>" for cell in row.cells)
                for row in part.rows
            )
            yield f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
            continue
        style = part.style.name if part.style and part.style.name else ""
        level = _HEADING.match(style)
        tag = f"h{level[1]}" if level else "h1" if style == "Title" else "p"
        yield f"<{tag}>{''.join(_texts(part))}</{tag}>"


def _texts(paragraph: Paragraph) -> Iterator[str]:
    for part in paragraph.iter_inner_content():
        if isinstance(part, Hyperlink):
            yield f'<a href="{html.escape(part.url)}">{html.escape(part.text)}</a>'
        elif not part.font.strike and not part.font.double_strike:
            yield html.escape(part.text).replace("\n", "<br>")
