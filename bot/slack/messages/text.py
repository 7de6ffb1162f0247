"""Text that a person wrote, on its way to Slack: shown as written, cut and split between words."""

import re
import unicodedata
from itertools import accumulate

from bot.slack.messages.limits import length

# Controls but for line feed and tab, marks that turn the direction of writing, line separators, surrogates.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SENTENCE_END = re.compile(r"\n|[。！？][」』）)】〕]*|[.!?][)\"']*(?=\s)")
_PAUSE = re.compile(r"[\s、，,；;]")
_JOINED_BEFORE = "\u200d\ufe0e\ufe0f\u20e3ーっッゃゅょャュョぁぃぅぇぉァィゥェォ。、！？」』）】〕"
_KANA = re.compile("[\u3041-\u3096]")
_KATAKANA = re.compile("[\u30a1-\u30ff]")
_HAN = re.compile("[々\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def shown(text: str) -> str:
    r"""Return `text` with what would not show, or would turn the line round, as a replacement character.

    >>> shown("一行目\r\n二行目\x1b[31m")
    '一行目\n二行目�[31m'
    """
    return _HARMFUL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> str:
    """Return `text` for the plain `text` of a message, where Slack reads mentions and links between `<` and `>`.

    Blocks need none of this: rich text and plain text show what they hold.

    >>> escaped("<!channel> R&D")
    '&lt;!channel&gt; R&amp;D'
    """
    return shown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """Return `text` if it has at most `most` UTF-16 units, else its beginning and `…`.

    It is cut between words, unless half of the room would stay empty.

    >>> cut("在宅勤務はどのくらいできますか", 11)
    '在宅勤務はどのくらい…'
    """
    if length(text) <= most:
        return text
    room = _room(text, most - 1)
    return text[: _between_words(text, room, room // 2)].rstrip() + "…"


def split(text: str, most: int) -> tuple[str, ...]:
    """Return `text` in pieces of at most `most` UTF-16 units; together they are the text.

    A piece ends at the last sentence or line that fits; where none does, at a comma or blank; where there is none
    either, between words. Only a word that is longer than a piece is cut.

    >>> split("研修があります。資格の支援もあります。", 15)
    ('研修があります。', '資格の支援もあります。')
    """
    pieces = []
    while length(text) > most:
        end = _end(text, most)
        pieces.append(text[:end])
        text = text[end:]
    return (*pieces, text) if text else tuple(pieces)


def _end(text: str, most: int) -> int:
    """Return where to end a piece: 1 or more characters, at most `most` UTF-16 units."""
    room = _room(text, most)
    for mark in (_SENTENCE_END, _PAUSE):
        # One character beyond, so that a mark's right context is seen.
        if found := [each.end() for each in mark.finditer(text, 0, room + 1) if each.end() <= room]:
            return found[-1]
    return _between_words(text, room, 0)


def _room(text: str, most: int) -> int:
    """Return how many characters have at most `most` UTF-16 units; at least one."""
    return max(1, sum(end <= most for end in accumulate(map(length, text[: most + 1]))))


def _between_words(text: str, room: int, beyond: int) -> int:
    """Return the last place up to `room` between two words, if it is beyond `beyond`; else between two letters."""
    between = (place for place in range(room, beyond, -1) if not _inside_word(text, place))
    whole = (place for place in range(room, beyond, -1) if not _joined(text, place))
    return next(between, 0) or next(whole, 0) or room


def _inside_word(text: str, place: int) -> bool:
    before, after = _script(text[place - 1]), _script(text[place])
    # A verb's or adjective's ending in kana belongs to the character before it.
    return _joined(text, place) or (before == after != "") or (before, after) == ("han", "kana")


def _joined(text: str, place: int) -> bool:
    """Whether two characters are one on the screen, or the second must not begin a line."""
    after = text[place]
    return after in _JOINED_BEFORE or bool(unicodedata.combining(after)) or text[place - 1] == "\u200d"


def _script(char: str) -> str:
    for name, pattern in (("han", _HAN), ("katakana", _KATAKANA), ("kana", _KANA)):
        if pattern.match(char):
            return name
    return "letter" if char.isalnum() or char in "_-'@/:%&=~#+" else ""
