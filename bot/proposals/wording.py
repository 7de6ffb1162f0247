"""What a proposal would do, in Japanese, as it is shown before somebody decides."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.conversation.reply import Json, jsonable
from bot.output.terminal import one_line
from bot.proposals.proposal import Change, Effect, NewPhrasing, Proposal, Suggestion
from faq.model import EntryKind

_MOST_QUESTIONS = 5
_MOST_EXAMPLES = 3
_LONGEST = 60


def change_line(change: Change) -> str:
    """Return what a change is."""
    if isinstance(change, NewPhrasing):
        return f"『{change.text}』を「{change.question or change.entry}」の聞き方に加える"
    kind = "案内" if change.kind is EntryKind.REFERRAL else "項目"
    more = f"(別の聞き方 {len(change.also_asked)}件)" if change.also_asked else ""
    return f"新しい{kind}『{change.question}』{more}を加える"


def effect_line(change: Change, effect: Effect | None) -> str:
    """Return what a change would do, in two sentences; without its effect what it is.

    >>> effect = Effect(asked=9, answered=7, expectations=1295)
    >>> effect_line(NewPhrasing(entry="training", question="研修は", text="講習は"), effect)
    '『講習は』を「研修は」の聞き方に加えると、この9件のうち7件に答えられます。想定質問への影響は0件です。'
    """
    if effect is None:
        return change_line(change)
    unwritten = not isinstance(change, NewPhrasing) and not change.answer
    told = change_line(change).removesuffix("加える") + ("加え、回答を書くと" if unwritten else "加えると")
    verb = "を案内できます" if effect.refers else "に答えられます"
    before = f"(いまは{effect.answered_before}件)" if effect.answered_before else ""
    first = f"{told}、この{effect.asked}件のうち{effect.answered}件{before}{verb}。"
    offered = f"ほかに{effect.offered}件で候補に出ます。" if effect.offered else ""
    if not effect.changed:
        return f"{first}{offered}想定質問への影響は0件です。"
    moved = f"想定質問{effect.expectations}件のうち{effect.changed}件の返答が変わります(悪くなるもの{effect.worse}件)。"
    return (
        first
        + offered
        + moved
        + (f"うち{effect.refused}件のため、公開は止まります。" if effect.refused else "")
    )


def question_lines(proposal: Proposal) -> Iterator[str]:
    """Yield the questions that a proposal is for, those asked most often first, and how many more there are."""
    for each in proposal.questions[:_MOST_QUESTIONS]:
        yield f"・「{each.q}」" + (f"({each.times}回)" if each.times > 1 else "")
    rest = len(proposal.questions) - _MOST_QUESTIONS
    if rest > 0:
        yield f"・ほか{rest}件"


def content_lines(proposal: Proposal) -> Iterator[str]:
    """Yield what a proposal would do, its answer, and what it is for."""
    yield f"  {effect_line(proposal.change, proposal.effect)}"
    if proposal.entry:
        yield f"  回答: {proposal.entry.answer or '(まだ書かれていません)'}"
    yield from (f"  {line}" for line in question_lines(proposal))


def proposal_lines(proposal: Proposal) -> Iterator[str]:
    """Yield everything that somebody needs who decides on a proposal, and what was decided."""
    yield f"{proposal.name} {proposal.state.label} {proposal.at.astimezone():%Y-%m-%d %H:%M} {proposal.by}"
    yield from content_lines(proposal)
    if proposal.decision:
        by = proposal.decision
        told = f"{by.at.astimezone():%Y-%m-%d %H:%M} {by.by} {by.reason or by.release}"
        yield f"  {proposal.state.label}: {told.rstrip()}"


def suggestion_lines(suggestions: Sequence[Suggestion]) -> Iterator[str]:
    """Yield suggestions, numbered from 1, below the questions of their groups."""
    if not suggestions:
        yield "いま答えられない質問で、提案できるものはありません。"
        return
    numbered = enumerate(suggestions, start=1)
    for _, group in groupby(numbered, key=lambda each: each[1].group):
        found = list(group)
        first = found[0][1]
        questions = first.proposal.questions
        times = sum(question.times for question in questions)
        representative = first.representative
        kinds = f"など {len(questions)}種類" if len(questions) > 1 else ""
        yield f"■ 「{one_line(representative, _LONGEST)}」{kinds} のべ{times}回"
        for question in questions[:_MOST_EXAMPLES]:
            if question.q != representative:
                yield f"   ・{one_line(question.q, _LONGEST)}"
        if line := votes_line(first):
            yield f"   {line}"
        for number, each in found:
            yield f" [{number}] {effect_line(each.proposal.change, each.proposal.effect)}"
        yield ""
    yield "1つずつ y/n で決める: faq suggest --each"


def votes_line(suggestion: Suggestion) -> str:
    """Return how many people chose the entry of a new phrasing for what they had asked; empty if it was not chosen."""
    if not suggestion.people or not suggestion.proposal.phrasing:
        return ""
    against = f"(違うと答えた人 {suggestion.against}人)" if suggestion.against else ""
    chosen = suggestion.proposal.phrasing.question
    return f"これを書いた{suggestion.people}人が「{one_line(chosen, _LONGEST)}」を選びました{against}。"


def suggestion_records(suggestions: Iterable[Suggestion]) -> list[dict[str, Json]]:
    """Return what `faq suggest --json` writes of each."""
    return [
        {
            "number": number,
            "group": each.group,
            "representative": each.representative,
            "questions": jsonable(each.proposal.questions),
            "kind": "phrasing" if each.proposal.phrasing else "entry",
            "change": each.proposal.change.model_dump(mode="json", exclude_none=True),
            "closeness": jsonable(each.closeness),
            "people": each.people,
            "against": each.against,
            "effect": jsonable(each.proposal.effect),
        }
        for number, each in enumerate(suggestions, start=1)
    ]
