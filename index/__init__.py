"""The search: which entry a question means, and whether any does.

As a library, on any knowledge file or folder:

>>> from faq.loading.loader import builtin, load
>>> from index import build, packaged, question
>>> release = build(load(builtin() / "workplace.yaml"), [packaged("use")])
>>> reading = release.reader().read(question("在宅勤務はどのくらいできますか"))
>>> str(reading.verdict.kind), reading.verdict.entry_ids, reading.hits[0].sentence.text
('answer', ('remote-work',), '在宅勤務は、デジタルサービス局の平均で週1〜2日ほどです。')
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.analysis.questions import question as question
    from index.release.building import build as build
    from index.retrieval.encoder import packaged as packaged

_OFFERED = {
    "build": "index.release.building",
    "packaged": "index.retrieval.encoder",
    "question": "index.analysis.questions",
}
"""What the package offers, and where it is: nothing is loaded before it is asked for."""


def __getattr__(name: str) -> object:
    if name not in _OFFERED:
        msg = f"module 'index' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_OFFERED[name]), name)
