"""How two knowledge sets differ, what that changes in replies, and whether the new one may be served."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from faq.model import Changed, Entry, Expectation, Knowledge, folded
from index.evaluation.judgements import Judgement, Outcome, judge


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Given(_Frozen):
    """The reply of a release to a question in a conversation of its own."""

    reply: str
    ids: tuple[str, ...] = ()
    text: str = ""
    confidence: float = 0.0
    words: tuple[str, ...] = ()


class GivenReplies(_Frozen):
    """The replies of a release to its expectations when it was first published, and the day."""

    asked_on: date
    replies: Mapping[str, Given]


class ReplyEffect(StrEnum):
    """How a new release changes the reply to a question; the first two keep it from being published."""

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


REFUSED = frozenset({ReplyEffect.WRONGED, ReplyEffect.FALSE})


class GateFinding(_Frozen):
    """A question with another reply in the new release; `deleted` if its expectation is gone."""

    q: str
    gold: tuple[str, ...]
    effect: ReplyEffect
    before: Given | None
    after: Given
    lacking: tuple[str, ...] = ()
    deleted: bool = False


class GateReport(_Frozen):
    """What the gate found: the worst first, of the same kind in order of the questions."""

    asked: int
    before: Mapping[Judgement, int] | None
    after: Mapping[Judgement, int]
    findings: tuple[GateFinding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether only force can publish it."""
        return bool(self.of(*REFUSED))

    def of(self, *effects: ReplyEffect) -> tuple[GateFinding, ...]:
        """Return the findings of these effects, in order."""
        return tuple(finding for finding in self.findings if finding.effect in effects)


def compare(
    served: Knowledge | None,
    new: Knowledge,
    before: Callable[[str], Given],
    after: Callable[[str], Given],
) -> GateReport:
    """Ask every expectation of both knowledge sets, before and after.

    A changed expectation is judged as it is now. A deleted one still counts this once, so that no edit passes by
    deleting what speaks against it: to give up a question, say what is right now (`gold: []` if nothing may answer it),
    or delete it in an edit of its own.
    """
    old = served.expectations if served else ()
    known = {_key(each): (each.gold, each.answer_has) for each in reversed(old)}
    kept = set(map(_key, new.expectations))
    deleted = [each for each in old if _key(each) not in kept]
    rows = [
        (each, before(each.q) if served else None, after(each.q)) for each in (*new.expectations, *deleted)
    ]
    findings = []
    for wanted, given, would in rows:
        is_new = known.get(_key(wanted)) != (wanted.gold, wanted.answer_has)
        effect = _effect(wanted, given, would, is_new=is_new) if would is not given or is_new else None
        if effect:
            finding = GateFinding(
                q=wanted.q,
                gold=tuple(wanted.gold),
                effect=effect,
                before=given,
                after=would,
                lacking=_lacking(wanted, would),
                deleted=_key(wanted) not in kept,
            )
            findings.append(finding)
    order = list(ReplyEffect)
    return GateReport(
        asked=len(rows),
        before=_counts((wanted, given) for wanted, given, _ in rows if given) if served else None,
        after=_counts((wanted, would) for wanted, _, would in rows),
        findings=tuple(sorted(findings, key=lambda finding: order.index(finding.effect))),
    )


def judged(expectation: Expectation, given: Given) -> Judgement:
    """Return the judgement of a reply; an answer without the words that it must have is wrong."""
    judgement = judge(expectation.gold, Outcome(given.reply, given.ids, ()))
    return Judgement.WRONG if _lacking(expectation, given) else judgement


def _lacking(expectation: Expectation, given: Given) -> tuple[str, ...]:
    return expectation.lacking(given.text) if given.reply == "answer" else ()


def _counts(pairs: Iterable[tuple[Expectation, Given]]) -> dict[Judgement, int]:
    found = Counter(judged(expectation, given) for expectation, given in pairs)
    return {judgement: found[judgement] for judgement in Judgement}


def _key(expectation: Expectation) -> str:
    return folded(expectation.q) or expectation.q


def _effect(wanted: Expectation, given: Given | None, would: Given, *, is_new: bool) -> ReplyEffect | None:
    after = judged(wanted, would)
    bad = after in {Judgement.WRONG, Judgement.FALSE}
    if given is None:
        return ReplyEffect.UNMET if bad else None
    then = judged(wanted, given)
    if bad and then != after:
        if after is Judgement.FALSE:
            return ReplyEffect.FALSE
        return ReplyEffect.WRONGED if then is Judgement.RIGHT else ReplyEffect.WORSE
    if bad and is_new:
        return ReplyEffect.UNMET
    if then is Judgement.RIGHT and after is not Judgement.RIGHT and not bad:
        return ReplyEffect.LOST
    return ReplyEffect.CHANGED if (given.reply, given.text) != (would.reply, would.text) else None


@dataclass(frozen=True)
class Differences:
    """The differences of two knowledge sets, entries in order of the files; `expectations` counts those of both."""

    added: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    removed: tuple[Entry, ...]
    lexicon: bool
    expectations: tuple[int, int]
    expectations_differ: bool
    reordered: bool
    about: bool
    tuning: bool

    def __bool__(self) -> bool:
        entries = self.added or self.changed or self.removed or self.reordered
        return bool(entries or self.lexicon or self.expectations_differ or self.about or self.tuning)


def differences(before: Knowledge, after: Knowledge) -> Differences:
    """Compare two knowledge sets, entry by entry; entries are the same by their id."""
    old = {entry.id: entry for entry in before.entries}
    new = {entry.id: entry for entry in after.entries}
    both = [Changed(old[name], new[name]) for name in new if name in old]
    return Differences(
        added=tuple(entry for name, entry in new.items() if name not in old),
        changed=tuple(each for each in both if each.before != each.after),
        removed=tuple(entry for name, entry in old.items() if name not in new),
        lexicon=before.lexicon != after.lexicon,
        expectations=(len(before.expectations), len(after.expectations)),
        expectations_differ=before.expectations != after.expectations,
        reordered=[name for name in old if name in new] != [each.before.id for each in both],
        about=before.about != after.about,
        tuning=before.tuning != after.tuning,
    )


def reply_changes(
    questions: Iterable[str], before: Callable[[str], Given], after: Callable[[str], Given]
) -> Iterator[tuple[str, Given, Given]]:
    """Yield each question whose reply differs in kind or text, once and in order, with both replies."""
    for q in dict.fromkeys(questions):
        was, would = before(q), after(q)
        if (was.reply, was.text) != (would.reply, would.text):
            yield q, was, would
