"""Analyses of texts, kept by content: at the next compile most of the texts are the same."""

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from sys import intern
from typing import Any

from faq.files import write_whole
from faq.model import Lexicon
from index.analysis import analyzer
from index.analysis.analyzer import Analysis, analyzer_with
from index.analysis.tokenizer import fingerprint

_MOST_FILES = 6
"""Most files that are kept, one for each lexicon: a home may have several FAQs."""
_CODE = Path(analyzer.__file__).parent
"""The code that makes analyses: other code never reads what this code kept, even if `ENGINE` is the same."""
_BETWEEN = "\n"
_PARTS = ("words", "concepts", "sounds")


class AnalysisStore:
    """The analyses of texts by an analyzer with one lexicon; those that are not used any more are dropped."""

    def __init__(self, home: Path, lexicon: Lexicon) -> None:
        """Use the folder `analyses` of `home`; a damaged file is made again."""
        made_by = sha256(f"{fingerprint()}{lexicon.model_dump_json()}".encode())
        for module in sorted(_CODE.glob("*.py")):
            made_by.update(module.read_bytes())
        self._file = home / "analyses" / f"{made_by.hexdigest()[:16]}.json"
        self._analyzer = analyzer_with(lexicon)
        self._before: dict[str, list[Any]] = {}
        with suppress(OSError, ValueError, TypeError):
            digest, _, kept = self._file.read_bytes().partition(b"\n")
            if digest.decode() == sha256(kept).hexdigest():
                self._before = dict(json.loads(kept))
        self._now: dict[str, list[Any]] = {}

    def analyze(self, text: str, *, asked: bool = False) -> Analysis:
        """Return the terms of a text, with their meanings if it is `asked`; the rest of the analysis is empty."""
        key = f"{'?' if asked else '.'}{text}"
        kept = self._now.get(key) or self._before.get(key)
        if kept is None:
            found = self._analyzer.analyze(text, asked=asked)
            kept = [_BETWEEN.join(getattr(found, part)) for part in _PARTS]
            kept.append({word: sorted(meant) for word, meant in found.meanings.items()} if asked else {})
        self._now[key] = kept
        # The same few terms stand in all texts.
        words, concepts, sounds = (
            tuple(map(intern, part.split(_BETWEEN))) if part else () for part in kept[:-1]
        )
        meanings = {word: frozenset(meant) for word, meant in kept[-1].items()}
        return Analysis(words, concepts, sounds, (), meanings, frozenset())

    def keep(self) -> None:
        """Write the analyses that were used, if some are new; in a read-only home they are made again each time."""
        if self._now.keys() <= self._before.keys():
            return
        # If only answers changed, few texts were analyzed, and the others are used the next time.
        all_wanted = 2 * len(self._now) >= len(self._before)
        wanted = self._now if all_wanted else self._before | self._now
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            kept = json.dumps(wanted, ensure_ascii=False).encode()
            write_whole(self._file, f"{sha256(kept).hexdigest()}\n".encode() + kept)
            files = sorted(self._file.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)
            for old in files[:-_MOST_FILES]:
                old.unlink()
