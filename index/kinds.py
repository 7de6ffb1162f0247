"""Kinds of evidence: what can be weighed, or left out to see what it gives."""

from collections.abc import Mapping
from dataclasses import replace

from index.channel import EMBEDDING, Weights
from index.search import Index

KINDS: Mapping[str, tuple[str, ...]] = {
    "phrasing": ("phrasing",),
    "concept": ("concept",),
    "sound": ("sound",),
    "verbatim": ("verbatim",),
    "entry": ("entry",),
    "meaning": ("meaning",),
    "answer": ("answer",),
    "classifier": ("classifier",),
    "related": ("related",),
    "likeness": ("likeness", "whole_likeness", "answer_likeness"),
    "embedding": EMBEDDING,
    "background": ("background",),
    "thread": ("thread",),
}
"""Every kind of evidence with its weights; "background" is the story told beside a question."""

CHANNELS: Mapping[str, str] = {
    "phrasing": "言い回し",
    "concept": "同じ意味の語",
    "sound": "読み",
    "verbatim": "言い回しそのもの",
    "meaning": "項目全体の意味",
    "classifier": "言い回しの傾向",
    "related": "意味の近い語",
    "likeness": "文の近さ",
    "embedding": "埋め込みの近さ",
    "entry": "項目全体",
    "answer": "回答文",
    "thread": "会話の流れ",
    "background": "質問の前の話",
}
"""What people call the channels of evidence and the other kinds."""


def without(weights: Weights, kind: str) -> Weights:
    """Return the weights with which a kind of evidence counts for nothing.

    >>> without(Weights(), "likeness").likeness
    0.0
    """
    return replace(weights, **dict.fromkeys(KINDS[kind], 0.0))


def present(index: Index) -> tuple[str, ...]:
    """Return the kinds of evidence that count for something in an index, in order of `KINDS`."""
    found = {channel.name for channel in index.channels if channel.postings.rows} | {"background", "thread"}
    if index.compiled.likeness is not None:
        found |= {"related", "likeness"}
    if index.compiled.embeddings is not None:
        found.add("embedding")
    return tuple(
        kind
        for kind, names in KINDS.items()
        if kind in found and any(getattr(index.weights, name) for name in names)
    )
