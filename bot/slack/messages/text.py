"""Text that a person wrote, on its way to Slack and from it: shown as written, cut, split, and read as typed."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import Any

# Controls but for line feed and tab, marks that turn the direction of writing, line separators, surrogates.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# What is one on the screen with the character before it.
_JOINED = re.compile(r"[\u0300-\u036f\u3099\u309a\ufe0e\ufe0f\u20e3\u200d]")
_MARK = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
"""How Slack writes people, channels, groups and links: what somebody typed has no `<` but as `&lt;`."""
_NAMED = re.compile(r"<[@#]([UWCG][A-Z0-9]+)>")
# In a Japanese sentence an address ends where the letters do.
HTTPS = r"https://[a-zA-Z0-9][a-zA-Z0-9_.~:/?#@!$&*+,;=%-]*[a-zA-Z0-9_/#=-]"


def length(text: str) -> int:
    """Return UTF-16 units: an emoji may count as two where Slack counts, and never as more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shown(text: str) -> str:
    """Return `text` with what would not show, or would turn the line round, as a replacement character."""
    return _HARMFUL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> str:
    """Return the plain `text` of a message, where Slack reads mentions and links; blocks need no marks."""
    return html.escape(shown(text), quote=False)


def cut(text: str, most: int) -> str:
    return text if length(text) <= most else text[: _room(text, most - 1)].rstrip() + "…"


def split(text: str, most: int) -> tuple[str, ...]:
    """Return pieces of at most `most` UTF-16 units, 2 or more; none tears what is one character on the screen."""
    pieces = []
    while length(text) > most:
        room = _room(text, most)
        pieces.append(text[:room])
        text = text[room:]
    return (*pieces, text) if text else tuple(pieces)


def _room(text: str, most: int) -> int:
    """Return how many characters fit and tear none apart, where that leaves any."""
    room = whole = sum(end <= most for end in accumulate(map(length, text[: most + 1])))
    while whole > 0 and whole < len(text) and (_JOINED.match(text[whole]) or text[whole - 1] == "\u200d"):
        whole -= 1
    return whole or room


def is_to_somebody(text: str) -> bool:
    """Tell whether a message names a person, a group, or all who are here, as Slack writes names."""
    return re.search(r"<[@!]", text) is not None


def has_words(text: str) -> bool:
    """Tell whether a text is more than emoji and marks."""
    return re.search(r"\w", re.sub(r":[\w+-]+:", "", text)) is not None


def typed(message: Mapping[str, Any], bot: str) -> str:
    """Return a message as the person typed it; people, and channels without a name, are still ids, for `named`."""

    def read(found: re.Match[str]) -> str:
        what, label = found[2], found[3] or ""
        match found[1]:
            case "@":
                return " " if what == bot else f"<@{what}>"
            case "#":
                return f"#{label}" if label else f"<#{what}>"
            case "!":
                return label or f"@{what.partition('^')[0]}"
        address = re.sub("^(?:mailto|tel):", "", what)
        return f"{label}({address})" if label and label not in {address, what} else address

    text = _MARK.sub(read, str(message.get("text") or ""))
    for emoji, character in _emoji(message.get("blocks") or ()):
        text = text.replace(f":{emoji}:", character)
    return html.unescape(re.sub("&lt;(?=[@#])", "&lt;\u2060", text)).strip()


def by_hand(text: str) -> str:
    """Return a text that Slack gives as it was typed, in which what looks like somebody's name is none."""
    return re.sub("<(?=[@#])", "<\u2060", text)


def person(user: str) -> str:
    """Return what stands for a person until their name is filled in; a word where nobody knows who it was."""
    return f"<@{user}>" if user else "どなたか"


def named(value: Any, name: Callable[[str], str]) -> Any:  # noqa: ANN401 -- a text, or blocks with texts
    """Fill in the names of people and channels in a text, or in blocks; `name` gives one by its id."""
    if isinstance(value, str):
        return _NAMED.sub(lambda found: name(found[1]), value)
    if isinstance(value, Mapping):
        told = {key: named(each, name) for key, each in value.items()}
        if "initial_value" in told:
            told["initial_value"] = cut(told["initial_value"], 3_000)  # which a name may have made more
        return told
    return [named(each, name) for each in value] if isinstance(value, list | tuple) else value


def _emoji(value: object) -> Iterator[tuple[str, str]]:
    """Yield name and character of the emoji in blocks; those of an office itself have no character."""
    if isinstance(value, Mapping):
        if value.get("type") == "emoji" and value.get("unicode"):
            yield value["name"], "".join(chr(int(each, 16)) for each in value["unicode"].split("-"))
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _emoji(each)


def asked(text: str) -> str:
    """Return what a text asks: the label of a link is a word of it, its address is none.

    >>> asked("申請ページ(https://example.jp/a)はどこですか")
    '申請ページはどこですか'
    """
    return re.sub(rf"\({HTTPS}\)", "", text)
