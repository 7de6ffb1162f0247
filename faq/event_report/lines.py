"""A page into lines, and the speaker of a line.

A line is one paragraph or heading for a reader; menus and the like are left out.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from faq.formats.asking import ANSWER, QUESTION, asks, without_mark
from faq.formats.sheets.columns import TableKind, key_of

TERM = 7
"""The level of a line that stands out without being a heading: a term or a summary."""

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
    "aside button del footer form head iframe nav noscript s script select strike style svg template textarea"
    " title"
)
# Marks that are put into the page, at the ends of a block and at the end of a line.
_BLOCK, _BREAK = "\ue000", "\ue001"
_BLOCK_OF_LEVEL = re.compile(f"{_BLOCK}([0-7])")
_MARKDOWN = re.compile(r"(#{1,6})\s+(.+)")
_DECORATED = re.compile(r"[■◆□◇▪]+\s*(.+)|[【〔《＜<](?![^】〕》＞>]*[】〕》＞>].)([^】〕》＞>]+)[】〕》＞>]")
_MARK_ALONE = re.compile(
    r"[\[【(（]?(?:[QＱAＡ]|(?:質問|回答|問|答)(?=[0-9０-９]))[-.]?[0-9０-９]*[\]】)）.．:：、]*"
)
_COLUMN_MARKS = {"question": "Q.", "answer": "A."}


@dataclass(frozen=True)
class Line:
    """One paragraph or heading; `apart` if there is an empty line above it."""

    text: str
    level: int = 0
    apart: bool = False


def read_page(content: str) -> tuple[str, tuple[Line, ...]]:
    """Return the title of a page, empty for a text, and its lines."""
    if not _LOOKS_LIKE_HTML.search(content):
        return "", tuple(_text_lines(content))
    tree = LexborHTMLParser(content)
    title = tree.css_first("h1") or tree.css_first("title")
    name = title.text(deep=True, strip=True) if title else ""
    plain = ((level, re.sub(r"[ \t\r\n\f]+", " ", text)) for level, text in _paragraphs(tree))
    lines = ((level, text.strip(" \u3000\u00a0\u200b")) for level, text in plain)
    return name, tuple(_with_marks([_heading_read(Line(text, level)) for level, text in lines if text]))


def _with_marks(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines; a mark alone in its line, as in a cell of its own, is joined to the next one."""
    mark = ""
    for line in lines:
        if _MARK_ALONE.fullmatch(line.text):
            mark = line.text
            continue
        yield replace(line, text=f"{mark} {line.text}", level=0) if mark else line
        mark = ""


def _text_lines(content: str) -> Iterator[Line]:
    above = "-"
    for line in content.splitlines():
        text = line.strip().strip("\ufeff\u3000")
        if text:
            yield _heading_read(Line(text, apart=not above))
        above = text


def _heading_read(line: Line) -> Line:
    """Return a line with its level in place of the marks of a heading."""
    if found := _MARKDOWN.fullmatch(line.text):
        return replace(line, text=found[2].strip(), level=len(found[1]))
    if not line.level and (found := _DECORATED.fullmatch(line.text)):
        return replace(line, text=(found[1] or found[2]).strip(), level=TERM)
    return line


def _paragraphs(tree: LexborHTMLParser) -> Iterator[tuple[int, str]]:
    """Yield the lines of each block, with the level of the block."""
    place = tree.css_first("base[href], link[rel=canonical]")
    page = (place.attributes.get("href") if place else None) or ""
    tree.strip_tags(_LEFT_OUT.split(), recursive=True)
    _mark_columns(tree)
    _write_out_links(tree, page)
    for node in tree.css("br"):
        node.insert_before(_BREAK)
    for node in tree.css(_BLOCKS):
        # A summary is unfolded to see the answer, so it is a question.
        node.insert_before(
            f"{_BLOCK}{_HEADINGS.get(node.tag or '', 0)}{'Q. ' if node.tag == 'summary' else ''}"
        )
        node.insert_after(f"{_BLOCK}0")
    text = tree.root.text(deep=True) if tree.root else ""
    _, *parts = _BLOCK_OF_LEVEL.split(f"{_BLOCK}0{text}")
    for level, block in zip(parts[::2], parts[1::2], strict=True):
        yield from ((int(level), line) for line in block.split(_BREAK))


def _write_out_links(tree: LexborHTMLParser, page: str) -> None:
    """Put the address after the text of each link; it stays relative if the page does not say its own address."""
    for node in tree.css("a[href]"):
        text, link = node.text(deep=True), (node.attributes.get("href") or "").strip()
        try:
            address = urljoin(page, link)
            leads = urlsplit(address).scheme in {"", "http", "https"} and not link.startswith("#")
        except ValueError:  # as "http://["
            continue
        if leads and link and text.strip() and address.rstrip("/") not in text:
            node.insert_after(f" ({address})")


