"""A few texts of a group that show how differently people ask: twenty spellings of one sentence tell nothing new."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from index.analysis.normalize import bare
from index.clustering.groups import Group

_SAME = 0.7
_LOOKED_AT = 200


def examples(group: Group, most: int) -> Sequence[str]:
    """Return up to so many texts that differ from the representative and from each other, most often asked first."""
    found: list[str] = []
    known = [bare(group.representative)]
    for text in group.questions[:_LOOKED_AT]:
        if len(found) == most:
            break
        spelled = bare(text)
        if not any(_same(spelled, other) for other in known):
            found.append(text)
            known.append(spelled)
    return found


def _same(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return one == other or (matcher.quick_ratio() >= _SAME and matcher.ratio() >= _SAME)
