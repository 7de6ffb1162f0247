"""Texts and entries drawn for tests of messages, and what in a message Slack would refuse or act on."""

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from bot.slack.messages.block_kit import Message
from faq.checks import slack_length
from faq.model import Entry, EntryKind, Source
from tests.slack.block_kit_validator import message_excess, view_excess

LONGEST = 3_000
NASTY = "&<>*_~`\"\\|@#!:\n\t 。、🙇👩\u200d💻漢かナaZ9-\u202e\x00\x1b'[]()"
FULL = ["あ", "a", "🙇", "👩\u200d💻", '"', "\\", "\n", "&", "<", "か\u3099", "。", "\u202e", "a "]
"""What a text that is as long as it may be is made of: each is counted, escaped or split in a way of its own."""

_ACTS = {"mrkdwn", "markdown", "user", "usergroup", "channel", "broadcast", "emoji"}


@st.composite
def texts(draw: st.DrawFn, most: int) -> str:
    """Draw text of up to `most` characters, of the characters that make trouble; often exactly as many."""
    if draw(st.booleans()):
        return f"初{(draw(st.sampled_from(FULL)) * most)[: most - 2]}終"
    seed = draw(st.text(st.sampled_from(NASTY) | st.characters(codec="utf-8"), min_size=1, max_size=40))
    repeated = (seed * draw(st.sampled_from([1, 1, 3, 100, 3_000])))[:most]
    return repeated.strip() or "空"


@st.composite
def entries(draw: st.DrawFn, entry_id: str = "e") -> Entry:
    """Draw an entry that the check lets through: its answer fits in a section, escaped."""
    kind = draw(st.sampled_from([EntryKind.ANSWER, EntryKind.REFERRAL]))
    answer = draw(texts(LONGEST))
    if (whole := slack_length(answer)) > LONGEST:
        room = LONGEST * len(answer) // whole  # as much of it as the check lets through
        shorter = (answer[:end].strip() or "短" for end in range(room, 0, -1))
        answer = next(each for each in shorter if slack_length(each) <= LONGEST)
    day = draw(st.none() | st.dates())
    url = draw(st.sampled_from([None, f"https://example.jp/{'a' * 280}"]))
    source = Source(title=draw(texts(900)), publisher=draw(texts(900)), as_of=day, url=url) if day else None
    return Entry(
        id=entry_id,
        kind=kind,
        category=draw(st.none() | texts(60)),
        question=draw(texts(300)),
        answer=answer,
        speaker=draw(st.none() | texts(900)),
        source=source,
        as_of=day,
        handover=kind is EntryKind.REFERRAL and draw(st.booleans()),
    )


def several(most: int) -> st.SearchStrategy[list[Entry]]:
    """Draw 1 to `most` entries, each with an id of its own."""
    return st.integers(1, most).flatmap(lambda n: st.tuples(*(entries(f"e{i}") for i in range(n))).map(list))


def excess(value: Message | dict[str, Any]) -> str:
    """Return the code with which Slack would refuse a message or a view; empty if it takes it."""
    if isinstance(value, Message):
        return message_excess(value.post()["text"], list(value.blocks))
    return view_excess(value)


def active(value: Message | dict[str, Any]) -> list[str]:
    """Return what would mention, link, format or turn into a picture, wherever it stands."""
    if isinstance(value, dict):
        return list(_active(value["blocks"]))
    post = value.post()
    loud = [name for name in ("mrkdwn", "link_names", "unfurl_links", "unfurl_media") if post[name]]
    parsed = [] if post["parse"] == value.update()["parse"] == "none" else ["parse"]
    return [*_active(post["blocks"]), *re.findall(r"<[^>]*>?", post["text"]), *loud, *parsed]


def _active(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _active(each)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text" and value.get("emoji") is not False:
            yield f"emoji in {value}"
        if value.get("type") in _ACTS:
            yield str(value["type"])
        if value.get("type") == "link" and ("text" in value or not value["url"].startswith("https://")):
            yield f"link that hides where it leads: {value}"
        for each in value.values():
            yield from _active(each)
