"""Analyses of a knowledge set's texts, kept by their content: most of them are what they were at the last compile."""

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
"""Files that are kept, one for each lexicon: a home may hold several FAQs."""
_CODE = Path(analyzer.__file__).parent
"""What makes analyses: with other code none that was kept is read, even where nobody thought of `ENGINE`."""
_BETWEEN = "\n"
_PARTS = ("words", "concepts", "sounds")


class AnalysisStore:
    """What an analyzer with one lexicon makes of texts; what is not wanted any more is forgotten."""

    def __init__(self, home: Path, lexicon: Lexicon) -> None:
        """Use the folder `analyses` of `home`; a file that cannot be read is made again."""
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
        """Return the terms of a text, and of one that is `asked` what they mean; the rest of its analysis is empty."""
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
        """Write what was wanted, if some of it was new; a home that cannot be written costs time only."""
        if self._now.keys() <= self._before.keys():
            return
        # Where only answers changed, few of the texts were looked at, and the others are wanted the next time.
        all_wanted = 2 * len(self._now) >= len(self._before)
        wanted = self._now if all_wanted else self._before | self._now
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            kept = json.dumps(wanted, ensure_ascii=False).encode()
            write_whole(self._file, f"{sha256(kept).hexdigest()}\n".encode() + kept)
            files = sorted(self._file.parent.glob("*.json"), key=lambda file: file.stat().st_mtime)
            for old in files[:-_MOST_FILES]:
                old.unlink()