def _mark_columns(tree: LexborHTMLParser) -> None:
    """Put the marks Q. and A. into a table whose first row names its columns 質問 and 回答, or alike."""
    for table in tree.css("table"):
        rows = [list(row.css("th, td")) for row in table.css("tr")]
        first = [cell.text(deep=True, strip=True) for row in rows[:1] for cell in row]
        names = [key_of(name, TableKind.ENTRIES)[0] for name in first]
        if not {"question", "answer"} <= set(names):
            continue
        for row in rows[1:]:
            for key, cell in zip(names, row, strict=False):
                if key in _COLUMN_MARKS:
                    cell.insert_before(_COLUMN_MARKS[key])
                else:
                    cell.decompose()  # a number, a category
        for cell in rows[0]:
            cell.decompose()


_LONGEST_TITLE = 40
_LONGEST_NAME = 6
_FEWEST = 2

_NAME = r"(?P<name>[A-Za-z一-龥々〆ヶァ-ヴー・]{1,12}?)"
_TITLE = r"(?:さん|氏|様|課長|部長|係長|主任|担当)?(?P<role>(?:[(（][^)）]{1,30}[)）])?)"
_FORMS = {
    "brackets": re.compile(rf"[【\[［〈<＜]{_NAME}{_TITLE}[】\]］〉>＞]\s*(?P<said>.*)"),
    "colon": re.compile(rf"{_NAME}{_TITLE}\s*[:：]\s*(?P<said>\S.*)"),
    "blank": re.compile(rf"(?P<name>[A-Za-z一-龥々〆ヶァ-ヴー]{{1,8}}){_TITLE}[ 　\t]+(?P<said>\S.*)"),
}

_BULLET = re.compile(r"[・○◯●〇▼▽▶►▷→⇒※*＊✓☆★\-–+]|https?:")
_NO_END_OF_A_TITLE = ("。", "、", ",", "!", "！", "|", "｜", "…", "」")
_ASKER = re.compile(r"司会者?|聞き手|進行|MC|モデレーター?|ファシリテーター|インタビュアー|編集部|取材者")
_NOBODY = re.compile(
    r"日[時程]|場所|会場|主催|共催|対象|定員|参加費|注|例|補足|参考|URL|時間|内容|講師|登壇者|出演者?|公開日|(?:最新)?更新日"
    r"|期間|担当|(?:お問い合わ|問合)せ|連絡先|備考|形式|配信|申込|資料|写真|文|取材|Q|A"
)


@dataclass(frozen=True)
class Said:
    """A line that begins with the name of its speaker; `how` the name is set apart."""

    name: str
    text: str
    how: str


def said(text: str) -> Said | None:
    """Return the apparent speaker of a line, also after a mark such as `A1.`; anything like a name counts."""
    marked = without_mark(ANSWER, text)
    for how, form in _FORMS.items():
        if found := form.fullmatch(text if marked is None else marked):
            return Said(found["name"] + found["role"], found["said"].strip(), how)
    return None


def is_title(text: str) -> bool:
    """Whether a text may be a heading: short, no sentence, no list item."""
    return (
        len(text) <= _LONGEST_TITLE
        and not _BULLET.match(text)
        and not text.endswith(_NO_END_OF_A_TITLE)
        and "。" not in text
        and any(letter.isalpha() for letter in text)
    )


class Speakers:
    """The names of the speakers in a report."""

    def __init__(self, lines: Sequence[Line]) -> None:
        """Find the names before speech: those that come twice, or once in the same form as these."""
        # Before the first question people are introduced; nobody speaks there.
        is_asked = [asks(line.text) or without_mark(QUESTION, line.text) is not None for line in lines]
        below = lines[is_asked.index(True) if True in is_asked else 0 :]
        told = [found for line in below if (found := said(line.text)) and found.text and _is_speech(found)]
        seen = Counter(_bare(each.name) for each in told)
        often = {name for name, count in seen.items() if count >= _FEWEST or asks_for_others(name)}
        # A name that comes once counts if it is written like the others.
        usual = {each.how for each in told if _bare(each.name) in often} & {"colon", "brackets"}
        once = {
            _bare(each.name) for each in told if each.how in usual and len(_bare(each.name)) <= _LONGEST_NAME
        }
        self._names = often | once

    def speech(self, line: Line) -> Said | None:
        """Return the speaker of a line and the speech; `None` without a known name."""
        found = said(line.text)
        return found if found and _bare(found.name) in self._names and _is_speech(found) else None


def asks_for_others(name: str) -> bool:
    """Whether a name is that of a moderator, who asks the questions."""
    return bool(_ASKER.fullmatch(_bare(name)))


def _bare(name: str) -> str:
    return re.split(r"[(（]", name)[0]


def _is_speech(found: Said) -> bool:
    """Whether somebody speaks: not where a thing is named, and after a blank only in a sentence."""
    if _NOBODY.fullmatch(_bare(found.name)):
        return False
    return found.how != "blank" or "。" in found.text or found.text.endswith(("!", "！", "?", "？"))
