"""What a proposal would do, in Japanese, as it is shown before somebody decides."""

from collections.abc import Iterator

from bot.proposals.proposal import Change, Effect, NewPhrasing, Proposal
from faq.model import EntryKind

_MOST_QUESTIONS = 5


def change_line(change: Change) -> str:
    """Return what a change is.

    >>> change_line(NewPhrasing(entry="training", text="講習は"))
    '『講習は』を training に加える'
    """
    if isinstance(change, NewPhrasing):
        return f"『{change.text}』を {change.entry} に加える"
    kind = "案内" if change.kind is EntryKind.REFERRAL else "項目"
    more = f"(別の聞き方 {len(change.also_asked)}件)" if change.also_asked else ""
    return f"新しい{kind}『{change.question}』{more}を {change.id} として加える"


def effect_line(change: Change, effect: Effect) -> str:
    """Return what a change would do, in two sentences.

    >>> effect = Effect(asked=9, answered=7, expectations=1295)
    >>> effect_line(NewPhrasing(entry="training", text="講習は"), effect)
    '『講習は』を training に加えると、この9件のうち7件に答えられます。想定質問への影響は0件です。'
    """
    unwritten = not isinstance(change, NewPhrasing) and not change.answer
    told = change_line(change).removesuffix("加える") + ("加え、回答を書くと" if unwritten else "加えると")
    verb = "を案内できます" if effect.refers else "に答えられます"
    before = f"(いまは{effect.answered_before}件)" if effect.answered_before else ""
    offered = f"ほかに{effect.offered}件で候補に出ます。" if effect.offered else ""
    first = f"{told}、この{effect.asked}件のうち{effect.answered}件{before}{verb}。"
    return first + offered + _on_expectations(effect)


def _on_expectations(effect: Effect) -> str:
    if not effect.changed:
        return "想定質問への影響は0件です。"
    told = f"想定質問{effect.expectations}件のうち{effect.changed}件の返答が変わります(悪くなるもの{effect.worse}件)。"
    return told + (f"うち{effect.refused}件のため、公開は止まります。" if effect.refused else "")


def question_lines(proposal: Proposal) -> Iterator[str]:
    """Yield the questions that a proposal is for, those asked most often first, and how many more there are."""
    for each in proposal.questions[:_MOST_QUESTIONS]:
        yield f"・「{each.q}」" + (f"({each.times}回)" if each.times > 1 else "")
    rest = len(proposal.questions) - _MOST_QUESTIONS
    if rest > 0:
        yield f"・ほか{rest}件"


def proposal_lines(proposal: Proposal) -> Iterator[str]:
    """Yield everything that somebody needs who decides on a proposal."""
    at = f"{proposal.at.astimezone():%Y-%m-%d %H:%M}"
    yield f"{proposal.name} {proposal.state.label} {at} {proposal.by}"
    if proposal.effect:
        yield f"  {effect_line(proposal.change, proposal.effect)}"
    else:
        yield f"  {change_line(proposal.change)}"
    if not isinstance(proposal.change, NewPhrasing):
        yield f"  回答: {proposal.change.answer or '(まだ書かれていません)'}"
    yield from (f"  {line}" for line in question_lines(proposal))
    if proposal.decision:
        by = proposal.decision
        told = f"{by.at.astimezone():%Y-%m-%d %H:%M} {by.by} {by.reason or by.release}"
        yield f"  {proposal.state.label}: {told.rstrip()}"
