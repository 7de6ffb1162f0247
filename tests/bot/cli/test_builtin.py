"""From end to end, on the set that is served: only what must hold however it is edited."""

from datetime import date

import pytest

from bot.conversation.engine import converse
from bot.conversation.reply import ReplyKind
from bot.conversation.state import ConversationState
from faq.model import EntryKind
from faq.reading import builtin
from index.release.building import Release
from index.release.store import open_release
from index.retrieval.encoder import packaged

TODAY = date(2025, 6, 1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Return the built-in release as a store hands it out the second time."""
    home = tmp_path_factory.mktemp("home")
    encoders = (packaged("use"),)
    open_release(builtin(), home=home, encoders=encoders)
    return open_release(builtin(), home=home, encoders=encoders)


@pytest.fixture(autouse=True)
def _decides_by_words() -> None:
    """Decide as the product does."""


def test_nearly_every_question_of_the_files_finds_its_entry(served: Release) -> None:
    searched = served.knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)
    first = sum(
        converse(served, entry.question, ConversationState(), today=TODAY)[0].ranking[0][0] == entry.id
        for entry in searched
    )
    assert first >= 0.95 * len(searched)


def test_every_small_talk_of_the_files_is_recognized(served: Release) -> None:
    for entry in served.knowledge.of_kind(EntryKind.SMALLTALK):
        reply, _ = converse(served, entry.question, ConversationState(), today=TODAY)
        assert (reply.kind, reply.text) == (ReplyKind.SMALLTALK, entry.answer)


@pytest.mark.parametrize("message", ["給料はいくらですか", "明日の天気は", "美味しいラーメン屋を教えて"])
def test_what_the_report_does_not_say_is_not_answered(served: Release, message: str) -> None:
    """A wrong answer about terms of work is worse than none."""
    reply, _ = converse(served, message, ConversationState(), today=TODAY)
    assert reply.kind in {ReplyKind.REFERRAL, ReplyKind.UNKNOWN}
