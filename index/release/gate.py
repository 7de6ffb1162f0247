"""Whether a new release may replace the served one: every expectation of either, asked on both."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from faq.model import Expectation, Knowledge, folded
from index.evaluation.judgements import Judgement, Outcome, judge


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Given(_Frozen):
    """What a release gave to a question, asked in a conversation of its own.

    Attributes:
        reply: "answer", "choices", "referral", "unknown" or "smalltalk".
        ids: The entries shown, in order.
        text: The whole reply.
        confidence: 0 to 1.
        words: The words of the question that the best entry has.
    """

    reply: str
    ids: tuple[str, ...] = ()
    text: str = ""
    confidence: float = 0.0
    words: tuple[str, ...] = ()


class Effect(StrEnum):
    """What a new release does to a question; the first two keep it from being published."""

    WRONGED = "wronged"
    """Was answered rightly, and would be answered wrongly."""
    FALSE = "false"
    """Must not be answered, was not, and would be."""
    WORSE = "worse"
    """Was not answered, or by an offer, and would be answered wrongly."""
    LOST = "lost"
    """Was answered rightly, and would only be offered or missed."""
    UNMET = "unmet"
    """A new or changed expectation that is answered wrongly before and after."""
    CHANGED = "changed"
    """Another text, and nothing worse."""


REFUSED = frozenset({Effect.WRONGED, Effect.FALSE})


class Finding(_Frozen):
    """One question that the new release treats otherwise.

    Attributes:
        gold: The entries that may answer it, as it is judged here; empty if it must not be answered.
        before: What the served release gives; `None` without one.
        after: What the new one would give.
        lacking: Texts that its answer should have and would not.
        deleted: The expectation is gone from the new knowledge; the question is still held to what it said.
    """

    q: str
    gold: tuple[str, ...]
    effect: Effect
    before: Given | None
    after: Given
    lacking: tuple[str, ...] = ()
    deleted: bool = False


class Alteration(_Frozen):
    """An expectation that the new knowledge no longer has, or has otherwise.

    Attributes:
        before: The entries that might answer it.
        after: Those that may now; `None` if the expectation is gone.
    """

    q: str
    before: tuple[str, ...]
    after: tuple[str, ...] | None


class GateReport(_Frozen):
    """What the gate found.

    Attributes:
        asked: How many questions were put.
        before: How the served release did on them, by judgement; `None` without one.
        after: How the new one did.
        findings: The worst first, then in order of the questions.
        alterations: In order of the served knowledge.
    """

    asked: int
    before: Mapping[Judgement, int] | None
    after: Mapping[Judgement, int]
    findings: tuple[Finding, ...] = ()
    alterations: tuple[Alteration, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it may be published only by force."""
        return any(finding.effect in REFUSED for finding in self.findings)

    def of(self, *effects: Effect) -> tuple[Finding, ...]:
        """Return the findings of these effects, in order."""
        return tuple(finding for finding in self.findings if finding.effect in effects)

    def abridged(self) -> "GateReport":
        """Return the report without the replies that changed and got no worse, for keeping."""
        worse = self.of(*(effect for effect in Effect if effect is not Effect.CHANGED))
        return self.model_copy(update={"findings": worse})


@dataclass(frozen=True)
class _Case:
    """A question with what it is held to: before, and now."""

    served: Expectation | None
    wanted: Expectation
    deleted: bool = False

    @property
    def restated(self) -> bool:
        """Whether the new knowledge expects something else."""
        served, wanted = self.served, self.wanted
        return served is not None and (served.gold, served.answer_has) != (wanted.gold, wanted.answer_has)


def compare(
    served: Knowledge | None,
    new: Knowledge,
    before: Callable[[str], Given],
    after: Callable[[str], Given],
) -> GateReport:
    """Ask every expectation of both knowledge sets, before and after.

    A changed expectation is a statement: it is judged as it stands now, and reported. A deleted one states nothing: its
    question is still held to it this once, so that no edit can pass by removing what speaks against it; to let a
    question go, say what is right now (`gold: []` if it must not be answered) or delete it in an edit of its own.

    Args:
        served: What is served; `None` if nothing is, and then nothing can get worse.
        new: What is to be.
        before: What the served release gives to a question; not called without one.
        after: What the new one gives.
    """
    cases = list(_cases(served.expectations if served else (), new.expectations))
    counts_before: dict[Judgement, int] = dict.fromkeys(Judgement, 0)
    counts_after: dict[Judgement, int] = dict.fromkeys(Judgement, 0)
    findings: list[Finding] = []
    for case in cases:
        given = before(case.wanted.q) if served else None
        would = after(case.wanted.q)
        counts_after[judged(case.wanted, would)] += 1
        if given:
            counts_before[judged(case.wanted, given)] += 1
        effect = _effect(case, given, would)
        if effect:
            findings.append(
                Finding(
                    q=case.wanted.q,
                    gold=tuple(case.wanted.gold),
                    effect=effect,
                    before=given,
                    after=would,
                    lacking=_lacking(case.wanted, would),
                    deleted=case.deleted,
                )
            )
    order = list(Effect)
    return GateReport(
        asked=len(cases),
        before=counts_before if served else None,
        after=counts_after,
        findings=tuple(sorted(findings, key=lambda finding: order.index(finding.effect))),
        alterations=tuple(_alterations(cases)),
    )


def judged(expectation: Expectation, given: Given) -> Judgement:
    """Return what a reply was worth; one that should have certain words and has them not is wrong."""
    judgement = judge(expectation.gold, Outcome(given.reply, given.ids, ()))
    return Judgement.WRONG if _lacking(expectation, given) else judgement


def _lacking(expectation: Expectation, given: Given) -> tuple[str, ...]:
    return expectation.lacking(given.text) if given.reply == "answer" else ()


def _cases(served: Sequence[Expectation], new: Sequence[Expectation]) -> Iterator[_Case]:
    known = {_key(expectation): expectation for expectation in reversed(served)}
    kept = {_key(expectation) for expectation in new}
    yield from (_Case(known.get(_key(expectation)), expectation) for expectation in new)
    yield from (_Case(gone, gone, deleted=True) for gone in served if _key(gone) not in kept)


def _key(expectation: Expectation) -> str:
    return folded(expectation.q) or expectation.q


def _effect(case: _Case, given: Given | None, would: Given) -> Effect | None:
    after = judged(case.wanted, would)
    bad = after in {Judgement.WRONG, Judgement.FALSE}
    if given is None:
        return Effect.UNMET if bad else None
    then = judged(case.served or case.wanted, given)
    same = judged(case.wanted, given)
    if bad and same != after:
        if after is Judgement.FALSE or then is Judgement.QUIET:
            return Effect.FALSE
        return Effect.WRONGED if then is Judgement.RIGHT else Effect.WORSE
    if bad and (case.served is None or case.restated):
        return Effect.UNMET
    if same is Judgement.RIGHT and after is not Judgement.RIGHT and not bad:
        return Effect.LOST
    return Effect.CHANGED if (given.reply, given.text) != (would.reply, would.text) else None


def _alterations(cases: Iterable[_Case]) -> Iterator[Alteration]:
    for case in cases:
        if case.served is None:
            continue
        before = tuple(case.served.gold)
        if case.deleted:
            yield Alteration(q=case.wanted.q, before=before, after=None)
        elif case.restated:
            yield Alteration(q=case.wanted.q, before=before, after=tuple(case.wanted.gold))
