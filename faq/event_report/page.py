"""A page into lines: what a reader sees as one paragraph or heading, and nothing of the menus around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

TERM = 7
"""The level of what is set apart without being a heading of the page: a term, a summary, a line in bold."""

_LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype html|html|body|head|article|section|div|p|h[1-6]|dl|ul)\b", re.IGNORECASE
)
_HEADINGS = {**{f"h{level}": level for level in range(1, 7)}, "dt": TERM, "summary": TERM}
_BLOCKS = (
    "address, article, aside, blockquote, body, center, dd, details, div, dl, dt, fieldset, figcaption, figure,"
    "footer, form, h1, h2, h3, h4, h5, h6, header, hr, li, main, ol, p, pre, section, summary, table, tbody, td,"
    "tfoot, th, thead, tr, ul"
)
_LEFT_OUT = (
    "aside button footer form head iframe nav noscript script select style svg template textarea title"
)
# Marks put into the page: where a block begins or ends, where a line does, and what bold text is followed by.
_BLOCK, _BREAK, _LABEL, _ALONE = "\ue000", "\ue001", "\ue002", "\ue003"
_BLOCK_OF_LEVEL = re.compile(f"{_BLOCK}([0-7])")
_MARKDOWN = re.compile(r"(#{1,6})\s+(.+)")
_DECORATED = re.compile(r"[■◆□◇▪]+\s*(.+)|[【〔《＜<](?![^】〕》＞>]*[】〕》＞>].)([^】〕》＞>]+)[】〕》＞>]")
_LONGEST_LABEL = 12
_SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True)
class Line:
    """One paragraph or heading, with its number from 1; `apart` if an empty line above it means something."""

    text: str
    number: int
    level: int = 0
    apart: bool = False


def read_page(content: str) -> tuple[str, tuple[Line, ...]]:
    r"""Return the title that a page has, and the lines of it, or of a text.

    >>> [(line.text, line.level) for line in read_page("<h2>質問</h2><p><b>山田</b>はい。<br>そうです。")[1]]
    [('質問', 2), ('山田：はい。', 0), ('そうです。', 0)]
    >>> [(line.text, line.level) for line in read_page("■質疑応答\n山田 はい。")[1]]
    [('質疑応答', 7), ('山田 はい。', 0)]
    """
    if not _LOOKS_LIKE_HTML.search(content):
        return "", tuple(_text_lines(content))
    tree = LexborHTMLParser(content)
    title = tree.css_first("h1") or tree.css_first("title")
    name = title.text(deep=True, strip=True) if title else ""
    lines: list[Line] = []
    for level, text in _paragraphs(tree):
        plain = _SPACES.sub(" ", text).strip(" \u3000\u00a0\u200b")
        if plain:
            lines.append(_marked(Line(plain, len(lines) + 1, level)))
    return name, tuple(lines)


def _text_lines(content: str) -> Iterator[Line]:
    lines = [line.strip().strip("\ufeff\u3000") for line in content.splitlines()]
    written = [number for number, line in enumerate(lines) if line]
    gaps = sum(not lines[number - 1] for number in written[1:])
    for number in written:
        apart = gaps * 2 < len(written) and number > 0 and not lines[number - 1]
        yield _marked(Line(lines[number], number + 1, apart=apart))


def _marked(line: Line) -> Line:
    """Return a line with the marks of a heading read as its level."""
    if found := _MARKDOWN.fullmatch(line.text):
        return Line(found[2].strip(), line.number, len(found[1]), line.apart)
    if not line.level and (found := _DECORATED.fullmatch(line.text)):
        return Line((found[1] or found[2]).strip(), line.number, TERM, line.apart)
    return line


def _paragraphs(tree: LexborHTMLParser) -> Iterator[tuple[int, str]]:
    """Yield each line of each block with the level of the block."""
    for node in tree.css("b, strong"):
        if node.next is not None:
            node.insert_after(_LABEL)
        elif node.prev is None:
            node.insert_after(_ALONE)
    tree.strip_tags(_LEFT_OUT.split(), recursive=True)
    for node in tree.css("br"):
        node.insert_before(_BREAK)
    for node in tree.css(_BLOCKS):
        # What is unfolded to see the answer is a question, whatever its form.
        node.insert_before(
            f"{_BLOCK}{_HEADINGS.get(node.tag or '', 0)}{'Q. ' if node.tag == 'summary' else ''}"
        )
        node.insert_after(f"{_BLOCK}0")
    text = tree.root.text(deep=True) if tree.root else ""
    _, *parts = _BLOCK_OF_LEVEL.split(f"{_BLOCK}0{text}")
    for level, block in zip(parts[::2], parts[1::2], strict=True):
        is_term = level == "0" and _ALONE in block
        for line in block.replace(_ALONE, "").split(_BREAK):
            first, *others = line.split(_LABEL)
            for other in others:
                first += ("：" if _is_label(first) else "") + other
            yield TERM if is_term else int(level), first


def _is_label(text: str) -> bool:
    """Whether bold text at the beginning of a line is the name of who says the rest."""
    plain = text.strip()
    return (
        0 < len(plain) <= _LONGEST_LABEL
        and plain[-1] not in "：:。、?？．."
        and not plain.startswith(("Q", "A", "Ｑ", "Ａ"))
    )
