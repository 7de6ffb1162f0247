"""Which questions of a journal were asked of one FAQ: a home may serve several."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from faq.model import EntryKind, Knowledge
from index.release.building import Release
from index.release.history import History
from index.release.store import ReleaseError, Store


def own_releases(home: Path, path: Path, release: Release) -> Callable[[str], bool]:
    """Return what tells whether a release, by its name or label, is one of the FAQ at `path`.

    Those that were published of it are, and those with one of the questions of the `release` that is served. One that
    is no longer stored may be anybody's, and counts as its own.
    """
    published = {each.release for each in History(home, path).publications()}
    asked, store = _questions(release.knowledge), Store(home)

    @cache
    def is_own(label: str) -> bool:
        name = label.partition("@")[0]
        if name == release.name or name in published:
            return True
        try:
            return bool(asked & _questions(store.knowledge(name)))
        except ReleaseError:
            return True

    return is_own


def _questions(knowledge: Knowledge) -> set[tuple[str, str]]:
    return {(entry.id, entry.question) for entry in knowledge.of_kind(EntryKind.ANSWER, EntryKind.REFERRAL)}
