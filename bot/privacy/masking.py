"""Masking: what identifies a person in a text is replaced by its kind."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.privacy.names import name_spans
from bot.privacy.patterns import address_spans, number_spans
from bot.privacy.text import MaskedKind, merged, normalize, tokens
from faq.model import Knowledge
from index.analysis.normalize import LONGEST_TEXT

_MASKED = re.compile(f"({'|'.join(map(re.escape, MaskedKind))})")
_BROKEN = re.compile("[\x00\ud800-\udfff]")
_HALF_WORD = re.compile(r"[\x21-\x7e\uff01-\uff5e]+$")
_HALF_WORD_AFTER = re.compile(r"^[\x21-\x7e\uff01-\uff5e]+")


@dataclass(frozen=True)
class Masker:
    """Masks texts, except names to `keep`, such as those of speakers; threads may share one."""

    keep: Collection[str] = frozenset()

    def mask(self, text: str) -> str:
        r"""Return `text` with mail and postal addresses, phone and other numbers, links, names masked.

        The rest stays as it is, except characters that no database stores (`\x00`, surrogates). Of a long text, the
        first and the last half of `LONGEST_TEXT` characters are kept. Masking twice changes nothing more.

        >>> Masker(frozenset({"高瀬"})).mask("山田太郎です。高瀬さんの話は？０９０ー１２３４ー５６７８まで")
        '〔氏名〕です。高瀬さんの話は？〔電話〕まで'
        """
        if len(text) > LONGEST_TEXT:
            half = LONGEST_TEXT // 2
            # Half of a mail address would not be recognized.
            text = f"{_HALF_WORD.sub('', text[:half])} {_HALF_WORD_AFTER.sub('', text[1 - half :])}"
        text = _BROKEN.sub("\ufffd", text)
        # Beside a mask, more may now read as a name; masks themselves stay, so this ends.
        while (masked := "".join(map(self._masked, _MASKED.split(text)))) != text:
            text = masked
        return text

    def _masked(self, text: str) -> str:
        if _MASKED.fullmatch(text):
            return text
        normalized, pieces = normalize(text)
        found = tokens(normalized)
        spans = [*number_spans(normalized), *address_spans(normalized)]
        spans += name_spans(normalized, found, self.keep)
        parts, at = list[str](), 0
        for span in merged(spans):
            start, end = pieces[span.start][0], pieces[span.end - 1][1]
            parts += [text[at:start], span.kind.value]
            at = end
        return "".join((*parts, text[at:]))


def speakers(knowledge: Knowledge) -> frozenset[str]:
    """Return the names of the speakers in a knowledge: they are public, and people ask about them.

    "高下(デジタル基盤部)、高瀬(GovTech東京へ派遣)" are two.
    """
    told = (re.sub(r"[(\uff08][^)\uff09]*[)\uff09]", "", entry.speaker or "") for entry in knowledge.entries)
    names = (name.strip() for speaker in told for name in re.split("[、,/・]", speaker))
    return frozenset(filter(None, names))
