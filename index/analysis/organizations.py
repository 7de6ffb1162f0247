"""Organizations, places and sorts of posts that a question is about by name: 水道局の, 大阪市では, 土木職は."""

import re
from collections.abc import Iterator, Sequence

from index.analysis.tokenizer import Morpheme

_ENDS = re.compile(
    r"(?:[局省庁県府市区町村社部課署院校職]|大学|役所|本部|支店|団体|法人|センター|財団|協会|自治体|企業)$"
)
_NOUNS = frozenset({"名詞", "接尾辞"})
_NO_NAMES = frozenset({"数詞", "助動詞語幹"})
_PROPER = ("名詞", "固有名詞")
_TOPIC = frozenset({"の", "は", "も", "って", "なら", "だと"})
_LED = frozenset({"で", "に", "と"})
"""Particles that mark what is talked about where one of the others follows: at 大阪市 somebody may just live."""
_SHORT = 2


def organizations(found: Sequence[Morpheme]) -> Iterator[Sequence[Morpheme]]:
    """Yield the morphemes of the names of organizations that are talked about, in order.

    What one morpheme of two letters names is no name: 会社, 全部, 自治体.
    """
    run: list[Morpheme] = []
    for place, morpheme in enumerate(found):
        if morpheme.part_of_speech[0] in _NOUNS and morpheme.part_of_speech[1] not in _NO_NAMES:
            run.append(morpheme)
            continue
        after = found[place + 1].surface if place + 1 < len(found) else ""
        marks = morpheme.surface in _TOPIC or (morpheme.surface in _LED and after in _TOPIC)
        name = "".join(each.surface for each in run)
        known = all(each.in_dictionary or each.surface.isascii() for each in run)
        particular = len(run) > 1 or len(name) > _SHORT or any(each.part_of_speech == _PROPER for each in run)
        if morpheme.part_of_speech[0] == "助詞" and marks and known and particular and _ENDS.search(name):
            yield run
        run = []
