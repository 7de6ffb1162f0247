"""Japanese lines broken for a terminal, so that no line begins with a closing mark."""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

_ASCII_TO_WIDE = 0xFEE0
_OPENING = "([{「『〔【〈《“‘" + "".join(chr(ord(mark) + _ASCII_TO_WIDE) for mark in "([{")
_CLOSING = ")]}、。」』〕】〉》”’・…‥,.!?:;" + "".join(
    chr(ord(mark) + _ASCII_TO_WIDE) for mark in ")]},.!?:;"
)
_NOT_FIRST = "ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ\u3099\u309a"  # as little as a closing mark
_WORD = "[\x21-\x7e\xa1-\u10ff]+"
_UNIT = re.compile(rf"[{re.escape(_OPENING)}]*(?:{_WORD}|\S)[{re.escape(_CLOSING + _NOT_FIRST)}]*|\s+")


def wrap(line: str, width: int) -> list[str]:
    """Return `line` in pieces of at most `width` cells, one or more; a full-width character takes two.

    Breaks never stand before a closing mark or small kana nor after an opening bracket.

    >>> wrap("平均すると週2日です。", 18)
    ['平均すると週2日で', 'す。']
    >>> wrap("How often can I", 10)
    ['How often', 'can I']
    """
    pieces = [""]
    for unit in _units(line, width):
        if pieces[-1] and cell_len(pieces[-1] + unit.rstrip()) > width:
            pieces.append("")
        pieces[-1] += unit if pieces[-1] or len(pieces) == 1 else unit.lstrip()
    return [piece.rstrip() for piece in pieces]


def _units(line: str, width: int) -> Iterator[str]:
    for found in _UNIT.finditer(line):
        yield from chop_cells(found[0], width) if cell_len(found[0]) > width else (found[0],)
