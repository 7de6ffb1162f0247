"""How well questions without an entry are grouped: labelled ones, by an FAQ that has lost the entry they ask for.

Run it: `python -m tests.bench.bench_grouping`. Half of the entries are left out, then the other half. The label of a
question is the entry that it asks for; of one that has none, the referral that the whole FAQ is sure of. Figures are B³
(Bagga and Baldwin, 1998): of the questions in a question's group, how many have its label (precision); of those with
its label, how many are in its group (recall). Of the twenty largest groups, which are what a person reads, also how
much of each asks for the same.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import mean

from faq.loading.loader import builtin, load
from faq.model import Knowledge
from index.analysis.questions import question
from index.clustering.groups import Group, group
from index.decision.policy import VerdictKind
from index.release.building import Release, build
from index.retrieval.encoder import packaged

SURE = 0.7
LARGEST = 20


def main() -> None:
    """Print the figures."""
    use = packaged("use")
    release = build(load(builtin()), [use])
    labels = dict(_labels(release))
    sys.stdout.write(f"{len(labels)} questions, {len(set(labels.values()))} labels\n")
    for name, encoders in (("with an encoder", [use]), ("without", [])):
        figures = []
        for half in (0, 1):
            lost = {entry.id for entry in release.index.entries[half::2]}
            asked = {text: 1 for text, label in labels.items() if label in lost}
            groups = group(build(_without(release.knowledge, lost), encoders).reader(), asked)
            figures.append((*_b_cubed(groups, labels), _alike(groups, labels), len(groups)))
        precision, recall, alike, count = (mean(each) for each in zip(*figures, strict=True))
        sys.stdout.write(
            f"{name}: precision {precision:.3f}, recall {recall:.3f}; "
            f"of the {LARGEST} largest of {count:.0f} groups {alike:.3f} alike\n"
        )


def _labels(release: Release) -> Iterator[tuple[str, str]]:
    reader = release.reader()
    for each in release.knowledge.expectations:
        verdict = reader.read(question(each.q)).verdict
        if len(each.gold) == 1:
            yield each.q, next(iter(each.gold))
        elif not each.gold and verdict.kind is VerdictKind.REFERRAL and verdict.confidence >= SURE:
            yield each.q, verdict.entry_ids[0]


def _without(knowledge: Knowledge, lost: set[str]) -> Knowledge:
    kept = (entry for entry in knowledge.entries if entry.id not in lost)
    return knowledge.model_copy(
        update={"entries": tuple(entry.model_copy(update={"related": ()}) for entry in kept)}
    )


def _b_cubed(groups: Sequence[Group], labels: Mapping[str, str]) -> tuple[float, float]:
    sizes = Counter(labels[text] for each in groups for text in each.questions)
    precision, recall = defaultdict[str, float](float), defaultdict[str, float](float)
    for each in groups:
        held = Counter(labels[text] for text in each.questions)
        for text in each.questions:
            precision[text] = held[labels[text]] / len(each.questions)
            recall[text] = held[labels[text]] / sizes[labels[text]]
    return mean(precision.values()), mean(recall.values())


def _alike(groups: Sequence[Group], labels: Mapping[str, str]) -> float:
    largest = sorted(groups, key=lambda each: -len(each.questions))[:LARGEST]
    return mean(
        max(Counter(labels[text] for text in each.questions).values()) / len(each.questions)
        for each in largest
    )


if __name__ == "__main__":
    main()
