"""Text that a person wrote, on its way to Slack and from it: shown as written, cut, split, and read as typed."""

import re
from itertools import accumulate

# Controls but for line feed and tab, marks that turn the direction of writing, line separators, surrogates.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SENTENCE_END = re.compile(r"\n|[。！？][」』）)】〕]*|[.!?][)\"']*(?=\s)")
_PAUSE = re.compile(r"[\s、，,；;]")
_JOINED = re.compile(r"[\u0300-\u036f\u3099\u309a\ufe0e\ufe0f\u20e3\u200d]")
"""What is one on the screen with the character before it."""

_NAME_FIRST = re.compile(r"\s*<@[A-Z0-9]+")
_LINK = re.compile(r"<(?:https?|mailto|tel)[^>|]*\|([^>]*)>|<((?:https?|mailto|tel):[^>]*)>")


def length(text: str) -> int:
    """Return the UTF-16 units of a text: an emoji may count as two where Slack counts, and never as more.

    >>> length("研修"), length("🙇")
    (2, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown(text: str) -> str:
    """Return `text` with what would not show, or would turn the line round, as a replacement character."""
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

    >>> cut("在宅勤務はどのくらいできますか", 11)
    '在宅勤務はどのくらい…'
    """
    return text if length(text) <= most else text[: _room(text, most - 1)].rstrip() + "…"


def split(text: str, most: int) -> tuple[str, ...]:
    """Return `text` in pieces of at most `most` UTF-16 units; together they are the text.

    A piece ends at the last sentence or line that fits; where none does, at a comma or blank; where there is none
    either, anywhere but within what is one character on the screen.

    >>> split("研修があります。資格の支援もあります。", 15)
    ('研修があります。', '資格の支援もあります。')
    """
    pieces = []
    while length(text) > most:
        end = room = _room(text, most)
        for mark in (_SENTENCE_END, _PAUSE):
            # One character beyond, so that a mark's right context is seen.
            if found := [each.end() for each in mark.finditer(text, 0, room + 1) if each.end() <= room]:
                end = found[-1]
                break
        pieces.append(text[:end])
        text = text[end:]
    return (*pieces, text) if text else tuple(pieces)


def _room(text: str, most: int) -> int:
    """Return how many characters have at most `most` UTF-16 units and tear none apart; at least one."""
    room = whole = sum(end <= most for end in accumulate(map(length, text[: most + 1])))
    while whole > 0 and whole < len(text) and (_JOINED.match(text[whole]) or text[whole - 1] == "\u200d"):
        whole -= 1
    return max(1, whole or room)


def is_to_somebody(text: str) -> bool:
    """Tell whether a message begins with somebody's name, as Slack writes names."""
    return _NAME_FIRST.match(text) is not None


def typed(text: str, bot: str) -> str:
    """Return a message as the person typed it: without the bot's name, marks undone."""
    text = re.sub(rf"<@{re.escape(bot)}(?:\|[^>]*)?>", " ", text)
    text = _LINK.sub(lambda found: found[1] or found[2], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
