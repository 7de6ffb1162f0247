"""What `faq` costs as people call it: start-up, the first publication, one of a changed word; CPU seconds and MB."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from faq.loading.loader import builtin, load
from faq.model import Knowledge
from tests.bench.stages import grown

BARE = "bare imports, dictionary, encoder"
QUESTION = "服装は自由ですか"
_BARE = """
import sys, numpy
from index.analysis.tokenizer import fingerprint, morphemes
from index.retrieval.encoder import packaged
morphemes(sys.argv[1])
packaged("use").encode([sys.argv[1]])
"""


def measured(entries: int) -> dict[str, Any]:
    """Return what commands cost on the built-in FAQ and, if `entries` is above 0, on one of as many bare entries."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        shutil.copytree(builtin(), place / "built-in")
        found = {
            BARE: _spent(place, "-c", _BARE, QUESTION),
            **_published(place, "built-in", place / "built-in" / "workplace.yaml"),
            "faq ask": _spent(place, "-m", "bot", "ask", QUESTION, "--faq", str(place / "built-in")),
        }
        if entries:
            (place / "bare").mkdir()
            file = place / "bare" / "faq.jsonl"
            file.write_text(_lines(entries), encoding="utf-8")
            found |= _published(place, "bare", file)
        return found


def _lines(entries: int) -> str:
    knowledge: Knowledge = grown(load(builtin()), 10 * entries)[0]
    kept = {"id", "question", "answer"}
    return "".join(f"{entry.model_dump_json(include=kept)}\n" for entry in knowledge.entries)


def _published(place: Path, name: str, file: Path) -> dict[str, Any]:
    """Publish a folder, then again with one word of one answer changed, then as it is."""
    publish = ("-m", "bot", "publish", str(place / name))
    found = {f"{name}: first publication": _spent(place, *publish)}
    text = file.read_text(encoding="utf-8")
    head, _, tail = text.partition("です。")
    file.write_text(f"{head}でした。{tail}", encoding="utf-8")
    return found | {f"{name}: one changed word": _spent(place, *publish)}


def _spent(place: Path, *command: str) -> dict[str, float]:
    """Run Python with its home in `place`; return CPU seconds and the most memory that it held."""
    environment = os.environ | {"FAQ_HOME": str(place / "home"), "PYTHONHASHSEED": "0"}
    with (place / "log").open("ab") as log:
        process = subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(
            f"{' '.join(command[:3])} ended with {process.returncode}:\n{(place / 'log').read_text()[-800:]}"
        )
    return {"seconds": round(usage.ru_utime + usage.ru_stime, 2), "MB": round(usage.ru_maxrss / 1024)}
