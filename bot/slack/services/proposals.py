"""What HR wrote on a card as a proposal for the FAQ; a person approves it later, with `faq approve`."""

from pydantic import ValidationError

from bot.proposals.files import ProposalError, Proposals
from bot.proposals.proposal import AskedText, Proposal, State, draft
from bot.slack.context import AppContext
from faq.model import LONGEST_PHRASING


def propose(context: AppContext, user: str, question: str, answer: str, category: str) -> Proposal:
    """Keep a draft of an entry, its question masked and its answer in HR's words, as a proposal.

    The same draft pressed twice is one proposal. What it would do is worked out when somebody looks at it.

    Raises:
        ProposalError: it cannot be a draft, or cannot be written.
    """
    asked = context.journal.masked(" ".join(question.split()))
    try:
        entry = draft(asked, answer=answer, category=category or None)
    except ValidationError as error:
        msg = f"質問は{LONGEST_PHRASING}字まで、カテゴリーは60字までにしてください。"
        raise ProposalError(msg) from error
    proposals = Proposals(context.live.home)
    faq = str(context.live.path.resolve())
    known = (
        each for each in proposals.all()[0] if (each.state, each.faq, each.entry) == (State.OPEN, faq, entry)
    )
    return next(known, None) or proposals.add(
        Proposal(
            name="p1",  # the next free one is given when it is kept
            faq=faq,
            by=context.name(user),
            at=context.clock(),
            base=context.live.release.name,
            entry=entry,
            questions=(AskedText(q=asked),),
        )
    )
