"""The fits that come with the program: of knowledge that it was fitted on before, so that it need not be again."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from faq.model import Knowledge
from index.channel import Weights
from index.compiling import PAIRS
from index.decision import Fit
from index.embeddings import Model

_STANDARD = Path(__file__).with_name("standard_fit.json")
_EMBEDDED = Path(__file__).with_name("embedded_fits.json")
_KNOWN = Path(__file__).with_name("known_fits.json")
_SHAPES = {Weights(): "rich", PAIRS: "pairs"}


@cache
def standard_fit() -> Fit:
    """Return the fit for sets that cannot be fitted on their own questions, and so have taught their index nothing."""
    return Fit.model_validate_json(_STANDARD.read_bytes())


@cache
def embedded_fits() -> Mapping[str, Mapping[str, Fit]]:
    """Return the fits for sets that are served with embeddings and cannot be fitted on their own questions.

    Returns:
        By the identity of the model, and then by the shape of the set: "rich" or "pairs".
    """
    found = json.loads(_EMBEDDED.read_bytes()) if _EMBEDDED.exists() else {}
    return {
        model: {shape: Fit.model_validate(fit) for shape, fit in shapes.items()}
        for model, shapes in found.items()
    }


def embedded_fit(model: Model, weights: Weights) -> Fit | None:
    """Return the fit for such a set; `None` for weights or a model whose cosines nothing is known of."""
    shape = _SHAPES.get(weights, "")
    return embedded_fits().get(model.identity, {}).get(shape)


def keep_embedded(model: Model, fits: Mapping[str, Fit]) -> None:
    """Put the fits of a model, by shape, in the place of those that came with the program."""
    written = {model.identity: {shape: fit.model_dump(exclude_none=True) for shape, fit in fits.items()}}
    _EMBEDDED.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    embedded_fits.cache_clear()


def known_fit(knowledge: Knowledge, weights: Weights, vectors: str) -> Fit | None:
    """Return the fit of exactly this knowledge, weights and word vectors; `None` if it has to be worked out.

    The dictionary of the analyzer is not asked for: another one changes a fit by little.
    """
    return _known().get(digest(knowledge, weights, vectors))


@cache
def _known() -> dict[str, Fit]:
    found = json.loads(_KNOWN.read_bytes()) if _KNOWN.exists() else {}
    return {name: Fit.model_validate(fit) for name, fit in found.items()}


def digest(knowledge: Knowledge, weights: Weights, vectors: str) -> str:
    """Return what a known fit is kept under, 16 hexadecimal digits; weights of 0 are no part of it."""
    counting = {name: weight for name, weight in weights.deciding(embedded=False).items() if weight}
    basis = json.dumps([counting, vectors, knowledge.model_dump_json()])
    return hashlib.sha256(basis.encode()).hexdigest()[:16]


def keep_known(fits: dict[str, Fit]) -> None:
    """Put these fits in the place of those that came with the program."""
    written = {name: fit.model_dump(exclude_none=True) for name, fit in sorted(fits.items())}
    _KNOWN.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    _known.cache_clear()
