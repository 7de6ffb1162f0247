"""A page into lines: what a reader sees as one paragraph or heading, and nothing of the menus around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

TERM = 7
"""The level of what is set apart without being a heading of the page: a term, a summary, a line in bold."""

_LOOKS_LIKE_HTML = re.compile(
    r"<(?:!doctype html|html|body|head|article|section|div|p|h[1-6]|dl|ul)\b", re.IGNORECASE
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"dt": TERM, "summary": TERM}
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_LEFT_OUT = frozenset(
    [
        "aside",
        "button",
        "footer",
        "form",
        "head",
        "iframe",
        "nav",
        "noscript",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
    ]
)
_BOLD = frozenset({"b", "strong"})
_MARKDOWN = re.compile(r"(#{1,6})\s+(.+)")
_DECORATED = re.compile(r"[■◆□◇▪]+\s*(.+)|[【〔《＜<](?![^】〕》＞>]*[】〕》＞>].)([^】〕》＞>]+)[】〕》＞>]")
_LONGEST_LABEL = 12
_SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass(frozen=True)
class Line:
    """One paragraph or heading.

    Attributes:
        text: Without blanks around it.
        number: Of the line in a text, or of the paragraph in a page, from 1.
        level: 1 to 6 for a heading of the page, `TERM` for what is set apart otherwise, else 0.
        apart: Whether an empty line is above it, in a text where that means something.
    """

    text: str
    number: int
    level: int = 0
    apart: bool = False


@dataclass(frozen=True)
class Page:
    """The lines of a report, and the title that its page has."""

    title: str
    lines: tuple[Line, ...]


def read_page(content: str) -> Page:
    r"""Return the lines of a text or of an HTML page, whichever it is.

    >>> [(line.text, line.level) for line in read_page("<h2>質問</h2><p><b>山田</b>はい。<br>そうです。").lines]
    [('質問', 2), ('山田：はい。', 0), ('そうです。', 0)]
    >>> [(line.text, line.level) for line in read_page("■質疑応答\n山田 はい。").lines]
    [('質疑応答', 7), ('山田 はい。', 0)]
    """
    if _LOOKS_LIKE_HTML.search(content):
        return _html(content)
    return Page("", tuple(_text_lines(content)))


def _text_lines(content: str) -> Iterator[Line]:
    lines = [line.strip().strip("\ufeff\u3000") for line in content.splitlines()]
    written = [number for number, line in enumerate(lines) if line]
    gaps = sum(not lines[number - 1] for number in written[1:])
    means_something = gaps * 2 < len(written)
    for number in written:
        apart = means_something and number > 0 and not lines[number - 1]
        yield _marked(lines[number], number + 1, apart=apart)


def _marked(text: str, number: int, *, apart: bool = False, level: int = 0) -> Line:
    """Return a line with the marks of a heading read as its level."""
    markdown = _MARKDOWN.fullmatch(text)
    if markdown:
        return Line(markdown[2].strip(), number, len(markdown[1]), apart)
    decorated = _DECORATED.fullmatch(text)
    if decorated and not level:
        return Line((decorated[1] or decorated[2]).strip(), number, TERM, apart)
    return Line(text, number, level, apart)


def _html(content: str) -> Page:
    tree = LexborHTMLParser(content)
    title = tree.css_first("h1") or tree.css_first("title")
    lines: list[Line] = []
    for level, parts in _paragraphs(tree):
        for text in "".join(parts).split("\n"):
            plain = _SPACES.sub(" ", text).strip(" \u3000\u00a0\u200b")
            if plain:
                lines.append(_marked(plain, len(lines) + 1, level=level))
    return Page(title.text(deep=True, strip=True) if title else "", tuple(lines))


def _paragraphs(tree: LexborHTMLParser) -> Iterator[tuple[int, list[str]]]:
    """Yield the text of each block with its level; a line break in it is a line feed."""
    parts: list[str] = []
    level = 0
    for event, node in _walk(tree.root):
        tag = node.tag or ""
        if tag in _BLOCKS or tag == "br":
            if tag == "br":
                parts.append("\n" if event == "begin" else "")
                continue
            yield level, parts
            parts, level = [], _HEADINGS.get(tag, 0) if event == "begin" else 0
            if tag == "summary" and event == "begin":
                parts = ["Q. "]  # what is unfolded to see the answer is a question, whatever its form
        elif tag == "-text" and event == "begin":
            parts.append(_SPACES.sub(" ", node.text_content or ""))
        elif tag in _BOLD and event == "end":
            # A name in bold before what the person says.
            if _is_label("".join(parts)) and node.next is not None:
                parts.append("：")
            elif node.next is None and node.prev is None and not level:
                level = TERM
    yield level, parts


def _is_label(text: str) -> bool:
    plain = text.rpartition("\n")[2].strip()
    return (
        0 < len(plain) <= _LONGEST_LABEL
        and plain[-1] not in "：:。、?？．."
        and not plain.startswith(("Q", "A", "Ｑ", "Ａ"))
    )


def _walk(root: LexborNode | None) -> Iterator[tuple[str, LexborNode]]:
    """Yield the beginning and the end of every element in order, without recursion."""
    stack: list[tuple[str, LexborNode]] = [("begin", root)] if root is not None else []
    while stack:
        event, node = stack.pop()
        if event == "begin" and node.tag in _LEFT_OUT:
            continue
        yield event, node
        if event == "begin":
            stack.append(("end", node))
            stack += [("begin", child) for child in reversed(list(node.iter(include_text=True)))]
